//! Shares a self-hosted integration runtime with another factory, uses it, and revokes it again.
//!
//! Run it against the emulator with `adf-emulator exec -- cargo run --example share`, or against Azure
//! with `az login`, `AZURE_SUBSCRIPTION_ID` and two resource groups of these names.

use adf_emulator_client::{
    Client, Error, FactoryId, LinkOptions,
    models::{Factory, IntegrationRuntimeResource},
};
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    // Where to call and as whom: EMULATOR_URL, EMULATOR_CA and AZURE_*; see docs/clients/rust.md.
    let azure = Client::from_environment()?;
    let subscription = std::env::var("AZURE_SUBSCRIPTION_ID")?;

    // Names of factories are unique over all of Azure, so these have a part of their own.
    let unique = std::process::id();
    let sharing = FactoryId::new(&subscription, "rg-shared", format!("adf-sharing-{unique}"))?;
    let linking = FactoryId::new(&subscription, "rg-linked", format!("adf-linking-{unique}"))?;
    let shared = sharing.integration_runtime("shared-ir")?;
    let linked = linking.integration_runtime("linked-ir")?;

    // The linking factory needs a managed identity: it is what gets permission.
    let factory = Factory::new("eastus").with_system_assigned_identity();
    azure.factories().create_or_update(&sharing, &factory).await?;
    azure.factories().create_or_update(&linking, &factory).await?;
    let runtime = IntegrationRuntimeResource::self_hosted();
    azure.integration_runtimes().create_or_update(&shared, &runtime).await?;
    let keys = azure.integration_runtimes().list_auth_keys(&shared).await?;
    writeln!(out, "nodes register with a key of {} characters", keys.auth_key1.unwrap_or_default().len())?;

    // Before it is shared, linking is refused. A refusal keeps the service's status, code and message.
    match azure.sharing().link(&linked, &shared, LinkOptions::default()).await {
        Err(Error::Service(refusal)) => writeln!(out, "not yet: {} {}", refusal.status, refusal.code)?,
        Err(other) => return Err(other.into()),
        Ok(_) => return Err("linked without permission".into()),
    }

    azure.sharing().share(&shared, &linking).await?;
    azure.sharing().link(&linked, &shared, LinkOptions::default()).await?;
    for link in azure.sharing().links(&shared).await? {
        writeln!(out, "linked: {}", link.data_factory_name.unwrap_or_default())?;
    }

    // Revoking takes the permission away, unlinking makes the shared runtime forget the factory.
    let principal = azure.sharing().principal_of(&linking).await?;
    azure.sharing().revoke(&shared, &principal).await?;
    let status = azure.integration_runtimes().get_status(&linked).await?;
    writeln!(out, "revoked: {}", status.properties.state)?;
    azure.sharing().unlink(&shared, linking.name()).await?;

    azure.factories().delete(&linking).await?;
    azure.factories().delete(&sharing).await?;
    Ok(())
}

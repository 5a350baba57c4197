//! Calls an operation that the client has no method for, and reads as a managed identity what it made.
//!
//! Run it in an emulator of its own, whose managed identity may read the subscription:
//! `adf-emulator exec -- sh -c 'IDENTITY_ENDPOINT=$EMULATOR_HTTP_URL/msi/token IDENTITY_HEADER=any cargo run --example managed_identity'`

use adf_emulator_client::{
    ArmRequest, Client, Connection, Error, FactoryId,
    models::{Factory, IntegrationRuntimeResource},
};
use azure_identity::ManagedIdentityCredential;
use std::io::Write;

/// The api-version of resource groups; newer ones do as well.
const GROUPS: &str = "2021-04-01";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    let connection = Connection::from_environment()?;
    let owner = Client::new(&connection, connection.credential_from_environment()?);
    let subscription = std::env::var("AZURE_SUBSCRIPTION_ID")?;

    let group = format!("/subscriptions/{subscription}/resourceGroups/rg-rust");
    let location = serde_json::json!({ "location": "eastus" });
    owner.arm().send(ArmRequest::put(&group).query("api-version", GROUPS).json(&location)?).await?;
    let factory = FactoryId::new(&subscription, "rg-rust", format!("adf-rust-{}", std::process::id()))?;
    let runtime = factory.integration_runtime("shared-ir")?;
    owner.factories().create_or_update(&factory, &Factory::new("eastus")).await?;
    owner.integration_runtimes().create_or_update(&runtime, &IntegrationRuntimeResource::self_hosted()).await?;

    // IDENTITY_ENDPOINT and IDENTITY_HEADER say where a workload in Azure asks for its token.
    let workload = Client::new(&connection, ManagedIdentityCredential::new(None)?);
    for found in workload.integration_runtimes().list_by_factory(&factory).await? {
        writeln!(out, "the workload reads {}", found.name.unwrap_or_default())?;
    }
    match workload.integration_runtimes().list_auth_keys(&runtime).await {
        Err(Error::Service(refusal)) => writeln!(out, "and no keys: {} {}", refusal.status, refusal.code)?,
        Err(other) => return Err(other.into()),
        Ok(_) => return Err("a reader was given keys".into()),
    }

    owner.arm().send_to_end(ArmRequest::delete(&group).query("api-version", GROUPS)).await?;
    Ok(())
}

//! `adf runtime create`, `show`, `list`, `delete`: the definition of a runtime.
//!
//! Its keys are in `keys.rs`, its sharing in `sharing.rs`.

use crate::{
    arguments::{InFactory, RuntimeName},
    failure::Failure,
    output::{Details, Document, Table},
    session::Session,
};
use adf_emulator_client::models::{IntegrationRuntimeResource, LinkedInfo};
use clap::Args;

/// `adf runtime create`.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    name: RuntimeName,

    /// Free text
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
}

impl Create {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let id = session.runtime(&self.name)?;
        let body = IntegrationRuntimeResource::self_hosted().with_description(self.description.clone());
        let client = session.client()?;
        let runtime = client.integration_runtimes().create_or_update(&id, &body).await?;
        Ok(Document::new(&runtime, details(&runtime)))
    }
}

/// `adf runtime show`.
pub(crate) async fn show(name: &RuntimeName, session: &Session) -> Result<Document, Failure> {
    let id = session.runtime(name)?;
    let runtime = session.client()?.integration_runtimes().get(&id).await?;
    Ok(Document::new(&runtime, details(&runtime)))
}

/// `adf runtime list`.
pub(crate) async fn list(factory: &InFactory, session: &Session) -> Result<Document, Failure> {
    let id = session.factory(&factory.resource_group, &factory.factory)?;
    let client = session.client()?;
    let runtimes = client.integration_runtimes().list_by_factory(&id).await?;
    let mut table = Table::new(["name", "type", "linked to", "description"]);
    for runtime in &runtimes {
        table.row([runtime.name.as_deref(), Some(&runtime.properties.kind), linked_to(runtime), runtime.properties.description.as_deref()]);
    }
    Ok(Document::new(&runtimes, table.or_else("No integration runtimes.")))
}

/// `adf runtime delete`.
pub(crate) async fn delete(name: &RuntimeName, session: &Session) -> Result<Document, Failure> {
    let id = session.runtime(name)?;
    let existed = session.client()?.integration_runtimes().delete(&id).await?;
    Ok(Document::deleted("integration runtime", id.name(), existed))
}

/// A runtime's definition, line by line.
pub(super) fn details(runtime: &IntegrationRuntimeResource) -> Details {
    Details::default()
        .with("Name", runtime.name.as_deref())
        .with("Type", Some(&runtime.properties.kind))
        .with("Description", runtime.properties.description.as_deref())
        .with("Linked to", linked_to(runtime))
        .with("Resource id", runtime.id.as_deref())
}

fn linked_to(runtime: &IntegrationRuntimeResource) -> Option<&str> {
    runtime.linked_info().and_then(|link: &LinkedInfo| link.resource_id.as_deref())
}

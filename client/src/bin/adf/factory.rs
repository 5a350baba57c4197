//! `adf factory`: create, show, list, delete.
//!
//! Follows <https://learn.microsoft.com/azure/data-factory/quickstart-create-data-factory-azure-cli>.

use crate::{
    failure::Failure,
    output::{Details, Document, Table},
    session::Session,
};
use adf_emulator_client::{
    FactoryId,
    models::{Factory, FactoryIdentity},
};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use std::collections::BTreeMap;

/// What to do with factories.
#[derive(Debug, Subcommand)]
pub(crate) enum FactoryCommand {
    /// Create a factory, or replace it
    #[command(
        after_help = "Examples:\n  adf factory create -g rg-shared -n adf-shared -l eastus\n  adf factory create -g rg-linked -n adf-bare --identity none"
    )]
    Create(Create),

    /// Show a factory
    #[command(after_help = "Example:\n  adf factory show -g rg-shared -n adf-shared")]
    Show(FactoryName),

    /// List the factories of a resource group or of the subscription
    #[command(after_help = "Examples:\n  adf factory list\n  adf factory list -g rg-shared -o json")]
    List(List),

    /// Delete a factory with everything in it
    #[command(after_help = "Example:\n  adf factory delete -g rg-shared -n adf-shared")]
    Delete(FactoryName),
}

/// Names a factory.
#[derive(Debug, Args)]
pub(crate) struct FactoryName {
    /// The resource group
    #[arg(long, short = 'g', env = "ADF_RESOURCE_GROUP", value_name = "GROUP", hide_env_values = true)]
    resource_group: String,

    /// The factory's name
    #[arg(
        long,
        short,
        visible_alias = "factory",
        visible_short_alias = 'f',
        env = "ADF_FACTORY",
        value_name = "FACTORY",
        hide_env_values = true
    )]
    name: String,
}

/// `adf factory create`.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    name: FactoryName,

    /// The region
    #[arg(long, short, default_value = "eastus", value_name = "REGION")]
    location: String,

    /// The managed identity; a factory that links a shared runtime needs one
    #[arg(long, value_enum, default_value_t = Identity::System)]
    identity: Identity,

    /// The id of a user-assigned identity; may be repeated
    #[arg(long, value_name = "ID")]
    user_assigned: Vec<String>,

    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = key_value)]
    tags: Vec<(String, String)>,
}

/// `adf factory list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only the factories of this resource group
    #[arg(long, short = 'g', env = "ADF_RESOURCE_GROUP", value_name = "GROUP", hide_env_values = true)]
    resource_group: Option<String>,
}

/// Whether the factory has an identity of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Identity {
    /// A system-assigned identity.
    System,
    /// None, as a template or an SDK makes it unless told otherwise.
    None,
}

impl FactoryCommand {
    /// Does it.
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Show(name) => {
                let factory = session.client()?.factories().get(&name.id(session)?).await?;
                Ok(Document::new(&factory, details(&factory)))
            }
            Self::List(list) => list.run(session).await,
            Self::Delete(name) => {
                let existed = session.client()?.factories().delete(&name.id(session)?).await?;
                Ok(Document::deleted("factory", &name.name, existed))
            }
        }
    }
}

impl FactoryName {
    fn id(&self, session: &Session) -> Result<FactoryId, Failure> {
        session.factory(&self.resource_group, &self.name)
    }
}

impl Create {
    async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let id = self.name.id(session)?;
        let factory = session.client()?.factories().create_or_update(&id, &self.body()).await?;
        Ok(Document::new(&factory, details(&factory)))
    }

    fn body(&self) -> Factory {
        let kind = match (self.identity, self.user_assigned.is_empty()) {
            (Identity::System, true) => Some("SystemAssigned"),
            (Identity::System, false) => Some("SystemAssigned,UserAssigned"),
            (Identity::None, false) => Some("UserAssigned"),
            (Identity::None, true) => None,
        };
        let assigned: BTreeMap<_, _> = self.user_assigned.iter().map(|id| (id.clone(), json!({}))).collect();
        let mut factory = Factory::new(&self.location);
        factory.identity = kind.map(|kind| FactoryIdentity {
            kind: kind.to_owned(),
            user_assigned_identities: (!assigned.is_empty()).then_some(assigned),
            ..FactoryIdentity::default()
        });
        factory.tags = (!self.tags.is_empty()).then(|| self.tags.iter().cloned().collect());
        factory
    }
}

impl List {
    async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let client = session.client()?;
        let subscription = session.subscription()?;
        let factories = match &self.resource_group {
            Some(group) => {
                let list = client.factories();
                list.list_by_resource_group(subscription, group).await?
            }
            None => client.factories().list(subscription).await?,
        };
        let mut table = Table::new(["name", "resource group", "location", "identity"]);
        for factory in &factories {
            let id: Option<FactoryId> = factory.id.as_deref().and_then(|id| id.parse().ok());
            table.row([
                factory.name.as_deref(),
                id.as_ref().map(FactoryId::resource_group),
                factory.location.as_deref(),
                factory.identity.as_ref().map(|it| it.kind.as_str()),
            ]);
        }
        Ok(Document::new(&factories, table.or_else("No factories.")))
    }
}

fn details(factory: &Factory) -> Details {
    let identity = factory.identity.as_ref();
    let user_assigned = identity.and_then(|it| it.user_assigned_identities.as_ref());
    let user_assigned = user_assigned.map(|ids| ids.keys().cloned().collect::<Vec<_>>().join(", "));
    Details::default()
        .with("Name", factory.name.as_deref())
        .with("Location", factory.location.as_deref())
        .with("Identity", Some(identity.map_or("none", |it| it.kind.as_str())))
        .with("Principal id", factory.principal_id())
        .with("User-assigned", user_assigned.as_deref())
        .with("Resource id", factory.id.as_deref())
}

/// Reads `KEY=VALUE`.
pub(crate) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Arguments, Command};
    use clap::Parser;
    use serde_json::Value;

    fn body(line: &str) -> Value {
        let line = format!("adf factory create -g g -n f {line}");
        let arguments = Arguments::try_parse_from(line.split_whitespace()).unwrap();
        match arguments.command {
            Command::Factory(FactoryCommand::Create(create)) => serde_json::to_value(create.body()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_factory_has_an_identity_unless_told_otherwise() {
        assert_eq!(body(""), json!({"location":"eastus","identity":{"type":"SystemAssigned"}}));
        assert_eq!(body("--identity none -l westus2"), json!({"location":"westus2"}));
    }

    #[test]
    fn user_assigned_identities_and_tags_are_sent() {
        assert_eq!(
            body("--identity none --user-assigned /u --tag team=data"),
            json!({"location":"eastus","tags":{"team":"data"},
                "identity":{"type":"UserAssigned","userAssignedIdentities":{"/u":{}}}})
        );
        let both = body("--user-assigned /u");
        assert_eq!(both["identity"]["type"], "SystemAssigned,UserAssigned");
    }
}

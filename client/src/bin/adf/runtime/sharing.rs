//! `adf runtime share`, `link`, `use`, `revoke`, `unlink`: the steps of sharing a runtime.
//!
//! Follows <https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell>.

use crate::{
    arguments::RuntimeName,
    factory::key_value,
    failure::Failure,
    output::{Details, Document, Table},
    session::{OtherFactory, Session},
};
use adf_emulator_client::{
    Client, IntegrationRuntimeId, LinkOptions, Revocation,
    models::{LinkedServiceResource, RoleAssignment},
};
use clap::Args;
use serde_json::{Map, Value, json};

/// `adf runtime share`.
#[derive(Debug, Args)]
pub(crate) struct Share {
    #[command(flatten)]
    name: RuntimeName,

    #[command(flatten)]
    grantee: Grantee,
}

/// Whom to share with.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Grantee {
    /// The factory that will link: NAME, GROUP/NAME or its id
    #[arg(long, value_name = "FACTORY")]
    with: Option<OtherFactory>,

    /// The object id of a managed identity, for whoever may not read the other factory
    #[arg(long, value_name = "ID")]
    principal_id: Option<String>,
}

/// `adf runtime link`.
#[derive(Debug, Args)]
pub(crate) struct Link {
    #[command(flatten)]
    name: RuntimeName,

    /// The resource id of the shared runtime
    #[arg(long, value_name = "ID")]
    to: IntegrationRuntimeId,

    /// Free text
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// The credential whose user-assigned identity was granted, instead of the factory's own identity
    #[arg(long, value_name = "CREDENTIAL")]
    credential: Option<String>,
}

/// `adf runtime use`.
#[derive(Debug, Args)]
pub(crate) struct Use {
    #[command(flatten)]
    name: RuntimeName,

    /// The linked service to create
    #[arg(long, value_name = "NAME")]
    linked_service: String,

    /// The kind of store it connects to
    #[arg(long = "type", default_value = "FileServer", value_name = "TYPE")]
    kind: String,

    /// What the kind of store needs; may be repeated
    #[arg(long = "property", value_name = "KEY=VALUE", value_parser = key_value)]
    properties: Vec<(String, String)>,

    /// The same for a secret, which is never given out again; may be repeated
    #[arg(long = "secret", value_name = "KEY=VALUE", value_parser = key_value)]
    secrets: Vec<(String, String)>,
}

/// `adf runtime revoke`.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    name: RuntimeName,

    #[command(flatten)]
    holder: Holder,
}

/// Whom to take permission from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Holder {
    /// The factory that linked: NAME, GROUP/NAME or its id
    #[arg(long, value_name = "FACTORY")]
    from: Option<OtherFactory>,

    /// The object id of a managed identity
    #[arg(long, value_name = "ID")]
    principal_id: Option<String>,
}

/// `adf runtime unlink`.
#[derive(Debug, Args)]
pub(crate) struct Unlink {
    #[command(flatten)]
    name: RuntimeName,

    /// The factory that linked; only its name is sent, as the service wants it
    #[arg(long, value_name = "FACTORY")]
    from: OtherFactory,
}

impl Share {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let runtime = session.runtime(&self.name)?;
        let client = session.client()?;
        let other = (&self.grantee.with, &self.grantee.principal_id);
        let principal = principal(session, &client, &runtime, other).await?;
        let grant = client.sharing().grant(&runtime, &principal).await?;
        let text = Details::default()
            .with("Shared", Some(runtime.name()))
            .with("With", Some(&principal))
            .with("Role", Some("Contributor"))
            .with("Assignment", grant.id.as_deref())
            .with("Link with", Some(&format!("adf runtime link … --to {runtime}")));
        Ok(Document::new(&grant, text))
    }
}

impl Link {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let linked = session.runtime(&self.name)?;
        let options = LinkOptions { description: self.description.clone(), credential: self.credential.clone() };
        let client = session.client()?;
        let runtime = client.sharing().link(&linked, &self.to, options).await?;
        Ok(Document::new(&runtime, super::document::details(&runtime)))
    }
}

impl Use {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let runtime = session.runtime(&self.name)?;
        let body = LinkedServiceResource::via(&self.kind, runtime.name(), self.type_properties());
        let client = session.client()?;
        let service = client.linked_services().create_or_update(runtime.factory(), &self.linked_service, &body).await?;
        let text = Details::default()
            .with("Linked service", service.name.as_deref())
            .with("Type", Some(&service.properties.kind))
            .with("Connects via", Some(runtime.name()))
            .with("Resource id", service.id.as_deref());
        Ok(Document::new(&service, text))
    }

    fn type_properties(&self) -> Map<String, Value> {
        let plain = self.properties.iter().map(|(key, value)| (key.clone(), json!(value)));
        let secret = self.secrets.iter().map(|(key, value)| (key.clone(), json!({ "type": "SecureString", "value": value })));
        plain.chain(secret).collect()
    }
}

impl Revoke {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let runtime = session.runtime(&self.name)?;
        let client = session.client()?;
        let other = (&self.holder.from, &self.holder.principal_id);
        let principal = principal(session, &client, &runtime, other).await?;
        let revocation = client.sharing().revoke(&runtime, &principal).await?;
        if revocation.removed.is_empty() {
            return Err(Failure::Other(nothing_to_revoke(&runtime, &principal, &revocation)));
        }
        let json = json!({ "removed": revocation.removed, "remaining": revocation.remaining });
        let mut text = format!("Revoked: '{principal}' is no longer Contributor at integration runtime '{}'.\n", runtime.name());
        if !revocation.remaining.is_empty() {
            text.push_str(&format!("\nIt still holds these roles, which may let it in:\n{}", assignments(&revocation.remaining)));
        }
        Ok(Document { json, text })
    }
}

impl Unlink {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let shared = session.runtime(&self.name)?;
        let client = session.client()?;
        client.sharing().unlink(&shared, self.from.name()).await?;
        Ok(Document {
            json: json!({ "factoryName": self.from.name() }),
            text: format!("Integration runtime '{}' has no links from factory '{}' any more.", shared.name(), self.from.name()),
        })
    }
}

/// The object id that a person means: given, or of the factory's managed identity.
async fn principal(
    session: &Session,
    client: &Client,
    runtime: &IntegrationRuntimeId,
    other: (&Option<OtherFactory>, &Option<String>),
) -> Result<String, Failure> {
    match other {
        (_, Some(principal)) => Ok(principal.clone()),
        (Some(factory), None) => {
            let id = factory.resolve(session, runtime.factory().resource_group())?;
            Ok(client.sharing().principal_of(&id).await?)
        }
        (None, None) => Err(Failure::usage("name a factory or a --principal-id")),
    }
}

fn nothing_to_revoke(runtime: &IntegrationRuntimeId, principal: &str, revocation: &Revocation) -> String {
    let mut text = format!("nothing to revoke: '{principal}' is not Contributor at integration runtime '{}' itself", runtime.name());
    if !revocation.remaining.is_empty() {
        text.push_str(&format!(", but holds:\n{}", assignments(&revocation.remaining)));
    }
    text
}

fn assignments(list: &[RoleAssignment]) -> Table {
    let mut table = Table::new(["role", "scope"]);
    for assignment in list {
        let properties = &assignment.properties;
        table.row([properties.role_definition_id.rsplit('/').next(), properties.scope.as_deref()]);
    }
    table
}

//! Who calls in the demo, and where: the principals and groups of the emulator's built-in world.
//!
//! The owner is whom the environment names. The others are the built-in world's, whose ids and
//! secrets are fixed and public, like a storage emulator's well-known account.

use super::stage::Last;
use crate::{failure::Failure, session::Session};
use adf_emulator_client::{Client, Connection, EmulatorClient, FactoryId, IntegrationRuntimeId, PrincipalName, Result};

/// The built-in world's first subscription, with the groups `rg-shared` and `rg-linked`.
pub(super) const CONTOSO_SUBSCRIPTION: &str = "22222222-2222-2222-2222-222222222222";
const CONTOSO: &str = "11111111-1111-1111-1111-111111111111";
const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const FABRIKAM_SUBSCRIPTION: &str = "88888888-8888-8888-8888-888888888888";
/// All application ids of the built-in world are this and a number.
const APPLICATION: &str = "33333333-3333-3333-3333-0000000000";

/// The callers.
pub(super) struct Cast {
    /// Whom the environment names; Owner of the subscription.
    pub(super) owner: Client,
    /// Contributor of the subscription.
    pub(super) contributor: Client,
    /// Reader of the subscription.
    pub(super) reader: Client,
    /// User Access Administrator of the subscription.
    pub(super) access_admin: Client,
    /// Has no role anywhere.
    pub(super) stranger: Client,
    /// A guest from another tenant who is Owner of the subscription.
    pub(super) eve: Client,
    /// Owner of another tenant's subscription.
    pub(super) fabrikam_owner: Client,
    /// A machine that runs a node.
    pub(super) machine: EmulatorClient,
}

impl Cast {
    /// Signs nobody in yet; that happens at each one's first call.
    pub(super) fn new(session: &Session, last: &Last) -> std::result::Result<Self, Failure> {
        let connection = session.connection.clone().without_retries();
        let application = |tenant: &str, number: &str, name: &str| -> Result<Client> {
            let app = format!("{APPLICATION}{number}");
            let secret = format!("{name}-secret");
            let credential = connection.client_secret(tenant, &app, &secret)?;
            Ok(Client::new(&connection, credential).observed_by(last.observer()))
        };
        Ok(Self {
            owner: owner(&connection, last)?,
            contributor: application(CONTOSO, "02", "contributor")?,
            reader: application(CONTOSO, "03", "reader")?,
            access_admin: application(CONTOSO, "04", "access-admin")?,
            stranger: application(CONTOSO, "06", "stranger")?,
            eve: Client::new(&connection, PrincipalName::new("eve")).observed_by(last.observer()),
            fabrikam_owner: application(FABRIKAM, "09", "fabrikam-owner")?,
            machine: EmulatorClient::new(&connection).observed_by(last.observer()),
        })
    }
}

fn owner(connection: &Connection, last: &Last) -> std::result::Result<Client, Failure> {
    let credential = connection.credential_from_environment()?;
    Ok(Client::new(connection, credential).observed_by(last.observer()))
}

/// The resources of one demo. Their names are new each time, so that it can run twice at once.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The factory that owns the shared runtime.
    pub(super) sharing: FactoryId,
    /// The factory that links to it.
    pub(super) linking: FactoryId,
    /// A factory in another tenant.
    pub(super) foreign: FactoryId,
    /// The shared runtime.
    pub(super) shared: IntegrationRuntimeId,
    /// The linked runtime.
    pub(super) linked: IntegrationRuntimeId,
    /// The linked runtime that another tenant tries to make.
    pub(super) foreign_linked: IntegrationRuntimeId,
}

impl Places {
    /// Names for a new demo.
    pub(super) fn new() -> Result<Self> {
        let word: String = uuid::Uuid::new_v4().simple().to_string();
        let word: String = word.chars().take(6).collect();
        let factory = |subscription: &str, group: &str, role: &str| FactoryId::new(subscription, group, format!("demo-{word}-{role}"));
        let sharing = factory(CONTOSO_SUBSCRIPTION, "rg-shared", "sharing")?;
        let linking = factory(CONTOSO_SUBSCRIPTION, "rg-linked", "linking")?;
        let foreign = factory(FABRIKAM_SUBSCRIPTION, "rg-fabrikam", "foreign")?;
        Ok(Self {
            shared: sharing.integration_runtime("shared-ir")?,
            linked: linking.integration_runtime("linked-ir")?,
            foreign_linked: foreign.integration_runtime("linked-ir")?,
            sharing,
            linking,
            foreign,
        })
    }
}

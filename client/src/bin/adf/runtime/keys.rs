//! `adf runtime keys` and `regenerate-key`: what a machine needs to register as a node.
//!
//! Follows <https://learn.microsoft.com/azure/data-factory/create-self-hosted-integration-runtime>.

use crate::{
    arguments::RuntimeName,
    failure::Failure,
    output::{Details, Document},
    session::Session,
};
use adf_emulator_client::{AuthKeyName, models::IntegrationRuntimeAuthKeys};
use clap::{Args, ValueEnum};

/// `adf runtime regenerate-key`.
#[derive(Debug, Args)]
pub(crate) struct RegenerateKey {
    #[command(flatten)]
    name: RuntimeName,

    /// Which key
    #[arg(long, value_enum, ignore_case = true)]
    key: Key,
}

/// The two keys by the names that Azure gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Key {
    #[value(name = "authKey1")]
    AuthKey1,
    #[value(name = "authKey2")]
    AuthKey2,
}

impl RegenerateKey {
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        let id = session.runtime(&self.name)?;
        let key = match self.key {
            Key::AuthKey1 => AuthKeyName::AuthKey1,
            Key::AuthKey2 => AuthKeyName::AuthKey2,
        };
        let client = session.client()?;
        let keys = client.integration_runtimes().regenerate_auth_key(&id, key).await?;
        Ok(Document::new(&keys, details(&keys)))
    }
}

/// `adf runtime keys`.
pub(crate) async fn list(name: &RuntimeName, session: &Session) -> Result<Document, Failure> {
    let id = session.runtime(name)?;
    let keys = session.client()?.integration_runtimes().list_auth_keys(&id).await?;
    Ok(Document::new(&keys, details(&keys)))
}

fn details(keys: &IntegrationRuntimeAuthKeys) -> Details {
    Details::default().with("authKey1", keys.auth_key1.as_deref()).with("authKey2", keys.auth_key2.as_deref())
}

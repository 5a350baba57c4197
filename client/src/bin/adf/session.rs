//! Who calls what, from the command line and the environment: connection, credential, subscription.
//!
//! Options come first, then the environment, whose variables `docs/clients/rust.md` explains.

use crate::{arguments::Common, failure::Failure, output::Paint};
use adf_emulator_client::{Client, Connection, EmulatorClient, Exchange, FactoryId, IntegrationRuntimeId, Observer};
use std::{
    io::{self, Write},
    str::FromStr,
    sync::Arc,
};

/// One run of the command.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) common: Common,
}

impl Session {
    /// Reads the options, and the environment for what they leave out.
    pub(crate) fn new(common: Common) -> Result<Self, Failure> {
        let connection = Connection::from_variables(|name| match name {
            "EMULATOR_URL" => common.url.clone(),
            "EMULATOR_CA" => common.ca.clone(),
            _ => std::env::var(name).ok(),
        })?;
        Ok(Self { connection, common })
    }

    /// The caller that the environment names.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let credential = self.connection.credential_from_environment()?;
        let client = Client::new(&self.connection, credential);
        Ok(if self.common.verbose { client.observed_by(verbose()) } else { client })
    }

    /// The emulator's own endpoints at the same address.
    pub(crate) fn emulator(&self) -> EmulatorClient {
        let emulator = EmulatorClient::new(&self.connection);
        if self.common.verbose { emulator.observed_by(verbose()) } else { emulator }
    }

    /// The subscription to work in.
    pub(crate) fn subscription(&self) -> Result<&str, Failure> {
        let subscription = self.common.subscription.as_deref();
        subscription
            .filter(|id| !id.is_empty())
            .ok_or_else(|| Failure::usage("no subscription: give --subscription ID or set AZURE_SUBSCRIPTION_ID"))
    }

    /// The id of a factory in a group of the subscription.
    pub(crate) fn factory(&self, group: &str, name: &str) -> Result<FactoryId, Failure> {
        Ok(FactoryId::new(self.subscription()?, group, name)?)
    }

    /// The id of a runtime.
    pub(crate) fn runtime(&self, name: &crate::arguments::RuntimeName) -> Result<IntegrationRuntimeId, Failure> {
        let factory = self.factory(&name.factory.resource_group, &name.factory.factory)?;
        Ok(factory.integration_runtime(&name.name)?)
    }
}

/// Another factory as a person names it: `NAME`, `GROUP/NAME` or a whole id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OtherFactory {
    /// In the same resource group.
    Name(String),
    /// In another group of the same subscription.
    InGroup(String, String),
    /// Anywhere.
    Id(FactoryId),
}

impl OtherFactory {
    /// The id, seen from a factory of this session.
    pub(crate) fn resolve(&self, session: &Session, group: &str) -> Result<FactoryId, Failure> {
        match self {
            Self::Name(name) => session.factory(group, name),
            Self::InGroup(group, name) => session.factory(group, name),
            Self::Id(id) => Ok(id.clone()),
        }
    }

    /// The bare name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::InGroup(_, name) => name,
            Self::Id(id) => id.name(),
        }
    }
}

impl FromStr for OtherFactory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with('/') {
            let id = text.parse();
            return id.map(Self::Id).map_err(|error: adf_emulator_client::Error| error.to_string());
        }
        match text.split('/').collect::<Vec<_>>().as_slice() {
            [name] if !name.is_empty() => Ok(Self::Name((*name).to_owned())),
            [group, name] if !group.is_empty() && !name.is_empty() => Ok(Self::InGroup((*group).to_owned(), (*name).to_owned())),
            _ => Err("expected NAME, GROUP/NAME or the id of a factory".to_owned()),
        }
    }
}

/// Prints each exchange to standard error.
fn verbose() -> Observer {
    let paint = Paint::for_stream(&io::stderr());
    Arc::new(move |exchange: &Exchange| {
        let status = exchange.status.map(|status| status.to_string());
        let line = format!(
            "{} {} {} {}",
            exchange.method,
            exchange.path,
            status.as_deref().unwrap_or("no answer"),
            exchange.code.as_deref().unwrap_or_default()
        );
        // A closed standard error must not stop the work.
        let _ = writeln!(io::stderr(), "{}", paint.dim(line.trim_end()));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_factory_is_named_in_three_ways() {
        let name: OtherFactory = "adf2".parse().unwrap();
        assert_eq!(name, OtherFactory::Name("adf2".into()));
        let in_group: OtherFactory = "rg/adf2".parse().unwrap();
        assert_eq!(in_group, OtherFactory::InGroup("rg".into(), "adf2".into()));
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataFactory/factories/adf2";
        assert_eq!(id.parse::<OtherFactory>().unwrap().name(), "adf2");
        for wrong in ["", "a/b/c", "/adf2", "rg/"] {
            assert!(wrong.parse::<OtherFactory>().is_err(), "{wrong}");
        }
    }
}

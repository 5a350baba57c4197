//! Ids of a factory and of an integration runtime: parse, print, compare without case.
//!
//! Azure compares ids without case and writes the collection of a runtime in lower case
//! (`…/integrationruntimes/…`), while clients send `integrationRuntimes`; both are read. A name is
//! only checked for what would change the path; whether it is a good name is the service's to say.

use crate::error::{Error, Result};
use std::{fmt, str::FromStr};

/// `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.DataFactory/factories/{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactoryId {
    subscription_id: String,
    resource_group: String,
    name: String,
}

/// `{factory id}/integrationRuntimes/{name}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationRuntimeId {
    factory: FactoryId,
    name: String,
}

impl FactoryId {
    /// Makes the id of the factory `name`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a part is empty or would change the path.
    pub fn new(subscription_id: impl Into<String>, resource_group: impl Into<String>, name: impl Into<String>) -> Result<Self> {
        Ok(Self {
            subscription_id: segment("subscription id", subscription_id.into())?,
            resource_group: segment("resource group", resource_group.into())?,
            name: segment("factory name", name.into())?,
        })
    }

    /// Returns the id of an integration runtime in this factory.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or would change the path.
    pub fn integration_runtime(&self, name: impl Into<String>) -> Result<IntegrationRuntimeId> {
        Ok(IntegrationRuntimeId { factory: self.clone(), name: segment("integration runtime name", name.into())? })
    }

    /// Returns the path of a linked service in this factory.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or would change the path.
    pub fn linked_service(&self, name: &str) -> Result<String> {
        let name = segment("linked service name", name.to_owned())?;
        Ok(format!("{self}/linkedservices/{name}"))
    }

    /// The subscription that the factory is in.
    pub fn subscription_id(&self) -> &str {
        &self.subscription_id
    }

    /// The resource group that the factory is in.
    pub fn resource_group(&self) -> &str {
        &self.resource_group
    }

    /// The factory's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl IntegrationRuntimeId {
    /// The factory that holds the runtime.
    pub fn factory(&self) -> &FactoryId {
        &self.factory
    }

    /// The runtime's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path of one of the runtime's nodes.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name is empty or would change the path.
    pub fn node(&self, name: &str) -> Result<String> {
        let name = segment("node name", name.to_owned())?;
        Ok(format!("{self}/nodes/{name}"))
    }
}

impl fmt::Display for FactoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.DataFactory/factories/{}",
            self.subscription_id, self.resource_group, self.name
        )
    }
}

impl fmt::Display for IntegrationRuntimeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/integrationRuntimes/{}", self.factory, self.name)
    }
}

impl FromStr for FactoryId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self> {
        let (factory, rest) = split_factory(id)?;
        if rest.is_empty() {
            return Ok(factory);
        }
        Err(Error::invalid(format!("'{id}' is not the id of a factory: it goes on after the factory's name")))
    }
}

impl FromStr for IntegrationRuntimeId {
    type Err = Error;

    fn from_str(id: &str) -> Result<Self> {
        let (factory, rest) = split_factory(id)?;
        match rest.as_slice() {
            [collection, name] if collection.eq_ignore_ascii_case("integrationRuntimes") => factory.integration_runtime(*name),
            _ => Err(Error::invalid(format!(
                "'{id}' is not the id of an integration runtime; such an id ends in \
                 /providers/Microsoft.DataFactory/factories/FACTORY/integrationRuntimes/NAME"
            ))),
        }
    }
}

/// True when two ids name the same resource: without case, without doubled or trailing slashes.
pub fn same_id(one: &str, other: &str) -> bool {
    let segments = |id: &str| id.split('/').filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect::<Vec<_>>();
    segments(one) == segments(other)
}

/// Splits an id into the factory and what follows it.
fn split_factory(id: &str) -> Result<(FactoryId, Vec<&str>)> {
    let segments: Vec<&str> = id.split('/').filter(|part| !part.is_empty()).collect();
    if id.starts_with('/')
        && let [subscriptions, subscription, groups, group, providers, provider, factories, name, rest @ ..] = segments.as_slice()
        && subscriptions.eq_ignore_ascii_case("subscriptions")
        && groups.eq_ignore_ascii_case("resourceGroups")
        && providers.eq_ignore_ascii_case("providers")
        && provider.eq_ignore_ascii_case("Microsoft.DataFactory")
        && factories.eq_ignore_ascii_case("factories")
    {
        return Ok((FactoryId::new(*subscription, *group, *name)?, rest.to_vec()));
    }
    Err(Error::invalid(format!(
        "'{id}' is not an id in a factory; such an id begins with \
         /subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.DataFactory/factories/FACTORY"
    )))
}

/// Accepts a name that stays one segment of a path. `.` and `..` would be taken away by URL rules.
fn segment(what: &str, name: String) -> Result<String> {
    if name.is_empty() {
        return Err(Error::invalid(format!("the {what} is empty")));
    }
    if name.contains('/') || name == "." || name == ".." {
        return Err(Error::invalid(format!("the {what} '{name}' cannot stand in a path")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTORY: &str =
        "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/Microsoft.DataFactory/factories/adf1";

    #[test]
    fn a_printed_id_is_read_back() {
        let factory: FactoryId = FACTORY.parse().unwrap();
        assert_eq!(factory.to_string(), FACTORY);
        let runtime = factory.integration_runtime("ir1").unwrap();
        assert_eq!(runtime.to_string().parse::<IntegrationRuntimeId>().unwrap(), runtime);
    }

    #[test]
    fn azures_spellings_of_an_id_are_read() {
        let id = format!("/{}/integrationruntimes/ir1", FACTORY.to_lowercase());
        let runtime: IntegrationRuntimeId = id.parse().unwrap();
        assert_eq!((runtime.factory().name(), runtime.name()), ("adf1", "ir1"));
        assert!(same_id(&runtime.to_string(), &format!("{FACTORY}/integrationRuntimes/IR1/")));
    }

    #[test]
    fn other_ids_are_refused_with_what_would_do() {
        for id in ["", "ir1", FACTORY, "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"] {
            let error = id.parse::<IntegrationRuntimeId>().unwrap_err().to_string();
            assert!(error.contains("/factories/FACTORY"), "{error}");
        }
        assert!(format!("{FACTORY}/pipelines/p").parse::<FactoryId>().is_err());
    }

    #[test]
    fn a_name_cannot_leave_its_segment() {
        for name in ["", ".", "..", "a/b"] {
            assert!(FactoryId::new("s", "g", name).is_err(), "{name}");
        }
    }
}

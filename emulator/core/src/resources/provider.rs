//! The resource providers that we serve: namespaces, types, api-versions, locations.
//!
//! Data, not behaviour: the dispatcher refuses unknown types and versions by it, and `GET …/providers` prints it.
//! Follows `arm-wire` 1.4 and 3.2, `client-connection` 1.6 and 8.

/// A resource provider.
#[derive(Debug)]
pub struct Provider {
    /// The namespace, such as `Microsoft.DataFactory`.
    pub namespace: &'static str,
    /// Whether its resources need a registration in the subscription.
    pub registration_required: bool,
    /// The types.
    pub types: &'static [ResourceType],
}

/// A resource type of a provider.
#[derive(Debug)]
pub struct ResourceType {
    /// The type without namespace, such as `factories/integrationRuntimes`.
    pub name: &'static str,
    /// Accepted api-versions, newest first.
    pub api_versions: &'static [&'static str],
    /// Where resources of it can be made, as display names.
    pub locations: &'static [&'static str],
    /// What `GET …/providers` says it is capable of.
    pub capabilities: &'static str,
}

/// All providers.
pub static PROVIDERS: &[Provider] = &[Provider { namespace: "Microsoft.DataFactory", registration_required: true, types: &[] }];

/// Returns the provider with this namespace, compared without case.
pub fn find(namespace: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.namespace.eq_ignore_ascii_case(namespace))
}

impl Provider {
    /// Returns the type with this name, compared without case.
    pub fn resource_type(&self, name: &str) -> Option<&'static ResourceType> {
        self.types.iter().find(|it| it.name.eq_ignore_ascii_case(name))
    }
}

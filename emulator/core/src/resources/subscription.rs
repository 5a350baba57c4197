//! Subscriptions and the resource providers registered in them.
//!
//! Follows <https://learn.microsoft.com/rest/api/resources/subscriptions>.

use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A subscription of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// The subscription id.
    pub id: Uuid,
    /// The tenant that it belongs to.
    pub tenant_id: Uuid,
    /// What portals show.
    pub display_name: Arc<str>,
    /// Registration by namespace in lower case; a namespace that is not here was never registered.
    pub registrations: Arc<BTreeMap<String, Registration>>,
}

/// How far a resource provider is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Its resources can be made.
    Registered,
    /// It was registered once.
    Unregistered,
}

impl Subscription {
    /// Returns whether resources of `namespace` can be made; compared without case.
    pub fn has_registered(&self, namespace: &str) -> bool {
        self.registrations.get(&namespace.to_lowercase()) == Some(&Registration::Registered)
    }
}

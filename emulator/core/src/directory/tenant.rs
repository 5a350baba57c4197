//! A tenant: one directory, to which subscriptions belong.
//!
//! Its principals are in files of their own; here is what a tenant says of itself.

use crate::resources::management_group::ManagementGroups;
use std::sync::Arc;
use uuid::Uuid;

/// A Microsoft Entra tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tenant {
    /// The tenant id.
    pub id: Uuid,
    /// What portals show.
    pub display_name: Arc<str>,
    /// The default domain, such as `contoso.onmicrosoft.com`.
    pub domain: Arc<str>,
    /// The tree of management groups.
    pub management_groups: Arc<ManagementGroups>,
}

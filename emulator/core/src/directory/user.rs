//! Users and guests.
//!
//! A guest is a user whose home is another tenant. What a guest may see in the directory is decided at Graph.

use std::sync::Arc;
use uuid::Uuid;

/// A user of a tenant. A guest is a user here whose home is another tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The sign-in name, unique without case.
    pub user_principal_name: Arc<str>,
    /// The password, where the world gives one.
    pub password: Option<Arc<str>>,
    /// Whether this is a guest.
    pub guest: bool,
    /// A guest's own tenant.
    pub home_tenant: Option<Uuid>,
    /// Whether the user may elevate access.
    pub global_administrator: bool,
    /// Whether sign-in is blocked.
    pub disabled: bool,
}

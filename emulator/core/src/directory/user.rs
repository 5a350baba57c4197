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

impl User {
    /// Returns the sign-in name at home, in lower case: a guest `eve_fabrikam.com#EXT#@contoso.com` is `eve@fabrikam.com`.
    pub fn home_name(&self) -> String {
        let name = self.user_principal_name.to_lowercase();
        match name.split_once("#ext#").and_then(|(home, _)| home.rsplit_once('_')) {
            Some((user, domain)) if self.guest => format!("{user}@{domain}"),
            _ => name,
        }
    }
}

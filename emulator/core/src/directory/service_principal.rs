//! Service principals: of applications and of managed identities.
//!
//! The application's secrets are in `application.rs`: an identity has none.

use super::application::Application;
use crate::resource_id::ResourceId;
use uuid::Uuid;

/// The service principal of an application.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePrincipal {
    /// The application's id, what it signs in as.
    pub app_id: Uuid,
    /// The application.
    pub application: Application,
    /// Whether sign-in is blocked.
    pub disabled: bool,
}

/// The service principal of a managed identity.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagedIdentity {
    /// The application id of the identity.
    pub client_id: Uuid,
    /// The resource that has it, or the user-assigned identity itself.
    pub resource: ResourceId,
    /// Whether it is a user-assigned identity.
    pub user_assigned: bool,
}

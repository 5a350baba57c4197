//! Microsoft.ManagedIdentity: identities that live apart from the resources that use them.
//!
//! The identities that live and die with a resource are that resource's own.
//! Follows <https://learn.microsoft.com/rest/api/managedidentity/>.

pub mod assigned;
pub mod federated_identity_credential;
pub mod user_assigned_identity;

//! Microsoft.ManagedIdentity on the wire: shapes and operations, one file a kind.
//!
//! What is not emulated has rows all the same, so that it is authorized as Azure does and then refused by name.

pub mod federated_identity_credential;
pub mod not_emulated;
pub mod user_assigned_identity;

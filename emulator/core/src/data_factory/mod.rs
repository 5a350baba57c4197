//! Microsoft.DataFactory: factories and what lies in them, one file a kind.
//!
//! A kind never opens another kind's table; it asks through a function of that kind. What several kinds share is
//! in `document.rs` (reading a body), `etag.rs`, `identity.rs`, `reference.rs` and `secret.rs`.
//! Follows <https://learn.microsoft.com/rest/api/datafactory/> and `datafactory-wire` of the reference.

pub mod authentication_key;
pub mod credential;
pub mod document;
pub mod etag;
pub mod factory;
pub mod factory_properties;
pub mod identity;
pub mod integration_runtime;
pub mod link;
pub mod linked_service;
pub mod node;
pub mod reference;
pub mod secret;

#[cfg(test)]
mod testing;

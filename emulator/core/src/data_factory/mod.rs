//! Microsoft.DataFactory: factories and what lies in them, one file a kind.
//!
//! A kind never opens another kind's table; it asks through a function of that kind. What several kinds share is
//! in `document.rs` (reading a body), `etag.rs` and `identity.rs`.
//! Follows <https://learn.microsoft.com/rest/api/datafactory/> and `datafactory-wire` of the reference.

pub mod document;
pub mod etag;
pub mod factory;
pub mod factory_properties;
pub mod identity;

#[cfg(test)]
mod testing;

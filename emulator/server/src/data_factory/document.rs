//! What every document in a factory looks like on the wire: `id`, `name`, `type`, `properties`, `etag`.
//!
//! Follows `datafactory-wire` 1.2; the etag is in the body only (1.3).

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use adf_emulator_core::data_factory::etag;
use adf_emulator_core::world::Document;
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// A document in a factory, in the order in which Azure prints it.
#[derive(Debug, Serialize)]
pub struct DocumentResource<'a> {
    /// The id, its collection in lower case.
    pub id: &'a str,
    /// The name as it was written at creation.
    pub name: &'a str,
    /// The type, its last segment in lower case where Azure prints it so.
    #[serde(rename = "type")]
    pub resource_type: &'static str,
    /// The properties.
    pub properties: &'a Document,
    /// The etag, without inner quotes.
    pub etag: &'a str,
}

/// A value that is printed as its text, without an intermediate copy.
#[derive(Debug)]
pub struct Text<T>(pub T);

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Answers a GET: 304 when the caller has what `etag` names, else the resource.
pub fn read(request: &ArmRequest, etag: &str, resource: &impl Serialize) -> Reply {
    match request.if_none_match() {
        Some(header) if etag::names(header, etag) => Reply::not_modified(),
        _ => Reply::ok(resource),
    }
}

/// Answers a DELETE: 204 when there was nothing.
pub const fn deleted(was_there: bool) -> Reply {
    if was_there { Reply::empty_ok() } else { Reply::no_content() }
}

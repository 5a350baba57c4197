//! Reading the bodies that clients send: members of the type that Data Factory's models give them.
//!
//! A member that is null counts as not sent. What is not modelled is neither looked at nor dropped, because every
//! model of Data Factory is open. Never a rule of one kind.

use crate::fault::Fault;
use crate::resources::definition;
use crate::rules::lifecycle;
use crate::world::Document;
use serde_json::Value;

/// Returns the text of a member.
///
/// # Errors
/// `document-shape` when it is something else.
pub fn text<'a>(document: &'a Document, path: &str) -> Result<Option<&'a str>, Fault> {
    member(document, path).map(|value| value.as_str().ok_or_else(|| lifecycle::invalid_value(path))).transpose()
}

/// Returns the text of a member that must be there.
///
/// # Errors
/// `document-shape` when it is missing or something else.
pub fn required_text<'a>(document: &'a Document, path: &str) -> Result<&'a str, Fault> {
    text(document, path)?.ok_or_else(|| lifecycle::invalid_value(path))
}

/// Returns a member that is an object.
///
/// # Errors
/// `document-shape` when it is something else.
pub fn object<'a>(document: &'a Document, path: &str) -> Result<Option<&'a Document>, Fault> {
    member(document, path).map(|value| value.as_object().ok_or_else(|| lifecycle::invalid_value(path))).transpose()
}

/// Returns the `properties` of a body that must have them.
///
/// # Errors
/// `document-has-properties` when they are missing, `document-shape` when they are no object.
pub fn properties(body: &Document) -> Result<&Document, Fault> {
    object(body, "properties")?.ok_or_else(lifecycle::properties_missing)
}

/// Returns the member that `path` ends in, unless it is null. The head of a path only serves messages.
pub fn member<'a>(document: &'a Document, path: &str) -> Option<&'a Value> {
    let name = path.rsplit('.').next().unwrap_or(path);
    definition::member(document, name).filter(|value| !value.is_null())
}

/// Returns the members of `document` that are not null.
pub fn without_nulls(document: &Document) -> Document {
    document.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())).collect()
}

//! The outer shape of a resource's body: which members it may have, and the types of the simple ones.
//!
//! The outer shape is strict: an unknown top-level member is an error before a provider sees the body, not ignored
//! (`arm-wire` 1.3). What stands inside `properties` is the kind's own.

use crate::fault::Fault;
use crate::reader_words::Place;
use crate::rules::arm;
use crate::world::Document;
use serde_json::Value;

/// The members of any resource's body.
const RESOURCE_MEMBERS: &[&str] = &[
    "id",
    "name",
    "type",
    "location",
    "tags",
    "properties",
    "sku",
    "kind",
    "plan",
    "identity",
    "zones",
    "managedBy",
    "managedByExtended",
    "extendedLocation",
    "etag",
    "eTag",
    "scale",
    "systemData",
    "apiVersion",
    "placement",
    "asyncOperation",
];

/// The members of a resource group's body.
const RESOURCE_GROUP_MEMBERS: &[&str] = &["id", "name", "type", "location", "tags", "properties", "managedBy"];

/// The members of the tags of a scope, by themselves, and of a change of them.
const TAGS_MEMBERS: &[&str] = &["id", "name", "type", "properties", "operation", "systemData"];

/// Checks the top-level members of a resource's body.
///
/// # Errors
/// `InvalidRequestContent` that names the first unknown member.
pub fn resource_has_known_members(body: &Document) -> Result<(), Fault> {
    has_only(body, RESOURCE_MEMBERS, "ResourceDefinition")
}

/// Checks the top-level members of a resource group's body.
///
/// # Errors
/// `InvalidRequestContent` that names the first unknown member.
pub fn resource_group_has_known_members(body: &Document) -> Result<(), Fault> {
    has_only(body, RESOURCE_GROUP_MEMBERS, "ResourceGroupDefinition")
}

/// Checks the top-level members of the tags of a scope, by themselves.
///
/// # Errors
/// `InvalidRequestContent` that names the first unknown member.
pub fn tags_have_known_members(body: &Document) -> Result<(), Fault> {
    has_only(body, TAGS_MEMBERS, "TagsDefinition")
}

fn has_only(body: &Document, known: &[&str], type_name: &str) -> Result<(), Fault> {
    match body.keys().find(|name| !known.iter().any(|member| member.eq_ignore_ascii_case(name))) {
        None => Ok(()),
        Some(name) => {
            let sentence = format!("Could not find member '{name}' on object of type '{type_name}'.");
            Err(arm::invalid_member(&sentence, Place::Name(name.clone())))
        }
    }
}

/// Returns a member of the outer shape; Resource Manager's reader takes its name in any case.
pub fn member<'a>(body: &'a Document, name: &str) -> Option<&'a Value> {
    body.get(name).or_else(|| body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Returns a member that is a string, or none when it is absent or null.
///
/// # Errors
/// `InvalidRequestContent` when it is something else.
pub fn text<'a>(body: &'a Document, name: &str) -> Result<Option<&'a str>, Fault> {
    match member(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(not_a_text(name, other)),
    }
}

/// Returns a member that is an object, or none when it is absent or null.
///
/// # Errors
/// `InvalidRequestContent` when it is something else.
pub fn object<'a>(body: &'a Document, name: &str) -> Result<Option<&'a Document>, Fault> {
    match member(body, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(other) => {
            let sentence = format!("Error converting value {other} to type 'Newtonsoft.Json.Linq.JObject'.");
            Err(arm::invalid_member(&sentence, Place::Value(name.to_owned())))
        }
    }
}

/// Returns the fault of the member at `path` being `value`, where the reader expects a text.
pub fn not_a_text(path: &str, value: &Value) -> Fault {
    let token = match value {
        Value::Array(_) => "StartArray",
        Value::Object(_) => "StartObject",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Float",
        Value::Number(_) => "Integer",
        Value::String(_) | Value::Null => "String",
    };
    arm::invalid_member(&format!("Error reading string. Unexpected token: {token}."), Place::Value(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_member_is_named() {
        let body = serde_json::from_str(r#"{"Location":"eastus","AccountType":"x"}"#).unwrap();
        let Err(Fault::RuleBroken(broken)) = resource_has_known_members(&body) else { panic!("it was accepted") };
        assert_eq!(
            broken.message.as_deref(),
            Some(
                "The request content was invalid and could not be deserialized: 'Could not find member 'AccountType' on object of type \
                 'ResourceDefinition'. Path 'AccountType'.'."
            )
        );
    }
}

//! The document of an integration runtime: reading a PUT body, and the order in which Azure prints it back.
//!
//! Every model of Data Factory is open, so what is not modelled is kept, after what is. Explicit nulls inside
//! `typeProperties` stay: Terraform reads an absent `linkedInfo` otherwise than one that is null. A secret is replaced
//! by its mask before anything is stored. Follows `datafactory-wire` 1.2, 3.1, 4.4, 5 and 8.

use crate::data_factory::document as members;
use crate::data_factory::link::LinkedInfo;
use crate::data_factory::secret::MASK;
use crate::fault::Fault;
use crate::rules::{integration_runtimes as rules, lifecycle, sharing};
use crate::world::Document;
use serde_json::Value;

/// The members that a client sets, in the order on the wire; others follow.
const ORDER: &[&str] = &["type", "description", "typeProperties", "managedVirtualNetwork"];

/// A body that has its shape.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The properties as they are stored and printed.
    pub properties: Document,
    /// What it asks for.
    pub wanted: Wanted,
}

/// What a body asks for.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// A runtime with nodes of its own.
    SelfHosted,
    /// A link to a shared runtime.
    Linked(LinkedInfo),
    /// A runtime that Azure runs.
    Managed,
}

impl Wanted {
    /// Returns `SelfHosted` or `Managed`.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::SelfHosted | Self::Linked(_) => "SelfHosted",
            Self::Managed => "Managed",
        }
    }

    /// Returns whether it asks for a link.
    pub const fn is_linked(&self) -> bool {
        matches!(self, Self::Linked(_))
    }
}

/// Reads the body of a PUT.
///
/// # Errors
/// `document-has-properties`, `document-shape`, `integration-runtime-has-a-type`, `link-names-a-runtime`, and
/// `NotEmulated` for a link that is authorized by a key and for a managed virtual network.
pub fn parse(body: &Document) -> Result<Parsed, Fault> {
    let sent = members::properties(body)?;
    let is_managed = match members::text(sent, "properties.type")? {
        Some(name) if name.eq_ignore_ascii_case("SelfHosted") => false,
        Some(name) if name.eq_ignore_ascii_case("Managed") => true,
        other => return Err(rules::type_not_known(other)),
    };
    members::text(sent, "properties.description")?;
    let type_properties = members::object(sent, "properties.typeProperties")?;
    let wanted = if is_managed {
        managed(sent, type_properties)?
    } else {
        let linked_info = type_properties.map(|it| members::object(it, "properties.typeProperties.linkedInfo")).transpose()?.flatten();
        linked_info.map(linked).transpose()?.unwrap_or(Wanted::SelfHosted)
    };
    Ok(Parsed { properties: in_order(sent, &wanted), wanted })
}

fn managed(sent: &Document, type_properties: Option<&Document>) -> Result<Wanted, Fault> {
    if type_properties.is_none() {
        return Err(lifecycle::invalid_value("properties.typeProperties"));
    }
    if members::object(sent, "properties.managedVirtualNetwork")?.is_some() {
        return Err(Fault::not_emulated("IntegrationRuntimes_CreateOrUpdate with managedVirtualNetwork"));
    }
    Ok(Wanted::Managed)
}

/// Reads `linkedInfo`. Whether its `resourceId` is one is checked with the link, after the identity.
fn linked(info: &Document) -> Result<Wanted, Fault> {
    let path = |name: &str| format!("properties.typeProperties.linkedInfo.{name}");
    match members::text(info, &path("authorizationType"))? {
        Some(by) if by.eq_ignore_ascii_case("RBAC") => {}
        Some(by) if by.eq_ignore_ascii_case("Key") => {
            return Err(Fault::not_emulated("IntegrationRuntimes_CreateOrUpdate with linkedInfo.authorizationType 'Key'"));
        }
        Some(other) => return Err(sharing::bad_linked_info(&format!("the authorizationType '{other}' is not known; it is 'RBAC'."))),
        None => return Err(sharing::bad_linked_info("it has no 'authorizationType'; it is 'RBAC'.")),
    }
    let resource_id = members::text(info, &path("resourceId"))?.unwrap_or_default();
    let credential = members::object(info, &path("credential"))?;
    let credential = credential.map(|it| members::required_text(it, &path("credential.referenceName"))).transpose()?;
    Ok(Wanted::Linked(LinkedInfo { resource_id: resource_id.into(), credential: credential.map(Into::into) }))
}

fn in_order(sent: &Document, wanted: &Wanted) -> Document {
    let in_order = ORDER.iter().filter_map(|name| sent.get_key_value(*name));
    let others = sent.iter().filter(|(name, _)| !ORDER.contains(&name.as_str()) && *name != "state");
    let kept = in_order.chain(others).filter(|(_, value)| !value.is_null());
    let mut properties: Document = kept.map(|(name, value)| (name.clone(), masked(value))).collect();
    properties.insert("type".into(), wanted.type_name().into());
    properties
}

/// Returns a value with every `SecureString` in it masked. Nothing here needs a secret, so none is kept.
fn masked(value: &Value) -> Value {
    match value {
        Value::Object(members) if members.get("type").and_then(Value::as_str) == Some("SecureString") => {
            let one = |(name, value): (&String, &Value)| (name.clone(), if name == "value" { MASK.into() } else { value.clone() });
            Value::Object(members.iter().map(one).collect())
        }
        Value::Object(members) => Value::Object(members.iter().map(|(name, value)| (name.clone(), masked(value))).collect()),
        Value::Array(elements) => Value::Array(elements.iter().map(masked).collect()),
        other => other.clone(),
    }
}

/// Returns properties with a managed runtime's state in its place: after `typeProperties`.
pub fn with_state(properties: &Document, state: &str) -> Document {
    let mut printed = Document::new();
    for (name, value) in properties {
        printed.insert(name.clone(), value.clone());
        if name == "typeProperties" {
            printed.insert("state".into(), state.into());
        }
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(body: Value) -> Result<Parsed, Fault> {
        parse(body.as_object().unwrap())
    }

    fn printed(properties: Value) -> String {
        Value::from(parsed(json!({ "properties": properties })).unwrap().properties).to_string()
    }

    fn rule(body: Value) -> &'static str {
        parsed(body).unwrap_err().rule().map_or("not emulated", |rule| rule.name)
    }

    #[test]
    fn the_order_is_azures_and_the_unknown_follows() {
        let sent = json!({ "x": 1, "typeProperties": { "linkedInfo": null, "b": false }, "description": "", "state": "s", "y": null,
            "type": "selfhosted" });
        assert_eq!(printed(sent), r#"{"type":"SelfHosted","description":"","typeProperties":{"linkedInfo":null,"b":false},"x":1}"#);
    }

    #[test]
    fn empty_type_properties_stay_and_missing_ones_stay_away() {
        assert_eq!(printed(json!({ "type": "SelfHosted", "typeProperties": {} })), r#"{"type":"SelfHosted","typeProperties":{}}"#);
        assert_eq!(printed(json!({ "type": "SelfHosted", "typeProperties": null })), r#"{"type":"SelfHosted"}"#);
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(rule(json!({})), "document-has-properties");
        assert_eq!(rule(json!({ "properties": {} })), "integration-runtime-has-a-type");
        assert_eq!(rule(json!({ "properties": { "type": "Hosted" } })), "integration-runtime-has-a-type");
        assert_eq!(rule(json!({ "properties": { "type": "Managed" } })), "document-shape");
        assert_eq!(rule(json!({ "properties": { "type": "SelfHosted", "description": 1 } })), "document-shape");
        let linked = |info: Value| json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": info } } });
        assert_eq!(rule(linked(json!({ "resourceId": "/x" }))), "link-names-a-runtime");
        assert_eq!(rule(linked(json!({ "authorizationType": "Magic" }))), "link-names-a-runtime");
        assert_eq!(rule(linked(json!({ "authorizationType": "Key", "key": {} }))), "not emulated");
        assert!(parsed(linked(json!({ "authorizationType": "rbac", "resourceId": "x" }))).unwrap().wanted.is_linked());
    }

    #[test]
    fn a_managed_runtime_shows_its_state_and_hides_its_secrets() {
        let password = json!({ "type": "SecureString", "value": "secret" });
        let body = json!({ "properties": { "type": "Managed", "typeProperties": { "a": [{ "p": password }] }, "more": 1 } });
        let printed = Value::from(with_state(&parsed(body).unwrap().properties, "Initial")).to_string();
        let expected =
            r#"{"type":"Managed","typeProperties":{"a":[{"p":{"type":"SecureString","value":"**********"}}]},"state":"Initial","more":1}"#;
        assert_eq!(printed, expected);
    }
}

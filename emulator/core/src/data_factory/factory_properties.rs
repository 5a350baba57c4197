//! The `properties` of a factory: what may be sent, and what is kept of it.
//!
//! Kept as sent, in the order in which Azure prints them; what only the service writes is dropped, and so are nulls.
//! Follows `datafactory-models` 3 and `datafactory-wire` 2.1, 2.7, 2.8.

use super::document;
use crate::fault::Fault;
use crate::rules::lifecycle;
use crate::world::Document;
use serde_json::Value;

/// What the service writes and a client may send back.
const READ_ONLY: &[&str] = &["provisioningState", "createTime", "version", "factoryStatistics"];
/// The order on the wire of what a client sets; what is not named here follows.
const ORDER: &[&str] = &["purviewConfiguration", "repoConfiguration", "globalParameters", "encryption", "publicNetworkAccess"];
/// The kinds of a global parameter, compared without case.
const PARAMETER_TYPES: &[&str] = &["object", "string", "int", "float", "bool", "array"];

/// Returns what is kept of the `properties` in the body of a PUT; nothing when there are none.
///
/// # Errors
/// `document-shape` when a member is not what the model says.
pub fn of_body(body: &Document) -> Result<Document, Fault> {
    let sent = document::object(body, "properties")?.map(document::without_nulls).unwrap_or_default();
    check(&sent)?;
    let in_order = ORDER.iter().filter_map(|name| sent.get_key_value(*name));
    let others = sent.iter().filter(|(name, _)| !ORDER.contains(&name.as_str()) && !READ_ONLY.contains(&name.as_str()));
    Ok(in_order.chain(others).map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Returns `properties` with one member set, in its place in the order.
pub fn with(properties: &Document, name: &str, value: Option<Value>) -> Document {
    let mut sent = properties.clone();
    match value {
        Some(value) => sent.insert(name.to_owned(), value),
        None => sent.shift_remove(name),
    };
    let in_order = ORDER.iter().filter_map(|name| sent.get_key_value(*name));
    let others = sent.iter().filter(|(name, _)| !ORDER.contains(&name.as_str()));
    in_order.chain(others).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns whether the factory is encrypted with a customer's key; an empty `encryption` names none.
pub fn has_customer_key(properties: &Document) -> bool {
    document::member(properties, "encryption").and_then(Value::as_object).is_some_and(|encryption| !encryption.is_empty())
}

/// Refuses a network access that is neither `Enabled` nor `Disabled`.
///
/// # Errors
/// `document-shape`.
pub fn check_network_access(properties: &Document) -> Result<(), Fault> {
    const PATH: &str = "properties.publicNetworkAccess";
    match document::text(properties, PATH)? {
        Some(access) if !["enabled", "disabled"].iter().any(|known| known.eq_ignore_ascii_case(access)) => {
            Err(lifecycle::invalid_value(PATH))
        }
        _ => Ok(()),
    }
}

/// Refuses a link to a repository that is not of a known kind or lacks what its model requires.
///
/// # Errors
/// `document-shape`.
pub fn check_repository(properties: &Document) -> Result<(), Fault> {
    let Some(repository) = document::object(properties, "properties.repoConfiguration")? else { return Ok(()) };
    let required: &[&str] = match document::required_text(repository, "properties.repoConfiguration.type")? {
        "FactoryVSTSConfiguration" => &["accountName", "projectName", "repositoryName", "collaborationBranch", "rootFolder"],
        "FactoryGitHubConfiguration" => &["accountName", "repositoryName", "collaborationBranch", "rootFolder"],
        _ => return Err(lifecycle::invalid_value("properties.repoConfiguration.type")),
    };
    for name in required {
        document::required_text(repository, &format!("properties.repoConfiguration.{name}"))?;
    }
    Ok(())
}

fn check(properties: &Document) -> Result<(), Fault> {
    check_network_access(properties)?;
    check_repository(properties)?;
    check_global_parameters(properties)?;
    document::object(properties, "properties.purviewConfiguration")?;
    if let Some(encryption) = document::object(properties, "properties.encryption")? {
        for name in ["keyName", "vaultBaseUrl", "keyVersion"] {
            document::text(encryption, &format!("properties.encryption.{name}"))?;
        }
    }
    Ok(())
}

fn check_global_parameters(properties: &Document) -> Result<(), Fault> {
    let parameters = document::object(properties, "properties.globalParameters")?;
    for (name, parameter) in parameters.into_iter().flatten() {
        let path = format!("properties.globalParameters.{name}");
        let parameter = parameter.as_object().ok_or_else(|| lifecycle::invalid_value(&path))?;
        let kind = parameter.get("type").and_then(Value::as_str).unwrap_or_default();
        if !PARAMETER_TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
            return Err(lifecycle::invalid_value(&format!("{path}.type")));
        }
        if !parameter.contains_key("value") {
            return Err(lifecycle::invalid_value(&format!("{path}.value")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(properties: Value) -> Result<Document, Fault> {
        of_body(json!({ "properties": properties }).as_object().unwrap())
    }

    #[test]
    fn what_was_sent_is_kept_in_azures_order() {
        let sent = json!({
            "publicNetworkAccess": "Enabled", "createTime": "2018-01-01T00:00:00Z", "somethingNew": 1, "repoConfiguration": null,
            "encryption": {}, "globalParameters": { "p": { "type": "int", "value": 343 } }
        });
        let names: Vec<String> = kept(sent).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["globalParameters", "encryption", "publicNetworkAccess", "somethingNew"]);
        assert!(of_body(&Document::new()).unwrap().is_empty());
    }

    #[test]
    fn what_the_models_do_not_allow_is_refused() {
        for wrong in [
            json!("text"),
            json!({ "publicNetworkAccess": "Sometimes" }),
            json!({ "publicNetworkAccess": true }),
            json!({ "globalParameters": [] }),
            json!({ "globalParameters": { "p": 1 } }),
            json!({ "globalParameters": { "p": { "type": "Colour", "value": 1 } } }),
            json!({ "globalParameters": { "p": { "type": "int" } } }),
            json!({ "repoConfiguration": { "accountName": "a" } }),
            json!({ "repoConfiguration": { "type": "FactoryGitHubConfiguration", "accountName": "a" } }),
            json!({ "encryption": "yes" }),
        ] {
            assert!(kept(wrong.clone()).is_err(), "{wrong}");
        }
    }
}

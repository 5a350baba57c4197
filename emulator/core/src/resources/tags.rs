//! Tags as resource kinds keep them: read from a body, checked, printed back in the order they were sent.
//!
//! Names compare without case and keep the casing of the first writer. Values are strings; Resource Manager's reader
//! takes numbers and booleans for their text (`arm-wire` 1.3).
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources>.

use crate::fault::Fault;
use crate::reader_words::Place;
use crate::resources::definition;
use crate::rules::arm;
use crate::world::Document;
use serde_json::Value;

/// Returns the `tags` of a body, or none when it has none.
///
/// # Errors
/// `InvalidRequestContent` when they are not an object of strings; `InvalidTagNameCharacters` and the other limits.
pub fn sent_in(body: &Document) -> Result<Option<Document>, Fault> {
    let sent = match definition::member(body, "tags") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(sent)) => sent,
        Some(other) => {
            let sentence = format!("Error converting value {other} to type 'InsensitiveDictionary`1[System.String]'.");
            return Err(arm::invalid_member(&sentence, Place::Value("tags".to_owned())));
        }
    };
    let mut tags = Document::new();
    for (name, value) in sent {
        let text = text_of(name, value)?;
        let same = tags.keys().find(|other| other.eq_ignore_ascii_case(name)).cloned();
        tags.insert(same.unwrap_or_else(|| name.clone()), Value::String(text));
    }
    arm::tags_have_their_shape(&tags)?;
    Ok(Some(tags))
}

fn text_of(name: &str, value: &Value) -> Result<String, Fault> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(true) => Ok("True".to_owned()),
        Value::Bool(false) => Ok("False".to_owned()),
        Value::Array(_) | Value::Object(_) => Err(definition::not_a_text(&format!("tags.{name}"), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Result<Option<Document>, Fault> {
        sent_in(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn an_empty_set_is_kept_and_none_is_none() {
        assert_eq!(tags(r#"{"tags":{}}"#).unwrap(), Some(Document::new()));
        assert_eq!(tags(r#"{"tags":null}"#).unwrap(), None);
        assert_eq!(tags("{}").unwrap(), None);
    }

    #[test]
    fn names_keep_the_first_casing_and_the_last_value() {
        let read = tags(r#"{"tags":{"Env":"a","b":1,"ENV":"c"}}"#).unwrap().unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"Env":"c","b":"1"}"#);
    }

    #[test]
    fn a_value_that_is_no_text_is_refused() {
        assert!(tags(r#"{"tags":{"a":{}}}"#).is_err());
        assert!(tags(r#"{"tags":[]}"#).is_err());
    }
}

//! Members of a JSON object, each read as the type that it has to have.
//!
//! A member of another type is refused by its name and never dropped: what is dropped might be the condition that
//! limits who has access. Null counts as left out.

use crate::fault::Fault;
use crate::rules::arm::invalid_request_content;
use crate::world::Document;
use serde_json::Value;

/// Reads an object.
///
/// # Errors
/// `content-is-valid` when the member is of another type, as of every function here.
pub fn object<'a>(of: &'a Document, name: &str) -> Result<Option<&'a Document>, Fault> {
    present(of, name).map(|value| value.as_object().ok_or_else(|| is_not(name, "an object"))).transpose()
}

/// Reads a text.
///
/// # Errors
/// See `object`.
pub fn text(of: &Document, name: &str) -> Result<Option<String>, Fault> {
    present(of, name).map(|value| value.as_str().map(str::to_owned).ok_or_else(|| is_not(name, "a string"))).transpose()
}

/// Reads a text; an empty one counts as left out.
///
/// # Errors
/// See `object`.
pub fn filled_text(of: &Document, name: &str) -> Result<Option<String>, Fault> {
    Ok(text(of, name)?.filter(|text| !text.is_empty()))
}

/// Reads a truth value.
///
/// # Errors
/// See `object`.
pub fn flag(of: &Document, name: &str) -> Result<Option<bool>, Fault> {
    present(of, name).map(|value| value.as_bool().ok_or_else(|| is_not(name, "a boolean"))).transpose()
}

/// Reads a list.
///
/// # Errors
/// See `object`.
pub fn list<'a>(of: &'a Document, name: &str) -> Result<Option<&'a [Value]>, Fault> {
    present(of, name).map(|value| value.as_array().map(Vec::as_slice).ok_or_else(|| is_not(name, "a list"))).transpose()
}

/// Reads a list of objects; one that is left out is empty.
///
/// # Errors
/// See `object`.
pub fn objects<'a>(of: &'a Document, name: &str) -> Result<Vec<&'a Document>, Fault> {
    let each = list(of, name)?.unwrap_or_default().iter();
    each.map(|value| value.as_object().ok_or_else(|| is_not(name, "a list of objects"))).collect()
}

/// Reads a list of texts; one that is left out is empty.
///
/// # Errors
/// See `object`.
pub fn texts(of: &Document, name: &str) -> Result<Vec<String>, Fault> {
    let each = list(of, name)?.unwrap_or_default().iter();
    each.map(|value| value.as_str().map(str::to_owned).ok_or_else(|| is_not(name, "a list of strings"))).collect()
}

fn present<'a>(of: &'a Document, name: &str) -> Option<&'a Value> {
    of.get(name).filter(|value| !value.is_null())
}

fn is_not(name: &str, what: &str) -> Fault {
    invalid_request_content(&format!("The property '{name}' has to be {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_of_another_type_is_refused_and_null_is_left_out() {
        let Value::Object(of) =
            json!({ "text": "t", "empty": "", "flag": true, "list": ["t"], "objects": [{}], "object": {}, "null": null })
        else {
            panic!("an object")
        };
        assert_eq!(text(&of, "text").unwrap().as_deref(), Some("t"));
        assert_eq!((text(&of, "empty").unwrap().as_deref(), filled_text(&of, "empty").unwrap()), (Some(""), None));
        assert_eq!(flag(&of, "flag").unwrap(), Some(true));
        assert_eq!((texts(&of, "list").unwrap().len(), objects(&of, "objects").unwrap().len()), (1, 1));
        for name in ["null", "missing"] {
            assert!(text(&of, name).unwrap().is_none() && flag(&of, name).unwrap().is_none(), "{name}");
            assert!(list(&of, name).unwrap().is_none() && object(&of, name).unwrap().is_none(), "{name}");
        }
        for name in ["flag", "list", "object"] {
            assert!(text(&of, name).is_err() && filled_text(&of, name).is_err(), "{name}");
        }
        assert!(flag(&of, "text").is_err() && list(&of, "object").is_err() && object(&of, "list").is_err());
        assert!(texts(&of, "objects").is_err() && objects(&of, "list").is_err());
    }
}

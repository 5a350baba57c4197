//! Tags: how many, how long, of which characters.
//!
//! Numbers: Microsoft's page on tags. Only the answer to reserved characters is known: `arm-wire` 1.8.

use crate::fault::Fault;
use crate::rules::Evidence::{Assumed, Documented, Reported};
use crate::rules::{Origin, PRINTED, Rule};
use serde_json::{Map, Value};

const TAGS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations";
const NOT_RECORDED: &str = "no refused tag of this form was recorded";

/// The most tags that one resource has.
pub const TAG_COUNT_MAX: usize = 50;
/// The longest name of a tag in characters.
pub const TAG_NAME_LENGTH_MAX: usize = 512;
/// The longest value of a tag in characters.
pub const TAG_VALUE_LENGTH_MAX: usize = 256;
/// What a tag's name may not contain, besides control characters.
const RESERVED: &str = "<>%&\\?/";

/// A resource has at most 50 tags.
pub static TAG_COUNT: Rule = Rule {
    name: "tag-count",
    sentence: "A resource, a resource group or a subscription has at most 50 tags.",
    page: TAGS,
    status: 400,
    code: "InvalidTagCount",
    origin: Origin::Gateway,
    remedy: "Put several values into one tag.",
    limit: Documented { page: TAGS },
    answer: Assumed { because: NOT_RECORDED },
};

/// A tag's name has 1 to 512 characters.
pub static TAG_NAME_LENGTH: Rule = Rule {
    name: "tag-name-length",
    sentence: "A tag's name has 1 to 512 characters.",
    page: TAGS,
    status: 400,
    code: "InvalidTagNameLength",
    origin: Origin::Gateway,
    remedy: "Shorten the tag's name.",
    limit: Documented { page: TAGS },
    answer: Assumed { because: NOT_RECORDED },
};

/// A tag's name has none of `<`, `>`, `%`, `&`, `\`, `?`, `/` and no control characters.
pub static TAG_NAME_CHARACTERS: Rule = Rule {
    name: "tag-name-characters",
    sentence: "A tag's name has none of <, >, %, &, \\, ?, / and no control characters.",
    page: TAGS,
    status: 400,
    code: "InvalidTagNameCharacters",
    origin: Origin::Gateway,
    remedy: "Take these characters out of the tag's name.",
    limit: Documented { page: TAGS },
    answer: Reported { source: PRINTED },
};

/// A tag's value has at most 256 characters.
pub static TAG_VALUE_LENGTH: Rule = Rule {
    name: "tag-value-length",
    sentence: "A tag's value has at most 256 characters.",
    page: TAGS,
    status: 400,
    code: "InvalidTagValueLength",
    origin: Origin::Gateway,
    remedy: "Shorten the tag's value.",
    limit: Documented { page: TAGS },
    answer: Assumed { because: NOT_RECORDED },
};

/// Checks all tags of a write, whose values are strings: count, then names, then values.
///
/// # Errors
/// The rules of this file.
pub fn tags_have_their_shape(tags: &Map<String, Value>) -> Result<(), Fault> {
    if tags.len() > TAG_COUNT_MAX {
        let count = tags.len();
        return Err(TAG_COUNT.broken(format!("The number of tags '{count}' exceeds the maximum of '{TAG_COUNT_MAX}' tags allowed.")));
    }
    let reserved: Vec<&str> = tags.keys().filter(|name| has_reserved_characters(name)).map(String::as_str).collect();
    if !reserved.is_empty() {
        return Err(TAG_NAME_CHARACTERS
            .broken(format!("The tag names '{}' have reserved characters '<,>,%,&,\\,?,/' or control characters.", reserved.join(","))));
    }
    tags.iter().try_for_each(|(name, value)| tag_has_its_shape(name, value))
}

fn has_reserved_characters(name: &str) -> bool {
    name.chars().any(|character| RESERVED.contains(character) || character.is_control())
}

fn tag_has_its_shape(name: &str, value: &Value) -> Result<(), Fault> {
    if !(1..=TAG_NAME_LENGTH_MAX).contains(&name.chars().count()) {
        return Err(TAG_NAME_LENGTH.broken(format!("The tag name '{name}' must have 1 to {TAG_NAME_LENGTH_MAX} characters.")));
    }
    let text = value.as_str().unwrap_or_default();
    if text.chars().count() > TAG_VALUE_LENGTH_MAX {
        return Err(TAG_VALUE_LENGTH
            .broken(format!("The value of the tag '{name}' exceeds the maximum length of '{TAG_VALUE_LENGTH_MAX}' characters.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(name: &str, value: &str) -> Option<&'static str> {
        let mut tags = Map::new();
        tags.insert(name.to_owned(), value.into());
        tags_have_their_shape(&tags).err().and_then(|fault| fault.rule()).map(|rule| rule.code)
    }

    #[test]
    fn the_last_accepted_and_the_first_refused() {
        assert_eq!(code_of(&"n".repeat(512), &"v".repeat(256)), None);
        assert_eq!(code_of(&"n".repeat(513), "v"), Some("InvalidTagNameLength"));
        assert_eq!(code_of("n", &"v".repeat(257)), Some("InvalidTagValueLength"));
        assert_eq!(code_of("a/b", "v"), Some("InvalidTagNameCharacters"));
        assert_eq!(code_of("", "v"), Some("InvalidTagNameLength"));
        let fifty: Map<String, Value> = (0..50).map(|n| (n.to_string(), Value::from(""))).collect();
        assert!(tags_have_their_shape(&fifty).is_ok());
        let more: Map<String, Value> = (0..51).map(|n| (n.to_string(), Value::from(""))).collect();
        assert!(tags_have_their_shape(&more).is_err());
    }
}

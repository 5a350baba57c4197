//! Tags: how many, how long, of which characters; and what is predefined of them.
//!
//! Numbers: Microsoft's page on tags. Only the answer to reserved characters is known: `arm-wire` 1.8.

use crate::fault::Fault;
use crate::rules::Evidence::{Assumed, Documented, Reported};
use crate::rules::{Origin, PRINTED, Rule};
use serde_json::{Map, Value};

const TAGS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations";
const PREDEFINED: &str = "https://learn.microsoft.com/rest/api/resources/tags/create-or-update";
const PREDEFINED_GOES: &str = "https://learn.microsoft.com/rest/api/resources/tags/delete";
const NOT_RECORDED: &str = "no refused tag of this form was recorded";

/// The most tags that one resource has.
pub const TAG_COUNT_MAX: usize = 50;
/// The longest name of a tag in characters.
pub const TAG_NAME_LENGTH_MAX: usize = 512;
/// The longest value of a tag in characters.
pub const TAG_VALUE_LENGTH_MAX: usize = 256;
/// What a tag's name may not contain, besides control characters.
const RESERVED: &str = "<>%&\\?/";
/// What a tag's name may not begin with.
const PREFIXES: [&str; 3] = ["microsoft", "azure", "windows"];

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

/// A tag's name does not begin with a word that Azure keeps for itself.
pub static TAG_NAME_PREFIX: Rule = Rule {
    name: "tag-name-prefix",
    sentence: "A tag's name does not begin with microsoft, azure or windows, in any case.",
    page: PREDEFINED,
    status: 400,
    code: "ReservedTagName",
    origin: Origin::Gateway,
    remedy: "Begin the tag's name with another word.",
    limit: Documented { page: PREDEFINED },
    answer: Assumed { because: NOT_RECORDED },
};

/// A value is predefined for a name that is.
pub static PREDEFINED_TAG_NAME_EXISTS: Rule = Rule {
    name: "predefined-tag-name-exists",
    sentence: "A predefined value of a tag is made and deleted under a tag name that is predefined.",
    page: PREDEFINED,
    status: 404,
    code: "PredefinedTagNameNotFound",
    origin: Origin::Gateway,
    remedy: "Create the tag name first; a name that only resources have is not predefined.",
    limit: Documented { page: PREDEFINED },
    answer: Reported { source: "Azure/azure-powershell#19194" },
};

/// A predefined name is deleted after its values.
pub static PREDEFINED_TAG_NAME_HAS_NO_VALUES: Rule = Rule {
    name: "predefined-tag-name-has-no-values",
    sentence: "A predefined tag name is deleted when all its predefined values have been deleted.",
    page: PREDEFINED_GOES,
    status: 409,
    code: "PredefinedTagNameHasValues",
    origin: Origin::Gateway,
    remedy: "Delete the predefined values of the name first.",
    limit: Documented { page: PREDEFINED_GOES },
    answer: Assumed { because: NOT_RECORDED },
};

/// What is predefined is deleted when nothing has it.
pub static PREDEFINED_TAG_IS_NOT_IN_USE: Rule = Rule {
    name: "predefined-tag-is-not-in-use",
    sentence: "A predefined tag name or value is deleted when no resource, group or subscription has it.",
    page: PREDEFINED_GOES,
    status: 409,
    code: "PredefinedTagInUse",
    origin: Origin::Gateway,
    remedy: "Take the tag away from whatever has it first.",
    limit: Documented { page: PREDEFINED_GOES },
    answer: Assumed { because: NOT_RECORDED },
};

/// Returns the fault of a tag name that is not predefined.
pub fn predefined_tag_name_not_found(name: &str) -> Fault {
    PREDEFINED_TAG_NAME_EXISTS.broken(format!("Predefined tag name '{name}' could not be found."))
}

/// Checks that a predefined name, which is to be deleted, has no predefined values.
///
/// # Errors
/// `predefined-tag-name-has-no-values`.
pub fn predefined_tag_name_has_no_values(name: &str, values: usize) -> Result<(), Fault> {
    if values == 0 {
        return Ok(());
    }
    Err(PREDEFINED_TAG_NAME_HAS_NO_VALUES.broken(format!("Predefined tag name '{name}' has {values} values and cannot be deleted.")))
}

/// Checks that what is to be deleted is in use nowhere.
///
/// # Errors
/// `predefined-tag-is-not-in-use`.
pub fn predefined_tag_is_not_in_use(name: &str, value: Option<&str>, count: usize) -> Result<(), Fault> {
    if count == 0 {
        return Ok(());
    }
    let what = value.map_or_else(|| format!("tag name '{name}'"), |value| format!("tag value '{value}' of the name '{name}'"));
    Err(PREDEFINED_TAG_IS_NOT_IN_USE.broken(format!("Predefined {what} is used {count} times and cannot be deleted.")))
}

/// Checks the name of a tag: its characters, then its length, then how it begins.
///
/// # Errors
/// `tag-name-characters`, `tag-name-length`, `tag-name-prefix`.
pub fn tag_name_has_its_shape(name: &str) -> Result<(), Fault> {
    if has_reserved_characters(name) {
        return Err(reserved_characters(&[name]));
    }
    tag_name_has_its_length(name)?;
    let lower = name.to_lowercase();
    match PREFIXES.iter().find(|prefix| lower.starts_with(**prefix)) {
        Some(prefix) => Err(TAG_NAME_PREFIX.broken(format!("The tag name '{name}' begins with '{prefix}', which is reserved for Azure."))),
        None => Ok(()),
    }
}

/// Checks the length of a tag's value.
///
/// # Errors
/// `tag-value-length`.
pub fn tag_value_has_its_length(name: &str, value: &str) -> Result<(), Fault> {
    if value.chars().count() <= TAG_VALUE_LENGTH_MAX {
        return Ok(());
    }
    Err(TAG_VALUE_LENGTH
        .broken(format!("The value of the tag '{name}' exceeds the maximum length of '{TAG_VALUE_LENGTH_MAX}' characters.")))
}

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
        return Err(reserved_characters(&reserved));
    }
    tags.iter().try_for_each(|(name, value)| {
        tag_name_has_its_shape(name)?;
        tag_value_has_its_length(name, value.as_str().unwrap_or_default())
    })
}

fn has_reserved_characters(name: &str) -> bool {
    name.chars().any(|character| RESERVED.contains(character) || character.is_control())
}

fn reserved_characters(names: &[&str]) -> Fault {
    let names = names.join(",");
    TAG_NAME_CHARACTERS.broken(format!("The tag names '{names}' have reserved characters '<,>,%,&,\\,?,/' or control characters."))
}

fn tag_name_has_its_length(name: &str) -> Result<(), Fault> {
    if (1..=TAG_NAME_LENGTH_MAX).contains(&name.chars().count()) {
        return Ok(());
    }
    Err(TAG_NAME_LENGTH.broken(format!("The tag name '{name}' must have 1 to {TAG_NAME_LENGTH_MAX} characters.")))
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

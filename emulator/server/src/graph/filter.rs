//! The forms of `$filter` that role cmdlets send: `p eq 'v'`, `startswith(p,'v')`, `p/any(c:c eq 'v')`.
//!
//! Text that is no filter at all is told from a filter that is not emulated. Values compare without case, as Graph does.
//! Forms: `client-connection` 4 and 7, `authorization-wire` 1.7;
//! <https://learn.microsoft.com/graph/filter-query-parameter>.

use adf_emulator_core::world::Document;
use serde_json::Value;

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    property: String,
    test: Test,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    StartsWith,
    /// One of several values equals.
    AnyEquals,
}

/// Why a text is not a filter that we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFilter {
    /// It is no filter.
    Malformed,
    /// Graph may well have it.
    NotEmulated,
}

impl Filter {
    /// Reads a filter.
    pub fn parse(text: &str) -> Result<Self, NoFilter> {
        let text = text.trim();
        if text.is_empty() || text.matches('\'').count() % 2 == 1 {
            return Err(NoFilter::Malformed);
        }
        let filter = if let Some(inner) = call(text, "startswith") {
            let (property, value) = inner.split_once(',').ok_or(NoFilter::Malformed)?;
            Self::of(property, Test::StartsWith, value)
        } else if let Some((property, rest)) = text.split_once('/').filter(|(property, _)| is_name(property)) {
            let inner = call(rest, "any").ok_or(NoFilter::NotEmulated)?;
            let (variable, comparison) = inner.split_once(':').ok_or(NoFilter::Malformed)?;
            let (left, value) = equation(comparison).ok_or(NoFilter::NotEmulated)?;
            if left != variable.trim() {
                return Err(NoFilter::NotEmulated);
            }
            Self::of(property, Test::AnyEquals, value)
        } else {
            let (property, value) = equation(text).ok_or(NoFilter::NotEmulated)?;
            Self::of(property, Test::Equals, value)
        };
        filter.ok_or(NoFilter::NotEmulated)
    }

    fn of(property: &str, test: Test, value: &str) -> Option<Self> {
        let property = property.trim();
        let value = quoted(value.trim())?;
        is_name(property).then(|| Self { property: property.to_owned(), test, value })
    }

    /// Returns the property that it is about.
    pub fn property(&self) -> &str {
        &self.property
    }

    /// Returns whether an object meets it.
    pub fn admits(&self, object: &Document) -> bool {
        let equals = |value: &Value| value.as_str().is_some_and(|text| text.to_lowercase() == self.value.to_lowercase());
        let value = object.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.property)).map(|(_, value)| value);
        value.is_some_and(|value| match self.test {
            Test::Equals => equals(value),
            Test::StartsWith => value.as_str().is_some_and(|text| text.to_lowercase().starts_with(&self.value.to_lowercase())),
            Test::AnyEquals => value.as_array().is_some_and(|values| values.iter().any(equals)),
        })
    }
}

/// Returns what stands between the brackets of a call of `name` that is the whole text.
fn call<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (called, rest) = text.split_once('(')?;
    let inner = rest.trim_end().strip_suffix(')')?;
    called.trim().eq_ignore_ascii_case(name).then_some(inner)
}

/// Returns both sides of `left eq right`.
fn equation(text: &str) -> Option<(&str, &str)> {
    let (left, rest) = text.trim().split_once(' ')?;
    let (operator, right) = rest.trim_start().split_once(' ')?;
    operator.eq_ignore_ascii_case("eq").then_some((left, right))
}

/// Returns the text of a literal in single quotes, in which two stand for one.
fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let without_pairs = inner.replace("''", "");
    (!without_pairs.contains('\'')).then(|| inner.replace("''", "'"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn admits(filter: &str) -> Result<bool, NoFilter> {
        let object =
            json!({ "displayName": "O'Neil's", "appId": "ABC", "servicePrincipalNames": ["abc", "api://x"], "accountEnabled": true });
        Filter::parse(filter).map(|filter| filter.admits(object.as_object().unwrap()))
    }

    #[test]
    fn the_forms_that_clients_send_are_understood() {
        for (filter, expected) in [
            ("appId eq 'abc'", true),
            ("  appid  EQ  'abc' ", true),
            ("appId eq 'ab'", false),
            ("displayName eq 'o''neil''s'", true),
            ("startswith(displayName,'o''ne')", true),
            ("startsWith( displayName , 'neil')", false),
            ("servicePrincipalNames/any(c:c eq 'api://X')", true),
            ("servicePrincipalNames/any(c: c eq 'abc')", true),
            ("servicePrincipalNames/any(name:name eq 'none')", false),
            ("mail eq 'a/b'", false),
        ] {
            assert_eq!(admits(filter), Ok(expected), "{filter}");
        }
    }

    #[test]
    fn others_are_told_apart() {
        for filter in ["", "appId eq 'abc", "startswith(displayName)", "names/any(c eq 'x')"] {
            assert_eq!(admits(filter), Err(NoFilter::Malformed), "{filter}");
        }
        for filter in [
            "appId eq 'a' or appId eq 'b'",
            "appId in ('a','b')",
            "not(appId eq 'a')",
            "accountEnabled eq true",
            "appId ne 'a'",
            "endswith(mail,'x')",
            "names/any(c:d eq 'x')",
            "names/all(c:c eq 'x')",
            "nonsense",
            "a/b eq 'c'",
        ] {
            assert_eq!(admits(filter), Err(NoFilter::NotEmulated), "{filter}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC*", close in "[a-z/():' ,=é]{0,24}") {
            let _ = (admits(&text), admits(&close));
        }

        #[test]
        fn a_value_is_found_as_it_was_written(value in "\\PC{0,12}") {
            let object = json!({ "displayName": value });
            let filter = Filter::parse(&format!("displayName eq '{}'", value.replace('\'', "''"))).unwrap();
            proptest::prop_assert!(filter.admits(object.as_object().unwrap()));
        }
    }
}

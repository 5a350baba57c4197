//! JSON of our own: strict, and every mistake told by the path of the member that is wrong, in the words of JSON.
//!
//! World files and the bodies of our own endpoints are read here. What clients send to Azure's paths is read as Azure reads
//! it, in `lenient_json.rs`.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The path of the member that is wrong, such as `tenants[0].domain`; none where the text is no JSON, or is wrong as a
    /// whole.
    pub target: Option<String>,
    /// Of which sort it is.
    pub kind: Kind,
    /// What is wrong, in words that follow upon the path.
    pub problem: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// The sort of a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The text is no JSON.
    Syntax,
    /// A member has a name that is not known.
    Unknown,
    /// A member stands twice, is missing, or is none of its kind.
    Invalid,
}

/// Reads a text.
///
/// # Errors
/// The first mistake.
pub fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Mistake> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|wrong| Mistake::of(&wrong.path().to_string(), wrong.inner()))?;
    reader.end().map_err(|wrong| Mistake::of("", &wrong))?;
    Ok(read)
}

impl Mistake {
    fn of(path: &str, wrong: &serde_json::Error) -> Self {
        let (line, column) = (wrong.line(), wrong.column());
        let told = wrong.to_string();
        let told = told.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&told);
        if !wrong.is_data() {
            return Self { target: None, kind: Kind::Syntax, problem: format!("is not JSON: {told}"), line, column };
        }
        let (name, kind, problem) = in_words(told);
        Self { target: target(path, name), kind, problem, line, column }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(f, "'{target}' {}", self.problem),
            None => write!(f, "it {}", self.problem),
        }
    }
}

/// Joins the path of an object and the name of its member.
fn target(path: &str, name: Option<&str>) -> Option<String> {
    let path = if path == "." { "" } else { path };
    match name {
        Some(name) if path != name && !path.ends_with(&format!(".{name}")) => {
            Some(if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") })
        }
        _ => Some(path.to_owned()).filter(|path| !path.is_empty()),
    }
}

/// Says in words of JSON what the reader says in those of its types; and the name of the member, where it says it.
fn in_words(told: &str) -> (Option<&str>, Kind, String) {
    let named = |prefix: &str| told.strip_prefix(prefix)?.split('`').next();
    if let Some(name) = named("unknown field `") {
        let known = told.split_once(", expected ").map_or("", |(_, known)| known.trim_start_matches("one of "));
        let known = if known.is_empty() { "nothing".to_owned() } else { known.replace(['`'], "").replace(" or ", ", ") };
        return (Some(name), Kind::Unknown, format!("is not known; there may be {known}"));
    }
    if let Some(name) = named("duplicate field `") {
        return (Some(name), Kind::Invalid, "is there twice; keep one".to_owned());
    }
    if let Some(name) = named("missing field `") {
        return (Some(name), Kind::Invalid, "is missing".to_owned());
    }
    if told.starts_with("invalid length ") {
        return (None, Kind::Invalid, "must be an object, not a list".to_owned());
    }
    let mismatch = told.strip_prefix("invalid type: ").or_else(|| told.strip_prefix("invalid value: "));
    let words = match mismatch.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => format!("must be {}, not {}", wanted(expected), found_in_words(found)),
        None => format!("is wrong: {told}"),
    };
    (None, Kind::Invalid, words)
}

fn wanted(expected: &str) -> &str {
    match expected {
        "a boolean" => "true or false",
        "a string" | "a borrowed string" => "a text",
        "a sequence" => "a list",
        "a map" => "an object",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        expected if expected.starts_with("struct ") => "an object",
        expected => expected,
    }
}

fn found_in_words(found: &str) -> String {
    match found.split_once(' ') {
        _ if found == "map" => "an object".to_owned(),
        _ if found == "sequence" => "a list".to_owned(),
        Some(("string", text)) => format!("the text {text}"),
        Some((_, value)) if value.contains('`') => value.rsplit('`').nth(1).unwrap_or(value).to_owned(),
        _ => found.to_owned(),
    }
}

/// A JSON object in which no key stands twice, at any depth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(Self)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// Any JSON value in which no key stands twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON cannot hold"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Strict(value)) = elements.next_element()? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Value, A::Error> {
        ObjectVisitor.visit_map(entries).map(Value::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    #[expect(dead_code, reason = "only read")]
    struct Outer {
        #[serde(default)]
        inner: Vec<Inner>,
        #[serde(default)]
        body: Object,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        id: String,
        seed: Option<u64>,
        on: Option<bool>,
    }

    fn wrong(text: &str) -> (Option<String>, String) {
        let Mistake { target, problem, .. } = read::<Outer>(text).unwrap_err();
        (target, problem)
    }

    #[test]
    fn a_mistake_is_told_by_its_path_and_in_words_of_json() {
        for (text, target, problem) in [
            (r#"{"inner":[{"id":"a","on":"yes"}]}"#, Some("inner[0].on"), r#"must be true or false, not the text "yes""#),
            (r#"{"inner":[{"id":"a"},{"id":5}]}"#, Some("inner[1].id"), "must be a text, not 5"),
            (r#"{"inner":[{"id":"a","seed":-1}]}"#, Some("inner[0].seed"), "must be a whole number from 0, not -1"),
            (r#"{"inner":[{"id":"a","seed":1.5}]}"#, Some("inner[0].seed"), "must be a whole number from 0, not 1.5"),
            (r#"{"inner":{}}"#, Some("inner"), "must be a list, not an object"),
            (r#"{"inner":null}"#, Some("inner"), "must be a list, not null"),
            (r#"{"inner":[5]}"#, Some("inner[0]"), "must be an object, not 5"),
            (r#"{"inner":[[]]}"#, Some("inner[0]"), "must be an object, not a list"),
            (r#"{"body":[]}"#, Some("body"), "must be an object, not a list"),
            (r#"{"body":{"a":{"b":1,"b":2}}}"#, Some("body.a.b"), "is there twice; keep one"),
            (r#"{"inner":[],"inner":[]}"#, Some("inner"), "is there twice; keep one"),
            (r#"{"inner":[{"id":"a","ids":"b"}]}"#, Some("inner[0].ids"), "is not known; there may be id, seed, on"),
            (r#"{"inner":[{}]}"#, Some("inner[0].id"), "is missing"),
            ("5", None, "must be an object, not 5"),
        ] {
            assert_eq!(wrong(text), (target.map(str::to_owned), problem.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_by_its_line() {
        for (text, line) in [("", 1), ("{\n\"inner\": [", 2), ("{}\n{}", 2), ("{\n'inner': 5}", 2)] {
            let wrong = read::<Outer>(text).unwrap_err();
            assert_eq!((wrong.kind, wrong.line, wrong.target), (Kind::Syntax, line, None), "{text}");
            assert!(wrong.problem.starts_with("is not JSON: "), "{}", wrong.problem);
        }
    }
}

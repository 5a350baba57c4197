//! What differs between a recorded answer and ours, and what the emulator invented in place of recorded values.
//!
//! Ids, times and etags differ in every run; that they differ in the same places is what is checked.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What the emulator invented so far, by placeholder, and the ids it has answered.
#[derive(Default)]
pub struct Learned {
    values: BTreeMap<String, String>,
    ids: BTreeSet<String>,
}

impl Learned {
    /// Returns `text` with placeholders replaced by what is known of them.
    pub fn put_in(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }

    /// Returns a document with placeholders replaced.
    pub fn put_in_document(&self, document: &Value) -> Value {
        serde_json::from_str(&self.put_in(&document.to_string())).unwrap()
    }

    /// Remembers a value that the emulator invented.
    pub fn learn(&mut self, placeholder: &str, value: &str) {
        self.values.entry(placeholder.to_owned()).or_insert_with(|| value.to_owned());
    }

    /// Compares an answer with the recorded one and takes over what the emulator invented. Returns what differs.
    pub fn compare(&mut self, recorded: &Value, ours: &Value, filtered: bool) -> Vec<String> {
        self.take_over(recorded, ours);
        if let Some(id) = ours.get("id").and_then(Value::as_str) {
            self.ids.insert(id.to_lowercase());
        }
        let mut found = Vec::new();
        self.differ(recorded, ours, "$", filtered, &mut found);
        found
    }

    fn take_over(&mut self, recorded: &Value, ours: &Value) {
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => {
                for (key, value) in recorded {
                    if let Some(ours) = ours.get(key) {
                        self.take_over(value, ours);
                    }
                }
            }
            (Value::Array(recorded), Value::Array(ours)) if recorded.len() == ours.len() => {
                recorded.iter().zip(ours).for_each(|(recorded, ours)| self.take_over(recorded, ours));
            }
            (Value::String(recorded), Value::String(ours)) if is_numbered(recorded) => self.learn(recorded, ours),
            _ => {}
        }
    }

    fn differ(&self, recorded: &Value, ours: &Value, at: &str, filtered: bool, found: &mut Vec<String>) {
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => self.members_differ(recorded, ours, at, filtered, found),
            (Value::Array(recorded), Value::Array(ours)) => self.elements_differ(recorded, ours, at, filtered, found),
            (Value::String(recorded), Value::String(ours)) if self.text_fits(recorded, ours, at) => {}
            _ if recorded == ours => {}
            _ => found.push(format!("{at}: {ours}, recorded {recorded}")),
        }
    }

    fn members_differ(&self, recorded: &Map<String, Value>, ours: &Map<String, Value>, at: &str, filtered: bool, found: &mut Vec<String>) {
        let built_in = recorded.get("type").and_then(Value::as_str) == Some("BuiltInRole");
        let manifest = recorded.contains_key("resourceTypes");
        let keys: BTreeSet<&String> = recorded.keys().chain(ours.keys()).collect();
        for key in keys {
            let (theirs, mine) = (recorded.get(key).unwrap_or(&Value::Null), ours.get(key).unwrap_or(&Value::Null));
            let at = format!("{at}.{key}");
            match (theirs.is_null(), mine.is_null()) {
                (true, true) => {}
                (true, false) if built_in || manifest => {}
                (true, false) => found.push(format!("{at}: not recorded ({mine})")),
                (false, true) => found.push(format!("{at}: missing (recorded {theirs})")),
                (false, false) if key == "resourceTypes" => types_differ(theirs, mine, &at, found),
                (false, false) => self.differ(theirs, mine, &at, filtered, found),
            }
        }
    }

    /// The elements of a list are found by their ids; those of others may be there too, unless a filter was asked for.
    fn elements_differ(&self, recorded: &[Value], ours: &[Value], at: &str, filtered: bool, found: &mut Vec<String>) {
        let id_of = |element: &Value| element.get("id").and_then(Value::as_str).map(|id| self.put_in(id).to_lowercase());
        if !at.ends_with(".value") || recorded.is_empty() || recorded.iter().any(|element| id_of(element).is_none()) {
            if recorded.len() != ours.len() {
                return found.push(format!("{at}: {} elements, recorded {}", ours.len(), recorded.len()));
            }
            return recorded.iter().zip(ours).for_each(|(theirs, mine)| self.differ(theirs, mine, at, filtered, found));
        }
        for theirs in recorded {
            let id = id_of(theirs).unwrap_or_default();
            let built_in = theirs["properties"]["type"] == "BuiltInRole";
            match ours.iter().find(|mine| id_of(mine).as_ref() == Some(&id)) {
                Some(mine) => self.differ(theirs, mine, &format!("{at}[{id}]"), filtered, found),
                None if built_in || self.ids.contains(&id) => found.push(format!("{at}: {id} is missing")),
                None => {}
            }
        }
        if filtered && ours.len() > recorded.len() {
            found.push(format!("{at}: {} elements, recorded {}, the filter notwithstanding", ours.len(), recorded.len()));
        }
    }

    fn text_fits(&self, recorded: &str, ours: &str, at: &str) -> bool {
        match recorded {
            "{time}" => adf_emulator_core::timestamp::Timestamp::parse(ours).is_some(),
            "{etag}" => is_guid(ours.trim_matches('"')),
            "{bytes}" => ours.len() >= 20 && !ours.contains(' '),
            _ if is_numbered(recorded) && recorded.starts_with("{guid:") => is_guid(ours) && self.put_in(recorded) == ours,
            _ if is_numbered(recorded) && recorded.starts_with("{key:") => ours.starts_with("IR@") && self.put_in(recorded) == ours,
            _ => {
                let want = self.put_in(recorded);
                want == ours
                    || (at.ends_with(".id") && want.eq_ignore_ascii_case(ours))
                    || (at.ends_with(".nextLink") && want.contains('{'))
            }
        }
    }
}

/// A manifest of that day: every type must be there; what it says of itself has changed since.
fn types_differ(recorded: &Value, ours: &Value, at: &str, found: &mut Vec<String>) {
    let names = |types: &Value| -> BTreeSet<String> {
        let types = types.as_array().into_iter().flatten();
        types.filter_map(|it| it["resourceType"].as_str().map(str::to_lowercase)).collect()
    };
    let missing: Vec<String> = names(recorded).difference(&names(ours)).cloned().collect();
    if !missing.is_empty() {
        found.push(format!("{at}: missing {missing:?}"));
    }
}

fn is_numbered(text: &str) -> bool {
    let kinds = ["{guid:", "{key:", "{url:"];
    kinds
        .iter()
        .any(|kind| text.strip_prefix(kind).and_then(|rest| rest.strip_suffix('}')).is_some_and(|number| number.parse::<u32>().is_ok()))
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[test]
fn a_difference_is_found() {
    let recorded = serde_json::json!({ "a": 1, "when": "{time}", "who": "{guid:1}", "none": null });
    let same = serde_json::json!({ "a": 1, "when": "2030-01-01T00:00:00Z", "who": "aaaaaaaa-0000-4000-8000-000000000001" });
    let mut learned = Learned::default();
    assert!(learned.compare(&recorded, &same, false).is_empty());
    let other = serde_json::json!({ "a": 2, "when": "noon", "who": "aaaaaaaa-0000-4000-8000-000000000002", "more": 1 });
    assert_eq!(learned.compare(&recorded, &other, false).len(), 4);
}

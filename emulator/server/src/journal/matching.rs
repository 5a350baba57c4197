//! What picks requests out: the `match` of the journal's and the faults' endpoints, and the filters of a list.
//!
//! Every field that is given must fit. Texts compare without case, as Azure compares paths and names; in a path `*`
//! stands for anything, slashes too.

use super::entry::{self, Entry};
use crate::arm::routes;
use crate::entra;
use crate::graph;
use crate::near;
use adf_emulator_core::action::Pattern;
use adf_emulator_core::directory::Principal;
use adf_emulator_core::rules;
use serde_json::{Map, Value, json};

/// What is known of a request by the time it is matched.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The method.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The operation's name.
    pub operation: &'a str,
    /// Who calls.
    pub caller: Option<&'a Principal>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// The code of a refusal.
    pub code: Option<&'a str>,
    /// The rule that refused.
    pub rule: Option<&'a str>,
    /// The code with which it would have been refused, had the world not only audited.
    pub would_refuse: Option<&'a str>,
}

impl<'a> Facts<'a> {
    /// Returns what is known of an entry.
    pub fn of(entry: &'a Entry) -> Self {
        Self {
            method: entry.method.as_str(),
            path: entry.path(),
            operation: entry.operation,
            caller: entry.caller.as_deref(),
            status: entry.status,
            code: entry.code.as_deref(),
            rule: entry.rule().map(|rule| rule.name),
            would_refuse: entry.let_pass.map(|rule| rule.code),
        }
    }
}

/// The fields that a request can be known by before it is answered.
pub const REQUEST_FIELDS: [&str; 4] = ["method", "path", "operation", "caller"];

/// All fields: those of the request, then those of its answer.
pub const FIELDS: [&str; 8] = ["method", "path", "operation", "caller", "status", "code", "rule", WOULD_REFUSE];

/// The field that is true, false or a code.
const WOULD_REFUSE: &str = "wouldRefuse";

/// The methods of HTTP.
const METHODS: [&str; 9] = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// Fields with the values that they must have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Match(Vec<(&'static str, Value)>);

/// A field that cannot be meant, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongField {
    /// The field's name.
    pub field: String,
    /// What is wrong with it, as a sentence.
    pub problem: String,
    /// Whether there is no such field at all.
    pub is_unknown: bool,
}

/// One field in which a request differs from what is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    field: &'static str,
    wanted: Value,
    was: Value,
}

impl Match {
    /// Reads a `match` that may have those fields.
    ///
    /// # Errors
    /// A field that is not known, or whose value is none of its kind.
    pub fn read(fields: &Map<String, Value>, known: &'static [&'static str]) -> Result<Self, WrongField> {
        let field = |(name, value): (&String, &Value)| {
            let wrong = |problem: String| WrongField { field: name.clone(), problem, is_unknown: false };
            let Some(name) = known.iter().find(|known| **known == name).copied() else {
                let problem = format!("'{name}' is not known; a match takes {}.", known.join(", "));
                return Err(WrongField { is_unknown: true, ..wrong(problem) });
            };
            let is_of_its_kind = match value {
                Value::Number(number) => name == "status" && number.as_u64().is_some_and(|it| (100..1000).contains(&it)),
                Value::String(text) => name != "status" && !text.is_empty(),
                Value::Bool(_) => name == WOULD_REFUSE,
                _ => false,
            };
            let kind = match name {
                "status" => "a status, such as 403",
                WOULD_REFUSE => "true, false or a code",
                _ => "a text that is not empty",
            };
            if !is_of_its_kind {
                return Err(wrong(format!("'{name}' must be {kind}.")));
            }
            match value.as_str().and_then(|text| unknown(name, text)) {
                Some(problem) => Err(wrong(problem)),
                None => Ok((name, value.clone())),
            }
        };
        fields.iter().map(field).collect::<Result<_, _>>().map(Self)
    }

    /// Returns whether a request is among those that are meant.
    pub fn fits(&self, facts: &Facts<'_>) -> bool {
        self.0.iter().all(|(field, wanted)| fits(field, wanted, facts))
    }

    /// Returns the fields in which a request differs from those that are meant.
    pub fn differences(&self, facts: &Facts<'_>) -> Vec<Difference> {
        let differing = self.0.iter().filter(|(field, wanted)| !fits(field, wanted, facts));
        differing.map(|(field, wanted)| Difference { field, wanted: wanted.clone(), was: value_of(field, facts) }).collect()
    }

    /// Returns about how many bytes its texts take.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(_, wanted)| wanted.as_str().map_or(0, str::len)).sum()
    }

    /// Returns the caller that is meant, where one is.
    pub fn caller(&self) -> Option<&str> {
        self.0.iter().find(|(field, _)| *field == "caller").and_then(|(_, value)| value.as_str())
    }

    /// Returns the match as it was given.
    pub fn document(&self) -> Value {
        self.0.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>().into()
    }
}

impl Difference {
    /// Returns the difference as JSON.
    pub fn document(&self) -> Value {
        json!({ "field": self.field, "wanted": self.wanted, "was": self.was })
    }
}

/// Says that a name is none of those that there are, which are known beforehand: a slip of the pen would match nothing for
/// ever. Callers may come later.
fn unknown(field: &str, name: &str) -> Option<String> {
    let known: Vec<&str> = match field {
        "method" => METHODS.to_vec(),
        "operation" => operation_names().collect(),
        "rule" => rules::all().map(|rule| rule.name).collect(),
        _ => return None,
    };
    if known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let meant = near::suggested(name, known.into_iter());
    Some(format!("There is no {field} '{name}'{meant}."))
}

/// Returns the names that the journal has for operations.
fn operation_names() -> impl Iterator<Item = &'static str> {
    let azure = routes::all().map(|operation| operation.name);
    azure.chain(graph::operations::names()).chain(entra::answer::OPERATIONS).chain(["-"])
}

fn fits(field: &str, wanted: &Value, facts: &Facts<'_>) -> bool {
    let wanted = match wanted {
        Value::String(wanted) => wanted,
        Value::Bool(wanted) => return *wanted == facts.would_refuse.is_some(),
        wanted => return wanted.as_u64() == facts.status.map(u64::from),
    };
    let is = |text: &str| text.eq_ignore_ascii_case(wanted);
    match field {
        "method" => is(facts.method),
        "path" => Pattern::new(wanted).matches(facts.path),
        "operation" => is(facts.operation),
        "caller" => facts.caller.is_some_and(|it| is(&entry::name(it)) || is(&it.client()) || is(&it.object_id.to_string())),
        "code" => facts.code.is_some_and(is),
        "rule" => facts.rule.is_some_and(is),
        WOULD_REFUSE => facts.would_refuse.is_some_and(is),
        _ => false,
    }
}

fn value_of(field: &str, facts: &Facts<'_>) -> Value {
    match field {
        "method" => facts.method.into(),
        "path" => facts.path.into(),
        "operation" => facts.operation.into(),
        "caller" => facts.caller.map(entry::name).into(),
        "status" => facts.status.into(),
        "code" => facts.code.into(),
        WOULD_REFUSE => facts.would_refuse.map_or(Value::Bool(false), Value::from),
        _ => facts.rule.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: Facts<'_> = Facts {
        method: "PUT",
        path: "/subscriptions/s/resourceGroups/rg",
        operation: "ResourceGroups_CreateOrUpdate",
        caller: None,
        status: Some(403),
        code: Some("AuthorizationFailed"),
        rule: None,
        would_refuse: None,
    };

    fn read(value: Value) -> Result<Match, WrongField> {
        Match::read(value.as_object().unwrap(), &FIELDS)
    }

    #[test]
    fn every_field_must_fit() {
        for (value, fits) in [
            (json!({}), true),
            (json!({ "method": "put", "path": "/Subscriptions/*", "status": 403, "code": "authorizationfailed" }), true),
            (json!({ "path": "/subscriptions/s/resourceGroups" }), false),
            (json!({ "operation": "Factories_Get" }), false),
            (json!({ "caller": "ada" }), false),
            (json!({ "rule": "four-nodes" }), false),
        ] {
            assert_eq!(read(value.clone()).unwrap().fits(&FACTS), fits, "{value}");
        }
        let differences = read(json!({ "method": "PUT", "status": 200, "rule": "four-nodes" })).unwrap().differences(&FACTS);
        assert_eq!(
            differences.iter().map(Difference::document).collect::<Vec<_>>(),
            [json!({ "field": "status", "wanted": 200, "was": 403 }), json!({ "field": "rule", "wanted": "four-nodes", "was": null })]
        );
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        for (value, field) in [
            (json!({ "verb": "PUT" }), "verb"),
            (json!({ "status": "403" }), "status"),
            (json!({ "status": 99 }), "status"),
            (json!({ "path": "" }), "path"),
            (json!({ "caller": 1 }), "caller"),
        ] {
            assert_eq!(read(value).unwrap_err().field, field);
        }
        assert!(Match::read(json!({ "status": 403 }).as_object().unwrap(), &REQUEST_FIELDS).is_err());
    }
}

//! The attributes that conditions look at: what a request, a resource, a principal and the moment say of themselves.
//!
//! A name compares without case, but for the key of a tag where the condition asks for it. An attribute without values
//! counts as one that is not there. Which attributes an operation has is the operation's to say.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format#attributes>.

use super::expression::{AttributeName, Form, Source, Value};
use crate::timestamp::Timestamp;
use std::borrow::Cow;

/// The one attribute that every request has.
const UTC_NOW: &str = "UtcNow";

/// Attributes with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    all: Vec<(Source, Box<str>, Vec<Value>)>,
    sub_operation: Option<Box<str>>,
}

impl Attributes {
    /// None at all, which is what most requests have.
    pub const NONE: &Self = &Self { all: Vec::new(), sub_operation: None };

    /// Returns these with one more.
    #[must_use]
    pub fn with(mut self, source: Source, name: &str, values: Vec<Value>) -> Self {
        self.all.push((source, name.into(), values));
        self
    }

    /// Returns these with the name of the suboperation, such as `Blob.List`.
    #[must_use]
    pub fn of_sub_operation(mut self, name: &str) -> Self {
        self.sub_operation = Some(name.into());
        self
    }

    /// Returns the name of the suboperation.
    pub fn sub_operation(&self) -> Option<&str> {
        self.sub_operation.as_deref()
    }

    fn of_source(&self, source: Source) -> impl Iterator<Item = (&str, &[Value])> {
        self.all.iter().filter(move |(it, ..)| *it == source).map(|(_, name, values)| (&**name, values.as_slice()))
    }
}

/// Everything besides the action that the truth of a condition depends on.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The attributes of the request.
    pub attributes: &'a Attributes,
    /// The time on the world's clock.
    pub now: Timestamp,
}

impl<'a> Circumstances<'a> {
    /// Returns the values that the attribute has; none when it is not there.
    pub fn values(self, wanted: &AttributeName) -> Cow<'a, [Value]> {
        let mut named = self.attributes.of_source(wanted.source);
        match wanted.form {
            Form::Plain => {
                let found = named.find(|(name, _)| name.eq_ignore_ascii_case(&wanted.name));
                match found {
                    Some((_, values)) => Cow::Borrowed(values),
                    None if wanted.is_utc_now() => Cow::Owned(vec![Value::DateTime(self.now)]),
                    None => Cow::Borrowed(&[]),
                }
            }
            Form::ExactKey => {
                let found = named.find(|(name, _)| is_same_with_key(name, &wanted.name));
                Cow::Borrowed(found.map_or(&[], |(_, values)| values))
            }
            Form::Keys => named.filter_map(|(name, _)| key_below(name, &wanted.name)).map(|key| Value::Text(key.to_owned())).collect(),
        }
    }
}

impl AttributeName {
    /// Returns whether it is the time.
    pub fn is_utc_now(&self) -> bool {
        self.source == Source::Environment && self.form == Form::Plain && self.name.eq_ignore_ascii_case(UTC_NOW)
    }
}

/// Whether two names are the same, the key behind the last colon in its case too.
fn is_same_with_key(name: &str, wanted: &str) -> bool {
    match (name.rsplit_once(':'), wanted.rsplit_once(':')) {
        (Some((name, key)), Some((wanted, wanted_key))) => name.eq_ignore_ascii_case(wanted) && key == wanted_key,
        _ => false,
    }
}

/// The key of a tag, if the name is that of a tag of `tags`.
fn key_below<'a>(name: &'a str, tags: &str) -> Option<&'a str> {
    name.rsplit_once(':').filter(|(above, _)| above.eq_ignore_ascii_case(tags)).map(|(_, key)| key)
}

//! What a directory object says of itself besides what the emulator reads: the properties that clients set at
//! Microsoft Graph.
//!
//! They are kept as they arrived and checked for their form only. Each type of object lists its own; what Graph works
//! out itself is read-only and passed over, because clients send whole objects back.

use super::refusal::Refusal;
use crate::timestamp::Timestamp;
use crate::world::Document;
use serde_json::Value;
use std::sync::Arc;

/// Characters that a display name may have <https://learn.microsoft.com/graph/api/resources/application>.
const DISPLAY_NAME_MAX: usize = 256;

/// When an object was made, and what clients have set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// When it was made; not known of what a world file has by hand.
    pub created_on: Option<Timestamp>,
    /// Properties by the name that Graph gives them.
    pub properties: Arc<Document>,
}

/// What the value of a property has to be; null takes it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A string.
    Text,
    /// True or false.
    Flag,
    /// Strings.
    Texts,
    /// An object.
    Object,
    /// Objects.
    Objects,
}

/// What a type of object can be told.
#[derive(Debug)]
pub struct Known {
    /// The type's name in errors, such as `User`.
    pub of: &'static str,
    /// The properties that are kept as they arrive.
    pub kept: &'static [(&'static str, Form)],
    /// The properties that are Graph's own.
    pub read_only: &'static [&'static str],
}

impl Form {
    fn admits(self, value: &Value) -> bool {
        let each = |is: fn(&Value) -> bool| value.as_array().is_some_and(|items| items.iter().all(is));
        match self {
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Texts => each(Value::is_string),
            Self::Object => value.is_object(),
            Self::Objects => each(Value::is_object),
        }
    }
}

impl Known {
    /// Returns the refusal of a property's value.
    pub fn invalid(&self, property: &str) -> Refusal {
        Refusal::Invalid { property: property.to_owned(), of: self.of }
    }

    /// Takes a string out of a body.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(&self, body: &mut Document, name: &str) -> Result<Option<String>, Refusal> {
        match body.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.invalid(name)),
        }
    }

    /// Takes true or false out of a body.
    ///
    /// # Errors
    /// When it is something else.
    pub fn flag(&self, body: &mut Document, name: &str) -> Result<Option<bool>, Refusal> {
        match body.shift_remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.invalid(name)),
        }
    }

    /// Takes the display name out of a body.
    ///
    /// # Errors
    /// When it is empty, too long or no string.
    pub fn display_name(&self, body: &mut Document) -> Result<Option<Arc<str>>, Refusal> {
        match self.text(body, "displayName")? {
            Some(name) if name.is_empty() || name.chars().count() > DISPLAY_NAME_MAX => Err(self.invalid("displayName")),
            name => Ok(name.map(Into::into)),
        }
    }

    /// Lays what is left of a body over a profile.
    ///
    /// # Errors
    /// For a property that is not known or has another form.
    pub fn set(&self, profile: &mut Profile, body: Document) -> Result<(), Refusal> {
        for (name, value) in body {
            if name.starts_with('@') || self.read_only.contains(&name.as_str()) {
                continue;
            }
            let Some((_, form)) = self.kept.iter().find(|(known, _)| *known == name) else { return Err(Refusal::Unknown(name)) };
            if !value.is_null() && !form.admits(&value) {
                return Err(self.invalid(&name));
            }
            lay_over(Arc::make_mut(&mut profile.properties), name, value);
        }
        Ok(())
    }
}

/// Objects are merged, as Graph does with complex types; anything else replaces what was there.
fn lay_over(properties: &mut Document, name: String, value: Value) {
    match (properties.get_mut(&name), value) {
        (_, Value::Null) => drop(properties.shift_remove(&name)),
        (Some(Value::Object(before)), Value::Object(after)) => {
            for (name, value) in after {
                lay_over(before, name, value);
            }
        }
        (_, value) => drop(properties.insert(name, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static THING: Known = Known { of: "Thing", kept: &[("web", Form::Object), ("tags", Form::Texts)], read_only: &["id"] };

    fn set(profile: &mut Profile, body: Value) -> Result<(), Refusal> {
        THING.set(profile, body.as_object().unwrap().clone())
    }

    #[test]
    fn objects_are_merged_and_null_takes_away() {
        let mut profile = Profile::default();
        set(&mut profile, json!({ "@odata.context": "x", "id": 1, "web": { "a": 1, "b": { "c": 2 } }, "tags": ["t"] })).unwrap();
        set(&mut profile, json!({ "web": { "a": null, "b": { "d": 3 } }, "tags": null })).unwrap();
        assert_eq!(Value::Object((*profile.properties).clone()), json!({ "web": { "b": { "c": 2, "d": 3 } } }));
    }

    #[test]
    fn other_properties_and_forms_are_refused() {
        let mut profile = Profile::default();
        assert_eq!(set(&mut profile, json!({ "colour": "red" })), Err(Refusal::Unknown("colour".to_owned())));
        assert_eq!(set(&mut profile, json!({ "tags": [1] })), Err(THING.invalid("tags")));
    }
}

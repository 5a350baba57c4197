//! Reading the `state` of a world file's entry: what the server made of a resource, in part or whole.
//!
//! Members are taken out one by one; what is left over, or is not what it should be, is an error that names the
//! member. Values that are wrong for Azure are not its business.

use crate::fault::Fault;
use crate::rules::Evidence::Assumed;
use crate::rules::{Origin, Rule};
use crate::timestamp::Timestamp;
use crate::world::Document;
use serde_json::Value;
use uuid::Uuid;

/// The `state` of a world file has only members that its kind knows. Our own rule, not Azure's, and so not in a list.
static STATE_IS_UNDERSTOOD: Rule = Rule {
    name: "world-file-state",
    sentence: "The state of a world file's entry has only members that its kind knows.",
    page: "docs/world-files.md",
    status: 400,
    code: "InvalidWorldFile",
    origin: Origin::Provider,
    remedy: "Take the member out of state, or correct it.",
    limit: Assumed { because: "world files are the emulator's own" },
    answer: Assumed { because: "world files are the emulator's own" },
};

/// What is still to be read of a `state`.
#[derive(Debug)]
pub struct SeedState {
    rest: Document,
}

impl SeedState {
    /// Begins to read `state`.
    pub fn new(state: &Document) -> Self {
        Self { rest: state.clone() }
    }

    /// Takes a GUID.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn guid(&mut self, name: &str) -> Result<Option<Uuid>, Fault> {
        self.text(name)?.map(|text| Uuid::try_parse(&text).map_err(|_| refuse(name))).transpose()
    }

    /// Takes an instant.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Fault> {
        self.text(name)?.map(|text| Timestamp::parse(&text).ok_or_else(|| refuse(name))).transpose()
    }

    /// Takes a text.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        match self.rest.shift_remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(refuse(name)),
        }
    }

    /// Takes a truth value.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, Fault> {
        match self.rest.shift_remove(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(refuse(name)),
        }
    }

    /// Takes a number that counts something.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn count(&mut self, name: &str) -> Result<Option<u64>, Fault> {
        self.rest.shift_remove(name).map(|value| value.as_u64().ok_or_else(|| refuse(name))).transpose()
    }

    /// Takes an object; an empty one when there is none.
    ///
    /// # Errors
    /// When the member is something else.
    pub fn object(&mut self, name: &str) -> Result<Document, Fault> {
        match self.rest.shift_remove(name) {
            None => Ok(Document::new()),
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(refuse(name)),
        }
    }

    /// Takes any member.
    pub fn any(&mut self, name: &str) -> Option<Value> {
        self.rest.shift_remove(name)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When something is left that nobody took.
    pub fn finish(self) -> Result<(), Fault> {
        match self.rest.keys().next() {
            None => Ok(()),
            Some(name) => Err(refuse(name)),
        }
    }
}

/// Returns the fault of member `name` not being understood.
pub fn refuse(name: &str) -> Fault {
    STATE_IS_UNDERSTOOD.broken(format!("The member '{name}' of state is not known here, or its value is not of the right form.")).at(name)
}

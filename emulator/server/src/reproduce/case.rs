//! What a case is: the requests that meet one limitation, and the change that makes the same request pass.
//!
//! Plain values and nothing that runs: `run` sends them, `script` writes them down for a shell, `smallest_world` makes
//! the world that they need. In paths, headers and bodies `{{name}}` stands for what a step before kept.

use axum::http::Method;
use serde_json::Value;

/// The requests that meet one limitation.
#[derive(Clone, Debug)]
pub struct Case {
    /// The name of the rule.
    pub name: &'static str,
    /// What the world has besides the principals and groups that the requests name: part of a world file.
    pub world: Value,
    /// What is done first; all of it is accepted.
    pub before: Vec<Step>,
    /// The request that is refused.
    pub refused: Step,
    /// The message of the refusal, word for word, in which `…` stands for text that is left out; none when it is null.
    pub message: Option<String>,
    /// What makes it pass.
    pub remedy: Remedy,
}

/// What makes a refused request pass.
#[derive(Clone, Debug)]
pub enum Remedy {
    /// Something is changed, and the request is sent again: the same one, or as it then has to be.
    Change {
        /// The change in a sentence.
        what: &'static str,
        /// The requests that make it; none when the request itself is what was wrong.
        steps: Vec<Step>,
        /// The request that passes.
        again: Box<Step>,
    },
    /// Nothing does.
    Nothing {
        /// Why, in a sentence.
        because: &'static str,
    },
}

/// One request.
#[derive(Clone, Debug)]
pub struct Step {
    /// Whose token it has: a principal's name; empty for no token.
    pub caller: &'static str,
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The headers besides those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: String,
    /// How many blanks stand for `{{blanks}}` in the body.
    pub blanks: usize,
    /// What later steps need of the answer.
    pub kept: Option<Kept>,
}

/// Part of an answer that later steps need.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// The name under which they find it.
    pub name: &'static str,
    /// The member of the answer's body that has it, at its first place.
    pub member: &'static str,
}

impl Case {
    /// Returns the case of the rule with that name: in a world of that has what the requests name, this is refused.
    pub fn new(name: &'static str, refused: Step) -> Self {
        let remedy = Remedy::Nothing { because: "" };
        Self { name, world: Value::Null, before: Vec::new(), refused, message: None, remedy }
    }

    /// Returns the case with steps that come first.
    #[must_use]
    pub fn after(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.before.extend(steps);
        self
    }

    /// Returns the case in a world that also has this.
    #[must_use]
    pub fn in_world(mut self, world: Value) -> Self {
        self.world = world;
        self
    }

    /// Returns the case with Azure's message.
    #[must_use]
    pub fn says(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Returns the case with steps after which the same request passes.
    #[must_use]
    pub fn passes_after(mut self, what: &'static str, steps: impl IntoIterator<Item = Step>) -> Self {
        let again = Box::new(self.refused.clone());
        self.remedy = Remedy::Change { what, steps: steps.into_iter().collect(), again };
        self
    }

    /// Returns the case with the request that passes instead.
    #[must_use]
    pub fn passes_as(mut self, what: &'static str, again: Step) -> Self {
        self.remedy = Remedy::Change { what, steps: Vec::new(), again: Box::new(again) };
        self
    }

    /// Returns the case as one that nothing mends.
    #[must_use]
    pub fn nothing_helps(mut self, because: &'static str) -> Self {
        self.remedy = Remedy::Nothing { because };
        self
    }

    /// Returns all its requests in the order in which they are sent.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let (change, again) = match &self.remedy {
            Remedy::Change { steps, again, .. } => (steps.as_slice(), Some(again.as_ref())),
            Remedy::Nothing { .. } => (&[][..], None),
        };
        self.before.iter().chain([&self.refused]).chain(change).chain(again)
    }
}

impl Step {
    /// Returns a request of the built-in world's `owner` to Resource Manager, in the api-version that clients use there.
    pub fn new(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Self::written(method, versioned(path.into()), body)
    }

    /// Returns a request of `owner` whose path and body are just these.
    pub fn written(method: Method, path: impl Into<String>, body: impl Into<String>) -> Self {
        Self { caller: "owner", method, path: path.into(), headers: Vec::new(), body: body.into(), blanks: 0, kept: None }
    }

    /// Returns a request to one of the emulator's own endpoints, such as `nodes`.
    pub fn control(method: Method, path: &str, body: &Value) -> Self {
        Self {
            caller: "",
            ..Self::written(method, format!("/_emulator/{path}"), if body.is_null() { String::new() } else { body.to_string() })
        }
    }

    /// Returns the request with another caller's token.
    #[must_use]
    pub fn by(mut self, caller: &'static str) -> Self {
        self.caller = caller;
        self
    }

    /// Returns the request with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Returns the request with so many blanks for `{{blanks}}` in its body.
    #[must_use]
    pub fn padded(mut self, blanks: usize) -> Self {
        self.blanks = blanks;
        self
    }

    /// Returns the request, keeping a member of its answer.
    #[must_use]
    pub fn keeping(mut self, name: &'static str, member: &'static str) -> Self {
        self.kept = Some(Kept { name, member });
        self
    }

    /// Returns the media type that it is sent with: of a body, and for the emulator's own endpoints without one too.
    pub fn content_type(&self) -> Option<&'static str> {
        let named = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let is_own = self.path.starts_with("/_emulator/") && !matches!(self.method, Method::GET | Method::DELETE);
        (!named && (!self.body.is_empty() || is_own)).then_some("application/json")
    }
}

/// Adds the api-version that clients use for the path's namespace, where the path has none.
fn versioned(path: String) -> String {
    let lower = path.to_lowercase();
    if lower.contains("api-version=") {
        return path;
    }
    let version = match lower.split('?').next().and_then(|path| path.rsplit_once("/providers/")).map(|(_, rest)| rest) {
        Some(rest) if rest.starts_with("microsoft.datafactory/") => "2018-06-01",
        Some(rest) if rest.starts_with("microsoft.authorization/denyassignments") => "2024-07-01-preview",
        Some(rest) if rest.starts_with("microsoft.authorization/classicadministrators") => "2015-07-01",
        Some(rest) if rest.starts_with("microsoft.authorization/elevateaccess") => "2015-07-01",
        Some(rest) if is_of_schedules(rest) => "2020-10-01",
        Some(rest) if rest.starts_with("microsoft.authorization/") => "2022-04-01",
        Some(rest) if rest.starts_with("microsoft.managedidentity/") => "2023-01-31",
        Some(rest) if rest.starts_with("microsoft.management/") => "2020-05-01",
        _ => "2022-09-01",
    };
    format!("{path}{}api-version={version}", if path.contains('?') { '&' } else { '?' })
}

/// Returns whether a type is one of privileged identity management, which has versions of its own.
fn is_of_schedules(rest: &str) -> bool {
    let types = ["roleassignmentschedule", "roleeligibilityschedule", "rolemanagementpolic", "eligiblechildresources"];
    let name = rest.strip_prefix("microsoft.authorization/");
    name.is_some_and(|name| types.iter().any(|start| name.starts_with(start)))
}

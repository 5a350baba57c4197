//! Why a request was refused, in Azure's terms and without HTTP.
//!
//! A new variant only if a client would act differently on it; otherwise it is a rule. Never JSON, never a header:
//! the server's `envelope.rs` says how a fault looks.

use crate::authorization::evaluate::Explanation;
use crate::reader_words::Place;
use crate::resource_id::ResourceId;
use crate::rules::{Rule, access, schedules, sharing};
use uuid::Uuid;

/// Why a request was refused.
#[derive(Debug)]
pub enum Fault {
    /// A named rule refused it.
    RuleBroken(Box<BrokenRule>),
    /// The caller may not do it.
    Forbidden(Box<Forbidden>),
    /// Azure does this and we do not.
    NotEmulated(NotEmulated),
}

/// A rule that was broken, with what Azure says of it.
#[derive(Debug)]
pub struct BrokenRule {
    /// The rule.
    pub rule: &'static Rule,
    /// Azure's message; Data Factory has codes whose message is null.
    pub message: Option<String>,
    /// The error's `target`.
    pub target: Option<String>,
    /// The error's `details`.
    pub details: Vec<Detail>,
    /// Where in the body it is wrong: the member that the message names by its path.
    pub place: Option<Place>,
    /// In how many seconds the same request may pass: the header `Retry-After`.
    pub retry_after_seconds: Option<i64>,
}

/// One entry of an error's `details`.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The code.
    pub code: String,
    /// What it is about.
    pub target: Option<String>,
    /// The message.
    pub message: String,
}

/// A refusal by access control, with its reasons for log and journal.
#[derive(Debug)]
pub struct Forbidden {
    /// The caller's object id.
    pub object_id: Uuid,
    /// How messages name the caller: an application's id, a user's UPN.
    pub client: String,
    /// The action that was not allowed.
    pub action: String,
    /// Where.
    pub scope: ResourceId,
    /// What was considered. Never on the wire.
    pub because: Explanation,
}

/// Something of Azure's that is not emulated.
#[derive(Clone, Debug)]
pub struct NotEmulated {
    /// The operation id or the feature, as Azure's API description names it.
    pub operation: String,
    /// The rule that documents it, where there is one.
    pub rule: Option<&'static Rule>,
}

impl Forbidden {
    /// Returns the rule behind the refusal: that of privileged identity management or of granting at a runtime, where a role
    /// was missing for it, or else that which follows from what was considered.
    pub fn rule(&self) -> &'static Rule {
        if let Some(rule) = schedules::rule_of_refusal(&self.action) {
            return rule;
        }
        let rule = access::rule_of_refusal(&self.because);
        let is_a_missing_role = rule.code == sharing::GRANTING_NEEDS_OWNER.code && !self.because.condition_stopped_it();
        let of_sharing = sharing::rule_of_refusal(&self.action, &self.scope).filter(|_| is_a_missing_role);
        of_sharing.unwrap_or(rule)
    }
}

impl Fault {
    /// Returns the fault of `rule` having been broken.
    pub fn broken(rule: &'static Rule, message: String) -> Self {
        let (message, details) = (Some(message), Vec::new());
        Self::RuleBroken(Box::new(BrokenRule { rule, message, target: None, details, place: None, retry_after_seconds: None }))
    }

    /// Returns the fault of `operation` not being emulated.
    pub fn not_emulated(operation: impl Into<String>) -> Self {
        Self::NotEmulated(NotEmulated { operation: operation.into(), rule: None })
    }

    /// Returns the same fault with the error's `target`.
    #[must_use]
    pub fn at(mut self, target: impl Into<String>) -> Self {
        if let Self::RuleBroken(broken) = &mut self {
            broken.target = Some(target.into());
        }
        self
    }

    /// Returns the same fault, about a member of the body that its message names: `… Path '{path}'.`
    #[must_use]
    pub fn in_body(mut self, place: Place) -> Self {
        if let Self::RuleBroken(broken) = &mut self {
            broken.place = Some(place);
        }
        self
    }

    /// Returns the same fault, which tells line and position of the member that it names, where `position_of` knows them.
    #[must_use]
    pub fn positioned(mut self, position_of: impl FnOnce(&Place) -> Option<(usize, usize)>) -> Self {
        if let Self::RuleBroken(broken) = &mut self
            && let Some(place) = broken.place.take()
            && let Some((line, position)) = position_of(&place)
        {
            let path = format!("Path '{}'", place.path());
            let message = broken.message.take().unwrap_or_default();
            broken.message = Some(message.replace(&path, &format!("{path}, line {line}, position {position}")));
        }
        self
    }

    /// Returns the same fault with one more entry in `details`.
    #[must_use]
    pub fn with_detail(mut self, detail: Detail) -> Self {
        if let Self::RuleBroken(broken) = &mut self {
            broken.details.push(detail);
        }
        self
    }

    /// Returns the same fault, to be tried again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: i64) -> Self {
        if let Self::RuleBroken(broken) = &mut self {
            broken.retry_after_seconds = Some(seconds);
        }
        self
    }

    /// Returns the same fault with `message: null`.
    #[must_use]
    pub fn without_message(mut self) -> Self {
        if let Self::RuleBroken(broken) = &mut self {
            broken.message = None;
        }
        self
    }

    /// Returns what is wrong in one sentence, for files and other places that are not the wire.
    pub fn message(&self) -> String {
        match self {
            Self::RuleBroken(broken) => broken.message.clone().unwrap_or_default(),
            Self::Forbidden(forbidden) => format!("'{}' is not allowed at '{}'", forbidden.action, forbidden.scope),
            Self::NotEmulated(what) => format!("'{}' is not emulated; leave it out", what.operation),
        }
    }

    /// Returns the rule that was broken, or that access control goes by; none when something is not emulated.
    pub fn rule(&self) -> Option<&'static Rule> {
        match self {
            Self::RuleBroken(broken) => Some(broken.rule),
            Self::NotEmulated(what) => what.rule,
            Self::Forbidden(forbidden) => Some(forbidden.rule()),
        }
    }
}

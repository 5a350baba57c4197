//! What a surface answered, and what is said of it afterwards.
//!
//! Resource Manager, Entra and Graph each return one; `app` makes the log's line and the journal's entry of it, so that
//! the two cannot differ.

use crate::app::HttpResponse;
use crate::shell::word;
use adf_emulator_core::authorization::ledger::{Decision, Outcome};
use adf_emulator_core::directory::Principal;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::Rule;
use std::sync::Arc;
use uuid::Uuid;

/// The answer to one request.
#[derive(Debug)]
pub struct Answered {
    /// What goes over the wire.
    pub response: HttpResponse,
    /// The id under which log and journal hold it: the `x-ms-request-id` of the answer.
    pub request_id: Uuid,
    /// The operation's name, such as `Factories_Get`; `-` where none is known.
    pub operation: &'static str,
    /// The path as it was understood; none when it cannot be.
    pub path: Option<ResourceId>,
    /// Who called, where that is known.
    pub caller: Option<Arc<Principal>>,
    /// What was decided about access, first what the operation itself needs.
    pub decisions: Vec<Decision>,
    /// Why it was refused, if it was.
    pub refused: Option<Refused>,
    /// The rule by which it would have been refused in a world that does not only audit.
    pub let_pass: Option<&'static Rule>,
}

/// What is said of a refusal inside: never on the wire.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The error code.
    pub code: Box<str>,
    /// What was broken or amiss.
    pub by: Cause,
}

/// Why it was refused: a rule says it all, anything else in a sentence.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The rule that was broken.
    Rule(&'static Rule),
    /// What is wrong, and what shows more.
    Told {
        /// The rule that was broken, where there is one that says less.
        rule: Option<&'static Rule>,
        /// A sentence.
        reason: Box<str>,
        /// What shows more.
        see: See,
    },
}

/// The command that shows more of a refusal that no rule explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum See {
    /// What stands between a client and the emulator.
    Doctor,
    /// What clients sign in with.
    Variables,
    /// The device codes that wait for their users.
    SignIns,
    /// Who and what is there.
    World,
    /// What is emulated.
    Operations,
    /// The faults that a test put in the way.
    Faults,
}

impl See {
    /// Returns the command, for the emulator at that URL.
    pub fn command(self, emulator: &str) -> String {
        let endpoint = |path: &str| format!("curl -s {}", word(&format!("{emulator}/_emulator/{path}")));
        match self {
            Self::Doctor => format!("adf-emulator doctor --url {}", word(emulator)),
            Self::Variables => format!("adf-emulator env --url {}", word(emulator)),
            Self::SignIns => endpoint("sign-ins"),
            Self::World => endpoint("world?state=false"),
            Self::Operations => endpoint("operations"),
            Self::Faults => endpoint("faults"),
        }
    }
}

impl Cause {
    /// Returns the rule that was broken, where it was one.
    pub const fn rule(&self) -> Option<&'static Rule> {
        match self {
            Self::Rule(rule) => Some(rule),
            Self::Told { rule, .. } => *rule,
        }
    }
}

impl Refused {
    /// Returns a refusal that no rule explains.
    pub fn told(code: &str, reason: impl Into<Box<str>>, see: See) -> Self {
        Self { code: code.into(), by: Cause::Told { rule: None, reason: reason.into(), see } }
    }
}

/// Why a request was refused, or would have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why<'a> {
    /// What was considered, in a line; of a rule that is not about access, what it says.
    pub reason: &'a str,
    /// The command that tells more: one that explains the decision, or one that reproduces the rule.
    pub see: String,
}

impl<'a> Why<'a> {
    /// Returns why it was refused, after those decisions, in the emulator at that URL.
    pub fn of(cause: &'a Cause, decisions: &'a [Decision], emulator: &str) -> Self {
        match cause {
            Cause::Rule(rule) => Self::of_rule(rule, decisions, emulator),
            Cause::Told { reason, see, .. } => Self { reason, see: see.command(emulator) },
        }
    }

    /// Returns why a rule refused, or would have, after those decisions, in the emulator at that URL.
    pub fn of_rule(rule: &'static Rule, decisions: &'a [Decision], emulator: &str) -> Self {
        let refused = decisions.iter().find_map(|it| match &it.outcome {
            Outcome::Refused { because } => Some((it, &**because)),
            Outcome::Allowed { .. } => None,
        });
        match refused {
            Some((Decision { principal, action, scope, .. }, reason)) => {
                let (emulator, action, scope) = (word(emulator), word(action), word(scope.as_str()));
                let see = format!("adf-emulator explain --url {emulator} --principal {principal} --action {action} --scope {scope}");
                Self { reason, see }
            }
            None => Self { reason: rule.sentence, see: format!("adf-emulator reproduce {}", rule.name) },
        }
    }
}

impl Answered {
    /// Returns why it was refused, or would have been, as the log says it: the rule, the reason, and the command that
    /// shows more, of the emulator at that URL.
    pub fn because(&self, emulator: &str) -> Option<String> {
        let would = || self.let_pass.map(Cause::Rule);
        let cause = self.refused.as_ref().map(|refused| refused.by.clone()).or_else(would)?;
        let Why { reason, see } = Why::of(&cause, &self.decisions, emulator);
        let Some(rule) = cause.rule() else { return Some(format!("{reason}; see: {see}")) };
        let mut said = String::new();
        if self.refused.is_none() {
            said.extend(["would refuse with ", &rule.status.to_string(), " ", rule.code, ", "]);
        }
        if self.decisions.iter().any(|decision| !decision.is_allowed()) {
            said.extend(["decision ", &self.request_id.to_string(), ", "]);
        }
        said.extend(["rule ", rule.name, ": ", reason, "; see: ", &see]);
        Some(said)
    }
}

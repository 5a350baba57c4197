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
    /// The rule that was broken, where it was one.
    pub rule: Option<&'static Rule>,
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
    /// Returns why a rule refused, after those decisions, in the emulator at that URL.
    pub fn of(rule: &'static Rule, decisions: &'a [Decision], emulator: &str) -> Self {
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
        let by = self.refused.as_ref().and_then(|refused| refused.rule);
        let rule = by.or(self.let_pass)?;
        let mut said = String::new();
        if by.is_none() {
            said.extend(["would refuse with ", &rule.status.to_string(), " ", rule.code, ", "]);
        }
        if self.decisions.iter().any(|decision| !decision.is_allowed()) {
            said.extend(["decision ", &self.request_id.to_string(), ", "]);
        }
        let Why { reason, see } = Why::of(rule, &self.decisions, emulator);
        said.extend(["rule ", rule.name, ": ", reason, "; see: ", &see]);
        Some(said)
    }
}

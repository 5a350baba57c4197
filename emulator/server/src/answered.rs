//! What a surface answered, and what is said of it afterwards.
//!
//! Resource Manager, Entra and Graph each return one; `app` makes the log's line and the journal's entry of it, so that
//! the two cannot differ.

use crate::app::HttpResponse;
use adf_emulator_core::directory::Principal;
use adf_emulator_core::resource_id::ResourceId;
use std::borrow::Cow;
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
    /// What was decided about the caller's access, where anything was asked.
    pub decision: Option<Decision>,
    /// Why it was refused, if it was.
    pub refused: Option<Refused>,
}

/// The question that access control was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// The action that the operation needs.
    pub action: Cow<'static, str>,
    /// Where.
    pub scope: ResourceId,
    /// What came of it.
    pub outcome: Outcome,
}

/// What access control said.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The caller may.
    Allowed,
    /// The caller may not, for these reasons.
    Refused {
        /// What was considered, in a line.
        because: Box<str>,
    },
}

/// What is said of a refusal inside: never on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The error code.
    pub code: Box<str>,
    /// The name of the rule that was broken, where it was one.
    pub rule: Option<&'static str>,
}

/// Returns the command that tells more about a refusal: one that explains a decision, or one that reproduces a rule.
pub fn more_about(caller: Option<&Principal>, decision: Option<&Decision>, rule: Option<&str>) -> Option<String> {
    match (caller, decision) {
        (Some(caller), Some(Decision { action, scope, outcome: Outcome::Refused { .. } })) => {
            Some(format!("adf-emulator explain --principal {} --action {action} --scope '{scope}'", caller.object_id))
        }
        _ => rule.map(|rule| format!("adf-emulator reproduce {rule}")),
    }
}

impl Answered {
    /// Returns why it was refused as the log says it: the rule, or the decision's id and what was considered; and the
    /// command that shows more.
    pub fn because(&self) -> Option<String> {
        let rule = self.refused.as_ref().and_then(|refused| refused.rule);
        let because = match &self.decision {
            Some(Decision { outcome: Outcome::Refused { because }, .. }) => format!("decision {}: {because}", self.request_id),
            _ => format!("rule {}", rule?),
        };
        let command = more_about(self.caller.as_deref(), self.decision.as_ref(), rule)?;
        Some(format!("{because}; see: {command}"))
    }
}

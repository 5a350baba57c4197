//! Role management policies: what privileged identity management asks of those who are given a role, or activate it.
//!
//! Every role has one at every scope. They are worked out and not stored until somebody changes one; a scope does not
//! inherit the policy of the one above it, as documented. Rules are kept as the JSON that they are on the wire.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-management-policy-rest-sample> and
//! `authorization-wire` 4.8.

mod default_rules;

use super::schedule::ScheduleRequestParameters;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::Rule;
use crate::rules::schedules as rules;
use crate::timestamp::{Duration, Timestamp};
use crate::world::{Document, World};
use serde_json::Value;
use uuid::Uuid;

/// On which occasion a policy is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// An administrator makes somebody eligible.
    AdminEligibility,
    /// An administrator gives somebody the role.
    AdminAssignment,
    /// Somebody who is eligible activates the role.
    Activation,
}

impl Occasion {
    /// Returns how the ids of its rules end.
    const fn suffix(self) -> &'static str {
        match self {
            Self::AdminEligibility => "Admin_Eligibility",
            Self::AdminAssignment => "Admin_Assignment",
            Self::Activation => "EndUser_Assignment",
        }
    }
}

/// What a policy asks on an occasion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// How long it may last; none where it need not end.
    pub maximum_duration: Option<Duration>,
    /// Whether it needs a justification.
    pub justification: bool,
}

/// Returns what the policy of a role at a scope asks on an occasion.
pub fn requirements(_: &World, _: &ResourceId, _: Uuid, occasion: Occasion) -> Requirements {
    let all = default_rules::all();
    let rule = |kind: &str| all.iter().find(|it| it.get("id").and_then(Value::as_str) == Some(&format!("{kind}_{}", occasion.suffix())));
    Requirements {
        maximum_duration: rule("Expiration").and_then(maximum_duration),
        justification: rule("Enablement").is_some_and(|it| enables(it, "Justification")),
    }
}

fn maximum_duration(rule: &Document) -> Option<Duration> {
    let is_required = rule.get("isExpirationRequired").and_then(Value::as_bool).unwrap_or_default();
    rule.get("maximumDuration").and_then(Value::as_str).and_then(Duration::parse).filter(|_| is_required)
}

fn enables(rule: &Document, name: &str) -> bool {
    let enabled = rule.get("enabledRules").and_then(Value::as_array);
    enabled.into_iter().flatten().any(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(name)))
}

impl Requirements {
    /// Checks what is asked for against what the policy asks.
    ///
    /// # Errors
    /// `policy-limits-the-duration`, `policy-asks-for-a-justification`.
    pub fn are_met(&self, start: Timestamp, end: Option<Timestamp>, asked: &ScheduleRequestParameters) -> Result<(), Fault> {
        let is_blank = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let lasts_too_long = |most: Duration| end.is_none_or(|end| end.since(start) > most);
        let checks: [(bool, &'static Rule, &'static str); 2] = [
            (self.maximum_duration.is_some_and(lasts_too_long), &rules::POLICY_LIMITS_THE_DURATION, "ExpirationRule"),
            (self.justification && is_blank(asked.justification.as_deref()), &rules::POLICY_ASKS_FOR_A_JUSTIFICATION, "JustificationRule"),
        ];
        let failed: Vec<_> = checks.into_iter().filter(|(failed, ..)| *failed).map(|(_, rule, name)| (rule, name)).collect();
        rules::policy_is_kept(&failed)
    }
}

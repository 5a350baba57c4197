//! What a policy asks on an occasion, and whether what is asked for meets it.
//!
//! Expiration, with its exceptions, justification and ticket are held to; multifactor authentication counts as done, because
//! a token does not say how it was come by. Approval and an authentication context are not emulated, and so refuse by name.

use super::{RoleManagementPolicy, key_of, rules_of};
use crate::authorization::schedule::ScheduleRequestParameters;
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
    /// Whether it needs a ticket.
    pub ticketing: bool,
    /// Whether somebody has to approve it.
    pub approval: bool,
    /// Whether it needs an authentication context.
    pub authentication_context: bool,
}

/// Returns what the policy of a role at a scope, in the directory of a tenant, asks on an occasion of a principal.
pub fn requirements(world: &World, tenant: Uuid, scope: &ResourceId, role: Uuid, occasion: Occasion, principal: Uuid) -> Requirements {
    let changed: Option<&RoleManagementPolicy> = world.role_management_policies.get(key_of(tenant, scope, role).as_str()).map(|it| &**it);
    let all = rules_of(changed);
    let rule = |kind: &str| {
        let id = format!("{kind}_{}", occasion.suffix());
        all.iter().find(|it| it.get("id").and_then(Value::as_str) == Some(&id))
    };
    let flag = |rule: Option<&Value>, name: &str| rule.and_then(|it| it.get(name)).and_then(Value::as_bool).unwrap_or_default();
    let enables = |name: &str| {
        let enabled = rule("Enablement").and_then(|it| it.get("enabledRules")).and_then(Value::as_array);
        enabled.into_iter().flatten().any(|it| it.as_str() == Some(name))
    };
    Requirements {
        maximum_duration: rule("Expiration").filter(|rule| !is_an_exception(world, rule, principal)).and_then(maximum_duration),
        justification: enables("Justification"),
        ticketing: enables("Ticketing"),
        approval: flag(rule("Approval").and_then(|it| it.get("setting")), "isApprovalRequired"),
        authentication_context: rule("AuthenticationContext")
            .and_then(|it| it.get("isEnabled"))
            .and_then(Value::as_bool)
            .unwrap_or_default(),
    }
}

/// Returns whether a rule of expiration spares a principal, or a group of it.
fn is_an_exception(world: &World, rule: &Document, principal: Uuid) -> bool {
    let members = rule.get("exceptionMembers").and_then(Value::as_array).into_iter().flatten();
    let mut ids = members.filter_map(|it| it.get("id")?.as_str()).filter_map(|id| Uuid::try_parse(id).ok());
    ids.any(|id| id == principal || world.directory.groups_of(principal).contains(&id))
}

fn maximum_duration(rule: &Document) -> Option<Duration> {
    let is_required = rule.get("isExpirationRequired").and_then(Value::as_bool).unwrap_or_default();
    rule.get("maximumDuration").and_then(Value::as_str).and_then(Duration::parse).filter(|_| is_required)
}

impl Requirements {
    /// Checks what is asked for against what the policy asks.
    ///
    /// # Errors
    /// `policy-limits-the-duration`, `policy-asks-for-a-justification`, `policy-asks-for-a-ticket`; approvals and
    /// authentication contexts are not emulated.
    pub fn are_met(&self, start: Timestamp, end: Option<Timestamp>, asked: &ScheduleRequestParameters) -> Result<(), Fault> {
        let is_blank = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
        let lasts_too_long = |most: Duration| end.is_none_or(|end| end.since(start) > most);
        let has_no_ticket = is_blank(asked.ticket_number.as_deref()) || is_blank(asked.ticket_system.as_deref());
        let checks: [(bool, &'static Rule, &'static str); 3] = [
            (self.maximum_duration.is_some_and(lasts_too_long), &rules::POLICY_LIMITS_THE_DURATION, "ExpirationRule"),
            (self.justification && is_blank(asked.justification.as_deref()), &rules::POLICY_ASKS_FOR_A_JUSTIFICATION, "JustificationRule"),
            (self.ticketing && has_no_ticket, &rules::POLICY_ASKS_FOR_A_TICKET, "TicketingRule"),
        ];
        let failed: Vec<_> = checks.into_iter().filter(|(failed, ..)| *failed).map(|(_, rule, name)| (rule, name)).collect();
        rules::policy_is_kept(&failed)?;
        match (self.approval, self.authentication_context) {
            (true, _) => Err(Fault::not_emulated("the approval of an activation (Approval_EndUser_Assignment)")),
            (_, true) => Err(Fault::not_emulated("an authentication context (AuthenticationContext_EndUser_Assignment)")),
            _ => Ok(()),
        }
    }
}

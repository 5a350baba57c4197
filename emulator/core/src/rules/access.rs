//! Rules of every request: what a caller's roles and the deny assignments allow.
//!
//! They refuse with the two codes of `authorization-wire` 6.1; which of them it was follows from what the decision
//! considered. The decision itself is `authorization/evaluate.rs`.

use super::Evidence::{Documented, Recorded, Reported};
use super::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};
use crate::authorization::evaluate::Explanation;
use crate::resource_id::ResourceId;
use uuid::Uuid;

/// "What is Azure role-based access control?", with how a decision is made.
const OVERVIEW: &str = "https://learn.microsoft.com/azure/role-based-access-control/overview";
/// "Understand scope".
const SCOPE: &str = "https://learn.microsoft.com/azure/role-based-access-control/scope-overview";
/// "Understand role definitions".
const DEFINITIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions";
/// "What are Azure role assignment conditions?" in its troubleshooting.
const CONDITIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/conditions-troubleshoot";
/// "Understand deny assignments".
const DENY_ASSIGNMENTS: &str = "https://learn.microsoft.com/azure/role-based-access-control/deny-assignments";

/// Roles allow, and nothing else does.
pub static ACTION_NEEDS_A_ROLE: Rule = Rule {
    name: "action-needs-a-role",
    sentence: "A caller may do only what a role allows that is assigned to it, or to a group that holds it.",
    page: OVERVIEW,
    status: 403,
    code: "AuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Assign a role that has the action which the message names, at the scope that it names or above; 'adf-emulator explain' says \
             which roles would do.",
    limit: Documented { page: OVERVIEW },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// Rights are inherited downwards.
pub static ROLE_COUNTS_AT_ITS_SCOPE_AND_BELOW: Rule = Rule {
    name: "role-counts-at-its-scope-and-below",
    sentence: "A role counts at the scope at which it is assigned and below it, and nowhere else.",
    page: SCOPE,
    status: 403,
    code: "AuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Assign the role at the scope that the message names, or above it.",
    limit: Documented { page: SCOPE },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// What a role excludes it does not allow.
pub static NOT_ACTIONS_TAKE_AWAY: Rule = Rule {
    name: "not-actions-take-away",
    sentence: "The notActions of a role take away from its own actions; another role may still allow what they name.",
    page: DEFINITIONS,
    status: 403,
    code: "AuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Assign another role that has the action too: roles add up. Contributor, for one, excludes granting; Owner does not.",
    limit: Documented { page: DEFINITIONS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A condition is part of the grant.
pub static CONDITION_HAS_TO_HOLD: Rule = Rule {
    name: "condition-has-to-hold",
    sentence: "A role whose assignment has a condition allows an action only when the condition is true for the request.",
    page: CONDITIONS,
    status: 403,
    code: "AuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Send a request for which the condition is true, or assign the role without it.",
    limit: Documented { page: CONDITIONS },
    answer: Documented { page: CONDITIONS },
};

/// Denying wins.
pub static DENY_ASSIGNMENT_WINS: Rule = Rule {
    name: "deny-assignment-wins",
    sentence: "A deny assignment takes away what roles allow, whoever assigned them, unless it spares the caller.",
    page: DENY_ASSIGNMENTS,
    status: 403,
    code: "DenyAssignmentAuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Delete the deny assignment that the message names, or add the caller to its excludePrincipals. No role helps.",
    limit: Documented { page: DENY_ASSIGNMENTS },
    answer: Reported { source: PRINTED },
};

/// All of them, in the order in which a decision meets them.
pub static ALL: &[&Rule] =
    &[&ACTION_NEEDS_A_ROLE, &ROLE_COUNTS_AT_ITS_SCOPE_AND_BELOW, &NOT_ACTIONS_TAKE_AWAY, &CONDITION_HAS_TO_HOLD, &DENY_ASSIGNMENT_WINS];

/// Returns the rule behind a refusal, from what was considered.
pub fn rule_of_refusal(because: &Explanation) -> &'static Rule {
    let applying = || because.assignments.iter().filter(|considered| considered.applies());
    if because.denied_by().is_some() {
        &DENY_ASSIGNMENT_WINS
    } else if because.condition_stopped_it() {
        &CONDITION_HAS_TO_HOLD
    } else if applying().any(|considered| considered.excluded_by().is_some()) {
        &NOT_ACTIONS_TAKE_AWAY
    } else if applying().next().is_none() && !because.assignments.is_empty() {
        &ROLE_COUNTS_AT_ITS_SCOPE_AND_BELOW
    } else {
        &ACTION_NEEDS_A_ROLE
    }
}

/// Returns the sentence of a `LinkedAuthorizationFailed` about something linked in a subscription of another tenant than
/// the caller's (`authorization-wire` 6.1).
pub fn linked_subscription_of_another_tenant(action: &str, scope: &ResourceId, tenant: Uuid, subscription: &str) -> String {
    format!(
        "The client has permission to perform action '{action}' on scope '{scope}', however the current tenant '{tenant}' is not \
         authorized to access linked subscription '{subscription}'."
    )
}

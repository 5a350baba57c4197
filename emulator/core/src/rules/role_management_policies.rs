//! Rules of role management policies: which there are, and what may be changed of them.
//!
//! What a policy then asks of requests is in `schedules.rs`.

use super::Evidence::{Assumed, Documented};
use super::{Origin, Rule};
use crate::fault::Fault;
use crate::timestamp::Duration;

const POLICIES: &str = "https://learn.microsoft.com/rest/api/authorization/role-management-policies";
const UPDATE: &str = "https://learn.microsoft.com/rest/api/authorization/role-management-policies/update";
const LISTING: &str = "https://learn.microsoft.com/rest/api/authorization/role-management-policies/list-for-scope";
const SETTINGS: &str =
    "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings";

/// The longest activation that a policy may allow.
pub const ACTIVATION_MAX: Duration = Duration::from_seconds(24 * 60 * 60);

/// A policy that is read or changed is there.
pub static POLICY_EXISTS: Rule = Rule {
    name: "policy-exists",
    sentence: "A role management policy that is read or changed is that of a role which can be assigned at the scope in the path.",
    page: POLICIES,
    status: 404,
    code: "InputPolicyNotFound",
    origin: Origin::Provider,
    remedy: "List the policies at the scope with $filter=roleDefinitionId eq '…' and take the name of the one.",
    limit: Documented { page: POLICIES },
    answer: Assumed { because: "the code is that of a client's report, status and text are not known" },
};

/// A rule is changed as it is.
pub static POLICY_RULE_SHAPE: Rule = Rule {
    name: "policy-rule-shape",
    sentence: "A rule of a policy is changed by its id, keeps its type, and has values of the sort that it had.",
    page: UPDATE,
    status: 400,
    code: "InvalidPolicyRule",
    origin: Origin::Provider,
    remedy: "Read the policy, change values of its rules, and send those rules back.",
    limit: Documented { page: UPDATE },
    answer: Assumed { because: "no refusal of a rule was found" },
};

/// An activation ends on the same day.
pub static ACTIVATION_LASTS_A_DAY_AT_MOST: Rule = Rule {
    name: "activation-lasts-a-day-at-most",
    sentence: "A policy lets an activation last 24 hours at most, and always lets it end.",
    page: SETTINGS,
    status: 400,
    code: "InvalidPolicyRule",
    origin: Origin::Provider,
    remedy: "Send a maximumDuration of at most PT24H with isExpirationRequired true.",
    limit: Documented { page: SETTINGS },
    answer: Assumed { because: "the portal offers no more; no refusal was found" },
};

/// A list is filtered by role.
pub static POLICY_FILTER_IS_SUPPORTED: Rule = Rule {
    name: "policy-filter-is-supported",
    sentence: "Role management policies and their assignments are listed with roleDefinitionId eq and atScope().",
    page: LISTING,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send $filter=roleDefinitionId eq '…' with the id of a role definition.",
    limit: Assumed { because: "clients send that filter; the page names none" },
    answer: Assumed { because: "code and text follow those of role assignments" },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[&POLICY_EXISTS, &POLICY_RULE_SHAPE, &ACTIVATION_LASTS_A_DAY_AT_MOST, &POLICY_FILTER_IS_SUPPORTED];

/// What is wrong with a rule that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The rules are no list.
    NotAList,
    /// There is no rule of that id.
    Unknown,
    /// Its type is another.
    OtherType,
    /// A member is of another sort.
    OtherSort,
    /// A duration cannot be read.
    Duration,
    /// Who is spared is no list of principals.
    ExceptionMember,
    /// What is to be enabled is not known.
    EnabledRule,
}

/// Returns the fault of there being no such policy at the scope.
pub fn policy_not_found(name: &str) -> Fault {
    POLICY_EXISTS.broken(format!("The policy '{name}' was not found."))
}

/// Returns the fault of a rule being wrong.
pub fn rule_is_wrong(id: &str, flaw: Flaw) -> Fault {
    let why = match flaw {
        Flaw::NotAList => "It has to be a list of rules.",
        Flaw::Unknown => "There is no rule of this id.",
        Flaw::OtherType => "The ruleType of a rule cannot be changed.",
        Flaw::OtherSort => "A member is of another sort than before.",
        Flaw::Duration => "The maximumDuration has to be an ISO 8601 duration, such as PT8H or P30D.",
        Flaw::ExceptionMember => "The exceptionMembers have to be a list of objects whose id is an object id.",
        Flaw::EnabledRule => "The enabledRules are MultiFactorAuthentication, Justification and Ticketing.",
    };
    POLICY_RULE_SHAPE.broken(format!("The policy rule '{id}' is invalid. {why}"))
}

/// Checks the longest activation that a policy is to allow; none where it need not end.
pub fn activation_ends_within_a_day(longest: Option<Duration>) -> Result<(), Fault> {
    if longest.is_some_and(|longest| longest <= ACTIVATION_MAX) {
        return Ok(());
    }
    let message = "The policy rule 'Expiration_EndUser_Assignment' is invalid. An activation ends after at most 24 hours.";
    Err(ACTIVATION_LASTS_A_DAY_AT_MOST.broken(message))
}

/// Returns the fault of a filter that policies do not have.
pub fn filter_not_supported(filter: &str) -> Fault {
    POLICY_FILTER_IS_SUPPORTED.broken(format!("The filter '{filter}' is not supported."))
}

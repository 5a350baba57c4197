//! Cases of role management policies.
//!
//! Rules: `rules/role_management_policies.rs` of the core, and of `rules/schedules.rs` what a changed policy asks.

use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{CONTRIBUTOR, Cases, RG_SHARED, STRANGER, get, grant, patch, put};

pub(super) const CASES: Cases = &[
    ("policy-exists", policy_exists),
    ("policy-rule-shape", policy_rule_shape),
    ("activation-lasts-a-day-at-most", activation_lasts_a_day_at_most),
    ("policy-filter-is-supported", policy_filter_is_supported),
    ("policy-asks-for-a-ticket", policy_asks_for_a_ticket),
];

/// Lists policies, and keeps the name of the first as `{{policy}}`.
fn list(filter: &str) -> Step {
    get(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleManagementPolicies?$filter={filter}")).keeping("policy", "name")
}

/// Finds the policy of Contributor.
fn find() -> Step {
    list(&format!("roleDefinitionId%20eq%20'{CONTRIBUTOR}'"))
}

/// The id of a policy.
fn policy(name: &str) -> String {
    format!("{RG_SHARED}/providers/Microsoft.Authorization/roleManagementPolicies/{name}")
}

/// Changes a rule of the policy that was found.
fn change(rule: Value) -> Step {
    patch(policy("{{policy}}"), json!({ "properties": { "rules": [rule] } }))
}

fn longest(rule: &str, duration: &str) -> Step {
    change(
        json!({ "id": rule, "ruleType": "RoleManagementPolicyExpirationRule", "isExpirationRequired": true, "maximumDuration": duration }),
    )
}

fn policy_exists(name: &'static str) -> Case {
    Case::new(name, get(policy("eeeeeeee-0000-4000-8000-000000000001")))
        .after([find()])
        .says("The policy 'eeeeeeee-0000-4000-8000-000000000001' was not found.")
        .passes_as("The name is that of a policy.", get(policy("{{policy}}")))
}

fn policy_rule_shape(name: &'static str) -> Case {
    Case::new(name, longest("Expiration_Admin_Assignment", "90 days"))
        .after([find()])
        .says("The policy rule 'Expiration_Admin_Assignment' is invalid. The maximumDuration has to be an ISO 8601 duration, such as PT8H or P30D.")
        .passes_as("The duration can be read.", longest("Expiration_Admin_Assignment", "P90D"))
}

fn activation_lasts_a_day_at_most(name: &'static str) -> Case {
    Case::new(name, longest("Expiration_EndUser_Assignment", "PT25H"))
        .after([find()])
        .says("The policy rule 'Expiration_EndUser_Assignment' is invalid. An activation ends after at most 24 hours.")
        .passes_as("It is a day.", longest("Expiration_EndUser_Assignment", "PT24H"))
}

fn policy_filter_is_supported(name: &'static str) -> Case {
    Case::new(name, list("roleName%20eq%20'Contributor'"))
        .says("The filter 'roleName eq 'Contributor'' is not supported.")
        .passes_as("The filter names the role definition.", find())
}

fn policy_asks_for_a_ticket(name: &'static str) -> Case {
    let assign = |ticket: Value| {
        let mut body = grant(CONTRIBUTOR, STRANGER);
        if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert("requestType".to_owned(), "AdminAssign".into());
            properties.insert("scheduleInfo".to_owned(), json!({ "expiration": { "type": "AfterDuration", "duration": "PT8H" } }));
            properties.insert("ticketInfo".to_owned(), ticket);
        }
        let id = "roleAssignmentScheduleRequests/eeeeeeee-0000-4000-8000-000000000001";
        put(format!("{RG_SHARED}/providers/Microsoft.Authorization/{id}"), body)
    };
    let ticketing = json!({ "id": "Enablement_Admin_Assignment", "enabledRules": ["Ticketing"] });
    Case::new(name, assign(Value::Null))
        .after([find(), change(ticketing)])
        .says("The following policy rules failed: [\"TicketingRule\"]")
        .passes_as("It names a ticket.", assign(json!({ "ticketNumber": "42", "ticketSystem": "ours" })))
}

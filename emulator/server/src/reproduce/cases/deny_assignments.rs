//! Cases of deny assignments that a caller makes.
//!
//! Rules: `rules/deny_assignments.rs` of the core.

use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, RG_LINKED, RG_SHARED, STRANGER, delete, get, put};

pub(super) const CASES: Cases = &[
    ("deny-assignment-name-is-a-guid", deny_assignment_name_is_a_guid),
    ("system-protected-deny-assignment-stays", system_protected_deny_assignment_stays),
    ("deny-assignment-has-a-name", deny_assignment_has_a_name),
    ("deny-assignment-has-one-permission", deny_assignment_has_one_permission),
    ("user-assigned-deny-assignment-is-narrow", user_assigned_deny_assignment_is_narrow),
    ("deny-assignment-can-be-taken-away", deny_assignment_can_be_taken_away),
    ("deny-assignment-keeps-its-scope", deny_assignment_keeps_its_scope),
    ("deny-assignment-is-unique", deny_assignment_is_unique),
    ("deny-assignment-exists", deny_assignment_exists),
    ("deny-assignment-filter-is-supported", deny_assignment_filter_is_supported),
];

fn id(number: u32) -> String {
    format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments/dddddddd-0000-4000-8000-{number:012}")
}

/// The body that denies the stranger an action.
fn denying(action: &str) -> Value {
    json!({ "properties": { "denyAssignmentName": "no deletions", "permissions": [{ "actions": [action] }],
        "principals": [{ "id": STRANGER, "type": "ServicePrincipal" }] } })
}

/// Denies the stranger the deletion of factories, with another value of a property.
fn deny_with(name: &str, value: Value) -> Step {
    let mut body = denying("Microsoft.DataFactory/factories/delete");
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), value);
    }
    put(id(1), body)
}

/// Denies the stranger the deletion of factories.
fn deny() -> Step {
    put(id(1), denying("Microsoft.DataFactory/factories/delete"))
}

fn deny_assignment_name_is_a_guid(name: &'static str) -> Case {
    let named = format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments/no-deletions");
    Case::new(name, put(named, denying("Microsoft.DataFactory/factories/delete")))
        .says("The request was incorrectly formatted.")
        .passes_as("The name is a GUID.", deny())
}

fn system_protected_deny_assignment_stays(name: &'static str) -> Case {
    let mut body = denying("Microsoft.DataFactory/factories/delete");
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("isSystemProtected".to_owned(), true.into());
    }
    Case::new(name, delete(id(1)))
        .in_world(json!({ "resources": [{ "id": id(1), "body": body }] }))
        .says("The deny assignment 'dddddddd-0000-4000-8000-000000000001' is system protected and cannot be updated or deleted.")
        .nothing_helps("Only the service of Azure's that made it takes it away, with what it protects.")
}

fn deny_assignment_has_a_name(name: &'static str) -> Case {
    Case::new(name, deny_with("denyAssignmentName", json!("")))
        .says("Deny assignment must have a name.")
        .passes_as("The body has denyAssignmentName.", deny())
}

fn deny_assignment_has_one_permission(name: &'static str) -> Case {
    Case::new(name, deny_with("permissions", json!([])))
        .says("Deny assignment must have exactly one non-empty permission.")
        .passes_as("The body has one permission object with an action.", deny())
}

fn user_assigned_deny_assignment_is_narrow(name: &'static str) -> Case {
    let reading = put(id(1), denying("*/read"));
    Case::new(name, reading)
        .says("User assigned deny assignment does not support read actions.")
        .passes_as("It denies no read action.", put(id(1), denying("*/delete")))
}

fn deny_assignment_can_be_taken_away(name: &'static str) -> Case {
    Case::new(name, put(id(1), denying("Microsoft.Authorization/denyAssignments/write")))
        .says("'Microsoft.Authorization/denyAssignments/write' does not match any of the actions supported by the providers.")
        .passes_as("It denies something else.", put(id(1), denying("Microsoft.Authorization/roleAssignments/write")))
}

fn deny_assignment_keeps_its_scope(name: &'static str) -> Case {
    let elsewhere = id(1).replacen(RG_SHARED, RG_LINKED, 1);
    Case::new(name, put(elsewhere, denying("Microsoft.DataFactory/factories/delete")))
        .after([deny()])
        .says("Tenant ID and scope are not allowed to be updated.")
        .passes_after("The deny assignment that has the name is deleted.", [delete(id(1))])
}

fn deny_assignment_is_unique(name: &'static str) -> Case {
    Case::new(name, put(id(2), denying("Microsoft.DataFactory/factories/delete")))
        .after([deny()])
        .says("Custom deny assignment with the same name no deletions already exists.")
        .passes_after("The deny assignment that has the name is deleted.", [delete(id(1))])
}

fn deny_assignment_exists(name: &'static str) -> Case {
    Case::new(name, get(id(1)))
        .says("The deny assignment 'dddddddd-0000-4000-8000-000000000001' was not found.")
        .passes_after("The deny assignment is created.", [deny()])
}

fn deny_assignment_filter_is_supported(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments?$filter={filter}"));
    Case::new(name, list("atScopeAndBelow()"))
        .says("The filter 'atScopeAndBelow()' is not supported.…")
        .passes_as("The filter is one that there is.", list("atScope()"))
}

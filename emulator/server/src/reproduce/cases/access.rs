//! Cases of what a caller's roles and the deny assignments allow.
//!
//! Rules: `rules/access.rs` of the core.

use serde_json::{Value, json};

use super::super::case::Case;
use super::{
    CONTRIBUTOR, Cases, OWNER, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, delete, get, grant, one_factory, put, role_assignment,
    sharing_factory,
};

/// The built-in role that may assign roles and do nothing else.
const ACCESS_ADMINISTRATOR: &str = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
/// How refusals name the stranger.
const CLIENT: &str = "The client '33333333-3333-3333-3333-000000000006' with object id '44444444-4444-4444-4444-000000000006'";

pub(super) const CASES: Cases = &[
    ("action-needs-a-role", action_needs_a_role),
    ("role-counts-at-its-scope-and-below", role_counts_at_its_scope_and_below),
    ("not-actions-take-away", not_actions_take_away),
    ("condition-has-to-hold", condition_has_to_hold),
    ("deny-assignment-wins", deny_assignment_wins),
];

/// What Azure says to the stranger of an action at a scope.
fn not_authorized(action: &str, scope: &str) -> String {
    format!(
        "{CLIENT} does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was \
         recently granted, please refresh your credentials."
    )
}

fn action_needs_a_role(name: &'static str) -> Case {
    Case::new(name, get(RG_SHARED).by("stranger"))
        .says(not_authorized("Microsoft.Resources/subscriptions/resourceGroups/read", RG_SHARED))
        .passes_after("Reader is assigned to the caller.", [put(role_assignment(RG_SHARED, 1), grant(READER, STRANGER))])
}

fn role_counts_at_its_scope_and_below(name: &'static str) -> Case {
    Case::new(name, get(RG_SHARED).by("stranger"))
        .after([put(role_assignment(RG_LINKED, 1), grant(READER, STRANGER))])
        .says(not_authorized("Microsoft.Resources/subscriptions/resourceGroups/read", RG_SHARED))
        .passes_after("Reader is assigned above both groups.", [put(role_assignment(SUBSCRIPTION, 2), grant(READER, STRANGER))])
}

fn not_actions_take_away(name: &'static str) -> Case {
    let assignment = role_assignment(RG_SHARED, 2);
    Case::new(name, put(&assignment, grant(READER, STRANGER)).by("stranger"))
        .after([put(role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, STRANGER))])
        .says(not_authorized("Microsoft.Authorization/roleAssignments/write", &assignment))
        .passes_after("Owner, which excludes nothing, is assigned too.", [put(role_assignment(RG_SHARED, 3), grant(OWNER, STRANGER))])
}

fn condition_has_to_hold(name: &'static str) -> Case {
    let assign = |role: &str| put(role_assignment(RG_SHARED, 2), grant(role, STRANGER)).by("stranger");
    let condition = format!(
        "!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}}) OR \
         @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}}"
    );
    let mut held = grant(ACCESS_ADMINISTRATOR, STRANGER);
    if let Some(properties) = held.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("condition".to_owned(), condition.into());
        properties.insert("conditionVersion".to_owned(), "2.0".into());
    }
    Case::new(name, assign(CONTRIBUTOR))
        .after([put(role_assignment(RG_SHARED, 1), held)])
        .says(format!(
            "{CLIENT} does not have authorization or an ABAC condition not fulfilled to perform action \
             'Microsoft.Authorization/roleAssignments/write' over scope '{}' or the scope is invalid. If access was recently granted, please \
             refresh your credentials.",
            role_assignment(RG_SHARED, 2)
        ))
        .passes_as("The role that is assigned is the one that the condition lets through.", assign(READER))
}

fn deny_assignment_wins(name: &'static str) -> Case {
    let denial = format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments/dddddddd-0000-4000-8000-000000000001");
    let body = json!({ "properties": { "denyAssignmentName": "no deletions",
        "permissions": [{ "actions": ["Microsoft.DataFactory/factories/delete"] }],
        "principals": [{ "id": STRANGER, "type": "ServicePrincipal" }] } });
    Case::new(name, delete(sharing_factory()).by("stranger"))
        .after(one_factory())
        .after([put(role_assignment(RG_SHARED, 1), grant(OWNER, STRANGER)), put(&denial, body)])
        .says(format!(
            "{CLIENT} has permission to perform action 'Microsoft.DataFactory/factories/delete' on scope '{}'; however, the access is denied \
             because of the deny assignment with name 'no deletions' and Id 'dddddddd000040008000000000000001' at scope '{RG_SHARED}'.",
            sharing_factory()
        ))
        .passes_after("The deny assignment is deleted.", [delete(denial)])
}

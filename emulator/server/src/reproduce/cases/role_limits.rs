//! Cases of how long and how many custom roles may be, and of the actions that they may name.
//!
//! Rules: `rules/role_definitions.rs` and `rules/role_assignments.rs` of the core.

use adf_emulator_core::rules::role_definitions::{ASSIGNABLE_SCOPES_MAX, PER_TENANT_MAX};
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, STRANGER, SUBSCRIPTION, TENANT, custom_role, delete, grant, put, role_assignment, role_definition};

/// The scope of a management group that a case's world has.
const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";

pub(super) const CASES: Cases = &[
    ("role-name-length", role_name_length),
    ("role-description-length", role_description_length),
    ("assignable-scope-count", assignable_scope_count),
    ("one-management-group", one_management_group),
    ("action-is-published", action_is_published),
    ("data-action-is-published", data_action_is_published),
    ("roles-per-directory", roles_per_directory),
    ("data-role-below-management-groups", data_role_below_management_groups),
];

/// A custom role at the subscription with another value of a property.
fn role_with(name: &str, value: Value) -> Step {
    let mut body = custom_role("Linker", &[SUBSCRIPTION]);
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), value);
    }
    put(role_definition(SUBSCRIPTION, 1), body)
}

fn role_name_length(name: &'static str) -> Case {
    let named = |characters: usize| role_with("roleName", "r".repeat(characters).into());
    Case::new(name, named(513)).says("The request was incorrectly formatted.").passes_as("The name has 512 characters.", named(512))
}

fn role_description_length(name: &'static str) -> Case {
    let described = |characters: usize| role_with("description", "d".repeat(characters).into());
    Case::new(name, described(2_049))
        .says("The request was incorrectly formatted.")
        .passes_as("The description has 2,048 characters.", described(2_048))
}

fn assignable_scope_count(name: &'static str) -> Case {
    let many = |count: usize| {
        let scopes = (0..count).map(|number| format!("{SUBSCRIPTION}/resourceGroups/rg{number}"));
        role_with("assignableScopes", scopes.collect::<Value>())
    };
    Case::new(name, many(ASSIGNABLE_SCOPES_MAX + 1))
        .says("The request was incorrectly formatted.")
        .passes_as("There is one scope less.", many(ASSIGNABLE_SCOPES_MAX))
}

fn one_management_group(name: &'static str) -> Case {
    let other = "/providers/Microsoft.Management/managementGroups/other";
    Case::new(name, role_with("assignableScopes", json!([SUBSCRIPTION, GROUP, other])))
        .in_world(json!({
            "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "mg" }, { "name": "other" }] }],
            "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/" }]
        }))
        .says("The request was incorrectly formatted.")
        .passes_as("One of the scopes is a management group.", role_with("assignableScopes", json!([SUBSCRIPTION, GROUP])))
}

fn action_is_published(name: &'static str) -> Case {
    let allowing = |action: &str| role_with("permissions", json!([{ "actions": [action] }]));
    Case::new(name, allowing("Microsoft.DataFactory/factories/fly/action"))
        .says("'Microsoft.DataFactory/factories/fly/action' does not match any of the actions supported by the providers.")
        .passes_as("The action is one that the provider has.", allowing("Microsoft.DataFactory/factories/write"))
}

fn data_action_is_published(name: &'static str) -> Case {
    let allowing = |action: &str| role_with("permissions", json!([{ "dataActions": [action] }]));
    Case::new(name, allowing("Microsoft.DataFactory/factories/read"))
        .says("'Microsoft.DataFactory/factories/read' does not match any of the actions supported by the providers.")
        .passes_as("The action is one on data.", allowing("Microsoft.Storage/*/read"))
}

fn roles_per_directory(name: &'static str) -> Case {
    let id = |number: usize| role_definition(SUBSCRIPTION, u32::try_from(number).unwrap_or_default());
    let role = |number: usize| custom_role(&format!("Role {number}"), &[SUBSCRIPTION]);
    let there = (1..=PER_TENANT_MAX).map(|number| json!({ "id": id(number), "body": role(number) }));
    Case::new(name, put(id(PER_TENANT_MAX + 1), role(PER_TENANT_MAX + 1)))
        .in_world(json!({ "resources": there.collect::<Value>() }))
        .says("Role definition limit exceeded. No more role definitions can be created")
        .passes_after("One of the five thousand is deleted.", [delete(id(1))])
}

fn data_role_below_management_groups(name: &'static str) -> Case {
    let mut body = custom_role("Blob reader", &[GROUP]);
    if let Some(permission) = body.pointer_mut("/properties/permissions/0").and_then(Value::as_object_mut) {
        permission.insert("dataActions".to_owned(), json!(["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]));
    }
    let role = role_definition(GROUP, 1);
    let given = grant(role.rsplit('/').next().unwrap_or_default(), STRANGER);
    let subscription = SUBSCRIPTION.trim_start_matches("/subscriptions/");
    Case::new(name, put(role_assignment(GROUP, 1), given.clone()))
        .in_world(json!({
            "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "mg", "subscriptions": [subscription] }] }],
            "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/" }]
        }))
        .after([put(&role, body)])
        .says("Role assignments to Management Groups can not be made to custom role definitions with DataActions")
        .passes_as("The role is assigned at a subscription of the group.", put(role_assignment(SUBSCRIPTION, 1), given))
}

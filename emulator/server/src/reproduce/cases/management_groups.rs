//! Cases of management groups: the tree, moves, and the settings of the hierarchy.
//!
//! Rules: `rules/management_groups.rs` of the core.

use adf_emulator_core::rules::management_groups::PER_DIRECTORY_MAX;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, OWNER, STRANGER, SUBSCRIPTION, TENANT, custom_role, delete, get, grant, patch, put, role_assignment, role_definition};

pub(super) const CASES: Cases = &[
    ("management-group-name-shape", management_group_name_shape),
    ("management-groups-per-directory", management_groups_per_directory),
    ("management-group-depth", management_group_depth),
    ("management-group-is-not-below-itself", management_group_is_not_below_itself),
    ("root-management-group-stays", root_management_group_stays),
    ("management-group-is-empty", management_group_is_empty),
    ("moving-a-subscription-needs-permission", moving_a_subscription_needs_permission),
    ("moving-a-subscription-keeps-its-owner", moving_a_subscription_keeps_its_owner),
    ("move-keeps-custom-roles", move_keeps_custom_roles),
    ("hierarchy-settings-are-the-root-groups", hierarchy_settings_are_the_root_groups),
    ("hierarchy-settings-exist", hierarchy_settings_exist),
];

fn group(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

/// A group below another.
fn below(parent: &str) -> Value {
    json!({ "properties": { "details": { "parent": { "id": group(parent) } } } })
}

fn into(parent: &str) -> Value {
    json!({ "parentGroupId": group(parent) })
}

fn settings(name: &str) -> String {
    format!("{}/settings/default", group(name))
}

/// A world with these groups in which `owner` may do everything.
fn with_groups(groups: &Value) -> Value {
    json!({ "tenants": [{ "id": TENANT, "managementGroups": groups }],
        "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/" }] })
}

fn management_group_name_shape(name: &'static str) -> Case {
    Case::new(name, put(group("-sales"), json!({})))
        .in_world(with_groups(&json!([])))
        .says("The management group name '-sales' is invalid.")
        .passes_as("The name starts with a letter.", put(group("sales"), json!({})))
}

fn management_groups_per_directory(name: &'static str) -> Case {
    let groups: Value = (0..PER_DIRECTORY_MAX).map(|number| json!({ "name": format!("g{number}") })).collect();
    Case::new(name, put(group("more"), json!({})))
        .in_world(with_groups(&groups))
        .says("The directory has the most management groups that it can have, 10000.")
        .passes_after("One of the ten thousand is deleted.", [delete(group("g1"))])
}

fn management_group_depth(name: &'static str) -> Case {
    let groups: Value = (1..=6)
        .map(|level| match level {
            1 => json!({ "name": "level1" }),
            _ => json!({ "name": format!("level{level}"), "parent": format!("level{}", level - 1) }),
        })
        .collect();
    Case::new(name, put(group("level7"), below("level6")))
        .in_world(with_groups(&groups))
        .says("The management group 'level7' exceeds the maximum depth of 6 levels.")
        .passes_as("The parent is a level higher.", put(group("level7"), below("level5")))
}

fn management_group_is_not_below_itself(name: &'static str) -> Case {
    Case::new(name, patch(group("top"), into("leaf")))
        .in_world(with_groups(&json!([{ "name": "top" }, { "name": "leaf", "parent": "top" }, { "name": "other" }])))
        .says("The management group 'top' cannot be moved below itself.")
        .passes_as("The parent is not below the group.", patch(group("top"), into("other")))
}

fn root_management_group_stays(name: &'static str) -> Case {
    Case::new(name, delete(group(TENANT)))
        .in_world(with_groups(&json!([])))
        .says("The root management group cannot be moved or deleted.")
        .nothing_helps("A tenant always has its root group.")
}

fn management_group_is_empty(name: &'static str) -> Case {
    Case::new(name, delete(group("top")))
        .in_world(with_groups(&json!([{ "name": "top" }, { "name": "leaf", "parent": "top" }])))
        .says("The management group 'top' has children and cannot be deleted.")
        .passes_after("What is below it is deleted first.", [delete(group("leaf"))])
}

fn moving_a_subscription_needs_permission(name: &'static str) -> Case {
    let world = json!({
        "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "sales" }] }],
        "roleAssignments": [{ "principal": "stranger", "role": "Management Group Contributor", "scope": group("sales") }]
    });
    let moving: Step = put(format!("{}{SUBSCRIPTION}", group("sales")), json!({}));
    Case::new(name, moving.by("stranger"))
        .in_world(world)
        .says("Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the subscription or its ancestors.")
        .passes_after("The caller is made Owner of the subscription.", [put(role_assignment(SUBSCRIPTION, 1), grant(OWNER, STRANGER))])
}

fn moving_a_subscription_keeps_its_owner(name: &'static str) -> Case {
    let world = json!({
        "tenants": [{ "id": TENANT, "managementGroups": [
            { "name": "sales", "subscriptions": [SUBSCRIPTION.rsplit('/').next()] }, { "name": "research" }] }],
        "roleAssignments": [
            { "principal": "stranger", "role": "Owner", "scope": group("sales") },
            { "principal": "stranger", "role": "Contributor", "scope": group("research") }]
    });
    let moving: Step = put(format!("{}{SUBSCRIPTION}", group("research")), json!({}));
    Case::new(name, moving.by("stranger"))
        .in_world(world)
        .says("Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the subscription or its ancestors.")
        .passes_after("The caller is made Owner of the subscription itself.", [put(role_assignment(SUBSCRIPTION, 1), grant(OWNER, STRANGER))])
}

fn move_keeps_custom_roles(name: &'static str) -> Case {
    let sales = group("sales");
    let subscription = SUBSCRIPTION.rsplit('/').next();
    let mut world = with_groups(&json!([{ "name": "sales", "subscriptions": [subscription] }, { "name": "research" }]));
    if let Some(world) = world.as_object_mut() {
        let linker = json!({ "id": role_definition(&sales, 1), "body": custom_role("Linker", &[&sales]) });
        world.insert("resources".to_owned(), json!([linker]));
    }
    let held = role_assignment(SUBSCRIPTION, 1);
    Case::new(name, put(format!("{}{SUBSCRIPTION}", group("research")), json!({})))
        .in_world(world)
        .after([put(held.clone(), grant("bbbbbbbb-0000-4000-8000-000000000001", STRANGER))])
        .says("Failed to complete the move operation")
        .passes_after("The role's assignment is deleted.", [delete(held)])
}

fn hierarchy_settings_are_the_root_groups(name: &'static str) -> Case {
    let body = json!({ "properties": { "requireAuthorizationForGroupCreation": true } });
    Case::new(name, put(settings("sales"), body.clone()))
        .in_world(with_groups(&json!([{ "name": "sales" }])))
        .says("Hierarchy settings can be set on the root management group only, not on 'sales'.")
        .passes_as("The group is the root group.", put(settings(TENANT), body))
}

fn hierarchy_settings_exist(name: &'static str) -> Case {
    let body = json!({ "properties": { "requireAuthorizationForGroupCreation": true } });
    Case::new(name, get(settings(TENANT)))
        .in_world(with_groups(&json!([])))
        .says("'/providers/Microsoft.Management/managementGroups/11111111-1111-1111-1111-111111111111/settings/default' not found")
        .passes_after("The settings are put.", [put(settings(TENANT), body)])
}

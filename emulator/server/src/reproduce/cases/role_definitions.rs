//! Cases of custom roles.
//!
//! Rules: `rules/role_definitions.rs` of the core.

use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{
    Cases, OWNER, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, custom_role, delete, grant, put, role_assignment, role_definition,
};

pub(super) const CASES: Cases = &[
    ("role-definition-name-is-a-guid", role_definition_name_is_a_guid),
    ("assignable-scope-is-an-id", assignable_scope_is_an_id),
    ("role-definition-needs-permission-at-every-scope", role_definition_needs_permission_at_every_scope),
    ("built-in-role-stays", built_in_role_stays),
    ("role-has-a-name", role_has_a_name),
    ("role-type-is-custom", role_type_is_custom),
    ("role-has-assignable-scopes", role_has_assignable_scopes),
    ("role-definition-shows-where-it-is-put", role_definition_shows_where_it_is_put),
    ("action-has-one-wildcard", action_has_one_wildcard),
    ("permission-condition-is-valid", permission_condition_is_valid),
    ("role-name-is-unique", role_name_is_unique),
    ("assigned-scope-stays", assigned_scope_stays),
    ("assigned-role-stays", assigned_role_stays),
];

/// The name of the first role's definition.
const FIRST: &str = "bbbbbbbb-0000-4000-8000-000000000001";

/// Makes a custom role at the subscription.
fn role(body: Value) -> Step {
    put(role_definition(SUBSCRIPTION, 1), body)
}

/// A custom role with another value of a property.
fn role_with(name: &str, value: Value) -> Step {
    let mut body = custom_role("Linker", &[SUBSCRIPTION]);
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), value);
    }
    role(body)
}

fn role_definition_name_is_a_guid(name: &'static str) -> Case {
    let named = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/Linker");
    Case::new(name, put(named, custom_role("Linker", &[SUBSCRIPTION])))
        .says("The request was incorrectly formatted.")
        .passes_as("The definition's name is a GUID; 'roleName' is what people read.", role(custom_role("Linker", &[SUBSCRIPTION])))
}

fn assignable_scope_is_an_id(name: &'static str) -> Case {
    Case::new(name, role(custom_role("Linker", &["/subscriptions/*"])))
        .says(
            "Property id '/subscriptions/*' at path 'properties.assignableScopes[0]' is invalid. Expect fully qualified resource Id that \
             start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.",
        )
        .passes_as("The scope is the id of a subscription.", role(custom_role("Linker", &[SUBSCRIPTION])))
}

fn role_definition_needs_permission_at_every_scope(name: &'static str) -> Case {
    let both = custom_role("Linker", &[RG_SHARED, RG_LINKED]);
    Case::new(name, put(role_definition(RG_SHARED, 1), both).by("stranger"))
        .after([put(role_assignment(RG_SHARED, 1), grant(OWNER, STRANGER))])
        .says(format!(
            "The client '33333333-3333-3333-3333-000000000006' with object id '{STRANGER}' has permission to perform action \
             'Microsoft.Authorization/roleDefinitions/write' on scope '{RG_SHARED}'; however, it does not have permission to perform \
             action(s) 'Microsoft.Authorization/roleDefinitions/write' on the linked scope(s) '{RG_LINKED}' (respectively) or the linked \
             scope(s) are invalid."
        ))
        .passes_after("The caller becomes Owner of the other scope too.", [put(role_assignment(RG_LINKED, 2), grant(OWNER, STRANGER))])
}

fn built_in_role_stays(name: &'static str) -> Case {
    let reader = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
    Case::new(name, put(reader, custom_role("Linker", &[SUBSCRIPTION])))
        .says("The role definition 'acdd72a7-3385-48ef-bd42-f606fba81ae7' is a built-in role and cannot be changed.")
        .passes_as("The role is one of your own.", role(custom_role("Linker", &[SUBSCRIPTION])))
}

fn role_has_a_name(name: &'static str) -> Case {
    Case::new(name, role(custom_role("", &[SUBSCRIPTION])))
        .says("The name of the role definition is null or empty.")
        .passes_as("The role has a name.", role(custom_role("Linker", &[SUBSCRIPTION])))
}

fn role_type_is_custom(name: &'static str) -> Case {
    Case::new(name, role_with("type", json!("BuiltInRole")))
        .says("The role definition type 'BuiltInRole' is not valid. It must be 'CustomRole'.")
        .passes_as("The type is CustomRole.", role_with("type", json!("CustomRole")))
}

fn role_has_assignable_scopes(name: &'static str) -> Case {
    Case::new(name, role(custom_role("Linker", &[])))
        .says("The role definition must have at least one assignable scope.")
        .passes_as("The role can be assigned somewhere.", role(custom_role("Linker", &[SUBSCRIPTION])))
}

fn role_definition_shows_where_it_is_put(name: &'static str) -> Case {
    let body = custom_role("Linker", &[RG_SHARED]);
    Case::new(name, put(role_definition(RG_LINKED, 1), body.clone()))
        .says("The request was incorrectly formatted.")
        .passes_as("The role is put at its assignable scope.", put(role_definition(RG_SHARED, 1), body))
}

fn action_has_one_wildcard(name: &'static str) -> Case {
    let allowing = |action: &str| role_with("permissions", json!([{ "actions": [action] }]));
    Case::new(name, allowing("Microsoft.DataFactory/*/*"))
        .says("'Microsoft.DataFactory/*/*' does not match any of the actions supported by the providers.")
        .passes_as("The action has one wildcard.", allowing("Microsoft.DataFactory/*/read"))
}

fn permission_condition_is_valid(name: &'static str) -> Case {
    let under = |condition: &str| {
        let actions = ["Microsoft.DataFactory/factories/read"];
        role_with("permissions", json!([{ "actions": actions, "condition": condition, "conditionVersion": "2.0" }]))
    };
    Case::new(name, under("@Resource[HasObotoken] boolequals"))
        .says("The given role assignment condition is invalid.")
        .passes_as("The condition is a whole expression.", under("@Resource[HasObotoken] boolequals true"))
}

fn role_name_is_unique(name: &'static str) -> Case {
    Case::new(name, put(role_definition(SUBSCRIPTION, 2), custom_role("linker", &[SUBSCRIPTION])))
        .after([role(custom_role("Linker", &[SUBSCRIPTION]))])
        .says("A custom role with the same name already exists in this directory.")
        .passes_after("The role that has the name is deleted.", [delete(role_definition(SUBSCRIPTION, 1))])
}

fn assigned_scope_stays(name: &'static str) -> Case {
    Case::new(name, role(custom_role("Linker", &[RG_SHARED])))
        .after([role(custom_role("Linker", &[RG_SHARED, RG_LINKED])), put(role_assignment(RG_LINKED, 1), grant(FIRST, STRANGER))])
        .says(format!(
            "Role assignments found under scope '{RG_LINKED}' which is being removed. Removing this scope from the role will orphan these \
             assignments. Delete these assignments before removing the scope."
        ))
        .passes_after("The assignment at the scope is deleted.", [delete(role_assignment(RG_LINKED, 1))])
}

fn assigned_role_stays(name: &'static str) -> Case {
    Case::new(name, delete(role_definition(SUBSCRIPTION, 1)))
        .after([role(custom_role("Linker", &[SUBSCRIPTION])), put(role_assignment(RG_SHARED, 1), grant(FIRST, STRANGER))])
        .says("There are existing role assignments referencing role")
        .passes_after("The role's assignment is deleted.", [delete(role_assignment(RG_SHARED, 1))])
}

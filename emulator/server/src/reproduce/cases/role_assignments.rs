//! Cases of role assignments: their form, what they name, how many there may be, how they are listed.
//!
//! Rules: `rules/role_assignments.rs` of the core.

use adf_emulator_core::rules::role_assignments::{PER_MANAGEMENT_GROUP_MAX, PER_SUBSCRIPTION_MAX};
use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{
    CONTRIBUTOR, Cases, OWNER, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, custom_role, delete, get, grant, put,
    role_assignment, role_definition,
};

/// The id of nobody.
const NOBODY: &str = "00000000-0000-0000-0000-00000000000a";
/// The scope of a management group that a case's world has.
const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";
/// The name of the first role assignment in a case's world file.
const FIRST: &str = "cccccccc-0000-4000-8000-000000000001";

pub(super) const CASES: Cases = &[
    ("role-assignment-name-is-a-guid", role_assignment_name_is_a_guid),
    ("role-assignment-has-properties", role_assignment_has_properties),
    ("role-assignment-names-role-and-principal", role_assignment_names_role_and_principal),
    ("principal-id-is-given", principal_id_is_given),
    ("principal-id-is-a-guid", principal_id_is_a_guid),
    ("principal-type-is-known", principal_type_is_known),
    ("role-definition-id-is-a-path", role_definition_id_is_a_path),
    ("role-definition-exists", role_definition_exists),
    ("principal-exists", principal_exists),
    ("principal-is-no-application", principal_is_no_application),
    ("principal-type-matches", principal_type_matches),
    ("role-assignment-is-unique", role_assignment_is_unique),
    ("role-assignment-keeps-principal-and-scope", role_assignment_keeps_principal_and_scope),
    ("role-assignment-exists", role_assignment_exists),
    ("role-assignments-per-subscription", role_assignments_per_subscription),
    ("role-assignments-per-management-group", role_assignments_per_management_group),
    ("last-rbac-administrator-stays", last_rbac_administrator_stays),
    ("role-assignment-condition-is-valid", role_assignment_condition_is_valid),
    ("condition-attribute-is-valid", condition_attribute_is_valid),
    ("role-assignment-description-length", role_assignment_description_length),
    ("role-assignment-filter-is-supported", role_assignment_filter_is_supported),
    ("role-definition-filter-is-supported", role_definition_filter_is_supported),
    ("management-group-exists", management_group_exists),
];

/// Assigns something at the group of the sharing factory.
fn assign(body: Value) -> Step {
    put(role_assignment(RG_SHARED, 1), body)
}

/// Reader for the stranger, with one property more.
fn reader_with(name: &str, value: &str) -> Value {
    let mut body = grant(READER, STRANGER);
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), value.into());
    }
    body
}

fn role_assignment_name_is_a_guid(name: &'static str) -> Case {
    let named = |name: &str| put(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments/{name}"), grant(READER, STRANGER));
    Case::new(name, named("my-assignment"))
        .says("The request was incorrectly formatted.")
        .passes_as("The name is a GUID.", named("aaaaaaaa-0000-4000-8000-000000000001"))
}

fn role_assignment_has_properties(name: &'static str) -> Case {
    let whole = grant(READER, STRANGER);
    let inside = whole.get("properties").cloned().unwrap_or_default();
    Case::new(name, assign(inside))
        .says("PASRP RoleAssignment request is malformed")
        .passes_as("The members stand in 'properties'.", assign(whole))
}

fn role_assignment_names_role_and_principal(name: &'static str) -> Case {
    Case::new(name, assign(json!({ "properties": { "principalId": STRANGER } })))
        .says(
            "The content of your request was not valid, and the original object could not be deserialized. Exception message: 'Required \
             property 'roleDefinitionId' not found in JSON. Path 'properties', line 1, position 68.'",
        )
        .passes_as("The body names the role too.", assign(grant(READER, STRANGER)))
}

fn principal_id_is_given(name: &'static str) -> Case {
    Case::new(name, assign(grant(READER, "")))
        .says("A valid principal ID must be provided for role assignment.")
        .passes_as("The body has the object id of a principal.", assign(grant(READER, STRANGER)))
}

fn principal_id_is_a_guid(name: &'static str) -> Case {
    Case::new(name, assign(grant(READER, "ada@contoso.onmicrosoft.com")))
        .says("The Principal ID 'ada@contoso.onmicrosoft.com' is not valid. Principal ID must be a GUID.")
        .passes_as("The principal is named by its object id.", assign(grant(READER, STRANGER)))
}

fn principal_type_is_known(name: &'static str) -> Case {
    Case::new(name, assign(reader_with("principalType", "MSI")))
        .says("The PrincipalType property 'MSI' is not valid. It must be 'User', 'Group' or 'ServicePrincipal'.")
        .passes_as("A managed identity is a service principal.", assign(reader_with("principalType", "ServicePrincipal")))
}

fn role_definition_id_is_a_path(name: &'static str) -> Case {
    let bare = json!({ "properties": { "roleDefinitionId": READER, "principalId": STRANGER } });
    Case::new(name, assign(bare))
        .says("The request was incorrectly formatted.")
        .passes_as("The role is named by the whole id of its definition.", assign(grant(READER, STRANGER)))
}

fn role_definition_exists(name: &'static str) -> Case {
    let role = role_definition(SUBSCRIPTION, 1);
    let id = role.rsplit('/').next().unwrap_or_default();
    Case::new(name, assign(grant(id, STRANGER)))
        .says(format!("The specified role definition with ID '{id}' does not exist."))
        .passes_after("The role is created.", [put(&role, custom_role("Factory reader", &[SUBSCRIPTION]))])
}

fn principal_exists(name: &'static str) -> Case {
    let mut typed = grant(READER, NOBODY);
    if let Some(properties) = typed.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("principalType".to_owned(), "ServicePrincipal".into());
    }
    Case::new(name, assign(grant(READER, NOBODY)))
        .says(format!(
            "Principal {} does not exist in the directory {TENANT}. Check that you have the correct principal ID. If you are creating this \
             principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the \
             role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See \
             https://aka.ms/docs-principaltype",
            NOBODY.replace('-', "")
        ))
        .passes_as("The body says of which type the principal is, so that it is not looked for.", assign(typed))
}

fn principal_is_no_application(name: &'static str) -> Case {
    let registration = "00000000-0000-4000-8000-0000000000ad";
    let application = json!({ "name": "registration", "type": "Application", "objectId": registration });
    Case::new(name, assign(grant(READER, registration)))
        .in_world(json!({ "tenants": [{ "id": TENANT, "principals": [application] }] }))
        .says("Principals of type Application cannot validly be used in role assignments.")
        .passes_as("The object id is that of a service principal.", assign(grant(READER, STRANGER)))
}

fn principal_type_matches(name: &'static str) -> Case {
    Case::new(name, assign(reader_with("principalType", "Group")))
        .says(format!(
            "The PrincipalId '{}' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'Group'.",
            STRANGER.replace('-', "")
        ))
        .passes_as("The type is the principal's own.", assign(reader_with("principalType", "ServicePrincipal")))
}

fn role_assignment_is_unique(name: &'static str) -> Case {
    Case::new(name, put(role_assignment(RG_SHARED, 2), grant(READER, STRANGER)))
        .after([assign(grant(READER, STRANGER))])
        .says("The role assignment already exists. The ID of the existing role assignment is aaaaaaaa000040008000000000000001.")
        .passes_after("The first assignment is deleted.", [delete(role_assignment(RG_SHARED, 1))])
}

fn role_assignment_keeps_principal_and_scope(name: &'static str) -> Case {
    Case::new(name, put(role_assignment(RG_LINKED, 1), grant(READER, STRANGER)))
        .after([assign(grant(READER, STRANGER))])
        .says("Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
        .passes_after("The assignment that has the name is deleted.", [delete(role_assignment(RG_SHARED, 1))])
}

fn role_assignment_exists(name: &'static str) -> Case {
    Case::new(name, get(role_assignment(RG_SHARED, 1)))
        .says("The role assignment 'aaaaaaaa-0000-4000-8000-000000000001' is not found.")
        .passes_after("The assignment is created.", [assign(grant(READER, STRANGER))])
}

fn role_assignments_per_subscription(name: &'static str) -> Case {
    // Owner's own assignment is the four thousandth.
    let scope = |number: usize| format!("{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts/{number}");
    let held = |number: usize| json!({ "principal": "stranger", "role": "Reader", "scope": scope(number), "name": format!("cccccccc-0000-4000-8000-{number:012}") });
    let first = format!("{}/providers/Microsoft.Authorization/roleAssignments/{FIRST}", scope(1));
    Case::new(name, assign(grant(READER, STRANGER)))
        .in_world(json!({ "roleAssignments": (1..PER_SUBSCRIPTION_MAX).map(held).collect::<Value>() }))
        .says("No more role assignments can be created")
        .passes_after("One of the four thousand is deleted.", [delete(first)])
}

fn role_assignments_per_management_group(name: &'static str) -> Case {
    let principals =
        (1..=PER_MANAGEMENT_GROUP_MAX).map(|number| json!({ "name": format!("p{number}"), "type": "ServicePrincipal" })).collect::<Value>();
    let held = |number: usize| json!({ "principal": format!("p{number}"), "role": "Reader", "scope": GROUP, "name": format!("cccccccc-0000-4000-8000-{number:012}") });
    let mut assignments: Vec<Value> = (1..=PER_MANAGEMENT_GROUP_MAX).map(held).collect();
    assignments.push(json!({ "principal": "owner", "role": "Owner", "scope": "/" }));
    let first = format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/{FIRST}");
    Case::new(name, put(role_assignment(GROUP, 1), grant(CONTRIBUTOR, STRANGER)))
        .in_world(json!({
            "tenants": [{ "id": TENANT, "principals": principals, "managementGroups": [{ "name": "mg" }] }],
            "roleAssignments": assignments
        }))
        .says("No more role assignments can be created")
        .passes_after("One of the five hundred is deleted.", [delete(first)])
}

fn last_rbac_administrator_stays(name: &'static str) -> Case {
    // The smallest world has one assignment, owner's own; its name is made from the world's seed.
    let list = get(format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()"));
    let last = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/{{{{last}}}}");
    Case::new(name, delete(last))
        .after([list.keeping("last", "name")])
        .says("Cannot delete the last RBAC admin assignment")
        .passes_after("Somebody else becomes Owner of the subscription.", [put(role_assignment(SUBSCRIPTION, 2), grant(OWNER, STRANGER))])
}

fn role_assignment_condition_is_valid(name: &'static str) -> Case {
    let condition = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'a'";
    Case::new(name, assign(reader_with("condition", &format!("({condition}"))))
        .says("The given role assignment condition is invalid.")
        .passes_as("The brackets match.", assign(reader_with("condition", &format!("({condition})"))))
}

fn condition_attribute_is_valid(name: &'static str) -> Case {
    let tags = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags";
    let about = |attribute: &str| assign(reader_with("condition", &format!("@Resource[{attribute}] StringEquals 'a'")));
    Case::new(name, about(&format!("{tags}:Project<$>")))
        .says(format!("Resource attribute {tags}:Project<$> is not valid."))
        .passes_as("The marker of the key is whole.", about(&format!("{tags}:Project<$key_case_sensitive$>")))
}

fn role_assignment_description_length(name: &'static str) -> Case {
    let described = |length: usize| assign(reader_with("description", &"d".repeat(length)));
    Case::new(name, described(2_049))
        .says("The request was incorrectly formatted.")
        .passes_as("The description has 2,048 characters.", described(2_048))
}

fn role_assignment_filter_is_supported(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments?$filter={filter}"));
    Case::new(name, list("roleDefinitionId%20eq%20'x'"))
        .says(
            "The filter 'roleDefinitionId eq 'x'' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' \
             or assignedTo('{value}')'.",
        )
        .passes_as("The filter is one that the message names.", list("atScope()"))
}

fn role_definition_filter_is_supported(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions?$filter={filter}"));
    Case::new(name, list("description%20eq%20'x'"))
        .says("The filter 'description eq 'x'' is not supported.")
        .passes_as("The filter asks for a role by its name.", list("roleName%20eq%20'Reader'"))
}

fn management_group_exists(name: &'static str) -> Case {
    let at = |group: &str| {
        let scope = format!("/providers/Microsoft.Management/managementGroups/{group}");
        Step::new(Method::PUT, role_assignment(&scope, 1), &grant(READER, STRANGER))
    };
    Case::new(name, at("missing"))
        .in_world(json!({
            "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "mg" }] }],
            "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/" }]
        }))
        .says("The management group 'missing' cannot be found.")
        .passes_as("The scope is a group that there is.", at("mg"))
}

//! Role management policies and what binds them to roles, on the wire.
//!
//! Members and their order are those of the documented examples. A policy is there for every role at every scope; what may be
//! changed of it is the core's. Follows <https://learn.microsoft.com/rest/api/authorization/role-management-policies>.

use super::role_definition::id_at;
use super::schedule::shape;
use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::role_management_policy::{self as policy, POLICIES, POLICY_ASSIGNMENTS, Shown};
use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::members;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The operations. What binds a policy to its role is there by itself, and is not taken away.
pub static OPERATIONS: &[Operation] = &[
    row(
        "RoleManagementPolicies_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies",
        "Microsoft.Authorization/roleManagementPolicies/read",
        Run::Read(list_for_scope),
    ),
    row(
        "RoleManagementPolicies_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/read",
        Run::Read(get),
    ),
    row(
        "RoleManagementPolicies_Update",
        Method::PATCH,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/write",
        Run::Write(update),
    ),
    row(
        "RoleManagementPolicies_Delete",
        Method::DELETE,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/delete",
        Run::Write(delete),
    ),
    row(
        "RoleManagementPolicyAssignments_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments",
        "Microsoft.Authorization/roleManagementPolicyAssignments/read",
        Run::Read(list_assignments),
    ),
    row(
        "RoleManagementPolicyAssignments_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/read",
        Run::Read(get_assignment),
    ),
    row(
        "RoleManagementPolicyAssignments_Create",
        Method::PUT,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/write",
        Run::Read(create_assignment),
    ),
    row(
        "RoleManagementPolicyAssignments_Delete",
        Method::DELETE,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/delete",
        Run::Read(delete_assignment),
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str, run: Run) -> Operation {
    let note =
        "approvals and authentication contexts are kept and then refuse activations by name; multifactor authentication counts as done";
    Operation { name, method, path, access: Access::Action(action), run, note, versions: Versions::All }
}

/// `GET …/roleManagementPolicies`
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policies/list-for-scope>
fn list_for_scope(world: &World, request: &ArmRequest) -> Answer {
    let all = policy::list(world, &request.target, request.query.get("$filter"), request.caller.tenant_id)?;
    Ok(List::page(all.iter().map(|it| policy_shape(world, it, request)).collect(), request))
}

/// `GET …/roleManagementPolicies/{roleManagementPolicyName}`
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policies/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let found = policy::get(world, &scope_of(request), request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&policy_shape(world, &found, request)))
}

/// `PATCH …/roleManagementPolicies/{roleManagementPolicyName}`; rules that are not sent stay as they are.
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policies/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let (body, caller) = (request.document()?, request.caller);
    let changed = policy::update(world, &scope_of(request), request.target.name(), &body, Some(caller.object_id), caller.tenant_id)?;
    Ok(Reply::ok(&policy_shape(world, &changed, request)))
}

/// `DELETE …/roleManagementPolicies/{roleManagementPolicyName}`; the policy is then as it was before anybody changed it.
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policies/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let was_changed = policy::delete(world, &scope_of(request), request.target.name(), request.caller.tenant_id)?;
    Ok(if was_changed { Reply::empty_ok() } else { Reply::no_content() })
}

/// `GET …/roleManagementPolicyAssignments`
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policy-assignments/list-for-scope>
fn list_assignments(world: &World, request: &ArmRequest) -> Answer {
    let all = policy::list(world, &request.target, request.query.get("$filter"), request.caller.tenant_id)?;
    Ok(List::page(all.iter().map(|it| assignment_shape(world, it, request)).collect(), request))
}

/// `GET …/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}`
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policy-assignments/get>
fn get_assignment(world: &World, request: &ArmRequest) -> Answer {
    let found = policy::get_assigned(world, &scope_of(request), request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&assignment_shape(world, &found, request)))
}

/// `PUT …/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}`; only what is there by itself can be put.
/// <https://learn.microsoft.com/rest/api/authorization/role-management-policy-assignments/create>
fn create_assignment(world: &World, request: &ArmRequest) -> Answer {
    let found = policy::get_assigned(world, &scope_of(request), request.target.name(), request.caller.tenant_id)?;
    let body = request.document()?;
    let sent = |name: &str| match members::object(&body, "properties")? {
        Some(properties) => members::text(properties, name),
        None => Ok(None),
    };
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_same = |name: &str, own: Uuid| Ok::<_, Fault>(sent(name)?.is_none_or(|text| last(&text) == own.to_string()));
    if !is_same("policyId", found.name)? || !is_same("roleDefinitionId", found.role)? {
        return Err(Fault::not_emulated("RoleManagementPolicyAssignments_Create of the policy of another role"));
    }
    Ok(Reply::created(&assignment_shape(world, &found, request)))
}

/// `DELETE …/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}`; one that is there stays, since every role
/// has its policy. <https://learn.microsoft.com/rest/api/authorization/role-management-policy-assignments/delete>
fn delete_assignment(world: &World, request: &ArmRequest) -> Answer {
    let found = policy::get_assigned(world, &scope_of(request), request.target.name(), request.caller.tenant_id);
    if found.is_ok() { Err(Fault::not_emulated("RoleManagementPolicyAssignments_Delete")) } else { Ok(Reply::no_content()) }
}

fn policy_shape(world: &World, it: &Shown, request: &ArmRequest) -> Value {
    let changed = it.changed.as_deref();
    let (modified_by, modified_on) = last_modified(world, it);
    let properties = json!({
        "scope": it.scope.as_str(),
        "displayName": changed.and_then(|it| it.display_name.as_deref()),
        "description": changed.and_then(|it| it.description.as_deref()),
        "isOrganizationDefault": false,
        "lastModifiedDateTime": modified_on,
        "lastModifiedBy": modified_by,
    });
    let rules = rules_of_version(&it.rules, &request.api_version);
    let scope = json!({ "scope": shape::expanded_scope(world, it.tenant_id, &it.scope) });
    let more = [("rules", rules.clone()), ("effectiveRules", rules), ("policyProperties", scope)];
    resource(properties, more, &it.name.to_string(), it.id().as_str(), "Microsoft.Authorization/RoleManagementPolicies")
}

fn assignment_shape(world: &World, it: &Shown, request: &ArmRequest) -> Value {
    let (modified_by, modified_on) = last_modified(world, it);
    let role = shape::expanded_role(world, &it.scope, it.tenant_id, it.role);
    let properties = json!({
        "scope": it.scope.as_str(),
        "roleDefinitionId": id_at(&it.scope, it.role),
        "policyId": it.id().as_str(),
        "policyAssignmentProperties": {
            "scope": shape::expanded_scope(world, it.tenant_id, &it.scope),
            "roleDefinition": role,
            "policy": { "id": it.id().as_str(), "lastModifiedBy": modified_by, "lastModifiedDateTime": modified_on },
        },
    });
    // The first version had no rules here.
    let has_rules = request.api_version != "2020-10-01-preview";
    let rules = has_rules.then(|| ("effectiveRules", rules_of_version(&it.rules, &request.api_version)));
    let (name, kind) = (it.assignment_name(), "Microsoft.Authorization/RoleManagementPolicyAssignment");
    resource(properties, rules, &name, it.scope.at_scope(POLICY_ASSIGNMENTS, &name).as_str(), kind)
}

/// A resource of these properties and of `more`, which are moved and not copied: a list has them for every role.
fn resource(properties: Value, more: impl IntoIterator<Item = (&'static str, Value)>, name: &str, id: &str, kind: &str) -> Value {
    let Value::Object(mut properties) = properties else { return Value::Null };
    properties.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let mut resource = Map::new();
    resource.insert("properties".to_owned(), Value::Object(properties));
    resource.extend([("name", name), ("id", id), ("type", kind)].map(|(member, text)| (member.to_owned(), text.into())));
    Value::Object(resource)
}

/// The rules as a version shows them: whom an expiration spares came with the versions of 2024.
fn rules_of_version(rules: &[Document], version: &str) -> Value {
    let shows_exceptions = is_at_least(version, "2024");
    let shown = rules.iter().map(|rule| {
        let mut rule = rule.clone();
        if !shows_exceptions {
            rule.shift_remove("exceptionMembers");
        }
        Value::Object(rule)
    });
    shown.collect()
}

/// Who changed a policy last, and when; nulls where nobody did.
fn last_modified(world: &World, it: &Shown) -> (Value, Value) {
    let Some(changed) = &it.changed else { return (Value::Null, Value::Null) };
    let by = changed.last_modified_by.and_then(|id| world.directory.principal(id));
    let email = by.and_then(|it| match &it.kind {
        PrincipalKind::User(user) => Some(user.user_principal_name.to_string()),
        _ => None,
    });
    let by = json!({ "id": changed.last_modified_by, "displayName": by.map(|it| it.display_name.to_string()),
        "type": by.map(|it| it.principal_type()), "email": email });
    (by, changed.last_modified_on.to_string().into())
}

fn scope_of(request: &ArmRequest) -> ResourceId {
    debug_assert!(request.target.is_of_type(POLICIES) || request.target.is_of_type(POLICY_ASSIGNMENTS));
    request.target.parent().unwrap_or_else(ResourceId::root)
}

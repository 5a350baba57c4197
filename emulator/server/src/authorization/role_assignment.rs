//! Role assignments on the wire: their shape and their operations.
//!
//! Which members there are depends on the api-version; what a PUT answers differs from what a GET shows afterwards
//! (`authorization-wire` 1.4). What may be assigned is the core's.

use super::role_definition;
use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::condition::Attributes;
use adf_emulator_core::authorization::role_assignment::{self, RoleAssignment, RoleAssignmentCreateParameters};
use adf_emulator_core::fault::{BrokenRule, Fault};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::role_assignments as rules;
use adf_emulator_core::world::{ROLE_ASSIGNMENTS, World};
use axum::http::Method;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

const READ: &str = "Microsoft.Authorization/roleAssignments/read";
const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";

/// The operations of role assignments. Those by id (`RoleAssignments_CreateById` and so on) are the same requests.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "RoleAssignments_ListForScope",
        method: Method::GET,
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments",
        access: Access::Action(READ),
        run: Run::Read(list_for_scope),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleAssignments_Get",
        method: Method::GET,
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        access: Access::Action(READ),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleAssignments_Create",
        method: Method::PUT,
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        access: Access::RoleAssignmentAction(WRITE),
        run: Run::Write(create),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleAssignments_Delete",
        method: Method::DELETE,
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        access: Access::RoleAssignmentAction(role_assignment::DELETE),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleAssignments_Validate",
        method: Method::POST,
        path: "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}/validate",
        access: Access::RoleAssignmentAction(WRITE),
        run: Run::Read(validate),
        note: "",
        versions: Versions::Only(&["2020-10-01-preview", "2020-08-01-preview"]),
    },
];

/// `GET …/roleAssignments`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope>
fn list_for_scope(world: &World, request: &ArmRequest) -> Answer {
    let scope = &request.target;
    let assignments = role_assignment::list(world, scope, request.query.get("$filter"), request.caller.tenant_id)?;
    Ok(List::page(assignments.iter().map(|it| RoleAssignmentResource::stored(it, scope, request)).collect(), request))
}

/// `GET …/roleAssignments/{roleAssignmentName}`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignments/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let assignment = role_assignment::get(world, &scope, request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&RoleAssignmentResource::stored(assignment, &scope, request)))
}

/// `PUT …/roleAssignments/{roleAssignmentName}`; 201 for a new one and for an update.
/// <https://learn.microsoft.com/rest/api/authorization/role-assignments/create>
fn create(world: &mut World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let asked = asked(request)?;
    let assignment = role_assignment::put(world, &scope, request.target.name(), asked, Some(request.caller.object_id))?;
    Ok(Reply::created(&RoleAssignmentResource::just_put(&assignment, &scope, request)))
}

/// `DELETE …/roleAssignments/{roleAssignmentName}`; what was deleted, or 204.
/// <https://learn.microsoft.com/rest/api/authorization/role-assignments/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let gone = role_assignment::delete(world, &scope, request.target.name(), request.caller.tenant_id)?;
    Ok(gone.map_or_else(Reply::no_content, |it| Reply::ok(&RoleAssignmentResource::stored(&it, &scope, request))))
}

/// `POST …/roleAssignments/{roleAssignmentName}/validate`; says what a PUT of the same body would be refused for.
/// <https://learn.microsoft.com/rest/api/authorization/role-assignments/validate>
fn validate(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let asked = asked(request)?;
    let refused = role_assignment::validate(world, &scope, request.target.name(), asked, request.caller.object_id);
    let error_info = match refused {
        Some(Fault::RuleBroken(broken)) => Some(ErrorInfo::of(&broken)),
        Some(other) => return Err(other),
        None => None,
    };
    Ok(Reply::ok(&ValidationResponse { is_valid: error_info.is_none(), error_info }))
}

/// What the body asks for. Members that came with a later version than the request's are not read, like any that is unknown.
fn asked(request: &ArmRequest) -> Result<RoleAssignmentCreateParameters, Fault> {
    const LATER: [&str; 4] = ["description", "condition", "conditionVersion", "delegatedManagedIdentityResourceId"];
    let mut body = request.document()?;
    let is_of_an_older_version = !has_conditions(request);
    if let (true, Some(Value::Object(properties))) = (is_of_an_older_version, body.get_mut("properties")) {
        properties.retain(|name, _| !LATER.contains(&name.as_str()));
    }
    let asked = RoleAssignmentCreateParameters::read(&body)?;
    Ok(RoleAssignmentCreateParameters { is_of_an_older_version, ..asked })
}

/// Whether the request's version knows conditions and what came with them (`authorization-wire` 1.1).
fn has_conditions(request: &ArmRequest) -> bool {
    is_at_least(&request.api_version, "2020-03-01")
}

/// What a validation answers; without `errorInfo` where nothing is wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ValidationResponse {
    is_valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_info: Option<ErrorInfo>,
}

#[derive(Serialize)]
struct ErrorInfo {
    code: &'static str,
    message: Option<String>,
}

impl ErrorInfo {
    /// The documented example names a missing role by another code than a PUT does.
    fn of(broken: &BrokenRule) -> Self {
        let is_missing_role = std::ptr::eq(broken.rule, &rules::ROLE_DEFINITION_EXISTS);
        let code = if is_missing_role { "InvalidRoleDefinitionId" } else { broken.rule.code };
        Self { code, message: broken.message.clone() }
    }
}

/// Returns what conditions see of a role assignment: of a PUT or a validation what the body asks for, of a DELETE what
/// is there. A body that cannot be read has no attributes, because authorization comes before what is wrong with it.
pub fn attributes(world: &World, request: &ArmRequest) -> Attributes {
    if request.method == Method::DELETE {
        let found = role_assignment::get(world, &request.parent(), request.target.name(), request.caller.tenant_id);
        return found.map(|it| it.attributes()).unwrap_or_default();
    }
    asked(request).map(|asked| asked.attributes()).unwrap_or_default()
}

#[derive(Serialize)]
struct RoleAssignmentResource<'a> {
    properties: RoleAssignmentProperties<'a>,
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: Uuid,
}

/// A member that is `None` is absent, one that is `Some(None)` is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleAssignmentProperties<'a> {
    role_definition_id: String,
    principal_id: Uuid,
    principal_type: &'static str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_version: Option<Option<&'a str>>,
    created_on: String,
    updated_on: String,
    created_by: Option<String>,
    updated_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    delegated_managed_identity_resource_id: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_delegate: Option<bool>,
}

impl<'a> RoleAssignmentResource<'a> {
    /// As GET, a list and DELETE show it.
    fn stored(it: &'a RoleAssignment, read_at: &ResourceId, request: &ArmRequest) -> Self {
        let has_conditions = has_conditions(request);
        let could_delegate = !is_at_least(&request.api_version, "2020-08-01");
        let condition = it.condition.as_ref();
        // Recorded for the assignment that comes with a subscription: empty texts.
        let by = |object_id: Option<Uuid>| object_id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            properties: RoleAssignmentProperties {
                role_definition_id: role_definition::id_at(read_at, it.role),
                principal_id: it.principal_id,
                principal_type: it.principal_type.as_str(),
                scope: it.scope.as_str(),
                condition: has_conditions.then(|| condition.map(|it| &*it.text)),
                condition_version: has_conditions.then(|| condition.map(|it| &*it.version)),
                created_on: it.created_on.with_seven_digits(),
                updated_on: it.updated_on.with_seven_digits(),
                created_by: Some(by(it.created_by)),
                updated_by: by(it.updated_by),
                delegated_managed_identity_resource_id: has_conditions.then_some(it.delegated_managed_identity_resource_id.as_deref()),
                description: has_conditions.then_some(it.description.as_deref()),
                can_delegate: it.can_delegate.filter(|_| could_delegate),
            },
            id: it.id().to_string(),
            resource_type: ROLE_ASSIGNMENTS,
            name: it.name,
        }
    }

    /// As PUT answers it: made at this moment by nobody, also when it was there before.
    fn just_put(it: &'a RoleAssignment, read_at: &ResourceId, request: &ArmRequest) -> Self {
        let mut shown = Self::stored(it, read_at, request);
        shown.properties.created_on = it.updated_on.with_seven_digits();
        shown.properties.created_by = None;
        shown
    }
}

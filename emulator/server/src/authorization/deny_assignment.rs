//! Deny assignments on the wire: their shape and their operations.
//!
//! What a PUT answers differs from what a GET shows afterwards (`authorization-wire` 4.2). What may be denied is the
//! core's.

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::condition::Condition;
use adf_emulator_core::authorization::denial::DenyPrincipal;
use adf_emulator_core::authorization::deny_assignment::{self, DenyAssignment, DenyAssignmentParameters};
use adf_emulator_core::authorization::role_definition::{Patterns, Permission};
use adf_emulator_core::world::{DENY_ASSIGNMENTS, World};
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

const READ: Access = Access::Action("Microsoft.Authorization/denyAssignments/read");
const WRITE: Access = Access::Action("Microsoft.Authorization/denyAssignments/write");
const DELETE: Access = Access::Action("Microsoft.Authorization/denyAssignments/delete");
const COLLECTION: &str = "/{scope}/providers/Microsoft.Authorization/denyAssignments";
const ITEM: &str = "/{scope}/providers/Microsoft.Authorization/denyAssignments/{denyAssignmentId}";

/// The operations of deny assignments. Those by id (`DenyAssignments_GetById`) and for a subscription, a group or a
/// resource are the same requests.
pub static OPERATIONS: &[Operation] = &[
    Operation::new("DenyAssignments_ListForScope", Method::GET, COLLECTION, READ, Run::Read(list_for_scope)),
    Operation::new("DenyAssignments_Get", Method::GET, ITEM, READ, Run::Read(get)),
    Operation::since(BY_CALLERS, "DenyAssignments_Create", Method::PUT, ITEM, WRITE, Run::Write(create)),
    Operation::since(BY_CALLERS, "DenyAssignments_Delete", Method::DELETE, ITEM, DELETE, Run::Write(delete)),
];

/// The first version in which callers make their own.
const BY_CALLERS: &str = "2024-07-01";

/// `GET …/denyAssignments`
/// <https://learn.microsoft.com/rest/api/authorization/deny-assignments/list-for-scope>
fn list_for_scope(world: &World, request: &ArmRequest) -> Answer {
    let found = deny_assignment::list(world, &request.target, request.query.get("$filter"), request.caller.tenant_id)?;
    Ok(List::page(found.iter().map(|it| DenyAssignmentResource::stored(it)).collect(), request))
}

/// `GET …/denyAssignments/{denyAssignmentId}`
/// <https://learn.microsoft.com/rest/api/authorization/deny-assignments/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let found = deny_assignment::get(world, &request.parent(), request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&DenyAssignmentResource::stored(found)))
}

/// `PUT …/denyAssignments/{denyAssignmentId}`; 201.
/// <https://learn.microsoft.com/powershell/module/az.resources/new-azdenyassignment>
fn create(world: &mut World, request: &ArmRequest) -> Answer {
    let asked = DenyAssignmentParameters::read(&request.document()?)?;
    let made = deny_assignment::put(world, &request.parent(), request.target.name(), asked, Some(request.caller.object_id))?;
    Ok(Reply::created(&DenyAssignmentResource::just_put(&made)))
}

/// `DELETE …/denyAssignments/{denyAssignmentId}`; what was deleted, or 204.
/// <https://learn.microsoft.com/powershell/module/az.resources/remove-azdenyassignment>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let gone = deny_assignment::delete(world, &request.parent(), request.target.name(), request.caller.tenant_id)?;
    Ok(gone.map_or_else(Reply::no_content, |it| Reply::ok(&DenyAssignmentResource::stored(&it))))
}

#[derive(Serialize)]
struct DenyAssignmentResource<'a> {
    properties: DenyAssignmentProperties<'a>,
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DenyAssignmentProperties<'a> {
    deny_assignment_name: &'a str,
    description: Option<&'a str>,
    permissions: Vec<DenyAssignmentPermission<'a>>,
    scope: &'a str,
    do_not_apply_to_child_scopes: bool,
    principals: Vec<Principal<'a>>,
    exclude_principals: Vec<Principal<'a>>,
    condition: Option<&'a str>,
    condition_version: Option<&'a str>,
    /// Shown where it was sent: recorded answers, which were not asked for it, lack it.
    #[serde(skip_serializing_if = "Option::is_none")]
    deny_assignment_effect: Option<&'static str>,
    is_system_protected: bool,
    created_on: String,
    updated_on: String,
    created_by: Option<Uuid>,
    updated_by: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DenyAssignmentPermission<'a> {
    actions: Vec<&'a str>,
    not_actions: Vec<&'a str>,
    data_actions: Vec<&'a str>,
    not_data_actions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_version: Option<&'a str>,
}

#[derive(Serialize)]
struct Principal<'a> {
    id: Uuid,
    #[serde(rename = "type")]
    principal_type: &'a str,
}

impl<'a> DenyAssignmentResource<'a> {
    /// As GET, a list and DELETE show it.
    fn stored(it: &'a DenyAssignment) -> Self {
        let (condition, condition_version) = texts_of(it.condition.as_ref());
        Self {
            properties: DenyAssignmentProperties {
                deny_assignment_name: &it.deny_assignment_name,
                description: it.description.as_deref(),
                permissions: it.permissions.iter().map(DenyAssignmentPermission::new).collect(),
                scope: it.scope.as_str(),
                do_not_apply_to_child_scopes: it.do_not_apply_to_child_scopes,
                principals: principals(&it.principals),
                exclude_principals: principals(&it.exclude_principals),
                condition,
                condition_version,
                deny_assignment_effect: it.effect.map(|effect| effect.as_str()),
                is_system_protected: it.is_system_protected,
                created_on: it.created_on.with_seven_digits(),
                updated_on: it.updated_on.with_seven_digits(),
                created_by: it.created_by,
                updated_by: it.updated_by,
            },
            id: it.id().to_string(),
            resource_type: DENY_ASSIGNMENTS,
            name: it.name,
        }
    }

    /// As PUT answers it: made at this moment by nobody, also when it was there before.
    fn just_put(it: &'a DenyAssignment) -> Self {
        let mut shown = Self::stored(it);
        shown.properties.created_on = it.updated_on.with_seven_digits();
        shown.properties.created_by = None;
        shown
    }
}

impl<'a> DenyAssignmentPermission<'a> {
    fn new(it: &'a Permission) -> Self {
        let texts = |patterns: &'a Patterns| patterns.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>();
        let (condition, condition_version) = texts_of(it.condition.as_ref());
        Self {
            actions: texts(&it.actions),
            not_actions: texts(&it.not_actions),
            data_actions: texts(&it.data_actions),
            not_data_actions: texts(&it.not_data_actions),
            condition,
            condition_version,
        }
    }
}

fn texts_of(condition: Option<&Condition>) -> (Option<&str>, Option<&str>) {
    condition.map(|it| (&*it.text, &*it.version)).unzip()
}

fn principals(list: &[DenyPrincipal]) -> Vec<Principal<'_>> {
    list.iter().map(|it| Principal { id: it.id, principal_type: &it.principal_type }).collect()
}

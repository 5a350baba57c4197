//! Schedules, their instances and requests on the wire: the operations of both families.
//!
//! Eligibilities and active assignments differ in a word of their paths, so one function serves both. How they look is in
//! `shape.rs`; what may be asked for is the core's.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests> and its neighbours.

pub(super) mod shape;

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::schedule::access::{self, Deed};
use adf_emulator_core::authorization::schedule::request;
use adf_emulator_core::authorization::schedule::{self, Family, Listed, ScheduleRequestParameters};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::Value;
use uuid::Uuid;

/// The operations of active assignments.
pub static ASSIGNMENTS: &[Operation] = &[
    row(
        "RoleAssignmentSchedules_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentSchedules",
        "Microsoft.Authorization/roleAssignmentSchedules/read",
        Run::Read(list_for_scope),
    ),
    row(
        "RoleAssignmentSchedules_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentSchedules/{roleAssignmentScheduleName}",
        "Microsoft.Authorization/roleAssignmentSchedules/read",
        Run::Read(get),
    ),
    row(
        "RoleAssignmentScheduleInstances_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances",
        "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
        Run::Read(list_instances),
    ),
    row(
        "RoleAssignmentScheduleInstances_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances/{roleAssignmentScheduleInstanceName}",
        "Microsoft.Authorization/roleAssignmentScheduleInstances/read",
        Run::Read(get_instance),
    ),
    row(
        "RoleAssignmentScheduleRequests_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/read",
        Run::Read(list_requests),
    ),
    row(
        "RoleAssignmentScheduleRequests_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{roleAssignmentScheduleRequestName}",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/read",
        Run::Read(get_request),
    ),
    row(
        "RoleAssignmentScheduleRequests_Create",
        Method::PUT,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{roleAssignmentScheduleRequestName}",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
        Run::Write(create),
    ),
    row(
        "RoleAssignmentScheduleRequests_Cancel",
        Method::POST,
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{roleAssignmentScheduleRequestName}/cancel",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/cancel/action",
        Run::Write(cancel),
    ),
    validation(
        "RoleAssignmentScheduleRequests_Validate",
        "/{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{roleAssignmentScheduleRequestName}/validate",
        "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
    ),
];

/// The operations of eligibilities.
pub static ELIGIBILITIES: &[Operation] = &[
    row(
        "RoleEligibilitySchedules_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilitySchedules",
        "Microsoft.Authorization/roleEligibilitySchedules/read",
        Run::Read(list_for_scope),
    ),
    row(
        "RoleEligibilitySchedules_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilitySchedules/{roleEligibilityScheduleName}",
        "Microsoft.Authorization/roleEligibilitySchedules/read",
        Run::Read(get),
    ),
    row(
        "RoleEligibilityScheduleInstances_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances",
        "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        Run::Read(list_instances),
    ),
    row(
        "RoleEligibilityScheduleInstances_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances/{roleEligibilityScheduleInstanceName}",
        "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        Run::Read(get_instance),
    ),
    row(
        "RoleEligibilityScheduleRequests_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/read",
        Run::Read(list_requests),
    ),
    row(
        "RoleEligibilityScheduleRequests_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/read",
        Run::Read(get_request),
    ),
    row(
        "RoleEligibilityScheduleRequests_Create",
        Method::PUT,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
        Run::Write(create),
    ),
    row(
        "RoleEligibilityScheduleRequests_Cancel",
        Method::POST,
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}/cancel",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/cancel/action",
        Run::Write(cancel),
    ),
    validation(
        "RoleEligibilityScheduleRequests_Validate",
        "/{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}/validate",
        "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
    ),
];

const ONES_OWN: &str = "what is one's own needs no right";

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str, run: Run) -> Operation {
    Operation { name, method, path, access: Access::ScheduleAction(action), run, note: ONES_OWN, versions: Versions::All }
}

/// The first version has no validation.
const fn validation(name: &'static str, path: &'static str, action: &'static str) -> Operation {
    let versions = Versions::Only(&["2024-09-01-preview", "2024-02-01-preview", "2022-04-01-preview", "2020-10-01"]);
    let (access, run) = (Access::ScheduleAction(action), Run::Read(validate));
    Operation { name, method: Method::POST, path, access, run, note: ONES_OWN, versions }
}

/// `GET …/roleAssignmentSchedules`, `GET …/roleEligibilitySchedules`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules/list-for-scope>
fn list_for_scope(world: &World, request: &ArmRequest) -> Answer {
    let listed = schedule::list(world, family_of(request), &request.target, request.query.get("$filter"), caller(request))?;
    Ok(page(&listed, request, |it| shape::schedule(world, &request.target, it)))
}

/// `GET …/roleAssignmentScheduleInstances`, `GET …/roleEligibilityScheduleInstances`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances/list-for-scope>
fn list_instances(world: &World, request: &ArmRequest) -> Answer {
    let listed = schedule::list_instances(world, family_of(request), &request.target, request.query.get("$filter"), caller(request))?;
    Ok(page(&listed, request, |it| shape::instance(world, &request.target, it)))
}

/// `GET …/roleAssignmentScheduleRequests`, `GET …/roleEligibilityScheduleRequests`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/list-for-scope>
fn list_requests(world: &World, request: &ArmRequest) -> Answer {
    let listed = schedule::list_requests(world, family_of(request), &request.target, request.query.get("$filter"), caller(request))?;
    Ok(page(&listed, request, |it| shape::request(world, &request.target, it)))
}

/// `GET …/roleAssignmentSchedules/{name}`, `GET …/roleEligibilitySchedules/{name}`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let found = schedule::get(world, family_of(request), &scope, request.target.name(), request.caller.tenant_id)?;
    let member_type = schedule::own_member_type(world, &found);
    Ok(Reply::ok(&shape::schedule(world, &scope, &Listed { schedule: found, member_type })))
}

/// `GET …/roleAssignmentScheduleInstances/{name}`, `GET …/roleEligibilityScheduleInstances/{name}`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-instances/get>
fn get_instance(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let found = schedule::get_instance(world, family_of(request), &scope, request.target.name(), request.caller.tenant_id)?;
    let member_type = schedule::own_member_type(world, &found);
    Ok(Reply::ok(&shape::instance(world, &scope, &Listed { schedule: found, member_type })))
}

/// `GET …/roleAssignmentScheduleRequests/{name}`, `GET …/roleEligibilityScheduleRequests/{name}`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/get>
fn get_request(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let found = request::get(world, family_of(request), &scope, request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&shape::request(world, &scope, found)))
}

/// `PUT …/roleAssignmentScheduleRequests/{name}`, `PUT …/roleEligibilityScheduleRequests/{name}`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create>
fn create(world: &mut World, request: &ArmRequest) -> Answer {
    let (scope, asked) = (request.parent(), ScheduleRequestParameters::read(&request.document()?)?);
    let made = request::create(world, family_of(request), &scope, request.target.name(), asked, request.caller.object_id)?;
    Ok(Reply::created(&shape::request(world, &scope, &made)))
}

/// `POST …/roleAssignmentScheduleRequests/{name}/cancel`, `POST …/roleEligibilityScheduleRequests/{name}/cancel`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/cancel>
fn cancel(world: &mut World, request: &ArmRequest) -> Answer {
    request::cancel(world, family_of(request), &request.parent(), request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::empty_ok())
}

/// `POST …/roleAssignmentScheduleRequests/{name}/validate`, `POST …/roleEligibilityScheduleRequests/{name}/validate`
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/validate>
fn validate(world: &World, request: &ArmRequest) -> Answer {
    let (scope, asked) = (request.parent(), ScheduleRequestParameters::read(&request.document()?)?);
    let family = family_of(request);
    let would = request::validate(world, family, &scope, request.target.name(), asked, request.caller.object_id)?;
    Ok(Reply::ok(&shape::request(world, &scope, &would)))
}

/// Refuses a caller who may not do `action`, unless what is asked is about the caller's own roles.
///
/// # Errors
/// `Fault::Forbidden` with the reasons.
pub fn require(world: &World, request: &ArmRequest, action: &str) -> Result<(), Fault> {
    let family = family_of(request);
    let filter = request.query.get("$filter");
    // Other requests have no body that says anything, whatever is sent.
    let asked = action.ends_with("/write").then(|| request.document().and_then(|body| ScheduleRequestParameters::read(&body)).ok());
    let deed = match asked.as_ref() {
        Some(asked) => Deed::Ask(asked.as_ref()),
        None if action.ends_with("/cancel/action") => Deed::Cancel,
        None if request.path == request.target => Deed::Read,
        None if action == format!("{}/read", family.requests()) => Deed::ListRequests { filter },
        None => Deed::List { filter },
    };
    access::require(world, caller(request), family, action, &request.target, deed)
}

fn page<T>(listed: &[T], request: &ArmRequest, shape: impl Fn(&T) -> Value) -> Reply {
    List::page(listed.iter().map(shape).collect(), request)
}

/// The family that the path names.
fn family_of(request: &ArmRequest) -> Family {
    let part = request.path.key().rsplit("/providers/microsoft.authorization/").next().unwrap_or_default();
    if part.starts_with("roleeligibility") { Family::Eligibility } else { Family::Assignment }
}

fn caller(request: &ArmRequest) -> (Uuid, Uuid) {
    (request.caller.object_id, request.caller.tenant_id)
}

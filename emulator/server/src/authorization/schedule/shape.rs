//! How schedules, instances and requests look: the members and their order are those of the documented examples.
//!
//! Types begin with a capital where the documentation writes one; ids do not, as clients that read them strictly need.
//! Instances are as an open client recorded them, which differs: whole ids, `Provisioned`, no capital, no condition where
//! there is none.

use crate::authorization::role_definition::id_at;
use adf_emulator_core::authorization::role_definition;
use adf_emulator_core::authorization::schedule::request::ScheduleRequest;
use adf_emulator_core::authorization::schedule::{Family, Listed, Schedule};
use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::management_group;
use adf_emulator_core::world::World;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Returns a schedule as it looks when it is read at a scope.
pub(super) fn schedule(world: &World, read_at: &ResourceId, it: &Listed) -> Value {
    let Listed { schedule, member_type } = it;
    let family = schedule.family;
    let mut properties = of_assignments(schedule);
    held(&mut properties, read_at, schedule);
    put(&mut properties, "status", schedule.status().as_str());
    let request = schedule.request.map(|name| schedule.scope.at_scope(family.requests(), &name.to_string()).to_string());
    put(&mut properties, &named("role{}ScheduleRequestId", family), request);
    put(&mut properties, "startDateTime", schedule.start.to_string());
    put(&mut properties, "endDateTime", schedule.end.map(|end| end.to_string()));
    put(&mut properties, "memberType", member_type.as_str());
    put(&mut properties, "createdOn", schedule.created_on.to_string());
    put(&mut properties, "updatedOn", schedule.updated_on.to_string());
    condition(&mut properties, schedule);
    put(
        &mut properties,
        "expandedProperties",
        expanded(world, read_at, schedule.tenant_id, &schedule.scope, schedule.role, schedule.principal_id),
    );
    resource(properties, &schedule.scope, family.schedules(), &capital(family.schedules()), schedule.name)
}

/// Returns the instance of a schedule as it looks when it is read at a scope.
pub(super) fn instance(world: &World, read_at: &ResourceId, it: &Listed) -> Value {
    let Listed { schedule, member_type } = it;
    let family = schedule.family;
    let mut properties = Map::new();
    if family == Family::Assignment {
        let origin = schedule.scope.at_scope("Microsoft.Authorization/roleAssignments", &schedule.instance.to_string());
        put(&mut properties, "originRoleAssignmentId", origin.as_str());
        let activated = schedule.activates.and_then(|name| world.schedules.get(&(schedule.tenant_id, name)));
        let instance = activated.map(|it| it.scope.at_scope(it.family.instances(), &it.instance.to_string()));
        put(&mut properties, "linkedRoleEligibilityScheduleId", activated.map(|it| it.id().to_string()));
        put(&mut properties, "linkedRoleEligibilityScheduleInstanceId", instance.map(|id| id.to_string()));
        put(&mut properties, "assignmentType", schedule.assignment_type());
    }
    held(&mut properties, read_at, schedule);
    put(&mut properties, "status", schedule.status().as_str());
    put(&mut properties, &named("role{}ScheduleId", family), schedule.id().as_str());
    put(&mut properties, "startDateTime", schedule.start.to_string());
    put(&mut properties, "endDateTime", schedule.end.map(|end| end.to_string()));
    put(&mut properties, "memberType", member_type.as_str());
    put(&mut properties, "createdOn", schedule.start.to_string());
    if schedule.condition.is_some() {
        condition(&mut properties, schedule);
    }
    put(
        &mut properties,
        "expandedProperties",
        expanded(world, read_at, schedule.tenant_id, &schedule.scope, schedule.role, schedule.principal_id),
    );
    resource(properties, &schedule.scope, family.instances(), family.instances(), schedule.instance)
}

/// Returns a request as it looks when it is read at a scope.
pub(super) fn request(world: &World, read_at: &ResourceId, it: &ScheduleRequest) -> Value {
    let asked = &it.asked;
    let info = asked.schedule_info.as_ref().map(|info| {
        let mut info = info.clone();
        info.start_date_time.get_or_insert(it.created_on);
        info.document()
    });
    let mut properties = Map::new();
    put(&mut properties, &named("targetRole{}ScheduleId", it.family), it.target.map(|name| name.to_string()));
    put(&mut properties, &named("targetRole{}ScheduleInstanceId", it.family), Value::Null);
    put(&mut properties, "scope", it.scope.as_str());
    put(&mut properties, "roleDefinitionId", id_at(read_at, it.role));
    put(&mut properties, "principalId", it.principal_id.to_string());
    put(&mut properties, "principalType", it.principal_type.as_str());
    put(&mut properties, "requestType", asked.request_type.as_str());
    put(&mut properties, "status", it.status.as_str());
    put(&mut properties, "approvalId", Value::Null);
    put(&mut properties, "scheduleInfo", info);
    put(
        &mut properties,
        "ticketInfo",
        json!({ "ticketNumber": asked.ticket_number.as_deref(), "ticketSystem": asked.ticket_system.as_deref() }),
    );
    put(&mut properties, "justification", asked.justification.as_deref());
    put(&mut properties, "requestorId", it.requestor.to_string());
    put(&mut properties, "createdOn", it.created_on.to_string());
    put(&mut properties, "condition", asked.condition.as_deref());
    put(&mut properties, "conditionVersion", asked.condition_version.as_deref());
    if let Some(linked) = &asked.linked_role_eligibility_schedule_id {
        put(&mut properties, "linkedRoleEligibilityScheduleId", &**linked);
    }
    put(&mut properties, "expandedProperties", expanded(world, read_at, it.tenant_id, &it.scope, it.role, it.principal_id));
    resource(properties, &it.scope, it.family.requests(), &capital(it.family.requests()), it.name)
}

fn of_assignments(schedule: &Schedule) -> Map<String, Value> {
    let mut properties = Map::new();
    if schedule.family == Family::Assignment {
        put(&mut properties, "linkedRoleEligibilityScheduleId", schedule.activates.map(|name| name.to_string()));
        put(&mut properties, "assignmentType", schedule.assignment_type());
    }
    properties
}

fn held(properties: &mut Map<String, Value>, read_at: &ResourceId, schedule: &Schedule) {
    put(properties, "scope", schedule.scope.as_str());
    put(properties, "roleDefinitionId", id_at(read_at, schedule.role));
    put(properties, "principalId", schedule.principal_id.to_string());
    put(properties, "principalType", schedule.principal_type.as_str());
}

fn condition(properties: &mut Map<String, Value>, schedule: &Schedule) {
    put(properties, "condition", schedule.condition.as_ref().map(|it| it.text.to_string()));
    put(properties, "conditionVersion", schedule.condition.as_ref().map(|it| it.version.to_string()));
}

/// What people call the scope, the role and the principal.
fn expanded(world: &World, read_at: &ResourceId, tenant: Uuid, scope: &ResourceId, role: Uuid, principal: Uuid) -> Value {
    let found = world.directory.principal(principal);
    let email = found.and_then(|it| match &it.kind {
        PrincipalKind::User(user) => Some(user.user_principal_name.to_string()),
        _ => None,
    });
    json!({
        "scope": expanded_scope(world, tenant, scope),
        "roleDefinition": expanded_role(world, read_at, tenant, role),
        "principal": { "id": principal, "displayName": found.map(|it| it.display_name.to_string()), "email": email,
            "type": found.map(|it| it.principal_type()) },
    })
}

/// What people call a role.
pub(in crate::authorization) fn expanded_role(world: &World, read_at: &ResourceId, tenant: Uuid, role: Uuid) -> Value {
    let found = role_definition::find(world, tenant, role);
    json!({ "id": id_at(read_at, role), "displayName": found.map(|it| it.role_name.to_string()),
        "type": found.map(|it| it.role_type.as_str()) })
}

/// What people call a scope, and of what sort it is.
pub(in crate::authorization) fn expanded_scope(world: &World, tenant: Uuid, scope: &ResourceId) -> Value {
    let name = scope.name();
    let (display_name, kind) = if scope.subscription_scope().as_ref() == Some(scope) {
        (world.subscription(name).map_or_else(|| name.to_owned(), |it| it.display_name.to_string()), "subscription".to_owned())
    } else if scope.resource_group_scope().as_ref() == Some(scope) {
        (name.to_owned(), "resourcegroup".to_owned())
    } else if scope.is_of_type(management_group::TYPE) {
        (
            management_group::get(world, tenant, name).map_or_else(|_| name.to_owned(), |it| it.display_name.to_string()),
            "managementgroup".to_owned(),
        )
    } else {
        (name.to_owned(), scope.resource_type().unwrap_or_else(|| "tenant".to_owned()))
    };
    json!({ "id": scope.as_str(), "displayName": display_name, "type": kind })
}

fn resource(properties: Map<String, Value>, scope: &ResourceId, resource_type: &str, shown_type: &str, name: Uuid) -> Value {
    let name = name.to_string();
    json!({ "properties": properties, "name": name, "id": scope.at_scope(resource_type, &name).as_str(), "type": shown_type })
}

/// The type as the documented examples write it: with a capital behind the slash.
fn capital(resource_type: &str) -> String {
    resource_type.replace("/role", "/Role")
}

fn named(pattern: &str, family: Family) -> String {
    pattern.replace("{}", if family == Family::Assignment { "Assignment" } else { "Eligibility" })
}

fn put(properties: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    properties.insert(name.to_owned(), value.into());
}

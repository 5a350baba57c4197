//! Schedules as documents: what a world file says of them, and of the requests that were made.
//!
//! Nobody puts a schedule in Azure: a request does. A world file writes schedules down as they are, without the rules of
//! their roles' policies; requests are what happened, and so part of a file's `state`.

use super::request::{ScheduleRequest, Status};
use super::{Family, Schedule, ScheduleRequestParameters, insert, instance_name, remove_those};
use crate::authorization::role_assignment::{self, PrincipalType};
use crate::authorization::role_definition;
use crate::fault::Fault;
use crate::guid;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::{role_assignments, schedules as rules};
use crate::seed_state::{self, SeedState};
use crate::timestamp::Timestamp;
use crate::world::{Document, Kind, Seed, World, drop_nulls};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a world file and the deletion of a group need to know of eligibilities.
pub static ELIGIBILITIES: Kind = Kind {
    resource_type: Family::Eligibility.schedules(),
    seed,
    export: |world| export(world, Family::Eligibility),
    remove_at_and_below: |world, scope| remove_those(world, scope, None),
    tracked: |_, _| Vec::new(),
};

/// What a world file and the deletion of a group need to know of active schedules.
pub static ASSIGNMENTS: Kind = Kind {
    resource_type: Family::Assignment.schedules(),
    seed,
    export: |world| export(world, Family::Assignment),
    remove_at_and_below: |world, scope| remove_those(world, scope, None),
    tracked: |_, _| Vec::new(),
};

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let is_eligibility = id.is_of_type(Family::Eligibility.schedules());
    let family = if is_eligibility { Family::Eligibility } else { Family::Assignment };
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let name = rules::name_is_a_guid(id.name())?;
    let empty = Document::new();
    let properties = members::object(body, "properties")?.unwrap_or(&empty);
    let text = |name: &str| members::text(properties, name);
    let read = |name: &str, text: String| Timestamp::parse(&text).ok_or_else(|| rules::unreadable_time(name, &text).at(name));
    let time = |name: &str| text(name)?.map(|text| read(name, text)).transpose();
    let role = role_assignments::role_definition_id_is_a_path(&text("roleDefinitionId")?.unwrap_or_default())?;
    let principal_id = role_assignments::principal_id_is_a_guid(&text("principalId")?.unwrap_or_default())?;
    let mut state = SeedState::new(state);
    let tenant_id = state.guid("tenantId")?.unwrap_or_else(|| role_assignment::tenant_of(world, &scope, Some(principal_id), None));
    role_assignment::scope_exists(world, tenant_id, &scope)?;
    let role = role_definition::find(world, tenant_id, role).ok_or_else(rules::role_not_found)?.id;
    let type_of = |word: String| PrincipalType::parse(&word).ok_or_else(|| role_assignments::unknown_principal_type(&word));
    let given = text("principalType")?.map(type_of).transpose()?;
    let principal_type = role_assignment::principal_type(world, principal_id, given, tenant_id)?;
    let version = text("conditionVersion")?;
    let condition = text("condition")?.map(|text| role_assignment::condition(text, version)).transpose()?;
    let linked = text("linkedRoleEligibilityScheduleId")?;
    let activates = linked.map(|name| guid::read(&name).ok_or_else(|| not_linked(&name))).transpose()?;
    let is_eligibility_of_role =
        |name: &Uuid| world.schedules.get(&(tenant_id, *name)).is_some_and(|it| it.family == Family::Eligibility && it.role == role);
    if let Some(name) = activates.filter(|name| !is_eligibility_of_role(name)) {
        return Err(not_linked(&name.to_string()));
    }
    let (start, end) = (time("startDateTime")?.unwrap_or(world.now), time("endDateTime")?);
    let is_twin = super::find(world, family, tenant_id, principal_id, role, &scope).is_some();
    let is_held = family == Family::Assignment && super::permanent_of(world, tenant_id, principal_id, role, &scope).is_some();
    if is_twin || is_held || world.schedules.contains(&(tenant_id, name)) {
        return Err(rules::assignment_exists());
    }
    if end.is_some_and(|end| end <= start) {
        return Err(rules::invalid_schedule());
    }
    let created_by = state.guid("createdBy")?;
    let schedule = Schedule {
        name,
        family,
        scope,
        tenant_id,
        role,
        principal_id,
        principal_type,
        condition,
        start,
        end,
        has_begun: false,
        request: state.guid("request")?,
        activates,
        instance: state.guid("instance")?.unwrap_or_else(|| instance_name(world, name, start)),
        created_on: state.time("createdOn")?.unwrap_or(world.now),
        updated_on: state.time("updatedOn")?.unwrap_or(world.now),
        created_by,
        updated_by: state.guid("updatedBy")?.or(created_by),
        description: state.text("description")?.map(Into::into),
    };
    state.finish()?;
    insert(world, schedule);
    Ok(())
}

fn not_linked(name: &str) -> Fault {
    rules::no_such_eligibility(name).at("linkedRoleEligibilityScheduleId")
}

fn export(world: &World, family: Family) -> Vec<Seed> {
    let of_family = world.schedules.values().filter(|it| it.family == family);
    of_family.map(|it| Seed { id: it.id(), body: body(world, it), state: state(it) }).collect()
}

/// What a person would write: the type of the principal only where the directory would not tell it.
fn body(world: &World, it: &Schedule) -> Document {
    let known = world.directory.principal(it.principal_id).filter(|principal| principal.tenant_id == it.tenant_id);
    let (condition, version) = it.condition.as_ref().map(|it| (&it.text, &it.version)).unzip();
    without_nulls(json!({ "properties": {
        "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{}", it.role),
        "principalId": it.principal_id,
        "principalType": known.is_none().then(|| it.principal_type.as_str()),
        "startDateTime": it.start.to_string(),
        "endDateTime": it.end.map(|end| end.to_string()),
        "linkedRoleEligibilityScheduleId": it.activates,
        "condition": condition,
        "conditionVersion": version,
    }}))
}

/// What the server made. The tenant is kept because outside subscriptions it follows from who asked.
fn state(it: &Schedule) -> Document {
    without_nulls(json!({
        "request": it.request,
        "instance": it.instance,
        "createdOn": it.created_on.to_string(),
        "updatedOn": it.updated_on.to_string(),
        "createdBy": it.created_by,
        "updatedBy": it.updated_by.filter(|by| Some(*by) != it.created_by),
        "description": it.description.as_deref(),
        "tenantId": it.scope.subscription().is_none().then_some(it.tenant_id),
    }))
}

/// Returns a request as the `state` of a world file has it.
pub fn write_request(it: &ScheduleRequest) -> Value {
    let made = json!({ "status": it.status.as_str(), "target": it.target, "requestor": it.requestor,
        "createdOn": it.created_on.to_string(), "tenantId": it.tenant_id, "principalType": it.principal_type.as_str() });
    json!({ "id": it.id().as_str(), "body": it.asked.document(), "state": without_nulls(made) })
}

/// Reads a request of a world file's `state` and puts it among those that were made.
///
/// # Errors
/// What is wrong with it.
pub fn read_request(world: &mut World, id: &str, body: &Document, state: &Document) -> Result<(), Fault> {
    let id = ResourceId::parse(id).ok_or_else(|| seed_state::refuse("id"))?;
    let family = Family::ALL.into_iter().find(|family| id.is_of_type(family.requests())).ok_or_else(|| seed_state::refuse("id"))?;
    let asked = ScheduleRequestParameters::read(body)?;
    let mut state = SeedState::new(state);
    let word = |text: Option<String>, name: &'static str| text.ok_or_else(|| seed_state::refuse(name));
    let required = |guid: Option<Uuid>, name: &'static str| guid.ok_or_else(|| seed_state::refuse(name));
    let request = ScheduleRequest {
        name: rules::name_is_a_guid(id.name())?,
        family,
        scope: id.parent().unwrap_or_else(ResourceId::root),
        tenant_id: required(state.guid("tenantId")?, "tenantId")?,
        role: role_assignments::role_definition_id_is_a_path(&asked.role_definition_id)?,
        principal_id: role_assignments::principal_id_is_a_guid(&asked.principal_id)?,
        principal_type: PrincipalType::parse(&word(state.text("principalType")?, "principalType")?)
            .ok_or_else(|| seed_state::refuse("principalType"))?,
        status: Status::parse(&word(state.text("status")?, "status")?).ok_or_else(|| seed_state::refuse("status"))?,
        target: state.guid("target")?,
        requestor: required(state.guid("requestor")?, "requestor")?,
        created_on: state.time("createdOn")?.ok_or_else(|| seed_state::refuse("createdOn"))?,
        asked,
    };
    state.finish()?;
    let key = (request.tenant_id, request.name);
    if world.schedule_requests.contains(&key) {
        return Err(seed_state::refuse("id"));
    }
    world.schedule_requests.insert(key, request);
    Ok(())
}

fn without_nulls(value: Value) -> Document {
    let Value::Object(mut document) = value else { return Document::new() };
    drop_nulls(&mut document);
    document
}

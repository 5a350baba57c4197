//! Schedules of privileged identity management: who is eligible for a role, and who holds it for a time.
//!
//! Eligibilities and active assignments are one shape in two families: Azure gives both the same life and the same
//! operations. An active schedule that has begun is a role assignment like any other, which names its schedule; an
//! eligibility grants nothing. `request.rs` is how they come and go, `settle` begins and ends them.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules> and `authorization-wire` 4.7.

pub mod access;
pub mod child_resources;
mod document;
mod list;
mod parameters;
pub mod request;

use super::condition::Condition;
use super::role_assignment::{self, PrincipalType, RoleAssignment};
use crate::resource_id::ResourceId;
use crate::timestamp::Timestamp;
use crate::world::{Due, World};
use request::Status;
use std::sync::Arc;
use uuid::Uuid;

pub use document::{ASSIGNMENTS, ELIGIBILITIES, read_request, write_request};
pub use list::{Listed, MemberType, get, get_instance, list, list_instances, list_requests, own_member_type};
pub use parameters::{Expiration, ScheduleInfo, ScheduleRequestParameters};

/// What a schedule gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The role itself.
    Assignment,
    /// The right to activate the role.
    Eligibility,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Assignment, Self::Eligibility];

    /// Returns the type of the schedules.
    pub const fn schedules(self) -> &'static str {
        match self {
            Self::Assignment => "Microsoft.Authorization/roleAssignmentSchedules",
            Self::Eligibility => "Microsoft.Authorization/roleEligibilitySchedules",
        }
    }

    /// Returns the type of the instances.
    pub const fn instances(self) -> &'static str {
        match self {
            Self::Assignment => "Microsoft.Authorization/roleAssignmentScheduleInstances",
            Self::Eligibility => "Microsoft.Authorization/roleEligibilityScheduleInstances",
        }
    }

    /// Returns the type of the requests.
    pub const fn requests(self) -> &'static str {
        match self {
            Self::Assignment => "Microsoft.Authorization/roleAssignmentScheduleRequests",
            Self::Eligibility => "Microsoft.Authorization/roleEligibilityScheduleRequests",
        }
    }
}

/// That a principal has a role, or may activate it, at a scope for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// The GUID that names it.
    pub name: Uuid,
    /// What it gives.
    pub family: Family,
    /// Where, as the URL of its request wrote it.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The role.
    pub role: Uuid,
    /// Who has it.
    pub principal_id: Uuid,
    /// What the principal is.
    pub principal_type: PrincipalType,
    /// What must hold besides.
    pub condition: Option<Condition>,
    /// When it begins.
    pub start: Timestamp,
    /// When it ends; none where it does not.
    pub end: Option<Timestamp>,
    /// Whether it has begun. INVARIANT: an active one that has begun has its role assignment.
    pub has_begun: bool,
    /// The request that made it; none for those of a world file and for role assignments without a schedule.
    pub request: Option<Uuid>,
    /// The eligibility that it activates; none where it was assigned.
    pub activates: Option<Uuid>,
    /// The name of its instance, which is that of the role assignment too.
    pub instance: Uuid,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last changed.
    pub updated_on: Timestamp,
    /// The object id of whoever asked for it; none for those of a world file.
    pub created_by: Option<Uuid>,
    /// The object id of whoever changed it last, or its role assignment; none for those of a world file.
    pub updated_by: Option<Uuid>,
    /// What its role assignment is for.
    pub description: Option<Arc<str>>,
}

impl Schedule {
    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(self.family.schedules(), &self.name.to_string())
    }

    /// Returns what it is stored under.
    const fn key(&self) -> (Uuid, Uuid) {
        (self.tenant_id, self.name)
    }

    /// Returns what becomes due of it.
    const fn due(&self) -> Due {
        Due::Schedule(self.tenant_id, self.name)
    }

    /// Returns Azure's word for how it came: `Activated` or `Assigned`.
    pub const fn assignment_type(&self) -> &'static str {
        if self.activates.is_some() { "Activated" } else { "Assigned" }
    }

    /// Returns how far it is.
    pub const fn status(&self) -> Status {
        if self.has_begun { Status::Provisioned } else { Status::Granted }
    }

    /// Returns whether it is of this tenant, principal, role and scope.
    fn is_of(&self, family: Family, tenant: Uuid, principal: Uuid, role: Uuid, scope: &ResourceId) -> bool {
        self.family == family && self.tenant_id == tenant && self.principal_id == principal && self.role == role && self.scope == *scope
    }

    /// Returns the role assignment that is there while an active schedule lasts.
    fn role_assignment(&self) -> RoleAssignment {
        RoleAssignment {
            name: self.instance,
            scope: self.scope.clone(),
            tenant_id: self.tenant_id,
            role: self.role,
            principal_id: self.principal_id,
            principal_type: self.principal_type,
            condition: self.condition.clone(),
            description: self.description.clone(),
            delegated_managed_identity_resource_id: None,
            can_delegate: None,
            created_on: self.start,
            updated_on: self.updated_on.max(self.start),
            created_by: self.created_by,
            updated_by: self.updated_by,
            schedule: Some(self.name),
        }
    }
}

/// Returns a role assignment that was made without a schedule as the permanent one that Azure shows for it.
fn permanent(it: &RoleAssignment) -> Schedule {
    Schedule {
        name: it.name,
        family: Family::Assignment,
        scope: it.scope.clone(),
        tenant_id: it.tenant_id,
        role: it.role,
        principal_id: it.principal_id,
        principal_type: it.principal_type,
        condition: it.condition.clone(),
        start: it.created_on,
        end: None,
        has_begun: true,
        request: None,
        activates: None,
        instance: it.name,
        created_on: it.created_on,
        updated_on: it.updated_on,
        created_by: it.created_by,
        updated_by: it.updated_by,
        description: it.description.clone(),
    }
}

/// Keeps what somebody put anew of the role assignment that is there while a schedule lasts.
pub(super) fn follow(world: &mut World, assignment: &RoleAssignment) {
    let schedule = assignment.schedule.and_then(|name| world.schedules.get(&(assignment.tenant_id, name)).cloned());
    if let Some(schedule) = schedule {
        let (condition, description) = (assignment.condition.clone(), assignment.description.clone());
        let (updated_on, updated_by) = (assignment.updated_on, assignment.updated_by);
        let followed = Schedule { role: assignment.role, condition, description, updated_on, updated_by, ..Schedule::clone(&schedule) };
        world.schedules.insert(followed.key(), Arc::new(followed));
    }
}

/// Returns the name of a schedule's instance: it follows from the schedule and its start, as documented.
fn instance_name(world: &World, schedule: Uuid, start: Timestamp) -> Uuid {
    world.ids.guid_of(format!("scheduleInstance/{schedule}/{}", start.ticks()).as_bytes())
}

/// Puts a schedule, and what is due of it; begins it if its time has come.
fn insert(world: &mut World, schedule: Schedule) -> Arc<Schedule> {
    let (key, due) = (schedule.key(), schedule.due());
    world.asks_for_the_time |= schedule.condition.as_ref().is_some_and(Condition::asks_for_the_time);
    let (start, end, has_begun) = (schedule.start, schedule.end, schedule.has_begun);
    let schedule = Arc::new(schedule);
    world.schedules.insert(key, schedule.clone());
    if !has_begun && start <= world.now {
        return begin(world, &schedule);
    }
    if !has_begun {
        world.due.insert((start, due), ());
    } else if let Some(end) = end {
        world.due.insert((end, due), ());
    }
    schedule
}

/// Begins a schedule: an active one becomes a role assignment.
fn begin(world: &mut World, schedule: &Schedule) -> Arc<Schedule> {
    let begun = Arc::new(Schedule { has_begun: true, ..schedule.clone() });
    world.schedules.insert(begun.key(), begun.clone());
    if let Some(end) = begun.end {
        world.due.insert((end, begun.due()), ());
    }
    if begun.family == Family::Assignment {
        world.role_assignments.insert(begun.role_assignment());
    }
    begun
}

/// Makes happen what is due of a schedule: it begins, or it ends. One whose principal was given the role otherwise in
/// the meantime, or is not eligible any more, or for which there is no more room, never begins.
pub fn fall_due(world: &mut World, tenant: Uuid, name: Uuid) {
    let Some(schedule) = world.schedules.get(&(tenant, name)).cloned() else { return };
    if schedule.has_begun {
        remove(world, tenant, name);
        return;
    }
    let is_active = schedule.family == Family::Assignment;
    let held = || permanent_of(world, tenant, schedule.principal_id, schedule.role, &schedule.scope).is_some();
    let is_eligible = |name| eligibilities(world, schedule.principal_id).any(|it| it.key() == (tenant, name));
    let fails = is_active
        && (held()
            || !schedule.activates.is_none_or(is_eligible)
            || role_assignment::one_more_fits(world, tenant, &schedule.scope).is_err());
    if fails {
        remove(world, tenant, name);
    } else {
        begin(world, &schedule);
    }
    if let Some(request) = schedule.request {
        request::becomes(world, tenant, request, if fails { Status::Failed } else { Status::Provisioned });
    }
}

/// Takes a schedule away with its role assignment; of an eligibility, its activations too. The request of one that has not
/// begun is revoked.
pub fn remove(world: &mut World, tenant: Uuid, name: Uuid) {
    let Some(schedule) = world.schedules.get(&(tenant, name)).cloned() else { return };
    world.schedules.remove(&(tenant, name));
    for at in std::iter::once(schedule.start).chain(schedule.end) {
        world.due.remove(&(at, schedule.due()));
    }
    if schedule.family == Family::Assignment && schedule.has_begun {
        world.role_assignments.remove(tenant, schedule.instance);
    }
    if let Some(waiting) = schedule.request.filter(|_| !schedule.has_begun) {
        request::becomes(world, tenant, waiting, Status::Revoked);
    }
    let activations: Vec<Uuid> = activations_of(world, tenant, name).map(|it| it.name).collect();
    for activation in activations {
        remove(world, tenant, activation);
    }
}

/// Returns what activates an eligibility of a tenant.
fn activations_of(world: &World, tenant: Uuid, eligibility: Uuid) -> impl Iterator<Item = &Arc<Schedule>> {
    world.schedules.values().filter(move |it| it.tenant_id == tenant && it.activates == Some(eligibility))
}

/// Takes every schedule and request at `scope` and below it away, as the deletion of a resource does; of one tenant, or of
/// all.
pub(super) fn remove_those(world: &mut World, scope: &ResourceId, tenant: Option<Uuid>) {
    let is_gone = |at: &ResourceId, of: Uuid| at.is_at_or_below(scope) && tenant.is_none_or(|tenant| of == tenant);
    let gone = world.schedules.values().filter(|it| is_gone(&it.scope, it.tenant_id));
    for (tenant, name) in gone.map(|it| it.key()).collect::<Vec<_>>() {
        remove(world, tenant, name);
    }
    let gone = world.schedule_requests.values().filter(|it| is_gone(&it.scope, it.tenant_id));
    for key in gone.map(|it| (it.tenant_id, it.name)).collect::<Vec<_>>() {
        world.schedule_requests.remove(&key);
    }
}

/// Returns the scopes of the schedules that name a role of a tenant.
pub fn scopes_of_role(world: &World, tenant: Uuid, role: Uuid) -> impl Iterator<Item = &ResourceId> {
    world.schedules.values().filter(move |it| it.role == role && it.tenant_id == tenant).map(|it| &it.scope)
}

/// Returns the schedule of this tenant, principal, role and scope.
fn find<'a>(world: &'a World, family: Family, tenant: Uuid, principal: Uuid, role: Uuid, scope: &ResourceId) -> Option<&'a Arc<Schedule>> {
    world.schedules.values().find(|it| it.is_of(family, tenant, principal, role, scope))
}

/// Returns the role assignment without a schedule of this tenant, principal, role and scope.
fn permanent_of<'a>(world: &'a World, tenant: Uuid, principal: Uuid, role: Uuid, scope: &'a ResourceId) -> Option<&'a Arc<RoleAssignment>> {
    let is_it = |it: &&Arc<RoleAssignment>| it.role == role && it.tenant_id == tenant && it.schedule.is_none();
    world.role_assignments.of_principal_at(principal, scope).find(is_it)
}

/// Returns the eligibilities of a principal and of its groups that have begun.
pub fn eligibilities(world: &World, principal: Uuid) -> impl Iterator<Item = &Arc<Schedule>> {
    let groups = world.directory.groups_of(principal);
    let holds = move |it: &&Arc<Schedule>| it.principal_id == principal || groups.contains(&it.principal_id);
    world.schedules.values().filter(|it| it.family == Family::Eligibility && it.has_begun).filter(holds)
}

//! Schedule requests: how eligibilities and active assignments come, change and go.
//!
//! A request is made once and kept as what happened. What it brings about is a schedule of `mod.rs`; what the role asks
//! of it is its policy's, in `role_management_policy`. Approval is not emulated, so a request is granted or refused at once.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create>.

use super::access;
use super::{
    Family, Schedule, ScheduleInfo, ScheduleRequestParameters, activations_of, eligibilities, find, insert, instance_name, permanent_of,
    remove,
};
use crate::authorization::condition::{Attributes, Condition, Source};
use crate::authorization::management_lock::{self, Change};
use crate::authorization::role_assignment::{self, PrincipalType, RoleAssignment, RoleAssignmentCreateParameters};
use crate::authorization::role_management_policy::{self as policy, Occasion};
use crate::authorization::{require, role_definition, scope as scopes};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::{role_assignments, schedules as rules};
use crate::timestamp::Timestamp;
use crate::world::{ROLE_ASSIGNMENTS, World};
use std::sync::Arc;
use uuid::Uuid;

/// What was asked for, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleRequest {
    /// The GUID that names it.
    pub name: Uuid,
    /// What its schedule gives.
    pub family: Family,
    /// Where, as the URL wrote it.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The role.
    pub role: Uuid,
    /// Whom it is about.
    pub principal_id: Uuid,
    /// What the principal is.
    pub principal_type: PrincipalType,
    /// What was sent.
    pub asked: ScheduleRequestParameters,
    /// What became of it.
    pub status: Status,
    /// The schedule that it made, changed or removed.
    pub target: Option<Uuid>,
    /// The object id of whoever sent it.
    pub requestor: Uuid,
    /// When it was sent.
    pub created_on: Timestamp,
}

impl ScheduleRequest {
    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(self.family.requests(), &self.name.to_string())
    }

    /// Returns the action on role assignments that taking it back amounts to, and what conditions see of it.
    pub fn as_deletion(&self) -> (&'static str, Attributes) {
        let (role, principal) = (Some(self.role), Some(self.principal_id));
        (role_assignment::DELETE, role_assignment::attributes(Source::Resource, role, principal, Some(self.principal_type)))
    }
}

/// What became of a request, in Azure's words; those of approvals do not occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It waits for its start.
    Granted,
    /// What it asked for is there.
    Provisioned,
    /// What it asked to be taken away is gone; or what it asked for was taken away or changed before its start.
    Revoked,
    /// It was taken back before its start.
    Canceled,
    /// At its start there was no room for what it asked for, or nobody eligible for it any more.
    Failed,
}

impl Status {
    const ALL: [Self; 5] = [Self::Granted, Self::Provisioned, Self::Revoked, Self::Canceled, Self::Failed];

    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "Granted",
            Self::Provisioned => "Provisioned",
            Self::Revoked => "Revoked",
            Self::Canceled => "Canceled",
            Self::Failed => "Failed",
        }
    }

    /// Reads Azure's word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What a request asks to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestType {
    AdminAssign,
    AdminUpdate,
    AdminRemove,
    SelfActivate,
    SelfDeactivate,
}

/// Those that Azure has and we do not.
const NOT_EMULATED: [&str; 4] = ["AdminExtend", "AdminRenew", "SelfExtend", "SelfRenew"];

impl RequestType {
    fn read(word: &str, family: Family) -> Result<Self, Fault> {
        const WORDS: [(&str, RequestType); 5] = [
            ("AdminAssign", RequestType::AdminAssign),
            ("AdminUpdate", RequestType::AdminUpdate),
            ("AdminRemove", RequestType::AdminRemove),
            ("SelfActivate", RequestType::SelfActivate),
            ("SelfDeactivate", RequestType::SelfDeactivate),
        ];
        if let Some(name) = NOT_EMULATED.iter().find(|name| name.eq_ignore_ascii_case(word)) {
            return Err(Fault::not_emulated(format!("{} {name}", family.requests())));
        }
        let known = WORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, it)| *it);
        known.filter(|it| family == Family::Assignment || !it.is_for_oneself()).ok_or_else(|| rules::unknown_request_type(word))
    }

    const fn is_for_oneself(self) -> bool {
        matches!(self, Self::SelfActivate | Self::SelfDeactivate)
    }

    const fn takes_away(self) -> bool {
        matches!(self, Self::AdminRemove | Self::SelfDeactivate)
    }
}

impl ScheduleRequestParameters {
    /// Returns whether it is about the caller's own role, for which no right is needed.
    pub fn is_for_oneself(&self) -> bool {
        self.request_type.get(.."Self".len()).is_some_and(|start| start.eq_ignore_ascii_case("Self"))
    }

    /// Returns the action on role assignments that it amounts to, and what conditions see of it: who administers access
    /// under a condition gives roles under the same condition here. A request does not say what the principal is, so that
    /// is the directory's word.
    pub fn as_role_assignment(&self, world: &World) -> (&'static str, Attributes) {
        let principal = Uuid::try_parse(&self.principal_id).ok().and_then(|id| world.directory.principal(id));
        let asked = RoleAssignmentCreateParameters {
            role_definition_id: self.role_definition_id.clone(),
            principal_id: self.principal_id.clone(),
            principal_type: principal.map(|it| it.principal_type().to_owned()),
            ..Default::default()
        };
        if self.request_type.eq_ignore_ascii_case("AdminRemove") {
            (role_assignment::DELETE, asked.attributes_of_resource())
        } else {
            ("Microsoft.Authorization/roleAssignments/write", asked.attributes())
        }
    }
}

/// What a request is about, read and looked up.
struct Matter<'a> {
    family: Family,
    scope: &'a ResourceId,
    tenant_id: Uuid,
    role: Uuid,
    principal_id: Uuid,
    principal_type: PrincipalType,
    condition: Option<Condition>,
    asked: &'a ScheduleRequestParameters,
    request: Uuid,
    requestor: Uuid,
}

/// Makes the request `name` at `scope` and what it asks for.
///
/// # Errors
/// The rules of `rules/schedules.rs`, in their order there, those of principals and conditions of role assignments, and
/// what says that the scope is missing. Extending, renewing and approvals are not emulated.
pub fn create(
    world: &mut World,
    family: Family,
    scope: &ResourceId,
    name: &str,
    asked: ScheduleRequestParameters,
    requestor: Uuid,
) -> Result<Arc<ScheduleRequest>, Fault> {
    let name = rules::name_is_a_guid(name)?;
    let tenant_id = role_assignment::tenant_of(world, scope, None, Some(requestor));
    role_assignment::scope_exists(world, tenant_id, scope)?;
    if world.schedule_requests.contains(&(tenant_id, name)) {
        return Err(rules::request_exists(name));
    }
    let request_type = RequestType::read(&asked.request_type, family)?;
    let matter = read(world, (family, request_type), tenant_id, scope, name, &asked, requestor)?;
    if request_type.is_for_oneself() {
        rules::is_for_oneself(requestor, matter.principal_id)?;
    }
    let (target, status) = match request_type {
        RequestType::AdminAssign => assign(world, &matter)?,
        RequestType::AdminUpdate => update(world, &matter)?,
        RequestType::AdminRemove => (take_away(world, &matter)?, Status::Revoked),
        RequestType::SelfActivate => activate(world, &matter)?,
        RequestType::SelfDeactivate => (deactivate(world, &matter)?, Status::Revoked),
    };
    let Matter { tenant_id, role, principal_id, principal_type, .. } = matter;
    let (scope, created_on, target) = (scope.clone(), world.now, Some(target));
    let request = ScheduleRequest {
        name,
        family,
        scope,
        tenant_id,
        role,
        principal_id,
        principal_type,
        asked,
        status,
        target,
        requestor,
        created_on,
    };
    let request = Arc::new(request);
    world.schedule_requests.insert((tenant_id, name), request.clone());
    Ok(request)
}

/// Returns the request as it would be if it were made; changes nothing.
///
/// # Errors
/// Those of `create`.
pub fn validate(
    world: &World,
    family: Family,
    scope: &ResourceId,
    name: &str,
    asked: ScheduleRequestParameters,
    requestor: Uuid,
) -> Result<Arc<ScheduleRequest>, Fault> {
    let made = create(&mut world.clone(), family, scope, name, asked, requestor)?;
    Ok(Arc::new(ScheduleRequest { status: Status::Granted, target: None, ..ScheduleRequest::clone(&made) }))
}

/// Returns the request `name` at `scope`; outside subscriptions it is one of the caller's tenant.
///
/// # Errors
/// `schedule-exists`.
pub fn get<'a>(
    world: &'a World,
    family: Family,
    scope: &ResourceId,
    name: &str,
    caller_tenant: Uuid,
) -> Result<&'a Arc<ScheduleRequest>, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let found = Uuid::try_parse(name).ok().and_then(|name| world.schedule_requests.get(&(tenant, name)));
    let is_it = |it: &&Arc<ScheduleRequest>| it.family == family && it.scope == *scope;
    found.filter(is_it).ok_or_else(|| rules::not_found(family.requests(), name))
}

/// Takes back a request that waits for its start.
///
/// # Errors
/// `schedule-exists`, `pending-request-can-be-canceled`.
pub fn cancel(world: &mut World, family: Family, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<(), Fault> {
    let request = get(world, family, scope, name, caller_tenant)?.clone();
    if request.status != Status::Granted {
        return Err(rules::not_pending(request.name, request.status.as_str()));
    }
    if let Some(target) = request.target {
        remove(world, request.tenant_id, target);
    }
    becomes(world, request.tenant_id, request.name, Status::Canceled);
    Ok(())
}

/// Says what became of a request of a tenant.
pub(super) fn becomes(world: &mut World, tenant: Uuid, name: Uuid, status: Status) {
    if let Some(request) = world.schedule_requests.get(&(tenant, name)).cloned() {
        world.schedule_requests.insert((tenant, name), ScheduleRequest { status, ..ScheduleRequest::clone(&request) });
    }
}

fn read<'a>(
    world: &World,
    (family, request_type): (Family, RequestType),
    tenant_id: Uuid,
    scope: &'a ResourceId,
    request: Uuid,
    asked: &'a ScheduleRequestParameters,
    requestor: Uuid,
) -> Result<Matter<'a>, Fault> {
    let principal_id = role_assignments::principal_id_is_a_guid(&asked.principal_id)?;
    let role = role_assignments::role_definition_id_is_a_path(&asked.role_definition_id)?;
    // What is taken away need not be assignable any more, and who is gone can still be taken off.
    let takes_away = request_type.takes_away();
    let role = if takes_away { existing_role(world, tenant_id, role)? } else { assignable_role(world, scope, tenant_id, role)? };
    let known = role_assignment::principal_type(world, principal_id, None, tenant_id);
    let principal_type = known.or_else(|_| if takes_away { Ok(PrincipalType::User) } else { Err(rules::subject_not_found()) })?;
    let (text, version) = (asked.condition.as_deref(), asked.condition_version.as_deref());
    let condition = text.map(|text| role_assignment::condition(text.to_owned(), version.map(str::to_owned))).transpose()?;
    Ok(Matter { family, scope, tenant_id, role, principal_id, principal_type, condition, asked, request, requestor })
}

fn existing_role(world: &World, tenant: Uuid, role: Uuid) -> Result<Uuid, Fault> {
    role_definition::find(world, tenant, role).map(|it| it.id).ok_or_else(rules::role_not_found)
}

fn assignable_role(world: &World, scope: &ResourceId, tenant: Uuid, role: Uuid) -> Result<Uuid, Fault> {
    let is_missing = |fault: &Fault| fault.rule().is_some_and(|rule| std::ptr::eq(rule, &role_assignments::ROLE_DEFINITION_EXISTS));
    role_assignment::assignable(world, scope, tenant, role)
        .map_err(|fault| if is_missing(&fault) { rules::role_not_found() } else { fault })
}

impl Matter<'_> {
    fn start(&self, world: &World) -> Timestamp {
        let start = self.asked.schedule_info.as_ref().and_then(|info| info.start_date_time);
        start.map_or(world.now, |start| start.max(world.now))
    }

    /// When what is asked for begins and ends, as the policy of the role at the scope `held_to` allows it.
    fn window(&self, world: &World, occasion: Occasion, held_to: &ResourceId) -> Result<(Timestamp, Option<Timestamp>), Fault> {
        let nothing = ScheduleInfo::default();
        let info = self.asked.schedule_info.as_ref().unwrap_or(&nothing);
        let start = self.start(world);
        let end = info.end(start, self.family == Family::Eligibility)?;
        let asked = policy::requirements(world, self.tenant_id, held_to, self.role, occasion, self.principal_id);
        asked.are_met(start, end, self.asked)?;
        if let (Some(end), Family::Assignment) = (end, self.family) {
            rules::active_long_enough(end.since(start))?;
        }
        Ok((start, end))
    }

    fn schedule(&self, world: &mut World, start: Timestamp, end: Option<Timestamp>, activates: Option<&Schedule>) -> Schedule {
        let name = world.ids.next_guid();
        Schedule {
            name,
            family: self.family,
            scope: self.scope.clone(),
            tenant_id: self.tenant_id,
            role: self.role,
            principal_id: self.principal_id,
            principal_type: self.principal_type,
            // Who activates may bind itself, and not take off what binds it.
            condition: activates.and_then(|it| it.condition.clone()).or_else(|| self.condition.clone()),
            start,
            end,
            has_begun: false,
            request: Some(self.request),
            activates: activates.map(|it| it.name),
            instance: instance_name(world, name, start),
            created_on: world.now,
            updated_on: world.now,
            created_by: Some(self.requestor),
            updated_by: Some(self.requestor),
            description: None,
        }
    }

    fn existing<'w>(&self, world: &'w World) -> Option<&'w Arc<Schedule>> {
        find(world, self.family, self.tenant_id, self.principal_id, self.role, self.scope)
    }

    /// The name of the role assignment that was made without a schedule.
    fn permanent(&self, world: &World) -> Option<Uuid> {
        let is_active = self.family == Family::Assignment;
        permanent_of(world, self.tenant_id, self.principal_id, self.role, self.scope).filter(|_| is_active).map(|it| it.name)
    }

    fn is_new(&self, world: &World) -> Result<(), Fault> {
        match self.existing(world) {
            Some(waiting) if !waiting.has_begun => Err(rules::request_is_pending()),
            None if self.permanent(world).is_none() => Ok(()),
            _ => Err(rules::assignment_exists()),
        }
    }
}

fn assign(world: &mut World, matter: &Matter<'_>) -> Result<(Uuid, Status), Fault> {
    let occasion = match matter.family {
        Family::Eligibility => Occasion::AdminEligibility,
        Family::Assignment => Occasion::AdminAssignment,
    };
    let (start, end) = matter.window(world, occasion, matter.scope)?;
    place(world, matter, start, end, None)
}

/// Puts what is new and fits.
fn place(
    world: &mut World,
    matter: &Matter<'_>,
    start: Timestamp,
    end: Option<Timestamp>,
    activates: Option<&Schedule>,
) -> Result<(Uuid, Status), Fault> {
    matter.is_new(world)?;
    // Those that begin later do not count for the limit before.
    if matter.family == Family::Assignment && start <= world.now {
        role_assignment::one_more_fits(world, matter.tenant_id, matter.scope)?;
    }
    let schedule = matter.schedule(world, start, end, activates);
    let schedule = insert(world, schedule);
    Ok((schedule.name, schedule.status()))
}

/// Gives what is there another end. What has begun stays begun, under the same role assignment; what was activated stays
/// bound to its eligibility, and a condition stays unless another is sent.
fn update(world: &mut World, matter: &Matter<'_>) -> Result<(Uuid, Status), Fault> {
    let permanent = matter.permanent(world).and_then(|name| world.role_assignments.get(matter.tenant_id, name).cloned());
    let existing = matter.existing(world).map(|it| Schedule::clone(it)).or_else(|| permanent.as_deref().map(super::permanent));
    let existing = existing.ok_or_else(rules::assignment_does_not_exist)?;
    let occasion = match matter.family {
        Family::Eligibility => Occasion::AdminEligibility,
        Family::Assignment => Occasion::AdminAssignment,
    };
    let (start, end) = matter.window(world, occasion, matter.scope)?;
    // What waited and is to begin at once begins beside what is there by now.
    if matter.family == Family::Assignment && !existing.has_begun && start <= world.now {
        if permanent.is_some() {
            return Err(rules::assignment_exists());
        }
        role_assignment::one_more_fits(world, matter.tenant_id, matter.scope)?;
    }
    let ends_sooner = end.is_some_and(|end| existing.end.is_none_or(|before| end < before));
    if ends_sooner || (!existing.has_begun && start > existing.start) {
        may_take_away(world, matter, &existing)?;
    }
    let assignment = world.role_assignments.get(matter.tenant_id, existing.instance).cloned();
    let eligibility = existing.activates.and_then(|name| world.schedules.get(&(matter.tenant_id, name)).cloned());
    let mut changed = matter.schedule(world, start, end, eligibility.as_deref());
    changed.condition = changed.condition.or_else(|| existing.condition.clone());
    let stops_lasting = existing.end.is_none() && changed.end.is_some();
    if let Some(assignment) = assignment.as_deref().filter(|_| stops_lasting || changed.condition != existing.condition) {
        role_assignment::an_administrator_is_left(world, assignment)?;
    }
    (changed.created_on, changed.created_by, changed.description) = (existing.created_on, existing.created_by, existing.description);
    if existing.has_begun {
        (changed.has_begun, changed.start, changed.instance) = (true, existing.start, existing.instance);
    }
    let activations: Vec<Arc<Schedule>> = activations_of(world, matter.tenant_id, existing.name).cloned().collect();
    for activation in activations {
        goes_on_under(world, &activation, &changed);
    }
    remove(world, existing.tenant_id, existing.name);
    if let Some(assignment) = assignment.filter(|_| changed.has_begun && matter.family == Family::Assignment) {
        let (schedule, condition) = (Some(changed.name), changed.condition.clone());
        let (updated_on, updated_by) = (changed.updated_on, changed.updated_by);
        world.role_assignments.insert(RoleAssignment { schedule, condition, updated_on, updated_by, ..RoleAssignment::clone(&assignment) });
    }
    let changed = insert(world, changed);
    Ok((changed.name, changed.status()))
}

/// Checks that giving something less time is no way around what stands against taking it away.
fn may_take_away(world: &World, matter: &Matter<'_>, existing: &Schedule) -> Result<(), Fault> {
    let assignment = existing.role_assignment();
    require::require_with(world, matter.requestor, role_assignment::DELETE, &assignment.id(), &assignment.attributes())
        .map_err(|fault| access::refused_as(fault, &format!("{}/write", matter.family.requests())))?;
    if existing.family == Family::Assignment && existing.has_begun {
        management_lock::permits(world, &assignment.id(), Change::Delete)?;
    }
    Ok(())
}

/// Binds an activation to what comes in the place of its eligibility, whose condition holds for it.
fn goes_on_under(world: &mut World, activation: &Schedule, eligibility: &Schedule) {
    let condition = eligibility.condition.clone().or_else(|| activation.condition.clone());
    let assignment = world.role_assignments.get(activation.tenant_id, activation.instance).cloned();
    if let Some(assignment) = assignment.filter(|_| activation.has_begun) {
        world.role_assignments.insert(RoleAssignment { condition: condition.clone(), ..RoleAssignment::clone(&assignment) });
    }
    let bound = Schedule { activates: Some(eligibility.name), condition, ..activation.clone() };
    world.schedules.insert(bound.key(), Arc::new(bound));
}

fn take_away(world: &mut World, matter: &Matter<'_>) -> Result<Uuid, Fault> {
    if let Some(schedule) = matter.existing(world).cloned() {
        return end(world, &schedule);
    }
    let permanent = matter.permanent(world).ok_or_else(rules::assignment_does_not_exist)?;
    delete_assignment(world, matter.scope, permanent, matter.tenant_id)?;
    Ok(permanent)
}

/// Takes a role assignment away, against which a lock may stand.
fn delete_assignment(world: &mut World, scope: &ResourceId, name: Uuid, tenant: Uuid) -> Result<(), Fault> {
    let name = name.to_string();
    management_lock::permits(world, &scope.at_scope(ROLE_ASSIGNMENTS, &name), Change::Delete)?;
    role_assignment::delete(world, scope, &name, tenant).map(drop)
}

fn activate(world: &mut World, matter: &Matter<'_>) -> Result<(Uuid, Status), Fault> {
    let linked = matter.asked.linked_role_eligibility_schedule_id.as_deref();
    // A name as the documentation has it, or the whole id.
    let linked = linked.map(|text| Uuid::try_parse(text.rsplit('/').next().unwrap_or_default()).map_err(|_| rules::not_eligible()));
    let linked = linked.transpose()?;
    let start = matter.start(world);
    let suits = |it: &&Arc<Schedule>| {
        it.role == matter.role
            && it.end.is_none_or(|end| start < end)
            && scopes::is_at_or_above(world, matter.tenant_id, it.scope.key(), matter.scope)
            && linked.is_none_or(|name| it.name == name || it.instance == name)
    };
    let eligibility = eligibilities(world, matter.principal_id).find(suits).cloned().ok_or_else(rules::not_eligible)?;
    // Otherwise a scope below it, with a policy of its own, would be a way around.
    let (start, end) = matter.window(world, Occasion::Activation, &eligibility.scope)?;
    place(world, matter, start, end, Some(&eligibility))
}

fn deactivate(world: &mut World, matter: &Matter<'_>) -> Result<Uuid, Fault> {
    let activated = matter.existing(world).filter(|it| it.activates.is_some()).cloned();
    let activated = activated.ok_or_else(rules::assignment_does_not_exist)?;
    end(world, &activated)
}

/// Ends a schedule, and the activations of an eligibility, against which a lock may stand as well.
fn end(world: &mut World, schedule: &Schedule) -> Result<Uuid, Fault> {
    let activations: Vec<Arc<Schedule>> = world.schedules.values().filter(|it| it.activates == Some(schedule.name)).cloned().collect();
    for activation in activations.into_iter().filter(|it| it.has_begun) {
        delete_assignment(world, &activation.scope, activation.instance, activation.tenant_id)?;
    }
    if schedule.family == Family::Assignment && schedule.has_begun {
        rules::active_long_enough(world.now.since(schedule.start))?;
        delete_assignment(world, &schedule.scope, schedule.instance, schedule.tenant_id)?;
    }
    remove(world, schedule.tenant_id, schedule.name);
    Ok(schedule.name)
}

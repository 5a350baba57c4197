//! Lists of schedules, instances and requests: what is at a scope, above it and below it, and the filters.
//!
//! Role assignments that were made without a schedule show among the active ones, as permanent. Follows
//! <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules/list-for-scope>.

use super::request::ScheduleRequest;
use super::{Family, Schedule, permanent};
use crate::authorization::filter::{Term, terms};
use crate::authorization::scope as scopes;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::schedules as rules;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// How a schedule concerns the scope and the principal that were asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberType {
    /// It is at the scope or below it, and of the principal itself.
    Direct,
    /// It is of a group that holds the principal, or the principal activated what a group is eligible for.
    Group,
    /// It is above the scope.
    Inherited,
}

impl MemberType {
    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "Direct",
            Self::Group => "Group",
            Self::Inherited => "Inherited",
        }
    }
}

/// A schedule as a list shows it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The schedule.
    pub schedule: Arc<Schedule>,
    /// How it concerns what was asked about.
    pub member_type: MemberType,
}

/// What a filter lets through.
#[derive(Debug, Default)]
struct Filter {
    at_scope: bool,
    /// The principal that was asked about, and its groups where they count.
    holders: Option<Vec<Uuid>>,
    role: Option<Uuid>,
    requestor: Option<Uuid>,
    nothing: bool,
    /// Whether nothing passes but what concerns the caller.
    narrowed: bool,
}

/// Who lists, and where.
struct Place<'a> {
    world: &'a World,
    scope: &'a ResourceId,
    tenant: Uuid,
    filter: Filter,
}

/// Returns the schedules that a list at `scope` shows.
///
/// # Errors
/// `schedule-filter-is-supported`.
pub fn list(world: &World, family: Family, scope: &ResourceId, filter: Option<&str>, caller: (Uuid, Uuid)) -> Result<Vec<Listed>, Fault> {
    let place = Place::new(world, scope, filter, caller, false)?;
    let is_shown = |it: &&Arc<Schedule>| it.family == family && place.shows(&it.scope, it.tenant_id, it.role, it.principal_id);
    let mut shown: Vec<Arc<Schedule>> = world.schedules.values().filter(is_shown).cloned().collect();
    if family == Family::Assignment && !place.filter.nothing {
        shown.extend(place.permanent());
    }
    Ok(shown.into_iter().map(|schedule| Listed { member_type: place.member_type(&schedule), schedule }).collect())
}

/// Returns the instances that a list at `scope` shows: those of the schedules that have begun.
///
/// # Errors
/// `schedule-filter-is-supported`.
pub fn list_instances(
    world: &World,
    family: Family,
    scope: &ResourceId,
    filter: Option<&str>,
    caller: (Uuid, Uuid),
) -> Result<Vec<Listed>, Fault> {
    Ok(list(world, family, scope, filter, caller)?.into_iter().filter(|it| it.schedule.has_begun).collect())
}

/// Returns the requests that a list at `scope` shows.
///
/// # Errors
/// `schedule-filter-is-supported`.
pub fn list_requests(
    world: &World,
    family: Family,
    scope: &ResourceId,
    filter: Option<&str>,
    caller: (Uuid, Uuid),
) -> Result<Vec<Arc<ScheduleRequest>>, Fault> {
    let place = Place::new(world, scope, filter, caller, true)?;
    let is_shown = |it: &&Arc<ScheduleRequest>| {
        it.family == family
            && place.filter.requestor.is_none_or(|requestor| it.requestor == requestor)
            && place.shows(&it.scope, it.tenant_id, it.role, it.principal_id)
    };
    Ok(world.schedule_requests.values().filter(is_shown).cloned().collect())
}

/// Returns the schedule `name` at `scope`; outside subscriptions it is one of the caller's tenant.
///
/// # Errors
/// `schedule-exists`.
pub fn get(world: &World, family: Family, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Arc<Schedule>, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let found = Uuid::try_parse(name).ok().and_then(|name| {
        let stored = world.schedules.get(&(tenant, name)).cloned();
        stored.filter(|it| it.family == family).or_else(|| permanent_named(world, family, tenant, name))
    });
    found.filter(|it| it.scope == *scope).ok_or_else(|| rules::not_found(family.schedules(), name))
}

/// Returns the schedule whose instance has that name at `scope`; outside subscriptions it is one of the caller's tenant.
///
/// # Errors
/// `schedule-exists`.
pub fn get_instance(world: &World, family: Family, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Arc<Schedule>, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let found = Uuid::try_parse(name).ok().and_then(|name| {
        let is_it = |it: &&Arc<Schedule>| it.has_begun && it.family == family && it.instance == name && it.tenant_id == tenant;
        world.schedules.values().find(is_it).cloned().or_else(|| permanent_named(world, family, tenant, name))
    });
    found.filter(|it| it.scope == *scope).ok_or_else(|| rules::not_found(family.instances(), name))
}

/// Returns how a schedule concerns its own principal.
pub fn own_member_type(world: &World, schedule: &Schedule) -> MemberType {
    let activated = schedule.activates.and_then(|name| world.schedules.get(&(schedule.tenant_id, name)));
    if activated.is_some_and(|it| it.principal_id != schedule.principal_id) { MemberType::Group } else { MemberType::Direct }
}

fn permanent_named(world: &World, family: Family, tenant: Uuid, name: Uuid) -> Option<Arc<Schedule>> {
    let assignment = world.role_assignments.get(tenant, name).filter(|it| family == Family::Assignment && it.schedule.is_none());
    assignment.map(|it| Arc::new(permanent(it)))
}

impl<'a> Place<'a> {
    fn new(world: &'a World, scope: &'a ResourceId, filter: Option<&str>, caller: (Uuid, Uuid), of_requests: bool) -> Result<Self, Fault> {
        let (caller, caller_tenant) = caller;
        let text = filter.unwrap_or_default();
        let filter = Filter::read(world, text, caller, of_requests).ok_or_else(|| rules::filter_not_supported(text))?;
        let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
        Ok(Self { world, scope, tenant, filter })
    }

    fn shows(&self, scope: &ResourceId, tenant: Uuid, role: Uuid, principal: Uuid) -> bool {
        let filter = &self.filter;
        let is_above = || scopes::is_at_or_above(self.world, self.tenant, scope.key(), self.scope);
        let is_below = || !filter.at_scope && scopes::is_at_or_above(self.world, self.tenant, self.scope.key(), scope);
        !filter.nothing
            && tenant == self.tenant
            && filter.role.is_none_or(|it| it == role)
            && filter.holders.as_ref().is_none_or(|holders| holders.contains(&principal))
            && (is_above() || is_below())
    }

    /// The role assignments that were made without a schedule.
    fn permanent(&self) -> Vec<Arc<Schedule>> {
        let held = self.filter.holders.iter().flatten().flat_map(|id| self.world.role_assignments.of_principal(*id));
        let all = self.world.role_assignments.iter().filter(|_| self.filter.holders.is_none());
        let without = held.chain(all).filter(|it| it.schedule.is_none());
        without.filter(|it| self.shows(&it.scope, it.tenant_id, it.role, it.principal_id)).map(|it| Arc::new(permanent(it))).collect()
    }

    fn member_type(&self, schedule: &Schedule) -> MemberType {
        let asked_about = self.filter.holders.as_ref().and_then(|holders| holders.first());
        if asked_about.is_some_and(|principal| *principal != schedule.principal_id) {
            MemberType::Group
        } else if schedule.scope != *self.scope && scopes::is_at_or_above(self.world, self.tenant, schedule.scope.key(), self.scope) {
            MemberType::Inherited
        } else {
            own_member_type(self.world, schedule)
        }
    }
}

/// Returns whether a list with this filter shows nothing but what concerns the caller: its own, its groups', what it
/// asked for, what waits for its word.
pub(super) fn is_narrowed_to(world: &World, filter: Option<&str>, caller: Uuid, of_requests: bool) -> bool {
    Filter::read(world, filter.unwrap_or_default(), caller, of_requests).is_some_and(|it| it.narrowed)
}

impl Filter {
    fn read(world: &World, text: &str, caller: Uuid, of_requests: bool) -> Option<Self> {
        let mut filter = Self::default();
        let text = without_parentheses(text);
        if text.is_empty() {
            return Some(filter);
        }
        let with_groups = |id: Uuid| std::iter::once(id).chain(world.directory.groups_of(id).iter().copied()).collect();
        for term in terms(text)? {
            match term {
                Term::Call(name) if name == "atscope" => filter.at_scope = true,
                Term::Call(name) if name == "astarget" => {
                    filter.narrow(with_groups(caller));
                    filter.narrowed = true;
                }
                Term::Call(name) if name == "asrequestor" && of_requests => {
                    filter.requestor = Some(caller);
                    filter.narrowed = true;
                }
                // Nothing is ever waiting for an approval.
                Term::Call(name) if name == "asapprover" && of_requests => {
                    filter.nothing = true;
                    filter.narrowed = true;
                }
                Term::CallOf(name, value) if name == "assignedto" => filter.narrow(with_groups(Uuid::try_parse(&value).ok()?)),
                Term::Equals(name, value) if name == "principalid" => filter.narrow(vec![Uuid::try_parse(&value).ok()?]),
                Term::Equals(name, value) if name == "roledefinitionid" => {
                    filter.role = Some(Uuid::try_parse(value.rsplit('/').next()?).ok()?);
                }
                _ => return None,
            }
        }
        Some(filter)
    }

    /// Lets through what is of one of `holders`, and of those that were let through before.
    fn narrow(&mut self, holders: Vec<Uuid>) {
        self.holders = Some(match self.holders.take() {
            Some(before) => before.into_iter().filter(|it| holders.contains(it)).collect(),
            None => holders,
        });
    }
}

/// Takes off the parentheses that some clients put around the whole filter.
fn without_parentheses(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).filter(|inside| terms(inside).is_some()).unwrap_or(text)
}

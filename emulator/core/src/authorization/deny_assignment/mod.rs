//! Deny assignments: what nobody may do at a scope, whatever roles they hold.
//!
//! Put, get, delete and list, and which of them stand at a scope or above it. What one of them takes away is decided in
//! `denial.rs`. Those that callers make are held to narrower rules than those that Azure makes for deployment stacks
//! and managed applications, which only a world file can give.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/deny-assignments> and `authorization-wire` 4.2.

mod document;

use super::condition::Condition;
use super::custom_roles;
use super::denial::{DenyPrincipal, EVERYONE};
use super::filter::{Term, terms};
use super::role_assignment::{self, PrincipalType};
use super::role_definition::Permission;
use super::scope;
use crate::fault::Fault;
use crate::guid;
use crate::resource_id::ResourceId;
use crate::resources::management_group::KEY_PREFIX;
use crate::rules::{deny_assignments as rules, role_assignments as of_role_assignments};
use crate::timestamp::Timestamp;
use crate::world::{DENY_ASSIGNMENTS, World};
use std::ops::Bound;
use std::sync::Arc;
use uuid::Uuid;

pub use document::KIND;

/// The type of the principal that stands for everyone.
const SYSTEM_DEFINED: &str = "SystemDefined";

/// What nobody, or nobody but a few, may do at a scope.
#[derive(Clone, Debug, PartialEq)]
pub struct DenyAssignment {
    /// The GUID that names it.
    pub name: Uuid,
    /// Where, as the URL wrote it.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The name that people read.
    pub deny_assignment_name: Arc<str>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// What it denies.
    pub permissions: Arc<[Permission]>,
    /// Whether it counts at its own scope alone.
    pub do_not_apply_to_child_scopes: bool,
    /// Whom it is for.
    pub principals: Arc<[DenyPrincipal]>,
    /// Whom it spares.
    pub exclude_principals: Arc<[DenyPrincipal]>,
    /// Whether Azure made it, so that nobody changes or deletes it.
    pub is_system_protected: bool,
    /// What must hold besides.
    pub condition: Option<Condition>,
    /// Whether it blocks or only audits; none where that was not said, which blocks.
    pub effect: Option<Effect>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last put.
    pub updated_on: Timestamp,
    /// The object id of whoever made it; none for those of a world file.
    pub created_by: Option<Uuid>,
    /// The object id of whoever put it last; none for those of a world file.
    pub updated_by: Option<Uuid>,
}

impl DenyAssignment {
    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(DENY_ASSIGNMENTS, &self.name.to_string())
    }

    fn key(&self) -> String {
        key_of(&self.scope, self.tenant_id, self.name)
    }
}

/// What a deny assignment does when it is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It blocks.
    Enforced,
    /// It only says that it would.
    Audit,
}

impl Effect {
    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enforced => "enforced",
            Self::Audit => "audit",
        }
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Enforced, Self::Audit].into_iter().find(|it| it.as_str().eq_ignore_ascii_case(word))
    }
}

/// What a PUT asks for. The scope is that of the URL.
#[derive(Clone, Debug, Default)]
pub struct DenyAssignmentParameters {
    /// The name that people read.
    pub deny_assignment_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it denies.
    pub permissions: Vec<Permission>,
    /// Whether it counts at its own scope alone.
    pub do_not_apply_to_child_scopes: bool,
    /// Whom it is for, with their types where they are given.
    pub principals: Vec<(String, Option<String>)>,
    /// Whom it spares, likewise; none where the list is left out.
    pub exclude_principals: Option<Vec<(String, Option<String>)>>,
    /// Only a world file may say so.
    pub is_system_protected: bool,
    /// A condition.
    pub condition: Option<Condition>,
    /// Whether it blocks.
    pub effect: Option<String>,
}

/// Makes the deny assignment `name` at `scope`, or puts it anew. `caller` is none for a world file.
///
/// # Errors
/// The rules of `rules/deny_assignments.rs`, in their order there, and what says that the scope is missing.
pub fn put(
    world: &mut World,
    scope: &ResourceId,
    name: &str,
    asked: DenyAssignmentParameters,
    caller: Option<Uuid>,
) -> Result<Arc<DenyAssignment>, Fault> {
    let tenant = tenant_of(world, scope, &asked.principals, caller);
    put_in(world, tenant, scope, name, asked, caller)
}

/// As `put`, in the directory of a tenant.
fn put_in(
    world: &mut World,
    tenant_id: Uuid,
    scope: &ResourceId,
    name: &str,
    asked: DenyAssignmentParameters,
    caller: Option<Uuid>,
) -> Result<Arc<DenyAssignment>, Fault> {
    let name = rules::name_is_a_guid(name)?;
    role_assignment::scope_exists(world, tenant_id, scope)?;
    let existing = world.deny_assignments.values().find(|it| it.name == name && it.tenant_id == tenant_id).cloned();
    rules::keeps_its_scope(existing.as_ref().is_none_or(|it| it.scope == *scope))?;
    if caller.is_some() {
        rules::is_not_system_protected(existing.as_ref().is_some_and(|it| it.is_system_protected), name)?;
    }
    let shown = rules::has_a_name(asked.deny_assignment_name.as_deref())?;
    rules::has_one_permission(&asked.permissions, asked.is_system_protected && caller.is_none())?;
    let principals = principals(world, tenant_id, &asked.principals)?;
    let exclude_principals = principals_spared(world, tenant_id, asked.exclude_principals.as_deref())?;
    let effect = asked.effect.as_deref().map(rules::effect_is_known).transpose()?;
    if caller.is_some() || !asked.is_system_protected {
        rules::user_assigned_is_narrow(&asked, &principals, &exclude_principals)?;
        asked.permissions.iter().try_for_each(custom_roles::actions_are_published)?;
    }
    if at(world, scope.key()).any(|it| it.name != name && it.tenant_id == tenant_id && it.deny_assignment_name.eq_ignore_ascii_case(shown))
    {
        return Err(rules::name_is_taken(shown));
    }
    let (created_on, created_by) = existing.map_or((world.now, caller), |existing| (existing.created_on, existing.created_by));
    let made = Arc::new(DenyAssignment {
        name,
        scope: scope.clone(),
        tenant_id,
        deny_assignment_name: shown.into(),
        description: asked.description.map(Arc::from),
        permissions: asked.permissions.into(),
        do_not_apply_to_child_scopes: asked.do_not_apply_to_child_scopes,
        principals: principals.into(),
        exclude_principals: exclude_principals.into(),
        is_system_protected: asked.is_system_protected,
        condition: asked.condition,
        effect,
        created_on,
        updated_on: world.now,
        created_by,
        updated_by: caller,
    });
    let mut conditions = made.permissions.iter().filter_map(|it| it.condition.as_ref()).chain(made.condition.as_ref());
    world.asks_for_the_time |= conditions.any(Condition::asks_for_the_time);
    world.deny_assignments.insert(made.key().into(), Arc::clone(&made));
    Ok(made)
}

/// Returns the deny assignment `name` at `scope`; outside subscriptions it is one of the caller's tenant.
///
/// # Errors
/// `deny-assignment-exists`.
pub fn get<'a>(world: &'a World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<&'a Arc<DenyAssignment>, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    guid::read(name).and_then(|guid| find(world, scope, tenant, guid)).ok_or_else(|| rules::deny_assignment_not_found(name))
}

/// Takes the deny assignment `name` at `scope` away, outside subscriptions one of the caller's tenant; returns it as changed
/// now, or nothing if there was none.
///
/// # Errors
/// `system-protected-deny-assignment-stays`.
pub fn delete(world: &mut World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Option<DenyAssignment>, Fault> {
    let Ok(found) = get(world, scope, name, caller_tenant).cloned() else { return Ok(None) };
    rules::is_not_system_protected(found.is_system_protected, found.name)?;
    world.deny_assignments.remove(found.key().as_str());
    // Recorded: what a DELETE answers was updated by it.
    Ok(Some(DenyAssignment { updated_on: world.now, ..DenyAssignment::clone(&found) }))
}

/// Takes every deny assignment at `scope` and below it away, as the deletion of a resource does; of one tenant, or of all.
pub(super) fn remove_those(world: &mut World, scope: &ResourceId, tenant: Option<Uuid>) {
    let is_gone = |it: &&Arc<DenyAssignment>| it.scope.is_at_or_below(scope) && tenant.is_none_or(|tenant| it.tenant_id == tenant);
    let gone: Vec<String> = world.deny_assignments.values().filter(is_gone).map(|it| it.key()).collect();
    for key in gone {
        world.deny_assignments.remove(key.as_str());
    }
}

/// Returns the deny assignments of a tenant at the scope and above it. Costs next to nothing where there is none.
pub fn at_or_above<'a>(world: &'a World, tenant: Uuid, target: &'a ResourceId) -> impl Iterator<Item = &'a Arc<DenyAssignment>> {
    let by_spelling = scope::at_and_above(target).flat_map(|key| at(world, key));
    let groups = world
        .deny_assignments
        .range::<str>((Bound::Included(KEY_PREFIX), Bound::Unbounded))
        .take_while(|(key, _)| key.starts_with(KEY_PREFIX));
    let is_group_above = move |it: &&Arc<DenyAssignment>| {
        it.scope != *target && scope::group_of(it.scope.key()).is_some() && scope::is_at_or_above(world, tenant, it.scope.key(), target)
    };
    by_spelling.chain(groups.map(|(_, it)| it).filter(is_group_above)).filter(move |it| it.tenant_id == tenant)
}

/// Returns the deny assignments that a list at `scope` shows: those at the scope, above it and, but for `atScope()`,
/// below it. Outside subscriptions they are those of the caller's tenant.
///
/// # Errors
/// `deny-assignment-filter-is-supported`.
pub fn list(world: &World, scope: &ResourceId, filter: Option<&str>, caller_tenant: Uuid) -> Result<Vec<Arc<DenyAssignment>>, Fault> {
    let text = filter.unwrap_or_default();
    let not_supported = || rules::filter_not_supported(text);
    let terms = if text.is_empty() { Vec::new() } else { terms(text).ok_or_else(not_supported)? };
    let mut found: Vec<&Arc<DenyAssignment>> = world.deny_assignments.values().collect();
    let mut and_below = true;
    let names = |list: &[DenyPrincipal], id: Uuid| list.iter().any(|it| it.id == id);
    for term in &terms {
        let value = match term {
            Term::Equals(_, value) | Term::CallOf(_, value) => value.as_str(),
            Term::Call(_) => "",
        };
        let guid = guid::read(value).ok_or_else(not_supported);
        match term {
            Term::Call(name) if name == "atscope" => and_below = false,
            Term::Equals(name, _) if name == "denyassignmentname" => found.retain(|it| it.deny_assignment_name.eq_ignore_ascii_case(value)),
            Term::Equals(name, _) if name == "principalid" => {
                let id = guid?;
                found.retain(|it| names(&it.principals, id));
            }
            Term::Equals(name, _) if name == "gdprexportprincipalid" => {
                let id = guid?;
                found.retain(|it| names(&it.principals, id) || names(&it.exclude_principals, id));
            }
            Term::CallOf(name, _) if name == "assignedto" => {
                let id = guid?;
                let groups = world.directory.groups_of(id);
                let is_for = |it: &DenyAssignment| names(&it.principals, id) || groups.iter().any(|group| names(&it.principals, *group));
                found.retain(|it| is_for(it) || names(&it.principals, EVERYONE));
            }
            _ => return Err(not_supported()),
        }
    }
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let is_shown = |it: &&Arc<DenyAssignment>| {
        let is_above = || scope::is_at_or_above(world, tenant, it.scope.key(), scope);
        let is_below = || and_below && scope::is_at_or_above(world, tenant, scope.key(), &it.scope);
        it.tenant_id == tenant && (is_above() || is_below())
    };
    Ok(found.into_iter().filter(is_shown).cloned().collect())
}

fn find<'a>(world: &'a World, scope: &ResourceId, tenant: Uuid, name: Uuid) -> Option<&'a Arc<DenyAssignment>> {
    world.deny_assignments.get(key_of(scope, tenant, name).as_str())
}

/// The scope's key, a zero byte, the name and the tenant: those at a scope are one range.
fn key_of(scope: &ResourceId, tenant: Uuid, name: Uuid) -> String {
    format!("{}\0{}{}", scope.key(), name.simple(), tenant.simple())
}

fn at<'a, 'k>(world: &'a World, scope_key: &'k str) -> impl Iterator<Item = &'a Arc<DenyAssignment>> + use<'a, 'k> {
    let is_at = move |key: &str| key.strip_prefix(scope_key).is_some_and(|rest| rest.starts_with('\0'));
    world
        .deny_assignments
        .range::<str>((Bound::Included(scope_key), Bound::Unbounded))
        .take_while(move |(key, _)| is_at(key))
        .map(|(_, it)| it)
}

/// The tenant in whose directory a deny assignment is put; of a world file, the one that its scope and the first principal
/// that is known mean, else the first of the world.
fn tenant_of(world: &World, scope: &ResourceId, principals: &[(String, Option<String>)], caller: Option<Uuid>) -> Uuid {
    let is_known = |id: &Uuid| world.directory.principal(*id).is_some();
    let principal = principals.iter().filter_map(|(id, _)| guid::read(id)).find(is_known);
    let means_one = caller.is_some() || principal.is_some() || scope::tenant_meant(world, scope, None).is_some();
    let first = world.directory.tenants().next().filter(|_| !means_one);
    first.map_or_else(|| role_assignment::tenant_of(world, scope, principal, caller), |it| it.id)
}

fn principals_spared(world: &World, tenant: Uuid, asked: Option<&[(String, Option<String>)]>) -> Result<Vec<DenyPrincipal>, Fault> {
    asked.map_or_else(|| Ok(Vec::new()), |list| principals(world, tenant, list))
}

/// Principals need not exist when their type is given, as for role assignments; one that is known is what it is.
fn principals(world: &World, tenant: Uuid, asked: &[(String, Option<String>)]) -> Result<Vec<DenyPrincipal>, Fault> {
    let read = |(id, given): &(String, Option<String>)| {
        let id = rules::principal_id_is_a_guid(id)?;
        let given = given.as_deref();
        let says_everyone = |word: &str| word.eq_ignore_ascii_case(SYSTEM_DEFINED);
        if id == EVERYONE {
            let principal_type = SYSTEM_DEFINED.into();
            let other = given.filter(|word| !says_everyone(word));
            return other.map_or(Ok(DenyPrincipal { id, principal_type }), |word| {
                Err(of_role_assignments::unmatched_principal_type(id, SYSTEM_DEFINED, word))
            });
        }
        let given =
            given.map(|word| PrincipalType::parse(word).ok_or_else(|| of_role_assignments::unknown_principal_type(word))).transpose()?;
        let principal_type = role_assignment::principal_type(world, id, given, tenant)?;
        Ok(DenyPrincipal { id, principal_type: principal_type.as_str().into() })
    };
    asked.iter().map(read).collect()
}

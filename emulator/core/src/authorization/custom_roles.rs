//! Custom roles: the roles that callers make. Put and delete, and what a world file says of them.
//!
//! A role is kept in the directory of one tenant, whatever becomes of its assignable scopes, and is found from each of them. How roles are read and listed,
//! whoever made them, is in `role_definition.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/custom-roles> and `authorization-wire` 3.2.

use super::condition::Condition;
use super::published_actions::is_published;
use super::role_definition::{Patterns, Permission, RoleDefinition, RoleType};
use super::{built_in_roles, require, role_definition, schedule, scope};
use crate::action::{Pattern, Plane};
use crate::fault::Fault;
use crate::guid;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::{conditions, role_assignments as of_role_assignments, role_definitions as rules};
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, ROLE_DEFINITIONS, Seed, World};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::sync::Arc;
use uuid::Uuid;

const WRITE: &str = "Microsoft.Authorization/roleDefinitions/write";
const DELETE: &str = "Microsoft.Authorization/roleDefinitions/delete";

/// What a world file needs to know. A role is at no resource, so none goes when a resource does.
pub static KIND: Kind = Kind { resource_type: ROLE_DEFINITIONS, seed, export, remove_at_and_below: |_, _| {}, tracked: |_, _| Vec::new() };

/// What a PUT asks for.
#[derive(Clone, Debug, Default)]
pub struct RoleDefinitionParameters {
    /// The name that people read.
    pub role_name: Option<String>,
    /// `CustomRole`, where it is given.
    pub role_type: Option<String>,
    /// What the role is for.
    pub description: String,
    /// What it allows.
    pub permissions: Vec<Permission>,
    /// Where it may be assigned.
    pub assignable_scopes: Vec<String>,
}

impl RoleDefinitionParameters {
    /// Reads the body of a PUT. Members that are null count as left out, unknown ones are ignored.
    ///
    /// # Errors
    /// `content-is-valid` when a member is of another type.
    pub fn read(body: &Document) -> Result<Self, Fault> {
        let empty = Document::new();
        let properties = members::object(body, "properties")?.unwrap_or(&empty);
        Ok(Self {
            role_name: members::text(properties, "roleName")?,
            role_type: members::filled_text(properties, "type")?,
            description: members::text(properties, "description")?.unwrap_or_default(),
            permissions: members::objects(properties, "permissions")?.into_iter().map(Permission::read).collect::<Result<_, _>>()?,
            assignable_scopes: members::texts(properties, "assignableScopes")?,
        })
    }
}

/// Makes the role `name`, or puts it anew. `scope` is that of the URL; `caller` is none for a world file.
///
/// # Errors
/// The rules of `rules/role_definitions.rs`, in their order there.
pub fn put(
    world: &mut World,
    scope: &ResourceId,
    name: &str,
    asked: RoleDefinitionParameters,
    caller: Option<Uuid>,
) -> Result<Arc<RoleDefinition>, Fault> {
    let scopes = asked.assignable_scopes.iter().filter_map(|it| ResourceId::parse(it));
    let tenant = tenant_for(world, scopes.chain([scope.clone()]), caller);
    put_in(world, tenant, scope, name, asked, caller)
}

/// As `put`, in the directory of a tenant.
fn put_in(
    world: &mut World,
    tenant: Uuid,
    scope: &ResourceId,
    name: &str,
    asked: RoleDefinitionParameters,
    caller: Option<Uuid>,
) -> Result<Arc<RoleDefinition>, Fault> {
    let id = rules::name_is_a_guid(name)?;
    let numbered = asked.assignable_scopes.iter().enumerate();
    let scopes: Vec<ResourceId> = numbered.map(|(at, text)| rules::assignable_scope_is_an_id(text, at)).collect::<Result<_, _>>()?;
    let existing = world.role_definitions.get(&(tenant, id)).cloned();
    let before = existing.iter().flat_map(|it| it.scopes());
    let all: Vec<ResourceId> = scopes.iter().cloned().chain(before.filter(|it| !scopes.contains(it))).collect();
    require_everywhere(world, caller, WRITE, scope, &all)?;
    if built_in_roles::by_id(id).is_some() {
        return Err(rules::built_in_role(id));
    }
    let role_name = rules::role_has_a_name(asked.role_name)?;
    rules::role_type_is_custom(asked.role_type.as_deref())?;
    rules::description_has_its_length(&asked.description)?;
    rules::role_has_assignable_scopes(scopes.len(), scopes.iter().filter(|it| scope::group_of(it.key()).is_some()).count())?;
    rules::shows_where_it_is_put(scopes.iter().any(|it| is_on_one_line(world, tenant, it, scope)))?;
    asked.permissions.iter().try_for_each(actions_are_published)?;
    let mut conditions = asked.permissions.iter().filter_map(|it| it.condition.as_ref());
    conditions.try_for_each(conditions::permission_condition_is_valid)?;
    if by_name(world, &role_name, Some(tenant)).is_some_and(|named| named.id != id) {
        return Err(if existing.is_some() { rules::new_name_is_taken() } else { rules::name_is_taken() });
    }
    match existing.as_deref() {
        Some(existing) => may_become(world, tenant, existing, &scopes, &asked.permissions)?,
        None => rules::one_more_fits(count_at_most(world, tenant))?,
    }
    let (created_on, created_by) = existing.map_or((world.now, caller), |it| (it.created_on, it.created_by));
    let role = Arc::new(RoleDefinition {
        id,
        tenant_id: Some(tenant),
        role_name: Cow::Owned(role_name),
        role_type: RoleType::CustomRole,
        description: Cow::Owned(asked.description),
        assignable_scopes: Cow::Owned(scopes.iter().map(|it| Cow::Owned(it.as_str().to_owned())).collect()),
        permissions: Cow::Owned(asked.permissions),
        created_on,
        updated_on: world.now,
        created_by,
        updated_by: caller,
    });
    world.asks_for_the_time |= role.permissions.iter().filter_map(|it| it.condition.as_ref()).any(Condition::asks_for_the_time);
    keep(world, &role);
    Ok(role)
}

/// Stores a role under its GUID and its name, in place of the one of that GUID.
fn keep(world: &mut World, role: &Arc<RoleDefinition>) {
    let tenant = role.tenant_id.unwrap_or_default();
    if let Some(before) = world.role_definitions.get(&(tenant, role.id)).cloned() {
        forget(world, &before);
    }
    world.role_names.insert((tenant, role.role_name.to_lowercase().into()), role.id);
    world.role_definitions.insert((tenant, role.id), Arc::clone(role));
}

fn forget(world: &mut World, role: &RoleDefinition) {
    let tenant = role.tenant_id.unwrap_or_default();
    world.role_names.remove(&(tenant, Arc::from(role.role_name.to_lowercase())));
    world.role_definitions.remove(&(tenant, role.id));
}

/// Checks that each action of a permission, of a role or of a deny assignment, covers something that there is.
pub(super) fn actions_are_published(permission: &Permission) -> Result<(), Fault> {
    let Permission { actions, not_actions, data_actions, not_data_actions, .. } = permission;
    for (list, plane) in
        [(actions, Plane::Control), (not_actions, Plane::Control), (data_actions, Plane::Data), (not_data_actions, Plane::Data)]
    {
        for pattern in list.iter().map(Pattern::as_str) {
            rules::action_is_published(pattern, plane, is_published(pattern, plane))?;
        }
    }
    Ok(())
}

/// How many custom roles the tenant has. All roles together stand for it while they are below its limit,
/// so that making many roles does not look through all of them each time.
fn count_at_most(world: &World, tenant: Uuid) -> usize {
    let all = world.role_definitions.len();
    if all < rules::PER_TENANT_MAX { all } else { of_tenant(world, tenant).count() }
}

/// The tenant in whose directory a role is put: the caller's own; of a world file the one that the first scope means that
/// means one, else the first of the world.
fn tenant_for(world: &World, mut scopes: impl Iterator<Item = ResourceId>, caller: Option<Uuid>) -> Uuid {
    let of_caller = caller.and_then(|caller| world.directory.tenant_of(caller));
    let first = || world.directory.tenants().next().map(|it| it.id);
    of_caller.or_else(|| scopes.find_map(|it| scope::tenant_meant(world, &it, None))).or_else(first).unwrap_or_default()
}

/// Returns the custom roles of a tenant, by the GUIDs that name them.
pub fn of_tenant(world: &World, tenant: Uuid) -> impl Iterator<Item = &Arc<RoleDefinition>> {
    world.role_definitions.range((tenant, Uuid::nil())..=(tenant, Uuid::max())).map(|(_, role)| role)
}

/// Takes the role `name` away, which shows at `scope`; returns it, or nothing if there was none.
///
/// # Errors
/// `built-in-role-stays`, `role-definition-needs-permission-at-every-scope`, `assigned-role-stays`.
pub fn delete(world: &mut World, scope: &ResourceId, name: &str, caller: Uuid) -> Result<Option<Arc<RoleDefinition>>, Fault> {
    let Some(id) = guid::read(name) else { return Ok(None) };
    if built_in_roles::by_id(id).is_some() {
        return Err(rules::built_in_role(id));
    }
    let tenant = tenant_for(world, std::iter::empty(), Some(caller));
    let found = world.role_definitions.get(&(tenant, id)).filter(|role| role_definition::is_around(world, role, scope)).cloned();
    let Some(role) = found else { return Ok(None) };
    let scopes: Vec<ResourceId> = role.scopes().collect();
    require_everywhere(world, Some(caller), DELETE, scope, &scopes)?;
    if uses(world, tenant, id).next().is_some() {
        return Err(rules::role_has_assignments());
    }
    forget(world, &role);
    Ok(Some(role))
}

/// Returns the role of that name, built in or in the directory of the tenant, or of any tenant where none is given.
pub fn by_name<'a>(world: &'a World, name: &str, tenant: Option<Uuid>) -> Option<&'a RoleDefinition> {
    let custom = || {
        let lower: Arc<str> = name.to_lowercase().into();
        let of = |tenant: Uuid| world.role_names.get(&(tenant, Arc::clone(&lower))).map(|id| (tenant, **id));
        let found = tenant.map_or_else(|| world.directory.tenants().find_map(|it| of(it.id)), of);
        found.and_then(|key| world.role_definitions.get(&key)).map(|role| &**role)
    };
    built_in_roles::by_name(name).or_else(custom)
}

/// Returns whether a role has that name, whatever the case of its letters.
pub fn is_named(role: &RoleDefinition, name: &str) -> bool {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    if role.role_name.is_ascii() { role.role_name.eq_ignore_ascii_case(name) } else { lower(&role.role_name) == lower(name) }
}

fn require_everywhere(world: &World, caller: Option<Uuid>, action: &str, at: &ResourceId, scopes: &[ResourceId]) -> Result<(), Fault> {
    let Some(caller) = caller else { return Ok(()) };
    let tenant = tenant_for(world, std::iter::empty(), Some(caller));
    let elsewhere = scopes.iter().find(|scope| world.tenant_of(scope).is_some_and(|it| it != tenant));
    if let Some(subscription) = elsewhere.and_then(ResourceId::subscription) {
        return require::enforce(world, rules::subscription_of_another_tenant(action, at, tenant, subscription));
    }
    let is_missing = |scope: &ResourceId| scope.subscription().is_some_and(|id| world.subscription(id).is_none());
    let is_denied = |scope: &&ResourceId| is_missing(scope) || !require::permits(world, caller, action, scope);
    let denied: Vec<&str> = scopes.iter().filter(is_denied).map(ResourceId::as_str).collect();
    if denied.is_empty() {
        return Ok(());
    }
    let client = world.directory.principal(caller).map_or_else(|| caller.to_string(), |principal| principal.client());
    require::enforce(world, rules::permission_missing(&client, caller, action, at, &denied))
}

/// Returns the scopes at which a role is assigned, or by a schedule will be or can be.
pub fn uses(world: &World, tenant: Uuid, role: Uuid) -> impl Iterator<Item = &ResourceId> {
    let assigned = world.role_assignments.iter().filter(move |it| it.role == role && it.tenant_id == tenant).map(|it| &it.scope);
    assigned.chain(schedule::scopes_of_role(world, tenant, role))
}

/// Returns whether a custom role of a tenant that can be assigned where it is used cannot any more `after` a change.
pub fn is_left_behind(world: &World, after: &World, tenant: Uuid) -> bool {
    let assigned = world.role_assignments.iter().filter(|it| it.tenant_id == tenant).map(|it| (it.role, &it.scope));
    let scheduled = world.schedules.values().filter(|it| it.tenant_id == tenant).map(|it| (it.role, &it.scope));
    let is_lost = |role: &RoleDefinition, at: &ResourceId| role.is_assignable_at(world, at) && !role.is_assignable_at(after, at);
    let mut used = assigned.chain(scheduled);
    used.any(|(role, at)| world.role_definitions.get(&(tenant, role)).is_some_and(|role| is_lost(role, at)))
}

/// Checks that a role may have these scopes and permissions from now on: nothing that names it becomes what could not be
/// made.
fn may_become(
    world: &World,
    tenant: Uuid,
    existing: &RoleDefinition,
    scopes: &[ResourceId],
    permissions: &[Permission],
) -> Result<(), Fault> {
    let covers = |scope: &ResourceId, at: &ResourceId| scope::is_at_or_above(world, tenant, scope.key(), at);
    let before: Vec<ResourceId> = existing.scopes().collect();
    // Where no scope covered it before, none is taken out.
    let taken_out_of = |at: &ResourceId| before.iter().find(|it| covers(it, at)).filter(|_| !scopes.iter().any(|it| covers(it, at)));
    if let Some(scope) = uses(world, tenant, existing.id).find_map(taken_out_of) {
        return Err(rules::scope_has_assignments(scope.as_str()));
    }
    let gets_data_actions = role_definition::has_data_actions(permissions) && !existing.has_data_actions();
    if gets_data_actions && uses(world, tenant, existing.id).any(|at| scope::group_of(at.key()).is_some()) {
        return Err(of_role_assignments::data_role_at_a_management_group());
    }
    Ok(())
}

/// Whether one of the scopes is the other or stands above it.
fn is_on_one_line(world: &World, tenant: Uuid, one: &ResourceId, other: &ResourceId) -> bool {
    scope::is_at_or_above(world, tenant, one.key(), other) || scope::is_at_or_above(world, tenant, other.key(), one)
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let asked = RoleDefinitionParameters::read(body)?;
    let mut state = SeedState::new(state);
    let made = match state.guid("tenantId")? {
        Some(tenant) => put_in(world, tenant, &scope, id.name(), asked, None)?,
        None => put(world, &scope, id.name(), asked, None)?,
    };
    let role = RoleDefinition {
        created_on: state.time("createdOn")?.unwrap_or(made.created_on),
        updated_on: state.time("updatedOn")?.unwrap_or(made.updated_on),
        created_by: state.guid("createdBy")?,
        updated_by: state.guid("updatedBy")?,
        ..RoleDefinition::clone(&made)
    };
    keep(world, &Arc::new(role));
    state.finish()
}

fn export(world: &World) -> Vec<Seed> {
    world.role_definitions.values().map(|role| Seed { id: id(role), body: body(role), state: state(world, role) }).collect()
}

/// Returns the id at the first assignable scope, which is where the Azure CLI puts a role.
fn id(role: &RoleDefinition) -> ResourceId {
    let scope = role.scopes().next().unwrap_or_else(ResourceId::root);
    scope.at_scope(ROLE_DEFINITIONS, &role.id.to_string())
}

fn body(role: &RoleDefinition) -> Document {
    let texts = |patterns: &Patterns| patterns.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    let permissions: Vec<Document> = role
        .permissions
        .iter()
        .map(|it| {
            let condition = it.condition.as_ref();
            without_nulls(json!({ "actions": texts(&it.actions), "notActions": texts(&it.not_actions),
                "dataActions": texts(&it.data_actions), "notDataActions": texts(&it.not_data_actions),
                "condition": condition.map(|it| &it.text), "conditionVersion": condition.map(|it| &it.version) }))
        })
        .collect();
    without_nulls(json!({ "properties": { "roleName": role.role_name, "description": role.description, "permissions": permissions,
        "assignableScopes": role.assignable_scopes } }))
}

/// The tenant is kept where it does not follow from the scopes.
fn state(world: &World, role: &RoleDefinition) -> Document {
    let tenant = role.tenant_id.filter(|it| *it != tenant_for(world, role.scopes(), None));
    without_nulls(json!({ "tenantId": tenant, "createdOn": role.created_on.to_string(), "updatedOn": role.updated_on.to_string(),
        "createdBy": role.created_by, "updatedBy": role.updated_by }))
}

fn without_nulls(value: Value) -> Document {
    let Value::Object(document) = value else { return Document::new() };
    document.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use crate::world_file::{self, ClockEntry, WorldText};

    #[test]
    fn roles_survive_being_written_down_and_are_assigned_by_name() {
        let text = r#"{
            "tenants": [{ "id": "00000000-0000-4000-8000-000000000001", "subscriptions": [{ "id": "00000000-0000-4000-8000-000000000002" }],
                "principals": [{ "name": "ada", "type": "User" }] }],
            "resources": [
                { "id": "/subscriptions/00000000-0000-4000-8000-000000000002/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-8000-00000000000a",
                  "body": { "properties": { "roleName": "Linker", "permissions": [{ "actions": ["Microsoft.DataFactory/factories/*"], "condition": "@Principal[a] StringEquals 'b'" }],
                    "assignableScopes": ["/subscriptions/00000000-0000-4000-8000-000000000002"] } },
                  "state": { "createdBy": "00000000-0000-4000-8000-00000000000b" } } ],
            "roleAssignments": [
                { "principal": "ada", "role": "linker", "scope": "/subscriptions/00000000-0000-4000-8000-000000000002" } ] }"#;
        let read = |text: &str| world_file::read(&[WorldText { name: "file", text }], Timestamp::from_seconds(7)).unwrap().world;
        let first = read(text);
        assert_eq!((first.role_definitions.len(), first.role_assignments.len()), (1, 1));
        let written = world_file::export(&first, ClockEntry::default()).to_string();
        let second = read(&written);
        assert_eq!(world_file::export(&second, ClockEntry::default()).to_string(), written);
        let all = |world: &World| world.role_definitions.values().map(|it| RoleDefinition::clone(it)).collect::<Vec<_>>();
        assert_eq!(all(&first), all(&second));
    }
}

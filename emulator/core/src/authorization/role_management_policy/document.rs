//! Policies as documents: what a world file says of those that somebody has changed.
//!
//! An entry is applied as the PATCH that it stands for; the policies that nobody has changed are in no file.

use super::{POLICIES, RoleManagementPolicy, key_of, name_of, remove_those, update};
use crate::authorization::scope as scopes;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, Seed, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a world file and the deletion of a group need to know.
pub static KIND: Kind = Kind {
    resource_type: POLICIES,
    seed,
    export,
    remove_at_and_below: |world, scope| remove_those(world, scope, None),
    tracked: |_, _| Vec::new(),
};

/// Returns the id of the policy of a role at a scope.
pub fn id_of(world: &World, scope: &ResourceId, role: Uuid) -> ResourceId {
    scope.at_scope(POLICIES, &name_of(world, scope, role).to_string())
}

/// Returns the tenant in whose directory an entry of a world file changes a policy, where its `state` does not say so: the
/// one that the scope means, else the first.
pub fn tenant_meant(world: &World, scope: &ResourceId) -> Uuid {
    let first = world.directory.tenants().next().map(|it| it.id);
    scopes::tenant_meant(world, scope, first).unwrap_or_default()
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let mut state = SeedState::new(state);
    let tenant = state.guid("tenantId")?.unwrap_or_else(|| tenant_meant(world, &scope));
    let role = update(world, &scope, id.name(), body, None, tenant)?.role;
    let key = key_of(tenant, &scope, role);
    let Some(made) = world.role_management_policies.get(key.as_str()).cloned() else { return state.finish() };
    let seeded = RoleManagementPolicy {
        last_modified_on: state.time("lastModifiedDateTime")?.unwrap_or(made.last_modified_on),
        last_modified_by: state.guid("lastModifiedBy")?,
        ..RoleManagementPolicy::clone(&made)
    };
    world.role_management_policies.insert(key.as_str().into(), seeded);
    state.finish()
}

fn export(world: &World) -> Vec<Seed> {
    let seed = |it: &RoleManagementPolicy| Seed {
        id: id_of(world, &it.scope, it.role),
        body: without_nulls(json!({ "properties": without_nulls(json!({
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{}", it.role),
            "displayName": it.display_name.as_deref(), "description": it.description.as_deref(), "rules": it.rules })) })),
        state: without_nulls(json!({ "lastModifiedDateTime": it.last_modified_on.to_string(), "lastModifiedBy": it.last_modified_by,
            "tenantId": it.scope.subscription().is_none().then_some(it.tenant_id) })),
    };
    world.role_management_policies.values().map(|it| seed(it)).collect()
}

/// Takes the nulls of the first level out; a rule may have its own.
fn without_nulls(value: Value) -> Document {
    let Value::Object(document) = value else { return Document::new() };
    document.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

//! Lists of role assignments: what is at a scope, above it and below it, and the filters.
//!
//! Follows `authorization-wire` 2. A list costs what it shows, however many assignments there are elsewhere.

use super::RoleAssignment;
use crate::authorization::filter::{Term, terms};
use crate::authorization::scope;
use crate::fault::Fault;
use crate::guid;
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::rules::role_assignments as rules;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// Returns the assignments that a list at `scope` shows: those at the scope, above it and below it, as far as the
/// filter lets them through. Outside subscriptions they are those of the caller's tenant.
///
/// # Errors
/// `role-assignment-filter-is-supported`.
pub fn list(world: &World, scope: &ResourceId, filter: Option<&str>, caller_tenant: Uuid) -> Result<Vec<Arc<RoleAssignment>>, Fault> {
    let text = filter.unwrap_or_default();
    let not_supported = || rules::role_assignment_filter_not_supported(text);
    let terms = if text.is_empty() { Vec::new() } else { terms(text).ok_or_else(not_supported)? };
    let (at_scope, of) = match terms.as_slice() {
        [] if scope.is_root() => return Err(not_supported()),
        [] => (false, None),
        [Term::Call(name)] if name == "atscope" => (true, None),
        [Term::Equals(name, value)] if name == "principalid" => (false, Some((value, false))),
        [Term::CallOf(name, value)] if name == "assignedto" => (false, Some((value, true))),
        [Term::Call(one), Term::CallOf(two, value)] | [Term::CallOf(two, value), Term::Call(one)]
            if one == "atscope" && two == "assignedto" =>
        {
            (true, Some((value, true)))
        }
        _ => return Err(not_supported()),
    };
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let is_of_tenant = |it: &&Arc<RoleAssignment>| it.tenant_id == tenant;
    let Some((principal, with_groups)) = of else {
        let below = (!at_scope).then(|| below(world, tenant, scope)).into_iter().flatten();
        return Ok(at_and_above(world, tenant, scope).chain(below).filter(is_of_tenant).cloned().collect());
    };
    let principal = guid::read(principal).ok_or_else(not_supported)?;
    let groups = if with_groups { world.directory.groups_of(principal) } else { &[] };
    let is_shown = |it: &&Arc<RoleAssignment>| {
        scope::is_at_or_above(world, tenant, it.scope.key(), scope)
            || (!at_scope && scope::is_at_or_above(world, tenant, scope.key(), &it.scope))
    };
    let held = std::iter::once(principal).chain(groups.iter().copied()).flat_map(|id| world.role_assignments.of_principal(id));
    Ok(held.filter(is_shown).filter(is_of_tenant).cloned().collect())
}

fn at_and_above<'a>(world: &'a World, tenant: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
    let by_spelling = scope::at_and_above(scope).flat_map(|key| world.role_assignments.at(key));
    let groups = management_group::keys_above(world, tenant, scope);
    by_spelling.chain(groups.into_iter().flat_map(|key| world.role_assignments.at(&key).collect::<Vec<_>>()))
}

/// Below a management group every group and every subscription of its tenant is looked at, and what is below them read.
fn below<'a>(world: &'a World, tenant: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
    let assignments = &world.role_assignments;
    let has_it = scope::group_of(scope.key()).and_then(|name| management_group::tenant_with(world, tenant, name));
    let groups = has_it.into_iter().flat_map(|it| it.management_groups.iter()).map(|it| management_group::id_of(&it.name));
    let subscriptions = world.subscriptions.values().filter(move |it| has_it.is_some() && it.tenant_id == tenant);
    let is_below = move |it: &ResourceId| it != scope && scope::is_at_or_above(world, tenant, scope.key(), it);
    let scopes = groups.chain(subscriptions.map(|it| it.scope())).filter(is_below);
    let held = scopes.flat_map(|it| assignments.at(it.key()).chain(assignments.below(it.key())).collect::<Vec<_>>());
    assignments.below(scope.key()).chain(held)
}

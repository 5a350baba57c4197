//! Questions about access that no request asks: through which groups, who may, which roles would do.
//!
//! The decision itself is that of `require.rs` and `evaluate.rs`; nothing here decides. It may be slow, because only
//! people ask.

use super::built_in_roles;
use super::custom_roles;
use super::evaluate::{self, Grant, Question};
use super::require;
use super::role_definition::{self, RoleDefinition};
use super::schedule::{self, Schedule};
use super::scope;
use crate::action::Plane;
use crate::directory::{Principal, PrincipalKind};
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// A group that holds a principal.
#[derive(Debug)]
pub struct Membership<'a> {
    /// The group.
    pub group: &'a Principal,
    /// The group in it that holds the principal; none when the principal is in it directly.
    pub via: Option<&'a Principal>,
}

/// Returns the groups whose role assignments count for the principal.
pub fn memberships(world: &World, principal: Uuid) -> Vec<Membership<'_>> {
    let groups = world.directory.groups_of(principal);
    let membership = |id: &Uuid| {
        let group = world.directory.principal(*id)?;
        let PrincipalKind::Group(members) = &group.kind else { return None };
        let is_direct = members.members.contains(&principal);
        let via = groups.iter().find(|other| members.members.contains(other)).filter(|_| !is_direct);
        Some(Membership { group, via: via.and_then(|via| world.directory.principal(*via)).map(|via| &**via) })
    };
    groups.iter().filter_map(membership).collect()
}

/// Returns the principals that are allowed what the question asks at the scope. A management group is that of every
/// directory that has one of its name, and if none has it, that of each.
pub fn who_can<'a>(world: &'a World, question: Question<'a>, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<Principal>> {
    let group = management_group::named_in(scope.key());
    let has_it = move |tenant: Uuid| group.is_none_or(|name| management_group::tenant_with(world, tenant, name).is_some());
    let nobody_has_it = !world.directory.tenants().any(|tenant| has_it(tenant.id));
    let is_asked = move |it: &&Arc<Principal>| nobody_has_it || has_it(it.tenant_id);
    world.directory.principals().filter(is_asked).filter(move |it| require::allows(world, it.object_id, question, scope))
}

/// Returns the roles of a tenant that would allow what the question asks if they were assigned at the scope: those first
/// that allow the fewest of the actions `served`, then by name.
pub fn roles_that_allow<'a>(
    world: &'a World,
    tenant: Uuid,
    question: Question<'_>,
    scope: &ResourceId,
    served: &[&str],
) -> Vec<&'a RoleDefinition> {
    let all = built_in_roles::all().iter().chain(custom_roles::of_tenant(world, tenant).map(|role| &**role));
    let would = |role: &&RoleDefinition| {
        evaluate::is_allowed(question, [Grant { permissions: &role.permissions, condition: None }]) && role.is_assignable_at(world, scope)
    };
    let mut found: Vec<(usize, &RoleDefinition)> = all.filter(would).map(|role| (breadth(role, served), role)).collect();
    found.sort_by(|(left, one), (right, other)| left.cmp(right).then_with(|| one.role_name.cmp(&other.role_name)));
    found.into_iter().map(|(_, role)| role).collect()
}

/// Returns the eligibilities of the principal and of its groups that would allow what the question asks if they were
/// activated at the scope.
pub fn eligible<'a>(
    world: &'a World,
    principal: Uuid,
    question: Question<'a>,
    scope: &'a ResourceId,
) -> impl Iterator<Item = &'a Arc<Schedule>> {
    let would = move |it: &&Arc<Schedule>| {
        let role = role_definition::find(world, it.tenant_id, it.role);
        let grant = role.map(|role| Grant { permissions: &role.permissions, condition: it.condition.as_ref() });
        scope::is_at_or_above(world, it.tenant_id, it.scope.key(), scope) && evaluate::is_allowed(question, grant)
    };
    schedule::eligibilities(world, principal).filter(would)
}

/// Returns how many of the control-plane actions a role names and does not exclude.
pub fn breadth(role: &RoleDefinition, actions: &[&str]) -> usize {
    let allows = |action: &&&str| {
        let named = role.permissions.iter();
        let mut allowing =
            named.filter(|it| it.matched(action, Plane::Control).is_some() && it.excluded_by(action, Plane::Control).is_none());
        allowing.next().is_some()
    };
    actions.iter().filter(allows).count()
}

//! The least that a principal must hold for what it did: where, which one built-in role, or which actions in a custom one.
//!
//! The narrowest role is the one that allows the fewest known actions; of two alike, the one that names fewer patterns,
//! then the one whose name comes first. A permission under a condition counts for nothing: whether the condition would be
//! met for every request is not known.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/best-practices>.

use super::breadth::breadth;
use super::built_in_roles;
use super::evaluate::Reach;
use super::ledger::{Decision, Outcome};
use super::require;
use super::role_assignment::RoleAssignment;
use super::role_definition::{Permission, RoleDefinition};
use super::scope;
use crate::action::Plane;
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::world::World;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Something that a principal did, for which it needed access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The control-plane action.
    pub action: Arc<str>,
    /// Where.
    pub scope: ResourceId,
    /// Where a role for it must be held.
    pub held: Held,
}

/// Where a role must be held for something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// At its scope or above it.
    AtScope,
    /// Anywhere: it belongs to no scope.
    Anywhere,
    /// Nowhere: it needs no role.
    Nowhere,
}

impl Held {
    /// Returns what a decision needed.
    pub const fn of(decision: &Decision) -> Self {
        match (&decision.outcome, decision.reach) {
            (Outcome::Allowed { by: None }, _) => Self::Nowhere,
            (_, Reach::Anywhere) => Self::Anywhere,
            (_, Reach::AtScope) => Self::AtScope,
        }
    }

    /// Returns the word for it: `atScope`, `anywhere`, `nowhere`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AtScope => "atScope",
            Self::Anywhere => "anywhere",
            Self::Nowhere => "nowhere",
        }
    }
}

/// A role that allows all that is needed.
#[derive(Clone, Copy, Debug)]
pub struct Sufficient {
    /// The role.
    pub role: &'static RoleDefinition,
    /// How many of the known actions it allows.
    pub breadth: usize,
}

/// Returns the smallest scope of a tenant at which one role covers all needs; none when nothing is needed. Where all of them
/// are met anywhere, it is the scope of the first assignment that was `used`.
pub fn smallest_scope(world: &World, tenant: Uuid, needs: &[Need], used: &[Arc<RoleAssignment>]) -> Option<ResourceId> {
    let mut scopes = needs.iter().filter(|need| need.held == Held::AtScope).map(assigned_at);
    let Some(first) = scopes.next() else { return used.first().map(|it| it.scope.clone()) };
    Some(scopes.fold(first, |common, scope| {
        let holds_both = |upper: &ResourceId| scope::is_at_or_above(world, tenant, upper.key(), &scope);
        at_and_above(world, tenant, &common).into_iter().find(holds_both).unwrap_or_else(ResourceId::root)
    }))
}

/// Returns the narrowest built-in role that covers all needs and can be assigned at the scope.
pub fn narrowest_role(world: &World, needs: &[Need], scope: &ResourceId) -> Option<Sufficient> {
    let would_do =
        |role: &&RoleDefinition| of_roles(needs).all(|need| allows(&role.permissions, &need.action)) && role.is_assignable_at(world, scope);
    let candidates = built_in_roles::all().iter().filter(would_do).map(|role| Sufficient { role, breadth: breadth(role) });
    candidates.min_by(|left, right| {
        let narrowness = |it: &Sufficient| (it.breadth, patterns(it.role));
        narrowness(left).cmp(&narrowness(right)).then_with(|| left.role.role_name.cmp(&right.role.role_name))
    })
}

/// Returns the actions of a custom role that allows no more than what is needed, in order and each once.
pub fn actions(needs: &[Need]) -> Vec<&str> {
    of_roles(needs).map(|need| (need.action.to_lowercase(), &*need.action)).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// The needs that a role meets.
fn of_roles(needs: &[Need]) -> impl Iterator<Item = &Need> {
    needs.iter().filter(|need| need.held != Held::Nowhere)
}

/// Returns where a custom role for these needs can be assigned: at a resource group, a subscription or a management group
/// that holds `scope`; custom roles know neither resources nor the root, so there at each subscription that was used.
pub fn assignable_scopes(needs: &[Need], scope: &ResourceId) -> Vec<ResourceId> {
    if !scope.is_root() {
        return vec![scope.resource_group_scope().or_else(|| scope.subscription_scope()).unwrap_or_else(|| scope.clone())];
    }
    let used = needs.iter().filter_map(|need| need.scope.subscription_scope()).map(|it| (it.key().clone(), it));
    used.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Returns the role assignments of the principal, through groups too, that allow nothing of what was done. One under a
/// condition counts as used when it allows the action under it. Of those that would do for what is met anywhere, the ones
/// that were `used` count.
pub fn unused<'a>(
    world: &'a World,
    principal: Uuid,
    done: &'a [Need],
    used: &'a [Arc<RoleAssignment>],
) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
    require::grants(world, principal).filter_map(|(assignment, grant)| {
        let covers = |need: &Need| {
            need.held == Held::AtScope
                && allows_at_all(grant.permissions, &need.action)
                && scope::is_at_or_above(world, assignment.tenant_id, assignment.scope.key(), &need.scope)
        };
        let is_used = |it: &Arc<RoleAssignment>| it.id() == assignment.id();
        (!done.iter().any(covers) && !used.iter().any(is_used)).then_some(assignment)
    })
}

fn allows(permissions: &[Permission], action: &str) -> bool {
    permissions.iter().any(|it| it.condition.is_none() && allows_at_all(std::slice::from_ref(it), action))
}

fn allows_at_all(permissions: &[Permission], action: &str) -> bool {
    let plane = Plane::Control;
    permissions.iter().any(|it| it.matched(action, plane).is_some() && it.excluded_by(action, plane).is_none())
}

fn patterns(role: &RoleDefinition) -> usize {
    role.permissions.iter().map(|it| it.actions.iter().count() + it.data_actions.iter().count()).sum()
}

/// Returns where a role must be assigned for a need. Whoever makes or deletes something needs the role above it, because
/// a role is assigned only where something is; and what Microsoft.Authorization knows at a scope is that scope's.
fn assigned_at(need: &Need) -> ResourceId {
    let Need { action, scope, .. } = need;
    let verb = action.rsplit('/').next().unwrap_or_default();
    let makes_it = ["write", "delete"].iter().any(|it| verb.eq_ignore_ascii_case(it)) && scope::group_of(scope.key()).is_none();
    let is_of_scope = scope.resource_type().is_some_and(|it| it.to_ascii_lowercase().starts_with("microsoft.authorization/"));
    let is_subscription = scope.subscription_scope().as_ref() == Some(scope);
    let above = if is_of_scope || (makes_it && !is_subscription) { scope.parent() } else { None };
    above.unwrap_or_else(|| scope.clone())
}

/// Returns the scope and those above it, through the tree of a tenant's management groups to the root.
fn at_and_above(world: &World, tenant: Uuid, scope: &ResourceId) -> Vec<ResourceId> {
    let spelled = std::iter::successors(Some(scope.clone()), ResourceId::parent).take_while(|it| !it.is_root());
    let subscription = scope.subscription().and_then(|id| world.subscription(id)).filter(|it| it.tenant_id == tenant);
    let groups = world.directory.tenant(tenant).into_iter().flat_map(|tenant| {
        let groups = &tenant.management_groups;
        let of_subscription = subscription.into_iter().flat_map(|it| groups.above_subscription(it.id));
        let of_group = management_group::named_in(scope.key()).into_iter().flat_map(|name| groups.at_and_above(name));
        of_subscription.chain(of_group).map(|group| management_group::id_of(&group.name))
    });
    spelled.chain(groups).chain([ResourceId::root()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000022/resourceGroups/rg";

    fn need(action: &str, scope: &str) -> Need {
        Need { action: action.into(), scope: ResourceId::parse(scope).unwrap(), held: Held::AtScope }
    }

    fn factory(action: &str, path: &str) -> Need {
        need(&format!("Microsoft.DataFactory/factories/{action}"), &format!("{GROUP}/providers/Microsoft.DataFactory/factories/{path}"))
    }

    #[test]
    fn the_scope_holds_all_that_was_done_and_is_there_beforehand() {
        let at = |needs: &[Need]| smallest_scope(&World::default(), Uuid::nil(), needs, &[]).map(|scope| scope.to_string());
        let f1 = format!("{GROUP}/providers/Microsoft.DataFactory/factories/f1");
        assert_eq!(at(&[]), None);
        assert_eq!(at(&[factory("read", "f1")]), Some(f1.clone()));
        assert_eq!(at(&[factory("read", "F1"), factory("pipelines/write", "f1/pipelines/p")]).unwrap().to_lowercase(), f1.to_lowercase());
        assert_eq!(at(&[factory("write", "f1")]).as_deref(), Some(GROUP), "it is not there yet");
        assert_eq!(at(&[factory("read", "f1"), factory("read", "f2")]).as_deref(), Some(GROUP));
        let assignment = format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/a");
        assert_eq!(at(&[need("Microsoft.Authorization/roleAssignments/read", &assignment)]).as_deref(), Some(GROUP));
        let subscription = GROUP.strip_suffix("/resourceGroups/rg");
        assert_eq!(at(&[need("Microsoft.Resources/subscriptions/resourceGroups/write", GROUP)]).as_deref(), subscription);
        assert_eq!(
            at(&[factory("read", "f1"), need("x/read", "/subscriptions/00000000-0000-0000-0000-000000000033")]).as_deref(),
            Some("/")
        );
        let elsewhere = |held| Need { held, ..need("Microsoft.Resources/providers/read", "/") };
        let needs = [factory("read", "f1"), elsewhere(Held::Anywhere), elsewhere(Held::Nowhere)];
        assert_eq!(at(&needs), Some(f1), "what belongs to no scope widens none");
        assert_eq!(at(&needs[1..]), None);
        assert_eq!(actions(&needs[1..]), ["Microsoft.Resources/providers/read"]);
        assert!(actions(&needs[2..]).is_empty());
    }

    #[test]
    fn the_narrowest_role_does_and_is_the_same_each_time() {
        let world = World::default();
        let scope = ResourceId::parse(GROUP).unwrap();
        let role = |needs: &[Need]| narrowest_role(&world, needs, &scope).map(|it| it.role.role_name.to_string());
        assert_eq!(role(&[factory("write", "f1")]).as_deref(), Some("Data Factory Contributor"));
        let grants = need("Microsoft.Authorization/roleAssignments/write", GROUP);
        assert_eq!(role(&[grants.clone(), factory("write", "f1")]).as_deref(), Some("Owner"));
        assert_eq!(role(&[need("Nobody.Knows/it/action", GROUP)]).as_deref(), Some("Contributor"));
        let one = role(&[grants]);
        assert!(one.is_some() && one.as_deref() != Some("Owner"), "{one:?}");
    }

    #[test]
    fn a_custom_role_has_each_action_once_and_a_scope_that_it_may_have() {
        let needs = [factory("write", "f1"), factory("READ", "f1"), factory("read", "f2")];
        assert_eq!(actions(&needs), ["Microsoft.DataFactory/factories/read", "Microsoft.DataFactory/factories/write"]);
        let scopes = |scope: &ResourceId| assignable_scopes(&needs, scope).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(scopes(&needs[0].scope), [GROUP]);
        assert_eq!(scopes(&ResourceId::root()), ["/subscriptions/00000000-0000-0000-0000-000000000022"]);
    }
}

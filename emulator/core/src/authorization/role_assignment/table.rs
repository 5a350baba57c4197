//! Where role assignments are kept: by name, by scope and by principal.
//!
//! A decision looks up one principal and then only what that principal holds (`held.rs`,
//! `gathered.rs`), so it costs the same in a world of a thousand and of a million assignments. A list at a scope reads one
//! range. All three share each assignment.

use super::RoleAssignment;
use super::gathered::Gathered;
use super::held::Held;
use crate::authorization::scope;
use crate::resource_id::ResourceId;
use crate::table::{Lookup, Table};
use crate::world::World;
use std::ops::Bound;
use std::sync::Arc;
use uuid::Uuid;

/// The role assignments of a world.
///
/// INVARIANT: all three maps hold the same assignments; keys of the ordered one are the scope's key, a zero byte, the name
/// and the tenant, so that those at a scope come before those below it.
#[derive(Clone, Debug, Default)]
pub struct AssignmentTable {
    /// By tenant and name: a name is unique in its directory.
    by_name: Lookup<(Uuid, Uuid), Arc<RoleAssignment>>,
    by_scope: InOrder,
    by_principal: Lookup<Uuid, Held>,
    /// INVARIANT: for each subscription and each management group, by tenant and key, how many assignments count for its
    /// limit.
    counts: Lookup<(Uuid, Arc<str>), usize>,
    /// INVARIANT: nothing that was gathered before `by_principal` changed.
    gathered: Gathered,
}

impl AssignmentTable {
    /// Returns the assignment of this name in the directory of a tenant.
    pub fn get(&self, tenant: Uuid, name: Uuid) -> Option<&Arc<RoleAssignment>> {
        self.by_name.get(&(tenant, name))
    }

    /// Returns all assignments, by scope and name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<RoleAssignment>> {
        self.by_scope.values()
    }

    /// Returns the number of assignments.
    pub fn len(&self) -> usize {
        self.by_scope.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_scope.is_empty()
    }

    /// Puts an assignment, in place of the one of its name in its tenant.
    pub fn insert(&mut self, assignment: RoleAssignment) {
        self.remove(assignment.tenant_id, assignment.name);
        let assignment = Arc::new(assignment);
        let key: Arc<str> = key_of(&assignment).into();
        let held = self.held_by(assignment.principal_id).with(key.clone(), assignment.clone());
        self.by_principal.insert(assignment.principal_id, held);
        self.by_scope.insert(key, assignment.clone());
        self.gathered = Gathered::default();
        self.count(&assignment, 1);
        self.by_name.insert((assignment.tenant_id, assignment.name), assignment);
    }

    /// Takes an assignment away and returns it.
    pub fn remove(&mut self, tenant: Uuid, name: Uuid) -> Option<Arc<RoleAssignment>> {
        let assignment = self.get(tenant, name)?.clone();
        let key = key_of(&assignment);
        self.by_name.remove(&(tenant, name));
        self.by_scope.remove(key.as_str());
        match self.held_by(assignment.principal_id).without(&key) {
            None => drop(self.by_principal.remove(&assignment.principal_id)),
            Some(held) => self.by_principal.insert(assignment.principal_id, held),
        }
        self.gathered = Gathered::default();
        self.count(&assignment, -1);
        Some(assignment)
    }

    /// Returns the assignments made at exactly the scope with this key.
    pub fn at<'a, 'k>(&'a self, scope_key: &'k str) -> impl Iterator<Item = &'a Arc<RoleAssignment>> + use<'a, 'k> {
        at(&self.by_scope, scope_key)
    }

    /// Returns the assignments below the scope with this key, by the spelling of ids.
    pub fn below<'a>(&'a self, scope_key: &str) -> impl Iterator<Item = &'a Arc<RoleAssignment>> + use<'a> {
        let is_root = scope_key == "/";
        self.by_scope.below(scope_key).map(|(_, assignment)| assignment).filter(move |it| !is_root || !it.scope.is_root())
    }

    /// Returns every assignment of exactly this principal.
    pub fn of_principal(&self, principal: Uuid) -> impl Iterator<Item = &Arc<RoleAssignment>> {
        self.by_principal.get(&principal).into_iter().flat_map(Held::iter)
    }

    /// Returns the assignments of exactly this principal made at exactly this scope.
    pub fn of_principal_at<'a>(&'a self, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        self.by_principal.get(&principal).into_iter().flat_map(|held| held.at(scope))
    }

    /// Returns the assignments at the scope or above it, both of the directory of `tenant`, of a principal, then of its
    /// groups.
    pub fn of_holders_at_or_above<'a>(
        &'a self,
        world: &'a World,
        tenant: Uuid,
        principal: Uuid,
        groups: &'a [Uuid],
        target: &'a ResourceId,
    ) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        let gathered = if groups.is_empty() { None } else { self.gathered.of(principal, groups, &self.by_principal) };
        let not_gathered = std::iter::once(principal).chain(groups.iter().copied()).filter(move |_| gathered.is_none());
        let looked_up =
            not_gathered.filter_map(|holder| self.by_principal.get(&holder)).flat_map(move |held| held.at_or_above(world, tenant, target));
        let is_above = move |it: &&Arc<RoleAssignment>| scope::is_at_or_above(world, tenant, it.scope.key(), target);
        gathered.into_iter().flatten().filter(is_above).chain(looked_up)
    }

    /// Returns how many assignments of a tenant count for the limit of the subscription or management group with this key.
    pub fn count_in(&self, tenant: Uuid, limit_key: Arc<str>) -> usize {
        self.counts.get(&(tenant, limit_key)).copied().unwrap_or_default()
    }

    fn held_by(&self, principal: Uuid) -> Held {
        self.by_principal.get(&principal).cloned().unwrap_or_default()
    }

    fn count(&mut self, assignment: &RoleAssignment, change: isize) {
        if let Some(key) = limit_key(&assignment.scope) {
            let count = self.count_in(assignment.tenant_id, key.clone()).saturating_add_signed(change);
            self.counts.insert((assignment.tenant_id, key), count);
        }
    }
}

/// Returns the key of the scope for whose limit an assignment counts: its subscription, or the management group at
/// which it is made; none at the root.
pub fn limit_key(scope: &ResourceId) -> Option<Arc<str>> {
    match scope.subscription_scope() {
        Some(subscription) => Some(subscription.key().clone()),
        None => scope::group_of(scope.key()).map(|_| scope.key().clone()),
    }
}

/// Assignments by scope, name and tenant.
pub(super) type InOrder = Table<Arc<str>, RoleAssignment>;

/// Returns what an assignment is ordered by.
pub(super) fn key_of(assignment: &RoleAssignment) -> String {
    format!("{}\0{}{}", assignment.scope.key(), assignment.name.simple(), assignment.tenant_id.simple())
}

/// Returns those of a table keyed like that which are made at exactly the scope with this key.
pub(super) fn at<'a, 'k>(table: &'a InOrder, scope_key: &'k str) -> impl Iterator<Item = &'a Arc<RoleAssignment>> + use<'a, 'k> {
    let first = (Bound::Included(scope_key), Bound::Unbounded);
    let is_at = move |key: &str| key.strip_prefix(scope_key).is_some_and(|rest| rest.starts_with('\0'));
    table.range::<str>(first).take_while(move |(key, _)| is_at(key)).map(|(_, assignment)| assignment)
}

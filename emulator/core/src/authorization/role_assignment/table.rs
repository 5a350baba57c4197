//! Where role assignments are kept: by name, by scope and by principal.
//!
//! A decision looks up one principal and then only what that principal holds, so it costs the same in a world of a
//! thousand and of a million assignments. A list at a scope reads one range. All three share each assignment.

use super::RoleAssignment;
use crate::authorization::scope;
use crate::resource_id::ResourceId;
use crate::resources::management_group::KEY_PREFIX;
use crate::table::{Lookup, Table};
use crate::world::World;
use std::ops::Bound;
use std::sync::Arc;
use uuid::Uuid;

/// Up to how many assignments of a principal are looked through one by one; beyond, each scope above the one asked
/// about is looked up. Our own choice: most principals hold a few, and a scope has some six above it.
const LOOKED_THROUGH_MAX: usize = 16;

/// The role assignments of a world.
///
/// INVARIANT: all three maps hold the same assignments; keys of the ordered ones are the scope's key, a zero byte and
/// the name, so that those at a scope come before those below it.
#[derive(Clone, Debug, Default)]
pub struct AssignmentTable {
    by_name: Lookup<Uuid, Arc<RoleAssignment>>,
    by_scope: Table<Arc<str>, RoleAssignment>,
    by_principal: Lookup<Uuid, Table<Arc<str>, RoleAssignment>>,
    /// INVARIANT: for each subscription and each management group, by key, how many assignments count for its limit.
    counts: Lookup<Arc<str>, usize>,
}

impl AssignmentTable {
    /// Returns the assignment of this name.
    pub fn get(&self, name: Uuid) -> Option<&Arc<RoleAssignment>> {
        self.by_name.get(&name)
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

    /// Puts an assignment, in place of the one of its name.
    pub fn insert(&mut self, assignment: RoleAssignment) {
        self.remove(assignment.name);
        let assignment = Arc::new(assignment);
        let key: Arc<str> = key_of(&assignment).into();
        let mut held = self.by_principal.get(&assignment.principal_id).cloned().unwrap_or_default();
        held.insert(key.clone(), assignment.clone());
        self.by_principal.insert(assignment.principal_id, held);
        self.by_scope.insert(key, assignment.clone());
        self.count(&assignment.scope, 1);
        self.by_name.insert(assignment.name, assignment);
    }

    /// Takes an assignment away and returns it.
    pub fn remove(&mut self, name: Uuid) -> Option<Arc<RoleAssignment>> {
        let assignment = self.by_name.get(&name)?.clone();
        let key = key_of(&assignment);
        self.by_name.remove(&name);
        self.by_scope.remove(key.as_str());
        if let Some(mut held) = self.by_principal.get(&assignment.principal_id).cloned() {
            held.remove(key.as_str());
            match held.is_empty() {
                true => drop(self.by_principal.remove(&assignment.principal_id)),
                false => self.by_principal.insert(assignment.principal_id, held),
            }
        }
        self.count(&assignment.scope, -1);
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

    /// Returns the assignments made at management groups.
    pub fn at_management_groups(&self) -> impl Iterator<Item = &Arc<RoleAssignment>> {
        at_groups(&self.by_scope)
    }

    /// Returns every assignment of exactly this principal.
    pub fn of_principal(&self, principal: Uuid) -> impl Iterator<Item = &Arc<RoleAssignment>> {
        self.by_principal.get(&principal).into_iter().flat_map(Table::values)
    }

    /// Returns the assignments of exactly this principal made at exactly this scope.
    pub fn of_principal_at<'a>(&'a self, principal: Uuid, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        self.by_principal.get(&principal).into_iter().flat_map(|held| at(held, scope.key()))
    }

    /// Returns the assignments of exactly this principal that are at the scope or above it.
    pub fn of_principal_at_or_above<'a>(
        &'a self,
        world: &'a World,
        principal: Uuid,
        target: &'a ResourceId,
    ) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        let held = self.by_principal.get(&principal);
        let (few, many) = match held {
            Some(held) if held.len() <= LOOKED_THROUGH_MAX => (Some(held), None),
            other => (None, other),
        };
        let is_above = move |it: &&Arc<RoleAssignment>| scope::is_at_or_above(world, it.scope.key(), target);
        let few = few.into_iter().flat_map(Table::values).filter(is_above);
        let by_spelling = many.into_iter().flat_map(move |held| scope::at_and_above(target).flat_map(move |key| at(held, key)));
        let is_group_above = move |it: &&Arc<RoleAssignment>| it.scope != *target && is_above(it);
        few.chain(by_spelling).chain(many.into_iter().flat_map(at_groups).filter(is_group_above))
    }

    /// Returns how many assignments count for the limit of the subscription or management group with this key.
    pub fn count_in(&self, limit_key: &str) -> usize {
        self.counts.get(limit_key).copied().unwrap_or_default()
    }

    fn count(&mut self, scope: &ResourceId, change: isize) {
        if let Some(key) = limit_key(scope) {
            let count = self.count_in(&key).saturating_add_signed(change);
            self.counts.insert(key, count);
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

fn key_of(assignment: &RoleAssignment) -> String {
    format!("{}\0{}", assignment.scope.key(), assignment.name.simple())
}

fn at<'a, 'k>(
    table: &'a Table<Arc<str>, RoleAssignment>,
    scope_key: &'k str,
) -> impl Iterator<Item = &'a Arc<RoleAssignment>> + use<'a, 'k> {
    let first = (Bound::Included(scope_key), Bound::Unbounded);
    let is_at = move |key: &str| key.strip_prefix(scope_key).is_some_and(|rest| rest.starts_with('\0'));
    table.range::<str>(first).take_while(move |(key, _)| is_at(key)).map(|(_, assignment)| assignment)
}

fn at_groups(table: &Table<Arc<str>, RoleAssignment>) -> impl Iterator<Item = &Arc<RoleAssignment>> {
    let first = (Bound::Included(KEY_PREFIX), Bound::Unbounded);
    let at_prefix = table.range::<str>(first).take_while(|(key, _)| key.starts_with(KEY_PREFIX));
    at_prefix.map(|(_, assignment)| assignment).filter(|it| scope::group_of(it.scope.key()).is_some())
}

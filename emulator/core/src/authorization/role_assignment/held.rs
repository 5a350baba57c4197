//! What one principal holds.
//!
//! Most principals hold a few assignments, and those are looked through one by one; of a principal with many, each scope
//! above the one asked about is looked up. Every decision asks, so the first way allocates nothing.

use super::RoleAssignment;
use super::table::{InOrder, at, key_of};
use crate::authorization::scope;
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// How many assignments are few. Our own choice: a scope has some six above it, and each is looked up in a tree.
const FEW_MAX: usize = 16;

/// The assignments of one principal, by scope and name.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// INVARIANT: in order, and `FEW_MAX` at most.
    Few(Arc<[Arc<RoleAssignment>]>),
    /// INVARIANT: keyed as `key_of` has it, and more than `FEW_MAX`.
    Many(InOrder),
}

impl Default for Held {
    fn default() -> Self {
        Self::Few(Arc::new([]))
    }
}

impl Held {
    /// Returns the same with one assignment more.
    pub(super) fn with(&self, key: Arc<str>, assignment: Arc<RoleAssignment>) -> Self {
        match self {
            Self::Few(few) if few.len() < FEW_MAX => {
                let place = few.partition_point(|it| key_of(it).as_str() < &*key);
                let (before, after) = few.split_at(place);
                Self::Few(before.iter().cloned().chain([assignment]).chain(after.iter().cloned()).collect())
            }
            Self::Few(few) => {
                let mut many = InOrder::default();
                few.iter().for_each(|it| many.insert(key_of(it).into(), it.clone()));
                many.insert(key, assignment);
                Self::Many(many)
            }
            Self::Many(many) => {
                let mut many = many.clone();
                many.insert(key, assignment);
                Self::Many(many)
            }
        }
    }

    /// Returns the same without the assignment of this key; `None` when nothing is left.
    pub(super) fn without(&self, key: &str) -> Option<Self> {
        let left = match self {
            Self::Few(few) => Self::Few(few.iter().filter(|it| key_of(it) != key).cloned().collect()),
            Self::Many(many) => {
                let mut many = many.clone();
                many.remove(key);
                if many.len() <= FEW_MAX { Self::Few(many.values().cloned().collect()) } else { Self::Many(many) }
            }
        };
        (!matches!(&left, Self::Few(few) if few.is_empty())).then_some(left)
    }

    /// Returns all of them, if they are few.
    pub(super) fn few(&self) -> Option<&[Arc<RoleAssignment>]> {
        match self {
            Self::Few(few) => Some(few),
            Self::Many(_) => None,
        }
    }

    /// Returns all of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<RoleAssignment>> {
        let (few, many) = self.parts();
        few.iter().chain(many.into_iter().flat_map(InOrder::values))
    }

    /// Returns those made at exactly this scope.
    pub(super) fn at<'a>(&'a self, scope: &'a ResourceId) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        let (few, many) = self.parts();
        few.iter().filter(|it| it.scope == *scope).chain(many.into_iter().flat_map(|many| at(many, scope.key())))
    }

    /// Returns those made at the scope or above it, both of the directory of `tenant`.
    pub(super) fn at_or_above<'a>(
        &'a self,
        world: &'a World,
        tenant: Uuid,
        target: &'a ResourceId,
    ) -> impl Iterator<Item = &'a Arc<RoleAssignment>> {
        let (few, many) = self.parts();
        let few = few.iter().filter(move |it| scope::is_at_or_above(world, tenant, it.scope.key(), target));
        let by_spelling = many.into_iter().flat_map(|many| scope::at_and_above(target).flat_map(|key| at(many, key)));
        let at_groups = many.into_iter().flat_map(move |many| {
            let keys = management_group::keys_above(world, tenant, target);
            keys.into_iter().flat_map(|key| at(many, &key).collect::<Vec<_>>())
        });
        few.chain(by_spelling).chain(at_groups)
    }

    fn parts(&self) -> (&[Arc<RoleAssignment>], Option<&InOrder>) {
        match self {
            Self::Few(few) => (few, None),
            Self::Many(many) => (&[], Some(many)),
        }
    }
}

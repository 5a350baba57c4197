//! What of a list its caller may read: a list shows no resource that a GET of it would refuse.
//!
//! A decision is made once for all resources of one type at one place. One of its own is made only of those at which the
//! caller holds a role or a deny assignment stands, so a list of a hundred thousand costs a look-up for each.

use super::require;
use crate::resource_id::ResourceId;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The right of one caller to read the resources of a list, and what was decided about it so far.
#[derive(Debug)]
pub struct Readable<'a> {
    world: &'a World,
    caller: Uuid,
    /// The keys of the scopes at which the decision may be another than beside them.
    of_their_own: BTreeSet<&'a str>,
    /// By action, then by the key of the scope above.
    decided: BTreeMap<&'static str, BTreeMap<Box<str>, bool>>,
}

impl<'a> Readable<'a> {
    /// Begins with nothing decided.
    pub fn by(world: &'a World, caller: Uuid) -> Self {
        let held = require::held(world, caller).map(|it| &**it.scope.key());
        let denied = world.deny_assignments.values().map(|it| &**it.scope.key());
        Self { world, caller, of_their_own: held.chain(denied).collect(), decided: BTreeMap::new() }
    }

    /// Returns whether the caller may do `action` at `id`, which is directly below a scope of the list or a group of it.
    pub fn allows(&mut self, action: &'static str, id: &ResourceId) -> bool {
        let above = id.parent_key().filter(|_| !self.of_their_own.contains(&**id.key()));
        let known = above.and_then(|above| self.decided.get(action)?.get(above).copied());
        if let Some(known) = known {
            return known;
        }
        let decision = require::is_allowed(self.world, self.caller, action, id);
        if let Some(above) = above {
            self.decided.entry(action).or_default().insert(above.into(), decision);
        }
        decision
    }

    /// Returns the keys of the resource groups in which the caller may read something that a role was given at.
    pub fn groups_of_what_is_held(&self) -> BTreeSet<&'a str> {
        let is_readable = |scope: &ResourceId| {
            let action = scope.resource_type().map(|it| format!("{it}/read"));
            action.is_some_and(|action| require::is_allowed(self.world, self.caller, &action, scope))
        };
        let held = require::held(self.world, self.caller).map(|it| &it.scope);
        held.filter_map(|scope| scope.resource_group_key().filter(|_| is_readable(scope))).collect()
    }
}

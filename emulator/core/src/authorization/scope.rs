//! Which scope stands above which: by the spelling of ids, and by the tree of management groups.
//!
//! What is held at a scope is inherited by everything below it. Allocates nothing where no management group is
//! involved, because every decision asks.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/scope-overview>.

use crate::resource_id::{ResourceId, key_is_at_or_below, parent_of_key};
use crate::resources::management_group;
use crate::world::World;
use uuid::Uuid;

/// Returns whether the scope with the key `upper` is `lower` or stands above it.
pub fn is_at_or_above(world: &World, upper: &str, lower: &ResourceId) -> bool {
    key_is_at_or_below(lower.key(), upper) || group_of(upper).is_some_and(|name| management_group::is_at_or_above(world, name, lower))
}

/// Returns the keys of the scope and of those above it by their spelling, the scope first, the root last.
pub fn at_and_above(scope: &ResourceId) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(&**scope.key()), |key| parent_of_key(key))
}

/// Returns the management group's name if the scope with this key is one, and not something inside it.
pub fn group_of(scope_key: &str) -> Option<&str> {
    scope_key.strip_prefix(management_group::KEY_PREFIX).filter(|name| !name.contains('/'))
}

/// Returns the tenant to which a scope belongs; the root and other tenant-level scopes belong to every tenant.
pub fn tenant_of(world: &World, scope: &ResourceId) -> Option<Uuid> {
    let of_group = || management_group::named_in(scope.key()).and_then(|name| management_group::tenant_of(world, name)).map(|it| it.id);
    world.tenant_of(scope).or_else(of_group)
}

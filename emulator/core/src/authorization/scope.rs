//! Which scope stands above which: by the spelling of ids, and by the tree of management groups.
//!
//! What is held at a scope is inherited by everything below it. A subscription is of one directory; the root and the
//! names of management groups are of every directory, so who asks tells which is meant. Allocates nothing where no
//! management group is involved, because every decision asks.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/scope-overview>.

use crate::resource_id::{ResourceId, key_is_at_or_below, parent_of_key};
use crate::resources::management_group;
use crate::world::World;
use uuid::Uuid;

/// Returns whether the scope with the key `upper` is `lower` or stands above it, both in the directory of `tenant`.
pub fn is_at_or_above(world: &World, tenant: Uuid, upper: &str, lower: &ResourceId) -> bool {
    key_is_at_or_below(lower.key(), upper)
        || group_of(upper).is_some_and(|name| management_group::is_at_or_above(world, tenant, name, lower))
}

/// Returns the keys of the scope and of those above it by their spelling, the scope first, the root last.
pub fn at_and_above(scope: &ResourceId) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(&**scope.key()), |key| parent_of_key(key))
}

/// Returns the management group's name if the scope with this key is one, and not something inside it.
pub fn group_of(scope_key: &str) -> Option<&str> {
    scope_key.strip_prefix(management_group::KEY_PREFIX).filter(|name| !name.contains('/'))
}

/// Returns the tenant that an entry of a world file means by its scope, where nobody asks: that of the subscription; of
/// those that have the management group the `likely` one, else the first; else the `likely` one.
pub fn tenant_meant(world: &World, scope: &ResourceId, likely: Option<Uuid>) -> Option<Uuid> {
    let of_group = || {
        let name = management_group::named_in(scope.key())?;
        let has_it = |tenant: &Uuid| management_group::tenant_with(world, *tenant, name).is_some();
        likely.into_iter().chain(world.directory.tenants().map(|it| it.id)).find(has_it)
    };
    world.tenant_of(scope).or_else(of_group).or(likely)
}

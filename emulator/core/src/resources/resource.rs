//! `/resources`: the tracked resources of all kinds in one list.
//!
//! Factories and identities are in it, what lies in a factory is not. A caller sees what the caller may read. By id a
//! resource is its own type's route, so there is nothing else here.
//! Follows <https://learn.microsoft.com/rest/api/resources/resources/list> and `arm-wire` 3.3.

use crate::authorization::readable::Readable;
use crate::resource_id::ResourceId;
use crate::resources::resource_filter::Filter;
use crate::world::{KINDS, TrackedResource, World};
use uuid::Uuid;

/// Returns the resources at and below a subscription or group that `caller` may see and that fit, by id.
pub fn list(world: &World, caller: Uuid, scope: &ResourceId, filter: Option<&Filter>) -> Vec<TrackedResource> {
    let mut readable = Readable::by(world, caller);
    let all = KINDS.iter().flat_map(|kind| (kind.tracked)(world, scope));
    let mut found: Vec<TrackedResource> = all
        .filter(|resource| filter.is_none_or(|filter| filter.fits(resource)))
        .filter(|resource| readable.allows(resource.read_action, &resource.id))
        .collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found
}

/// Returns whether there is any tracked resource at or below a scope.
pub fn is_any_in(world: &World, scope: &ResourceId) -> bool {
    KINDS.iter().any(|kind| !(kind.tracked)(world, scope).is_empty())
}

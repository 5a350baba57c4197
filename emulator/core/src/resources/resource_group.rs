//! Resource groups: put, patch, delete with everything below.
//!
//! Never another kind's table: what lies below is taken away through `world::KINDS`.
//! Follows <https://learn.microsoft.com/rest/api/resources/resource-groups> and `arm-wire` section 2.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::operation::{self, Effect};
use crate::rules::arm;
use crate::world::World;
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

/// A resource group.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceGroup {
    /// The id, with the name as it was written at creation.
    pub id: ResourceId,
    /// The normalised location.
    pub location: Arc<str>,
    /// Tags, when any were ever sent.
    pub tags: Option<Map<String, Value>>,
    /// Who manages it, when sent.
    pub managed_by: Option<Arc<str>>,
    /// Whether a deletion is under way.
    pub deleting: bool,
}

/// Returns the group, or `ResourceGroupNotFound` with the name as `id` has it.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<ResourceGroup>, Fault> {
    let scope = id.resource_group_scope().unwrap_or_else(|| id.clone());
    world.resource_groups.get(&**scope.key()).ok_or_else(|| arm::resource_group_not_found(id.resource_group().unwrap_or_default()))
}

/// Starts the deletion of a group; returns the operation's id.
pub fn delete(world: &mut World, id: &ResourceId, caller: Uuid) -> Result<Uuid, Fault> {
    let mut group = ResourceGroup::clone(get(world, id)?);
    group.deleting = true;
    let scope = group.id.clone();
    world.resource_groups.insert(scope.key().clone(), group);
    Ok(operation::start(world, caller, &scope, Effect::DeleteResourceGroup))
}

/// Takes the group and all below it away; what a deletion does at its end.
pub fn finish_deletion(world: &mut World, id: &ResourceId) {
    world.remove_at_and_below(id);
}

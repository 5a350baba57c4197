//! Long-running operations: what a 202 promises, and what its URL answers.
//!
//! An operation ends by itself when the world's clock reaches `ends_on`; polling changes nothing. Its effect happens
//! in `settle`. Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>.

use crate::data_factory::integration_runtime::managed;
use crate::resource_id::ResourceId;
use crate::timestamp::Timestamp;
use crate::world::{Due, World};
use std::sync::Arc;
use uuid::Uuid;

/// A long-running operation, kept after its end so that late polls see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The id in its URL.
    pub id: Uuid,
    /// The object id of whoever started it, who may also poll it.
    pub started_by: Uuid,
    /// The tenant in whose directory it acts.
    pub tenant_id: Uuid,
    /// What it acts on.
    pub target: ResourceId,
    /// What happens at its end.
    pub effect: Effect,
    /// When it was started.
    pub started_on: Timestamp,
    /// When it ends.
    pub ends_on: Timestamp,
    /// Whether its effect could not happen at its end.
    pub has_failed: bool,
}

/// What an operation does at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A resource group and all below it go.
    DeleteResourceGroup,
    /// Nothing: a management group is there already.
    CreateManagementGroup,
    /// A management group goes.
    DeleteManagementGroup,
    /// A managed integration runtime is started.
    StartIntegrationRuntime,
    /// A managed integration runtime is stopped.
    StopIntegrationRuntime,
}

impl Effect {
    const NAMES: [(Self, &'static str); 5] = [
        (Self::DeleteResourceGroup, "deleteResourceGroup"),
        (Self::CreateManagementGroup, "createManagementGroup"),
        (Self::DeleteManagementGroup, "deleteManagementGroup"),
        (Self::StartIntegrationRuntime, "startIntegrationRuntime"),
        (Self::StopIntegrationRuntime, "stopIntegrationRuntime"),
    ];

    /// Returns the name in a world file.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(effect, _)| *effect == self).map_or("", |(_, name)| name)
    }

    /// Returns the effect with this name in a world file.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(effect, _)| *effect)
    }
}

impl Operation {
    /// Returns whether it is over at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_on <= now
    }
}

/// How many operations a world remembers; the oldest that are over are forgotten, then the oldest whose end changes
/// nothing. What is left beyond that is at most one for each resource. Our own bound.
pub const REMEMBERED_MAX: usize = 1_000;

/// Starts an operation that ends `operationDuration` from now; returns its id.
pub fn start(world: &mut World, started_by: Uuid, target: &ResourceId, effect: Effect) -> Uuid {
    let id = world.ids.next_guid();
    let ends_on = world.now.plus(world.settings.operation_duration);
    let tenant_id = tenant_of(world, started_by, target);
    let operation =
        Operation { id, started_by, tenant_id, target: target.clone(), effect, started_on: world.now, ends_on, has_failed: false };
    world.due.insert((ends_on, Due::Operation(id)), ());
    // Before it is there: nothing waits for it yet.
    forget_oldest(world);
    world.operations.insert(id, operation);
    id
}

/// Says that the effect of an operation could not happen.
pub fn fails(world: &mut World, id: Uuid) {
    if let Some(operation) = world.operations.get(&id).cloned() {
        world.operations.insert(id, Operation { has_failed: true, ..Operation::clone(&operation) });
    }
}

/// Returns the tenant in whose directory an operation acts: that of the subscription, else that of who started it.
pub fn tenant_of(world: &World, started_by: Uuid, target: &ResourceId) -> Uuid {
    world.tenant_of(target).or_else(|| world.directory.tenant_of(started_by)).unwrap_or_default()
}

/// Forgets what was done with `target` before it was made anew: the URLs of those operations tell nothing of it.
pub fn forget(world: &mut World, target: &ResourceId) {
    let of_target: Vec<_> = world.operations.values().filter(|it| it.target == *target).map(|it| (it.ends_on, it.id)).collect();
    for (ends_on, id) in of_target {
        world.operations.remove(&id);
        world.due.remove(&(ends_on, Due::Operation(id)));
    }
}

/// Returns the operation with this effect on `target`, in the directory of a tenant, that is not over yet.
pub fn under_way(world: &World, tenant: Uuid, target: &ResourceId, effect: Effect) -> Option<Uuid> {
    let operations = world.due.iter().filter_map(|((_, due), _)| if let Due::Operation(id) = due { Some(*id) } else { None });
    let is_meant = |it: &Arc<Operation>| it.effect == effect && it.target == *target && it.tenant_id == tenant;
    operations.into_iter().find(|id| world.operations.get(id).is_some_and(is_meant))
}

/// Returns the newest operation with this effect on `target`, in the directory of a tenant, that is still remembered.
pub fn newest<'a>(world: &'a World, tenant: Uuid, target: &ResourceId, effect: Effect) -> Option<&'a Arc<Operation>> {
    let is_meant = |it: &&Arc<Operation>| it.effect == effect && it.target == *target && it.tenant_id == tenant;
    world.operations.values().filter(is_meant).max_by_key(|it| it.started_on)
}

/// Returns the deletions of groups in a subscription that are still remembered.
pub fn group_deletions<'a>(world: &'a World, subscription: &'a ResourceId) -> impl Iterator<Item = &'a Arc<Operation>> {
    let all = world.operations.values().filter(|it| it.effect == Effect::DeleteResourceGroup);
    all.filter(|it| it.target.is_at_or_below(subscription))
}

/// Makes room for one more.
fn forget_oldest(world: &mut World) {
    let Some(too_many) = (world.operations.len() + 1).checked_sub(REMEMBERED_MAX).filter(|too_many| *too_many > 0) else { return };
    let is_due = |it: &Operation| world.due.contains(&(it.ends_on, Due::Operation(it.id)));
    let changes_nothing = |it: &&Arc<Operation>| !is_due(it) || !changes_something(world, it);
    let mut forgotten: Vec<_> = world.operations.values().filter(changes_nothing).map(|it| (is_due(it), it.ends_on, it.id)).collect();
    forgotten.sort_unstable();
    for (_, ends_on, id) in forgotten.into_iter().take(too_many) {
        world.due.remove(&(ends_on, Due::Operation(id)));
        world.operations.remove(&id);
    }
}

/// Whether something happens when an operation that is under way ends.
fn changes_something(world: &World, operation: &Operation) -> bool {
    match operation.effect {
        Effect::CreateManagementGroup => false,
        Effect::DeleteResourceGroup | Effect::DeleteManagementGroup => true,
        Effect::StartIntegrationRuntime | Effect::StopIntegrationRuntime => managed::waits_for(world, operation),
    }
}

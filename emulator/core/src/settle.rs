//! What becomes due as time passes, oldest first; the only code in which time advances anything.
//!
//! Settling to noon and then to one o'clock equals settling to one o'clock.

use crate::data_factory::integration_runtime::managed;
use crate::resources::management_group;
use crate::resources::operation::Effect;
use crate::resources::resource_group;
use crate::timestamp::Timestamp;
use crate::world::World;

/// Moves the world's clock to `now` and makes everything happen that is due by then. Never moves it back.
pub fn settle(world: &mut World, now: Timestamp) {
    while let Some((at, id)) = next_due(world, now) {
        world.due.remove(&(at, id));
        world.now = world.now.max(at);
        let Some(operation) = world.operations.get(&id).cloned() else { continue };
        match operation.effect {
            Effect::DeleteResourceGroup => resource_group::finish_deletion(world, &operation.target),
            Effect::CreateManagementGroup => {}
            Effect::DeleteManagementGroup => management_group::finish_deletion(world, operation.target.name()),
            Effect::StartIntegrationRuntime | Effect::StopIntegrationRuntime => managed::finish(world, &operation),
        }
    }
    world.now = world.now.max(now);
}

fn next_due(world: &World, now: Timestamp) -> Option<(Timestamp, uuid::Uuid)> {
    world.due.iter().next().map(|(key, _)| *key).filter(|(at, _)| *at <= now)
}

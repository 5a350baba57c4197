//! What becomes due as time passes, oldest first; the only code in which time advances anything.
//!
//! Settling to noon and then to one o'clock equals settling to one o'clock.

use crate::authorization::schedule;
use crate::data_factory::integration_runtime::managed;
use crate::data_factory::node::heartbeat;
use crate::resources::management_group;
use crate::resources::operation::{self, Effect};
use crate::resources::resource_group;
use crate::timestamp::Timestamp;
use crate::world::{Due, World};

/// Moves the world's clock to `now` and makes everything happen that is due by then. Never moves it back.
pub fn settle(world: &mut World, now: Timestamp) {
    while let Some(at) = world.due_next().filter(|at| *at <= now) {
        world.now = world.now.max(at);
        let ended = world.due.first().map(|(key, _)| *key).filter(|(ends_on, _)| *ends_on <= at);
        match ended {
            Some(ended) => finish(world, ended),
            None => heartbeat::miss(world),
        }
    }
    world.now = world.now.max(now);
}

/// Makes happen what an operation that has ended was for, or what a schedule is due for.
fn finish(world: &mut World, ended: (Timestamp, Due)) {
    world.due.remove(&ended);
    let operation = match ended.1 {
        Due::Operation(id) => world.operations.get(&id).cloned(),
        Due::Schedule(tenant, name) => return schedule::fall_due(world, tenant, name),
    };
    let Some(operation) = operation else { return };
    match operation.effect {
        Effect::DeleteResourceGroup => resource_group::finish_deletion(world, &operation.target),
        Effect::CreateManagementGroup => {}
        Effect::DeleteManagementGroup => {
            if !management_group::finish_deletion(world, operation.tenant_id, operation.target.name()) {
                operation::fails(world, operation.id);
            }
        }
        Effect::StartIntegrationRuntime | Effect::StopIntegrationRuntime => managed::finish(world, &operation),
    }
}

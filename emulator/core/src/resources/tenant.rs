//! Tenants as a caller sees them: the own one and, of a guest, the one that the guest comes from.
//!
//! The list is that of the caller, not of the token; a caller without any role sees none.
//! Follows <https://learn.microsoft.com/rest/api/resources/tenants/list>.

use crate::authorization::require;
use crate::directory::PrincipalKind;
use crate::directory::tenant::Tenant;
use crate::resource_id::ResourceId;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// Returns the tenants of `caller`, in the order in which the world has them.
pub fn list(world: &World, caller: Uuid) -> Vec<Arc<Tenant>> {
    let Some(principal) = world.directory.principal(caller) else { return Vec::new() };
    if !require::holds_a_role_around(world, caller, &ResourceId::root()) {
        return Vec::new();
    }
    let home = match &principal.kind {
        PrincipalKind::User(user) => user.home_tenant,
        _ => None,
    };
    let is_the_callers = |tenant: &&Arc<Tenant>| tenant.id == principal.tenant_id || Some(tenant.id) == home;
    world.directory.tenants().filter(is_the_callers).cloned().collect()
}

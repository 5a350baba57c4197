//! Elevated access: a global administrator of the directory becomes User Access Administrator at the root.
//!
//! Being a global administrator gives no role by itself; it gives this one action. It is undone by deleting the role
//! assignment. Follows <https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>.

use super::role_assignment::{self, RoleAssignmentCreateParameters};
use super::{built_in_roles, require};
use crate::directory::PrincipalKind;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::world::World;
use uuid::Uuid;

/// The action of elevating one's own access.
pub const ACTION: &str = "Microsoft.Authorization/elevateAccess/action";

/// Returns whether the principal is a user who administers the whole directory.
pub fn is_global_administrator(world: &World, principal: Uuid) -> bool {
    let principal = world.directory.principal(principal);
    principal.is_some_and(|it| matches!(&it.kind, PrincipalKind::User(user) if user.global_administrator))
}

/// Makes the caller User Access Administrator at the root; does nothing for one who is already.
///
/// # Errors
/// `Fault::Forbidden` unless the caller is a global administrator.
pub fn elevate(world: &mut World, caller: Uuid) -> Result<(), Fault> {
    let root = ResourceId::root();
    if !is_global_administrator(world, caller) {
        require::enforce(world, require::refused(world, caller, ACTION, &root))?;
    }
    let role = built_in_roles::USER_ACCESS_ADMINISTRATOR;
    if world.role_assignments.of_principal_at(caller, &root).any(|it| it.role == role) {
        return Ok(());
    }
    let name = world.ids.next_guid().to_string();
    let asked = RoleAssignmentCreateParameters {
        role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
        principal_id: caller.to_string(),
        ..Default::default()
    };
    role_assignment::put(world, &root, &name, asked, Some(caller)).map(|_| ())
}

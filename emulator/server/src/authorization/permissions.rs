//! The caller's own permissions at a scope: the permission objects of each role that applies, not merged.
//!
//! Those of a resource group and of a resource (`Permissions_ListForResourceGroup`, `Permissions_ListForResource`) are
//! the same requests.

use super::role_definition::PermissionShape;
use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::require;
use adf_emulator_core::world::World;
use axum::http::Method;

/// The operations of permissions.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "Permissions_List",
    method: Method::GET,
    path: "/{scope}/providers/Microsoft.Authorization/permissions",
    access: Access::Action("Microsoft.Authorization/permissions/read"),
    run: Run::Read(list),
    note: "",
    versions: Versions::All,
}];

/// `GET {scope}/providers/Microsoft.Authorization/permissions`
/// <https://learn.microsoft.com/rest/api/authorization/permissions/list-for-resource-group>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let held = require::permissions(world, request.caller.object_id, &request.target);
    Ok(List::page(held.map(|it| PermissionShape::new(it, &request.api_version)).collect(), request))
}

//! `POST /providers/Microsoft.Authorization/elevateAccess`: 200 without a body.
//!
//! Who may is the core's.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::elevated_access;
use adf_emulator_core::world::World;
use axum::http::Method;

/// The operations of elevated access.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "GlobalAdministrator_ElevateAccess",
    method: Method::POST,
    path: "/providers/Microsoft.Authorization/elevateAccess",
    access: Access::Action(elevated_access::ACTION),
    run: Run::Write(elevate),
    note: "for users with globalAdministrator",
    versions: Versions::All,
}];

/// `POST /providers/Microsoft.Authorization/elevateAccess`
/// <https://learn.microsoft.com/rest/api/authorization/global-administrator/elevate-access>
fn elevate(world: &mut World, request: &ArmRequest) -> Answer {
    elevated_access::elevate(world, request.caller.object_id).map(|()| Reply::empty_ok())
}

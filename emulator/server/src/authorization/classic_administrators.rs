//! Classic administrators: none, since Azure retired them in August 2024.
//!
//! The list is there because clients still ask for it.

use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::Value;

/// The operations of classic administrators.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "ClassicAdministrators_List",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/classicAdministrators",
    access: Access::Action("Microsoft.Authorization/classicAdministrators/read"),
    run: Run::Read(list),
    note: "an empty list, as in new subscriptions",
    versions: Versions::All,
}];

/// `GET /subscriptions/{subscriptionId}/providers/Microsoft.Authorization/classicAdministrators`
/// <https://learn.microsoft.com/rest/api/authorization/classic-administrators/list>
fn list(_: &World, request: &ArmRequest) -> Answer {
    Ok(List::page(Vec::<Value>::new(), request))
}

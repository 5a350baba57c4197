//! Where below a scope the caller is eligible for a role.
//!
//! Nobody needs a right for it: it shows what is the caller's own. Follows `authorization-wire` 4.5.

use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::schedule::child_resources;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};

/// The operation.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "EligibleChildResources_Get",
    method: Method::GET,
    path: "/{scope}/providers/Microsoft.Authorization/eligibleChildResources",
    access: Access::Filtered,
    run: Run::Read(get),
    note: "resources below resource groups are left out",
    versions: Versions::All,
}];

/// `GET …/eligibleChildResources`
/// <https://learn.microsoft.com/rest/api/authorization/eligible-child-resources/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let caller = (request.caller.object_id, request.caller.tenant_id);
    let all = request.query.get("$getAllChildren").is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let children = child_resources::list(world, &request.target, request.query.get("$filter"), all, caller)?;
    let shown: Vec<Value> = children.iter().map(|it| json!({ "name": &*it.display_name, "id": it.id.as_str(), "type": it.sort })).collect();
    Ok(List::page(shown, request))
}

//! What a resource provider can do, in the form that every provider has: `/providers/{namespace}/operations`.
//!
//! They are the operations that `provider_operations.rs` tells, in fewer words.

use super::provider_operations::actions;
use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};

/// The operations.
pub static OPERATIONS: &[Operation] = &[
    row("AuthorizationOperations_List", "/providers/Microsoft.Authorization/operations", "Microsoft.Authorization/operations/read"),
    row("Operations_List", "/providers/Microsoft.Management/operations", "Microsoft.Management/operations/read"),
    row("Operations_List", "/providers/Microsoft.Resources/operations", "Microsoft.Resources/operations/read"),
];

const fn row(name: &'static str, path: &'static str, action: &'static str) -> Operation {
    let note = "display names are made from the actions";
    Operation {
        name,
        method: Method::GET,
        path,
        access: Access::ActionSomewhere(action),
        run: Run::Read(list),
        note,
        versions: Versions::All,
    }
}

/// `GET /providers/{namespace}/operations`
/// <https://learn.microsoft.com/rest/api/managementgroups/operations/list>
fn list(_: &World, request: &ArmRequest) -> Answer {
    let namespace = request.path.segments().nth(1).unwrap_or_default();
    let operations: Vec<Value> = actions(namespace)
        .map(|it| {
            let resource = it.resource_type.as_deref().unwrap_or(namespace);
            json!({ "name": it.name, "isDataAction": it.is_data, "display": { "provider": namespace, "resource": resource,
                "operation": it.display_name, "description": it.display_name } })
        })
        .collect();
    Ok(List::page(operations, request))
}

//! What Microsoft.Resources has and the emulator does not have yet, but for deployments: rows that authorize and then
//! refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run, Versions};
use axum::http::Method;

const LINK: &str = "/{scope}/providers/Microsoft.Resources/links/{linkName}";

/// The operations that are not emulated.
pub static OPERATIONS: &[Operation] = &[
    row("ResourceLinks_ListAtSourceScope", Method::GET, "/{scope}/providers/Microsoft.Resources/links", "Microsoft.Resources/links/read"),
    row("ResourceLinks_Get", Method::GET, LINK, "Microsoft.Resources/links/read"),
    row("ResourceLinks_CreateOrUpdate", Method::PUT, LINK, "Microsoft.Resources/links/write"),
    row("ResourceLinks_Delete", Method::DELETE, LINK, "Microsoft.Resources/links/delete"),
    Operation::since(
        "2021-01-01",
        "Providers_RegisterAtManagementGroupScope",
        Method::POST,
        "/providers/Microsoft.Management/managementGroups/{groupId}/providers/{resourceProviderNamespace}/register",
        Access::Action("Microsoft.Management/managementGroups/write"),
        Run::NotEmulated,
    ),
    anywhere(
        "checkResourceName",
        Method::POST,
        "/providers/Microsoft.Resources/checkResourceName",
        "Microsoft.Resources/checkResourceName/action",
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "", versions: Versions::All }
}

/// What belongs to no scope is allowed to whoever is allowed it somewhere.
const fn anywhere(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::ActionSomewhere(action), run: Run::NotEmulated, note: "", versions: Versions::All }
}

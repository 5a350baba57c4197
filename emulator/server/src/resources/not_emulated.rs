//! What Microsoft.Resources has and the emulator does not have yet, but for deployments: rows that authorize and then
//! refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run};
use axum::http::Method;

const TAG_NAME: &str = "/subscriptions/{subscriptionId}/tagNames/{tagName}";
const TAG_VALUE: &str = "/subscriptions/{subscriptionId}/tagNames/{tagName}/tagValues/{tagValue}";
const LINK: &str = "/{scope}/providers/Microsoft.Resources/links/{linkName}";

/// The operations that are not emulated.
pub static OPERATIONS: &[Operation] = &[
    row("Tags_List", Method::GET, "/subscriptions/{subscriptionId}/tagNames", "Microsoft.Resources/subscriptions/tagNames/read"),
    row("Tags_CreateOrUpdate", Method::PUT, TAG_NAME, "Microsoft.Resources/subscriptions/tagNames/write"),
    row("Tags_Delete", Method::DELETE, TAG_NAME, "Microsoft.Resources/subscriptions/tagNames/delete"),
    row("Tags_CreateOrUpdateValue", Method::PUT, TAG_VALUE, "Microsoft.Resources/subscriptions/tagNames/tagValues/write"),
    row("Tags_DeleteValue", Method::DELETE, TAG_VALUE, "Microsoft.Resources/subscriptions/tagNames/tagValues/delete"),
    row("ResourceLinks_ListAtSourceScope", Method::GET, "/{scope}/providers/Microsoft.Resources/links", "Microsoft.Resources/links/read"),
    row("ResourceLinks_Get", Method::GET, LINK, "Microsoft.Resources/links/read"),
    row("ResourceLinks_CreateOrUpdate", Method::PUT, LINK, "Microsoft.Resources/links/write"),
    row("ResourceLinks_Delete", Method::DELETE, LINK, "Microsoft.Resources/links/delete"),
    row(
        "Providers_RegisterAtManagementGroupScope",
        Method::POST,
        "/providers/Microsoft.Management/managementGroups/{groupId}/providers/{resourceProviderNamespace}/register",
        "Microsoft.Management/managementGroups/write",
    ),
    anywhere("Operations_List", Method::GET, "/providers/Microsoft.Resources/operations", "Microsoft.Resources/operations/read"),
    anywhere(
        "checkResourceName",
        Method::POST,
        "/providers/Microsoft.Resources/checkResourceName",
        "Microsoft.Resources/checkResourceName/action",
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "" }
}

/// What belongs to no scope is allowed to whoever is allowed it somewhere.
const fn anywhere(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::ActionSomewhere(action), run: Run::NotEmulated, note: "" }
}

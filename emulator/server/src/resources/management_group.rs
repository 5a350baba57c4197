//! Management groups, which are not served yet: rows that authorize and then refuse by name.
//!
//! The world knows them, for scopes and inheritance. Names are those of the API description.

use crate::arm::routes::{Access, Operation, Run};
use axum::http::Method;

const READ: &str = "Microsoft.Management/managementGroups/read";
const GROUP: &str = "/providers/Microsoft.Management/managementGroups/{groupId}";
const SETTINGS: &str = "/providers/Microsoft.Management/managementGroups/{groupId}/settings/default";
const SUBSCRIPTION: &str = "/providers/Microsoft.Management/managementGroups/{groupId}/subscriptions/{subscriptionId}";

/// The operations of management groups.
pub static OPERATIONS: &[Operation] = &[
    row("ManagementGroups_List", Method::GET, "/providers/Microsoft.Management/managementGroups", READ),
    row("ManagementGroups_Get", Method::GET, GROUP, READ),
    row("ManagementGroups_CreateOrUpdate", Method::PUT, GROUP, "Microsoft.Management/managementGroups/write"),
    row("ManagementGroups_Update", Method::PATCH, GROUP, "Microsoft.Management/managementGroups/write"),
    row("ManagementGroups_Delete", Method::DELETE, GROUP, "Microsoft.Management/managementGroups/delete"),
    row(
        "ManagementGroups_GetDescendants",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups/{groupId}/descendants",
        "Microsoft.Management/managementGroups/descendants/read",
    ),
    row(
        "ManagementGroupSubscriptions_GetSubscriptionsUnderManagementGroup",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups/{groupId}/subscriptions",
        "Microsoft.Management/managementGroups/subscriptions/read",
    ),
    row(
        "ManagementGroupSubscriptions_GetSubscription",
        Method::GET,
        SUBSCRIPTION,
        "Microsoft.Management/managementGroups/subscriptions/read",
    ),
    row("ManagementGroupSubscriptions_Create", Method::PUT, SUBSCRIPTION, "Microsoft.Management/managementGroups/subscriptions/write"),
    row("ManagementGroupSubscriptions_Delete", Method::DELETE, SUBSCRIPTION, "Microsoft.Management/managementGroups/subscriptions/delete"),
    row(
        "HierarchySettings_List",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups/{groupId}/settings",
        "Microsoft.Management/managementGroups/settings/read",
    ),
    row("HierarchySettings_Get", Method::GET, SETTINGS, "Microsoft.Management/managementGroups/settings/read"),
    row("HierarchySettings_CreateOrUpdate", Method::PUT, SETTINGS, "Microsoft.Management/managementGroups/settings/write"),
    row("HierarchySettings_Update", Method::PATCH, SETTINGS, "Microsoft.Management/managementGroups/settings/write"),
    row("HierarchySettings_Delete", Method::DELETE, SETTINGS, "Microsoft.Management/managementGroups/settings/delete"),
    row("Entities_List", Method::POST, "/providers/Microsoft.Management/getEntities", "Microsoft.Management/getEntities/action"),
    row(
        "CheckNameAvailability",
        Method::POST,
        "/providers/Microsoft.Management/checkNameAvailability",
        "Microsoft.Management/checkNameAvailability/action",
    ),
    row(
        "StartTenantBackfill",
        Method::POST,
        "/providers/Microsoft.Management/startTenantBackfill",
        "Microsoft.Management/startTenantBackfill/action",
    ),
    row(
        "TenantBackfillStatus",
        Method::POST,
        "/providers/Microsoft.Management/tenantBackfillStatus",
        "Microsoft.Management/tenantBackfillStatus/action",
    ),
    row("Operations_List", Method::GET, "/providers/Microsoft.Management/operations", "Microsoft.Management/operations/read"),
    row(
        "OperationResults_GetAtManagementGroupScope",
        Method::GET,
        "/providers/Microsoft.Management/operationResults/{operation}/managementGroups/{groupId}",
        READ,
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "" }
}

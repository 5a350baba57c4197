//! How many role assignments a subscription has, and how many it may have.
//!
//! Follows `authorization-wire` 1.2, A7.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::rules::role_assignments::PER_SUBSCRIPTION_MAX;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::json;

/// The operations of usage metrics.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "RoleAssignmentMetrics_GetMetricsForSubscription",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/roleAssignmentsUsageMetrics",
    access: Access::Action("Microsoft.Authorization/roleAssignments/read"),
    run: Run::Read(get),
    note: "",
    versions: Versions::All,
}];

/// `GET /subscriptions/{subscriptionId}/providers/Microsoft.Authorization/roleAssignmentsUsageMetrics`
/// <https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.target.subscription_scope();
    let count = scope.map(|scope| world.role_assignments.count_in(request.caller.tenant_id, scope.key().clone())).unwrap_or_default();
    Ok(Reply::ok(&json!({
        "subscriptionId": request.target.subscription(),
        "roleAssignmentsLimit": PER_SUBSCRIPTION_MAX,
        "roleAssignmentsCurrentCount": count,
        "roleAssignmentsRemainingCount": PER_SUBSCRIPTION_MAX.saturating_sub(count),
    })))
}

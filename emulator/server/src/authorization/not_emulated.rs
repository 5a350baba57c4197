//! What Microsoft.Authorization does and the emulator does not: rows that authorize and then refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run};
use axum::http::Method;

/// The operations.
pub static OPERATIONS: &[Operation] = &[
    not_emulated(
        "EligibleChildResources_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/eligibleChildResources",
        "Microsoft.Authorization/eligibleChildResources/read",
    ),
    not_emulated(
        "RoleManagementPolicies_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies",
        "Microsoft.Authorization/roleManagementPolicies/read",
    ),
    not_emulated(
        "RoleManagementPolicies_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/read",
    ),
    not_emulated(
        "RoleManagementPolicies_Update",
        Method::PATCH,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/write",
    ),
    not_emulated(
        "RoleManagementPolicies_Delete",
        Method::DELETE,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicies/{roleManagementPolicyName}",
        "Microsoft.Authorization/roleManagementPolicies/delete",
    ),
    not_emulated(
        "RoleManagementPolicyAssignments_ListForScope",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments",
        "Microsoft.Authorization/roleManagementPolicyAssignments/read",
    ),
    not_emulated(
        "RoleManagementPolicyAssignments_Get",
        Method::GET,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/read",
    ),
    not_emulated(
        "RoleManagementPolicyAssignments_Create",
        Method::PUT,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/write",
    ),
    not_emulated(
        "RoleManagementPolicyAssignments_Delete",
        Method::DELETE,
        "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
        "Microsoft.Authorization/roleManagementPolicyAssignments/delete",
    ),
];

const fn not_emulated(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "" }
}

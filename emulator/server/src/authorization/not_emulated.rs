//! What Microsoft.Authorization does and the emulator does not: rows that authorize and then refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run};
use axum::http::Method;

/// The operations.
pub static OPERATIONS: &[Operation] = &[not_emulated(
    "RoleManagementPolicyAssignments_Delete",
    Method::DELETE,
    "/{scope}/providers/Microsoft.Authorization/roleManagementPolicyAssignments/{roleManagementPolicyAssignmentName}",
    "Microsoft.Authorization/roleManagementPolicyAssignments/delete",
)];

const fn not_emulated(name: &'static str, method: Method, path: &'static str, action: &'static str) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run: Run::NotEmulated, note: "" }
}

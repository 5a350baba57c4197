//! What Microsoft.ManagedIdentity does and the emulator does not yet: rows that authorize and then refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run, Versions};
use axum::http::Method;

/// A path of one identity. A macro, because the rows are constants and `concat!` takes nothing but literals.
macro_rules! of_identity {
    ($rest:literal) => {
        concat!(
            "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}",
            "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
            $rest
        )
    };
}

/// The operations that are not emulated.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        versions: Versions::Only(&["2022-01-31-preview", "2021-09-30-preview"]),
        name: "UserAssignedIdentities_ListAssociatedResources",
        method: Method::POST,
        path: of_identity!("/listAssociatedResources"),
        access: Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/listAssociatedResources/action"),
        run: Run::NotEmulated,
        note: "",
    },
    row(
        "SystemAssignedIdentities_GetByScope",
        Method::GET,
        "/{scope}/providers/Microsoft.ManagedIdentity/identities/default",
        Access::Action("Microsoft.ManagedIdentity/identities/read"),
    ),
    row(
        "Operations_List",
        Method::GET,
        "/providers/Microsoft.ManagedIdentity/operations",
        Access::ActionSomewhere("Microsoft.ManagedIdentity/operations/read"),
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, access: Access) -> Operation {
    Operation { name, method, path, access, run: Run::NotEmulated, note: "", versions: Versions::All }
}

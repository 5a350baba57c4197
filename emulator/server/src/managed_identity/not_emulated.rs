//! What Microsoft.ManagedIdentity does and the emulator does not yet: rows that authorize and then refuse by name.
//!
//! Names are those of the API descriptions. A row leaves when its kind gets a file of its own.

use crate::arm::routes::{Access, Operation, Run};
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

const CREDENTIALS: &str = of_identity!("/federatedIdentityCredentials");
const CREDENTIAL: &str = of_identity!("/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}");
const CREDENTIALS_READ: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read";
const CREDENTIALS_WRITE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write";
const CREDENTIALS_DELETE: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete";

/// The operations that are not emulated.
pub static OPERATIONS: &[Operation] = &[
    row("FederatedIdentityCredentials_List", Method::GET, CREDENTIALS, Access::Action(CREDENTIALS_READ)),
    row("FederatedIdentityCredentials_Get", Method::GET, CREDENTIAL, Access::Action(CREDENTIALS_READ)),
    row("FederatedIdentityCredentials_CreateOrUpdate", Method::PUT, CREDENTIAL, Access::Action(CREDENTIALS_WRITE)),
    row("FederatedIdentityCredentials_Delete", Method::DELETE, CREDENTIAL, Access::Action(CREDENTIALS_DELETE)),
    row(
        "UserAssignedIdentities_ListAssociatedResources",
        Method::POST,
        of_identity!("/listAssociatedResources"),
        Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/listAssociatedResources/action"),
    ),
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
    Operation { name, method, path, access, run: Run::NotEmulated, note: "" }
}

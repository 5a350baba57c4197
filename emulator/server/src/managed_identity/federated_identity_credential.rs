//! Federated credentials of user-assigned identities on the wire.
//!
//! Ids have `resourcegroups` in lower case, and a 201 a relative `Location`, as those of the identities: `arm-wire` 3.7.

use super::user_assigned_identity::printed;
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::managed_identity::federated_identity_credential::{self, FederatedIdentityCredential, RESOURCE_TYPE};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;

const READ: Access = Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read");
const WRITE: Access = Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write");
const DELETE: Access = Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete");
const LIST_PATH: &str = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials";
const PATH: &str = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}";

/// The operations of federated credentials.
pub static OPERATIONS: &[Operation] = &[
    Operation::new("FederatedIdentityCredentials_List", Method::GET, LIST_PATH, READ, Run::Read(list)),
    Operation::new("FederatedIdentityCredentials_CreateOrUpdate", Method::PUT, PATH, WRITE, Run::Write(create_or_update)),
    Operation::new("FederatedIdentityCredentials_Get", Method::GET, PATH, READ, Run::Read(get)),
    Operation::new("FederatedIdentityCredentials_Delete", Method::DELETE, PATH, DELETE, Run::Write(delete)),
];

/// `GET …/federatedIdentityCredentials`
/// <https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let all = federated_identity_credential::list(world, &request.target)?;
    Ok(List::page(all.map(|credential| CredentialShape::from(&**credential)).collect(), request))
}

/// `PUT …/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let (credential, new) = federated_identity_credential::create_or_update(world, &request.target, &request.document()?)?;
    let shape = CredentialShape::from(&*credential);
    Ok(if new { Reply::created(&shape).location(&shape.id) } else { Reply::ok(&shape) })
}

/// `GET …/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    federated_identity_credential::get(world, &request.target).map(|credential| Reply::ok(&CredentialShape::from(&**credential)))
}

/// `DELETE …/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/federated-identity-credentials/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(if federated_identity_credential::delete(world, &request.target) { Reply::empty_ok() } else { Reply::no_content() })
}

#[derive(Serialize)]
struct CredentialShape<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: CredentialProperties<'a>,
}

#[derive(Serialize)]
struct CredentialProperties<'a> {
    issuer: &'a str,
    subject: &'a str,
    audiences: Vec<&'a str>,
}

impl<'a> From<&'a FederatedIdentityCredential> for CredentialShape<'a> {
    fn from(credential: &'a FederatedIdentityCredential) -> Self {
        Self {
            id: printed(&credential.id),
            name: credential.id.name(),
            resource_type: RESOURCE_TYPE,
            properties: CredentialProperties {
                issuer: &credential.issuer,
                subject: &credential.subject,
                audiences: credential.audiences.iter().map(|audience| &**audience).collect(),
            },
        }
    }
}

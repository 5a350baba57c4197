//! User-assigned identities on the wire.
//!
//! Their provider prints `resourcegroups` in lower case, and a relative `Location` on a 201: `arm-wire` 3.7.

use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::readable::Readable;
use adf_emulator_core::managed_identity::user_assigned_identity::{self, RESOURCE_TYPE, UserAssignedIdentity};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::location;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

const READ: Access = Access::Action(user_assigned_identity::READ_ACTION);
const WRITE: Access = Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/write");
const DELETE: Access = Access::Action("Microsoft.ManagedIdentity/userAssignedIdentities/delete");
const PATH: &str = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}";

/// The operations of user-assigned identities.
pub static OPERATIONS: &[Operation] = &[
    Operation::new(
        "UserAssignedIdentities_ListBySubscription",
        Method::GET,
        "/subscriptions/{subscriptionId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
        READ,
        Run::Read(list),
    ),
    Operation::new(
        "UserAssignedIdentities_ListByResourceGroup",
        Method::GET,
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
        READ,
        Run::Read(list),
    ),
    Operation::new("UserAssignedIdentities_CreateOrUpdate", Method::PUT, PATH, WRITE, Run::Write(create_or_update)),
    Operation::new("UserAssignedIdentities_Update", Method::PATCH, PATH, WRITE, Run::Write(update)),
    Operation::new("UserAssignedIdentities_Get", Method::GET, PATH, READ, Run::Read(get)),
    Operation::new("UserAssignedIdentities_Delete", Method::DELETE, PATH, DELETE, Run::Write(delete)),
];

/// `GET …/providers/Microsoft.ManagedIdentity/userAssignedIdentities`
/// <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/list-by-resource-group>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let mut readable = Readable::by(world, request.caller.object_id);
    let all =
        user_assigned_identity::list(world, &request.target).filter(|it| readable.allows(user_assigned_identity::READ_ACTION, &it.id));
    Ok(List::page(all.map(|identity| IdentityShape::of(identity, request)).collect(), request))
}

/// `PUT …/userAssignedIdentities/{resourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let (identity, new) = user_assigned_identity::create_or_update(world, &request.target, &request.document()?)?;
    let shape = IdentityShape::of(&identity, request);
    Ok(if new { Reply::created(&shape).location(&shape.id) } else { Reply::ok(&shape) })
}

/// `PATCH …/userAssignedIdentities/{resourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let identity = user_assigned_identity::update(world, &request.target, &request.document()?)?;
    Ok(Reply::ok(&IdentityShape::of(&identity, request)))
}

/// `GET …/userAssignedIdentities/{resourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    user_assigned_identity::get(world, &request.target).map(|identity| Reply::ok(&IdentityShape::of(identity, request)))
}

/// `DELETE …/userAssignedIdentities/{resourceName}`
/// <https://learn.microsoft.com/rest/api/managedidentity/user-assigned-identities/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(if user_assigned_identity::delete(world, &request.target) { Reply::empty_ok() } else { Reply::no_content() })
}

#[derive(Serialize)]
struct IdentityShape<'a> {
    id: String,
    name: &'a str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    location: &'a str,
    tags: &'a Document,
    properties: IdentityProperties<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityProperties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation_scope: Option<&'a str>,
    tenant_id: Uuid,
    principal_id: Uuid,
    client_id: Uuid,
    /// The first version has it: where the platform fetches the identity's secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_url: Option<String>,
}

impl<'a> IdentityShape<'a> {
    fn of(identity: &'a UserAssignedIdentity, request: &ArmRequest) -> Self {
        Self {
            id: printed(&identity.id),
            name: identity.id.name(),
            resource_type: RESOURCE_TYPE,
            location: &identity.location,
            tags: &identity.tags,
            properties: IdentityProperties {
                isolation_scope: identity.isolation_scope.as_deref(),
                tenant_id: identity.tenant_id,
                principal_id: identity.principal_id,
                client_id: identity.client_id,
                client_secret_url: (!is_at_least(&request.api_version, "2018-11-30")).then(|| client_secret_url(identity)),
            },
        }
    }
}

fn client_secret_url(identity: &UserAssignedIdentity) -> String {
    let UserAssignedIdentity { tenant_id, principal_id, client_id, .. } = identity;
    let (location, id) = (location::normalised(&identity.location), printed(&identity.id));
    format!("https://control-{location}.identity.azure.net{id}/credentials?tid={tenant_id}&oid={principal_id}&aid={client_id}")
}

/// Returns the id as this provider prints it.
pub(super) fn printed(id: &ResourceId) -> String {
    id.as_str().replacen("/resourceGroups/", "/resourcegroups/", 1)
}

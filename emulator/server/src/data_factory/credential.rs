//! Credentials on the wire.
//!
//! Follows `datafactory-models` 11; no answer about credentials was recorded.

use super::document::{self, DocumentResource};
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::data_factory::credential::{self, Credential};
use adf_emulator_core::world::World;
use axum::http::Method;

fn resource(credential: &Credential) -> DocumentResource<'_> {
    DocumentResource {
        id: credential.id.as_str(),
        name: credential.id.name(),
        resource_type: credential::RESOURCE_TYPE,
        properties: &credential.properties,
        etag: &credential.etag,
    }
}

/// <https://learn.microsoft.com/rest/api/datafactory/credentials/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let credential = credential::create_or_update(world, &request.target, &request.document()?, request.if_match())?;
    Ok(Reply::ok(&resource(&credential)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/credentials/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let credential = credential::get(world, &request.target)?;
    Ok(document::read(request, &credential.etag, &resource(credential)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/credentials/list-by-factory>
fn list_by_factory(world: &World, request: &ArmRequest) -> Answer {
    let credentials = credential::list_by_factory(world, &request.target)?;
    Ok(List::page(credentials.map(|credential| resource(credential)).collect(), request))
}

/// <https://learn.microsoft.com/rest/api/datafactory/credentials/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(document::deleted(credential::delete(world, &request.target)?))
}

/// The operations on credentials.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "CredentialOperations_CreateOrUpdate",
        method: Method::PUT,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/credentials/{credentialName}",
        access: Access::Action("Microsoft.DataFactory/factories/credentials/write"),
        run: Run::Write(create_or_update),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "CredentialOperations_Get",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/credentials/{credentialName}",
        access: Access::Action("Microsoft.DataFactory/factories/credentials/read"),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "CredentialOperations_ListByFactory",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/credentials",
        access: Access::Action("Microsoft.DataFactory/factories/credentials/read"),
        run: Run::Read(list_by_factory),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "CredentialOperations_Delete",
        method: Method::DELETE,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/credentials/{credentialName}",
        access: Access::Action("Microsoft.DataFactory/factories/credentials/delete"),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
];

//! Linked services on the wire.
//!
//! Secrets are masked before they are stored, so nothing here can show one. Follows `datafactory-wire` 5.

use super::document::{self, DocumentResource};
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::data_factory::linked_service::{self, LinkedService};
use adf_emulator_core::world::World;
use axum::http::Method;

fn resource(linked_service: &LinkedService) -> DocumentResource<'_> {
    DocumentResource {
        id: linked_service.id.as_str(),
        name: linked_service.id.name(),
        resource_type: linked_service::RESOURCE_TYPE,
        properties: &linked_service.properties,
        etag: &linked_service.etag,
    }
}

/// <https://learn.microsoft.com/rest/api/datafactory/linked-services/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let linked_service = linked_service::create_or_update(world, &request.target, &request.document()?, request.if_match())?;
    Ok(Reply::ok(&resource(&linked_service)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/linked-services/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let linked_service = linked_service::get(world, &request.target)?;
    Ok(document::read(request, &linked_service.etag, &resource(linked_service)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/linked-services/list-by-factory>
fn list_by_factory(world: &World, request: &ArmRequest) -> Answer {
    let linked_services = linked_service::list_by_factory(world, &request.target)?;
    Ok(List::page(linked_services.map(|linked_service| resource(linked_service)).collect(), request))
}

/// <https://learn.microsoft.com/rest/api/datafactory/linked-services/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(document::deleted(linked_service::delete(world, &request.target)?))
}

/// The operations on linked services.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "LinkedServices_CreateOrUpdate",
        method: Method::PUT,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/linkedservices/{linkedServiceName}",
        access: Access::Action("Microsoft.DataFactory/factories/linkedServices/write"),
        run: Run::Write(create_or_update),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "LinkedServices_Get",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/linkedservices/{linkedServiceName}",
        access: Access::Action("Microsoft.DataFactory/factories/linkedServices/read"),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "LinkedServices_ListByFactory",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/linkedservices",
        access: Access::Action("Microsoft.DataFactory/factories/linkedServices/read"),
        run: Run::Read(list_by_factory),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "LinkedServices_Delete",
        method: Method::DELETE,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/linkedservices/{linkedServiceName}",
        access: Access::Action("Microsoft.DataFactory/factories/linkedServices/delete"),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
];

//! Nodes of self-hosted runtimes on the wire. Registering one is not Azure's: see the control endpoints.
//!
//! Follows `datafactory-wire` 3.5; nothing of it was recorded, the shapes are the API description's.

use super::document;
use super::integration_runtime::NodeShape;
use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::data_factory::integration_runtime::status;
use adf_emulator_core::data_factory::node::{self, Node};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct IntegrationRuntimeNodeIpAddress {
    ip_address: String,
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    answer(world, request, node::get(world, &request.target)?)
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let node = node::update(world, &request.target, &request.document()?)?;
    answer(world, request, &node)
}

fn answer(world: &World, request: &ArmRequest, node: &Node) -> Answer {
    let runtime = request.target.parent().unwrap_or_else(|| request.target.clone());
    let dispatcher = status::get_status(world, &runtime)?.dispatcher();
    Ok(Reply::ok(&NodeShape::of(node, dispatcher.is_some_and(|dispatcher| dispatcher.id == node.id))))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(document::deleted(node::delete(world, &request.target)?))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes/get-ip-address>
fn get_ip_address(world: &World, request: &ArmRequest) -> Result<Reply, Fault> {
    let node = node::get(world, &request.target)?;
    Ok(Reply::ok(&IntegrationRuntimeNodeIpAddress { ip_address: node.ip_address() }))
}

const NODE: &str = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/integrationRuntimes/{integrationRuntimeName}/nodes/{nodeName}";

/// The operations on nodes.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "IntegrationRuntimeNodes_Get",
        method: Method::GET,
        path: NODE,
        access: Access::Action("Microsoft.DataFactory/factories/integrationruntimes/nodes/read"),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "IntegrationRuntimeNodes_Update",
        method: Method::PATCH,
        path: NODE,
        access: Access::Action("Microsoft.DataFactory/factories/integrationruntimes/nodes/write"),
        run: Run::Write(update),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "IntegrationRuntimeNodes_Delete",
        method: Method::DELETE,
        path: NODE,
        access: Access::Action("Microsoft.DataFactory/factories/integrationruntimes/nodes/delete"),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "IntegrationRuntimeNodes_GetIpAddress",
        method: Method::POST,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/integrationRuntimes/{integrationRuntimeName}/nodes/{nodeName}/ipAddress",
        access: Access::Action("Microsoft.DataFactory/factories/integrationruntimes/nodes/ipAddress/action"),
        run: Run::Read(get_ip_address),
        note: "the address is made up",
        versions: Versions::All,
    },
];

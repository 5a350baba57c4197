//! Integration runtimes on the wire: documents, keys, links and update settings.
//!
//! What `getStatus` and `monitoringData` print is in `status.rs`, start and stop with their operations in
//! `managed.rs`. Follows `datafactory-wire` 3 and 4.

mod managed;
mod status;

use super::document::{self, DocumentResource};
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::data_factory::authentication_key::KeyName;
use adf_emulator_core::data_factory::integration_runtime::{self, IntegrationRuntime, network};
use adf_emulator_core::data_factory::link;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde::Serialize;

pub use status::NodeShape;

/// The keys, or the one that was regenerated.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct IntegrationRuntimeAuthKeys<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_key1: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_key2: Option<&'a str>,
}

fn resource<'a>(runtime: &'a IntegrationRuntime, properties: &'a Document) -> DocumentResource<'a> {
    DocumentResource {
        id: runtime.id.as_str(),
        name: runtime.name(),
        resource_type: integration_runtime::RESOURCE_TYPE,
        properties,
        etag: &runtime.etag,
    }
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let body = request.document()?;
    network::require_join(world, request.caller.object_id, &request.target, &body)?;
    let runtime = integration_runtime::create_or_update(world, &request.target, &body, request.if_match())?;
    Ok(Reply::ok(&resource(&runtime, &runtime.printed_properties())))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let runtime = integration_runtime::update(world, &request.target, &request.document()?)?;
    Ok(Reply::ok(&resource(&runtime, &runtime.printed_properties())))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let runtime = integration_runtime::get(world, &request.target)?;
    Ok(document::read(request, &runtime.etag, &resource(runtime, &runtime.printed_properties())))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/list-by-factory>
fn list_by_factory(world: &World, request: &ArmRequest) -> Answer {
    let runtimes = integration_runtime::list_by_factory(world, &request.target)?;
    let runtimes: Vec<(&IntegrationRuntime, Document)> = runtimes.map(|runtime| (&**runtime, runtime.printed_properties())).collect();
    Ok(List::page(runtimes.iter().map(|(runtime, properties)| resource(runtime, properties)).collect(), request))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    Ok(document::deleted(integration_runtime::delete(world, &request.target)?))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/list-auth-keys>
fn list_auth_keys(world: &World, request: &ArmRequest) -> Answer {
    let runtime = integration_runtime::get(world, &request.target)?;
    let keys = &runtime.self_hosted("IntegrationRuntimes_ListAuthKeys")?.keys;
    Ok(Reply::ok(&IntegrationRuntimeAuthKeys { auth_key1: Some(&keys.auth_key_1), auth_key2: Some(&keys.auth_key_2) }))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/regenerate-auth-key>
fn regenerate_auth_key(world: &mut World, request: &ArmRequest) -> Answer {
    let body = request.document()?;
    let name = KeyName::parse(body.get("keyName").and_then(|name| name.as_str()))?;
    let key = integration_runtime::regenerate_auth_key(world, &request.target, name)?;
    Ok(Reply::ok(&match name {
        KeyName::AuthKey1 => IntegrationRuntimeAuthKeys { auth_key1: Some(&key), auth_key2: None },
        KeyName::AuthKey2 => IntegrationRuntimeAuthKeys { auth_key1: None, auth_key2: Some(&key) },
    }))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/sync-credentials>
fn sync_credentials(world: &World, request: &ArmRequest) -> Answer {
    // Nodes keep no credentials here, so theirs are in step.
    integration_runtime::get(world, &request.target)?.self_hosted("IntegrationRuntimes_SyncCredentials")?;
    Ok(Reply::empty_ok())
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/upgrade>
fn upgrade(world: &mut World, request: &ArmRequest) -> Answer {
    integration_runtime::upgrade(world, &request.target)?;
    Ok(Reply::empty_ok())
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/remove-links>
fn remove_links(world: &mut World, request: &ArmRequest) -> Answer {
    link::remove_links(world, &request.target, &request.document()?)?;
    Ok(Reply::empty_ok())
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/create-linked-integration-runtime>
fn create_linked_integration_runtime(world: &mut World, request: &ArmRequest) -> Answer {
    link::create_linked_integration_runtime(world, &request.target, &request.document()?)?;
    status::get_status(world, request)
}

/// A path at an integration runtime. A macro, because the rows are constants and `concat!` takes nothing but literals.
macro_rules! at_runtime {
    ($rest:literal) => {
        concat!(
            "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}",
            "/integrationRuntimes/{integrationRuntimeName}",
            $rest
        )
    };
}

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str, run: Run) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run, note: "", versions: Versions::All }
}

const WRITE: &str = "Microsoft.DataFactory/factories/integrationruntimes/write";
const READ: &str = "Microsoft.DataFactory/factories/integrationruntimes/read";

/// The operations on integration runtimes.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "IntegrationRuntimes_CreateOrUpdate",
        method: Method::PUT,
        path: at_runtime!(""),
        access: Access::Action(WRITE),
        run: Run::Write(create_or_update),
        note: "linkedInfo with authorizationType Key, and managedVirtualNetwork, are not emulated",
        versions: Versions::All,
    },
    row("IntegrationRuntimes_Update", Method::PATCH, at_runtime!(""), WRITE, Run::Write(update)),
    row("IntegrationRuntimes_Get", Method::GET, at_runtime!(""), READ, Run::Read(get)),
    row(
        "IntegrationRuntimes_ListByFactory",
        Method::GET,
        "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/integrationRuntimes",
        READ,
        Run::Read(list_by_factory),
    ),
    row(
        "IntegrationRuntimes_Delete",
        Method::DELETE,
        at_runtime!(""),
        "Microsoft.DataFactory/factories/integrationruntimes/delete",
        Run::Write(delete),
    ),
    row(
        "IntegrationRuntimes_GetStatus",
        Method::POST,
        at_runtime!("/getStatus"),
        "Microsoft.DataFactory/factories/integrationruntimes/getstatus/read",
        Run::Read(status::get_status),
    ),
    row(
        "IntegrationRuntimes_GetMonitoringData",
        Method::POST,
        at_runtime!("/monitoringData"),
        "Microsoft.DataFactory/factories/integrationruntimes/monitoringdata/read",
        Run::Read(status::get_monitoring_data),
    ),
    Operation {
        name: "IntegrationRuntimes_GetConnectionInfo",
        method: Method::POST,
        path: at_runtime!("/getConnectionInfo"),
        access: Access::Action("Microsoft.DataFactory/factories/integrationruntimes/getconnectioninfo/action"),
        run: Run::Read(status::get_connection_info),
        note: "key, token and thumbprint are stand-ins: nothing listens at a node",
        versions: Versions::All,
    },
    row(
        "IntegrationRuntimes_ListAuthKeys",
        Method::POST,
        at_runtime!("/listAuthKeys"),
        "Microsoft.DataFactory/factories/integrationruntimes/listauthkeys/action",
        Run::Read(list_auth_keys),
    ),
    row(
        "IntegrationRuntimes_RegenerateAuthKey",
        Method::POST,
        at_runtime!("/regenerateAuthKey"),
        "Microsoft.DataFactory/factories/integrationruntimes/regenerateauthkey/action",
        Run::Write(regenerate_auth_key),
    ),
    row(
        "IntegrationRuntimes_SyncCredentials",
        Method::POST,
        at_runtime!("/syncCredentials"),
        "Microsoft.DataFactory/factories/integrationruntimes/synccredentials/action",
        Run::Read(sync_credentials),
    ),
    row(
        "IntegrationRuntimes_Upgrade",
        Method::POST,
        at_runtime!("/upgrade"),
        "Microsoft.DataFactory/factories/integrationruntimes/upgrade/action",
        Run::Write(upgrade),
    ),
    row(
        "IntegrationRuntimes_RemoveLinks",
        Method::POST,
        at_runtime!("/removeLinks"),
        "Microsoft.DataFactory/factories/integrationruntimes/removelinks/action",
        Run::Write(remove_links),
    ),
    row(
        "IntegrationRuntimes_CreateLinkedIntegrationRuntime",
        Method::POST,
        at_runtime!("/linkedIntegrationRuntime"),
        "Microsoft.DataFactory/factories/integrationruntimes/linkedIntegrationRuntime/action",
        Run::Write(create_linked_integration_runtime),
    ),
    row(
        "IntegrationRuntimes_Start",
        Method::POST,
        at_runtime!("/start"),
        "Microsoft.DataFactory/factories/integrationruntimes/start/action",
        Run::Write(managed::start),
    ),
    row(
        "IntegrationRuntimes_Stop",
        Method::POST,
        at_runtime!("/stop"),
        "Microsoft.DataFactory/factories/integrationruntimes/stop/action",
        Run::Write(managed::stop),
    ),
    managed::poll(
        "IntegrationRuntimes_Start/operationStatus",
        at_runtime!("/start/operationstatuses/{operationId}"),
        managed::start_status,
    ),
    managed::poll("IntegrationRuntimes_Start/operationResult", at_runtime!("/start/operationresults/{operationId}"), managed::start_result),
    managed::poll("IntegrationRuntimes_Stop/operationStatus", at_runtime!("/stop/operationstatuses/{operationId}"), managed::stop_status),
    managed::poll("IntegrationRuntimes_Stop/operationResult", at_runtime!("/stop/operationresults/{operationId}"), managed::stop_result),
];

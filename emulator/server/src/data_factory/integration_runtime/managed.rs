//! Start and stop of managed runtimes: the 202, and what its two URLs answer.
//!
//! Whoever began the operation may follow it; so may who may read the runtime's status. The URLs keep the spelling of
//! the request, and an operation's id is 32 hex digits. Follows `datafactory-wire` 5; that a client is told to wait a
//! second is our own choice.

use super::status::IntegrationRuntimeStatusResponse;
use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::require;
use adf_emulator_core::data_factory::integration_runtime::managed::{self, Outcome};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::operation::{Effect, Operation as LongRunningOperation};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

const READ_STATUS: &str = "Microsoft.DataFactory/factories/integrationruntimes/getstatus/read";

/// What `Azure-AsyncOperation` answers.
#[derive(Debug, Serialize)]
struct OperationStatus<'a> {
    status: &'static str,
    name: String,
    properties: Option<IntegrationRuntimeStatusResponse<'a>>,
    error: Option<()>,
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/start>
pub(super) fn start(world: &mut World, request: &ArmRequest) -> Answer {
    managed::start(world, &request.target, request.caller.object_id).map(|operation| accepted(request, operation))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/stop>
pub(super) fn stop(world: &mut World, request: &ArmRequest) -> Answer {
    managed::stop(world, &request.target, request.caller.object_id).map(|operation| accepted(request, operation))
}

fn accepted(request: &ArmRequest, operation: Uuid) -> Reply {
    let url = |kind: &str| request.url(&format!("{}/{kind}/{}", request.path, operation.simple()));
    Reply::accepted().azure_async_operation(&url("operationstatuses")).location(&url("operationresults"))
}

/// Returns the row of a URL of an operation.
pub(super) const fn poll(name: &'static str, path: &'static str, run: fn(&World, &ArmRequest) -> Answer) -> Operation {
    Operation { name, method: Method::GET, path, access: Access::Starter, run: Run::Read(run), note: "", versions: Versions::All }
}

/// `Azure-AsyncOperation` of a start.
pub(super) fn start_status(world: &World, request: &ArmRequest) -> Answer {
    status(world, request, Effect::StartIntegrationRuntime)
}

/// `Azure-AsyncOperation` of a stop.
pub(super) fn stop_status(world: &World, request: &ArmRequest) -> Answer {
    status(world, request, Effect::StopIntegrationRuntime)
}

/// `Location` of a start.
pub(super) fn start_result(world: &World, request: &ArmRequest) -> Answer {
    result(world, request, Effect::StartIntegrationRuntime)
}

/// `Location` of a stop.
pub(super) fn stop_result(world: &World, request: &ArmRequest) -> Answer {
    result(world, request, Effect::StopIntegrationRuntime)
}

fn status(world: &World, request: &ArmRequest, effect: Effect) -> Answer {
    let operation = find(world, request, effect)?;
    let outcome = managed::outcome(world, operation)?;
    let is_over = !matches!(outcome, Outcome::InProgress);
    let properties = match &outcome {
        Outcome::Started(status) => Some(IntegrationRuntimeStatusResponse::of(status)),
        Outcome::InProgress | Outcome::Stopped => None,
    };
    let status = if is_over { "Succeeded" } else { "InProgress" };
    let reply = Reply::ok(&OperationStatus { status, name: operation.id.simple().to_string(), properties, error: None });
    Ok(if is_over { reply } else { reply.poll_again() })
}

fn result(world: &World, request: &ArmRequest, effect: Effect) -> Answer {
    Ok(match managed::outcome(world, find(world, request, effect)?)? {
        Outcome::InProgress => Reply::accepted().location(&request.url(request.path.as_str())),
        Outcome::Started(status) => Reply::ok(&IntegrationRuntimeStatusResponse::of(&status)),
        Outcome::Stopped => Reply::empty_ok(),
    })
}

/// Returns the operation that the path names, to who may follow it.
fn find<'a>(world: &'a World, request: &ArmRequest, effect: Effect) -> Result<&'a LongRunningOperation, Fault> {
    let runtime = runtime_of(&request.path);
    let found = managed::operation(world, &runtime, Uuid::try_parse(request.path.name()).ok(), effect, &request.path);
    if !matches!(&found, Ok(operation) if operation.started_by == request.caller.object_id) {
        require::require(world, request.caller.object_id, READ_STATUS, &runtime)?;
    }
    found
}

/// The runtime is three segments up: the operation's kind, id, and `start` or `stop`.
fn runtime_of(path: &ResourceId) -> ResourceId {
    let segments: Vec<&str> = path.segments().collect();
    let runtime = segments.get(..segments.len().saturating_sub(3)).unwrap_or_default().join("/");
    ResourceId::parse(&format!("/{runtime}")).unwrap_or_else(ResourceId::root)
}

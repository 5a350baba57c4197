//! `nodes`: self-hosted nodes, which Azure registers over a protocol that is not public.
//!
//! A node registers with an authentication key of its runtime and is Online from then on. It stays as it is set, unless
//! it sends heartbeats: then it is Offline when they stay away. What refuses is a rule, and named in a header as on Azure's
//! paths.

use adf_emulator_core::data_factory::integration_runtime::versions::is_a_version;
use adf_emulator_core::data_factory::node::{self, FIGURE_MAX, NodeStatus, NodeUpdate, Registered, Registration, heartbeat};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::world::World;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, ControlRequest, Refusal, created, no_content, not_found, ok};

/// What a node reports of itself.
const FIGURES: [&str; 4] = ["version", "availableMemoryInMB", "cpuUtilization", "concurrentJobsRunning"];

/// Registers a node: 201 when it is new, 200 when one of that name registers again.
pub fn register(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["authKey", "nodeName", "version", "machineName"])?;
    let required = |name: &str| text(&fields, name)?.ok_or_else(|| invalid(name, "it must be there"));
    let registration = Registration {
        auth_key: required("authKey")?,
        node_name: required("nodeName")?,
        version: version(&fields)?,
        machine_name: text(&fields, "machineName")?,
    };
    request.cell.update(|world| {
        let (id, is_new) = node::register(world, registration).map_err(refused)?;
        let entry = found(world, &id.to_string())?;
        Ok(if is_new { created(&shape(entry)) } else { ok(&shape(entry)) })
    })
}

/// Lists all nodes.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = node::all(&request.cell.read()).map(shape).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Returns one node.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    Ok(ok(&shape(found(&request.cell.read(), request.last_segment())?)))
}

/// Changes how a node is and what it reports.
pub fn patch(request: &ControlRequest<'_>) -> Answer {
    let [version, memory, cpu, jobs] = FIGURES;
    let fields = request.fields(&["status", version, memory, cpu, jobs])?;
    let status = text(&fields, "status")?;
    let known = |text: &str| NodeStatus::parse(text).filter(|status| status.as_str() == text);
    let status = status.map(|text| known(text).ok_or_else(|| invalid("status", "it is Online, Limited or Offline"))).transpose()?;
    let update = NodeUpdate { status, ..figures(&fields)? };
    request.cell.update(|world| {
        let id = found(world, request.last_segment())?.node.id;
        node::set(world, id, update);
        Ok(ok(&shape(found(world, request.last_segment())?)))
    })
}

/// Takes a heartbeat with what the node reports; says how it is from now on, and when the next is expected.
pub fn heartbeat(request: &ControlRequest<'_>) -> Answer {
    let update = figures(&request.fields(&FIGURES)?)?;
    request.cell.update(|world| {
        let id = found(world, request.segment(1))?.node.id;
        let came_back = heartbeat::beat(world, id, update) == Some(true);
        let mut said = shape(found(world, request.segment(1))?);
        if let Some(said) = said.as_object_mut() {
            let settings = world.settings.all();
            said.insert("cameBack".to_owned(), came_back.into());
            said.extend(settings.into_iter().filter(|(name, _)| ["nodeHeartbeat", "offlineAfter"].contains(&name.as_str())));
        }
        Ok(ok(&said))
    })
}

/// Takes a node away.
pub fn delete(request: &ControlRequest<'_>) -> Answer {
    request.cell.update(|world| {
        let id = found(world, request.last_segment())?.node.id;
        node::remove(world, id);
        Ok(no_content())
    })
}

fn figures(fields: &Map<String, Value>) -> Result<NodeUpdate, Refusal> {
    let [_, memory, cpu, jobs] = FIGURES;
    Ok(NodeUpdate {
        status: None,
        version: version(fields)?.map(Into::into),
        available_memory_in_mb: number(fields, memory, FIGURE_MAX)?,
        cpu_utilization: number(fields, cpu, 100)?,
        concurrent_jobs_running: number(fields, jobs, FIGURE_MAX)?,
    })
}

fn version(fields: &Map<String, Value>) -> Result<Option<&str>, Refusal> {
    let wrong = || invalid("version", "it is numbers between dots, such as 5.54.9293.1");
    text(fields, "version")?.map(|text| if is_a_version(text) { Ok(text) } else { Err(wrong()) }).transpose()
}

fn shape(Registered { runtime, node }: Registered<'_>) -> Value {
    json!({ "id": node.id, "runtime": runtime.id.as_str(), "nodeName": &*node.node_name, "machineName": &*node.machine_name,
        "version": &*node.version, "status": node.status.as_str() })
}

fn found<'a>(world: &'a World, id: &str) -> Result<Registered<'a>, Refusal> {
    let node = Uuid::try_parse(id).ok().and_then(|id| node::by_id(world, id));
    node.ok_or_else(|| not_found(&format!("node with the id '{id}'"), "id"))
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(invalid(name, "it is a text that is not empty")),
    }
}

fn number(fields: &Map<String, Value>, name: &str, most: i64) -> Result<Option<i64>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(value) => match value.as_i64().filter(|number| (0..=most).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(invalid(name, &format!("it is a whole number from 0 to {most}"))),
        },
    }
}

fn invalid(name: &str, form: &str) -> Refusal {
    Refusal::bad_request("InvalidField", format!("The field '{name}' is not as it should be: {form}.")).at(name)
}

/// Says in our own envelope what a rule of the core refused.
fn refused(fault: Fault) -> Refusal {
    match fault {
        Fault::RuleBroken(broken) => {
            let status = StatusCode::from_u16(broken.rule.status).unwrap_or(StatusCode::BAD_REQUEST);
            let refusal = Refusal::new(status, broken.rule.code, broken.message.unwrap_or_default());
            let refusal = refusal.with(HeaderName::from_static("x-emulator-rule"), HeaderValue::from_static(broken.rule.name));
            match broken.target {
                Some(target) => refusal.at(target),
                None => refusal,
            }
        }
        Fault::Forbidden(forbidden) => Refusal::forbidden(format!("'{}' is not allowed at '{}'.", forbidden.action, forbidden.scope)),
        Fault::NotEmulated(what) => Refusal::new(StatusCode::NOT_IMPLEMENTED, "NotEmulated", what.operation),
    }
}

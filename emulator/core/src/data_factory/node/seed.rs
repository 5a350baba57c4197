//! Nodes in a world file: entries of their own, with what the server made of them, and read back.
//!
//! A node registers there without a key.

use super::super::integration_runtime::versions::is_a_version;
use super::{FIGURE_MAX, Node, NodeStatus, Registration, all, keep_nodes, register_with, runtime_of};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::seed_state::{SeedState, refuse};
use crate::world::{Document, Seed, World};

/// Registers a node as a world file has it; it needs no key there.
pub(super) fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let runtime = runtime_of(world, id)?.clone();
    let mut body = SeedState::new(body);
    let (machine_name, version, status) = (body.text("machineName")?, body.text("version")?, body.text("status")?);
    body.finish()?;
    if version.as_deref().is_some_and(|version| !is_a_version(version)) {
        return Err(refuse("version"));
    }
    let registration =
        Registration { auth_key: "", node_name: id.name(), machine_name: machine_name.as_deref(), version: version.as_deref() };
    let (node_id, _) = register_with(world, &runtime, registration)?;
    let runtime = runtime_of(world, id)?.clone();
    let self_hosted = runtime.self_hosted("register")?;
    let Some(mut node) = self_hosted.nodes.iter().find(|node| node.id == node_id).cloned() else { return Ok(()) };
    if let Some(status) = status {
        node = node.with_status(NodeStatus::parse(&status).ok_or_else(|| refuse("status"))?, world.now);
    }
    let nodes = self_hosted.nodes.iter().filter(|other| other.id != node_id).cloned().chain([laid_over(node, state)?]).collect();
    keep_nodes(world, &runtime, self_hosted, nodes);
    Ok(())
}

fn laid_over(mut node: Node, state: &Document) -> Result<Node, Fault> {
    let mut state = SeedState::new(state);
    node.id = state.guid("id")?.unwrap_or(node.id);
    node.register_time = state.time("registerTime")?.unwrap_or(node.register_time);
    node.last_connect_time = state.time("lastConnectTime")?.unwrap_or(node.last_connect_time);
    node.last_start_time = state.time("lastStartTime")?.unwrap_or(node.last_start_time);
    node.last_stop_time = state.time("lastStopTime")?.or(node.last_stop_time);
    node.last_update_time = state.time("lastUpdateTime")?;
    node.sends_heartbeats = state.flag("sendsHeartbeats")?.unwrap_or(false);
    node.concurrent_jobs_limit = number(&mut state, "concurrentJobsLimit")?;
    node.available_memory_in_mb = number(&mut state, "availableMemoryInMB")?.unwrap_or(node.available_memory_in_mb);
    node.cpu_utilization = number(&mut state, "cpuUtilization")?.unwrap_or(node.cpu_utilization);
    node.concurrent_jobs_running = number(&mut state, "concurrentJobsRunning")?.unwrap_or(node.concurrent_jobs_running);
    state.finish()?;
    Ok(node)
}

fn number(state: &mut SeedState, name: &str) -> Result<Option<i64>, Fault> {
    state.any(name).map(|value| value.as_i64().filter(|number| (0..=FIGURE_MAX).contains(number)).ok_or_else(|| refuse(name))).transpose()
}

/// Returns all nodes, each as the child of its runtime.
pub(super) fn export(world: &World) -> Vec<Seed> {
    all(world).map(|it| seed_of(&it.runtime.id, it.node)).collect()
}

fn seed_of(runtime: &ResourceId, node: &Node) -> Seed {
    let (mut body, mut state) = (Document::new(), Document::new());
    body.insert("status".into(), node.status.as_str().into());
    body.insert("version".into(), (*node.version).into());
    body.insert("machineName".into(), (*node.machine_name).into());
    state.insert("id".into(), node.id.to_string().into());
    let times =
        [("registerTime", node.register_time), ("lastConnectTime", node.last_connect_time), ("lastStartTime", node.last_start_time)];
    let more = [("lastStopTime", node.last_stop_time), ("lastUpdateTime", node.last_update_time)];
    let more = more.into_iter().filter_map(|(name, time)| time.map(|time| (name, time)));
    state.extend(times.into_iter().chain(more).map(|(name, time)| (name.to_owned(), time.to_string().into())));
    if node.sends_heartbeats {
        state.insert("sendsHeartbeats".into(), true.into());
    }
    if let Some(limit) = node.concurrent_jobs_limit {
        state.insert("concurrentJobsLimit".into(), limit.into());
    }
    state.insert("availableMemoryInMB".into(), node.available_memory_in_mb.into());
    state.insert("cpuUtilization".into(), node.cpu_utilization.into());
    state.insert("concurrentJobsRunning".into(), node.concurrent_jobs_running.into());
    Seed { id: runtime.child("nodes", &node.node_name), body, state }
}

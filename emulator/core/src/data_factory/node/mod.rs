//! Nodes: the machines on which a self-hosted runtime runs.
//!
//! Azure has no operation that registers a node: its software does so over a protocol that is not public. Here the
//! emulator's own endpoint does, with an authentication key; from then on the node is a child of its runtime. A node
//! keeps the status that it is set to, unless it sends heartbeats, see `heartbeat.rs`; world files are in `seed.rs`.
//! Follows `datafactory-wire` 3.5 and `docs/control.md`.

pub mod heartbeat;
mod seed;

use super::integration_runtime::versions::{self, LATEST_VERSION};
use super::integration_runtime::{self, IntegrationRuntime, RuntimeKind, SelfHosted};
use super::{document, factory};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::{integration_runtimes as rules, lifecycle, sharing};
use crate::timestamp::Timestamp;
use crate::world::{self, Document, Kind, World};
use std::sync::Arc;
use uuid::Uuid;

/// What a world file needs to know of nodes, which have entries of their own there.
pub static KIND: Kind =
    Kind { resource_type: world::NODES, seed: seed::seed, export: seed::export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// How many jobs a node can run at once: a machine of the size in the API description's example.
const MAX_CONCURRENT_JOBS: i64 = 20;
/// The memory that a node reports until it is told otherwise: our own figure.
const AVAILABLE_MEMORY_IN_MB: i64 = 16_384;

/// The largest figure that a node reports: the API description gives them 32 bits.
pub const FIGURE_MAX: i64 = i32::MAX as i64;

/// A registered node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The id by which the control endpoints know it.
    pub id: Uuid,
    /// Its name, unique in the runtime without case.
    pub node_name: Arc<str>,
    /// The machine's name.
    pub machine_name: Arc<str>,
    /// How it is.
    pub status: NodeStatus,
    /// Whether it sends heartbeats, and is Offline when they stay away; otherwise it stays as it is set.
    pub sends_heartbeats: bool,
    /// The version of its software.
    pub version: Arc<str>,
    /// When it registered first.
    pub register_time: Timestamp,
    /// When it was last heard of.
    pub last_connect_time: Timestamp,
    /// When it last came up.
    pub last_start_time: Timestamp,
    /// When it last went offline.
    pub last_stop_time: Option<Timestamp>,
    /// When its software was last brought to a newer version.
    pub last_update_time: Option<Timestamp>,
    /// How many jobs it is allowed to run at once; PATCH sets it.
    pub concurrent_jobs_limit: Option<i64>,
    /// How many jobs it could run at once.
    pub max_concurrent_jobs: i64,
    /// What it reports of its memory.
    pub available_memory_in_mb: i64,
    /// What it reports of its processor, in percent.
    pub cpu_utilization: i64,
    /// How many jobs it reports to run.
    pub concurrent_jobs_running: i64,
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStatus {
    /// It works.
    Online,
    /// It is there, but something it needs is not.
    Limited,
    /// It is not there.
    Offline,
}

/// What a node says of itself when it registers.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// One of the runtime's two keys.
    pub auth_key: &'a str,
    /// The node's name.
    pub node_name: &'a str,
    /// The machine's name; the node's name in upper case when it does not say.
    pub machine_name: Option<&'a str>,
    /// The version of its software; the newest when it does not say.
    pub version: Option<&'a str>,
}

/// What the control endpoint changes of a node; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct NodeUpdate {
    /// How it is from now on.
    pub status: Option<NodeStatus>,
    /// The version of its software.
    pub version: Option<Arc<str>>,
    /// What it reports of its memory.
    pub available_memory_in_mb: Option<i64>,
    /// What it reports of its processor, in percent.
    pub cpu_utilization: Option<i64>,
    /// How many jobs it reports to run.
    pub concurrent_jobs_running: Option<i64>,
}

/// A node as the control endpoint shows it.
#[derive(Clone, Copy, Debug)]
pub struct Registered<'a> {
    /// The runtime that has it.
    pub runtime: &'a Arc<IntegrationRuntime>,
    /// The node.
    pub node: &'a Node,
}

impl NodeStatus {
    /// Returns the word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Limited => "Limited",
            Self::Offline => "Offline",
        }
    }

    /// Reads the word for it, without case.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Online, Self::Limited, Self::Offline].into_iter().find(|status| status.as_str().eq_ignore_ascii_case(text))
    }
}

impl Node {
    /// Returns the address of the service on the machine.
    pub fn host_service_uri(&self) -> String {
        format!("https://{}:8050/HostServiceRemote.svc/", self.machine_name.to_lowercase())
    }

    /// Returns what works, in the order of the API description's example. A node that is limited has no service bus,
    /// one that is offline has lost Resource Manager as well: the documented reasons, inferred for the words.
    pub const fn capabilities(&self) -> [(&'static str, bool); 5] {
        let (online, offline) = (matches!(self.status, NodeStatus::Online), matches!(self.status, NodeStatus::Offline));
        [
            ("serviceBusConnected", online),
            ("httpsPortEnabled", true),
            ("credentialInSync", true),
            ("connectedToResourceManager", !offline),
            ("nodeEnabled", true),
        ]
    }

    /// Returns the address of the machine: one of a private network, the same for the same node.
    pub fn ip_address(&self) -> String {
        let [.., third, fourth] = self.id.into_bytes();
        format!("10.0.{third}.{fourth}")
    }

    /// Returns the node with the newest software, unless it is offline or has it.
    pub fn upgraded(&self, now: Timestamp) -> Self {
        if self.status == NodeStatus::Offline || !versions::is_older(&self.version, LATEST_VERSION) {
            return self.clone();
        }
        Self { version: LATEST_VERSION.into(), last_update_time: Some(now), last_connect_time: now, ..self.clone() }
    }

    fn with_status(mut self, status: NodeStatus, now: Timestamp) -> Self {
        match (self.status, status) {
            (NodeStatus::Offline, NodeStatus::Online | NodeStatus::Limited) => self.last_start_time = now,
            (NodeStatus::Online | NodeStatus::Limited, NodeStatus::Offline) => self.last_stop_time = Some(now),
            _ => {}
        }
        if status != NodeStatus::Offline {
            self.last_connect_time = now;
        }
        self.status = status;
        self
    }

    /// Returns the node as it says that it is; a status is not its business.
    fn with_figures(mut self, update: NodeUpdate) -> Self {
        self.version = update.version.unwrap_or(self.version);
        self.available_memory_in_mb = update.available_memory_in_mb.unwrap_or(self.available_memory_in_mb);
        self.cpu_utilization = update.cpu_utilization.unwrap_or(self.cpu_utilization);
        self.concurrent_jobs_running = update.concurrent_jobs_running.unwrap_or(self.concurrent_jobs_running);
        self
    }
}

/// Registers a node, or brings it back Online when its name is registered; returns its id and whether it is new.
///
/// # Errors
/// `regenerated-key-stops` when no runtime has the key now, `node-name-shape`, `four-nodes`.
pub fn register(world: &mut World, registration: Registration<'_>) -> Result<(Uuid, bool), Fault> {
    let runtime = holder_of(world, registration.auth_key).ok_or_else(sharing::key_not_valid)?.clone();
    register_with(world, &runtime, registration)
}

fn register_with(world: &mut World, runtime: &IntegrationRuntime, registration: Registration<'_>) -> Result<(Uuid, bool), Fault> {
    rules::node_name_has_its_shape(registration.node_name)?;
    let self_hosted = runtime.self_hosted("register")?;
    let named = |node: &&Node| node.node_name.eq_ignore_ascii_case(registration.node_name);
    if let Some(known) = self_hosted.nodes.iter().find(named) {
        let mut again = Node { sends_heartbeats: false, ..known.clone().with_status(NodeStatus::Online, world.now) };
        again.machine_name = registration.machine_name.map_or(again.machine_name, Into::into);
        again.version = registration.version.map_or(again.version, Into::into);
        let id = again.id;
        keep_node(world, runtime, self_hosted, again);
        return Ok((id, false));
    }
    sharing::nodes_at_most_four(self_hosted.nodes.len(), runtime.name())?;
    let node = new_node(world, registration);
    let id = node.id;
    let nodes = self_hosted.nodes.iter().cloned().chain([node]).collect();
    keep_nodes(world, runtime, self_hosted, nodes);
    Ok((id, true))
}

/// Makes a node that is Online from now on.
fn new_node(world: &mut World, registration: Registration<'_>) -> Node {
    let now = world.now;
    Node {
        id: world.ids.next_guid(),
        node_name: registration.node_name.into(),
        machine_name: registration.machine_name.map_or_else(|| registration.node_name.to_uppercase().into(), Into::into),
        status: NodeStatus::Online,
        sends_heartbeats: false,
        version: registration.version.unwrap_or(LATEST_VERSION).into(),
        register_time: now,
        last_connect_time: now,
        last_start_time: now,
        last_stop_time: None,
        last_update_time: None,
        concurrent_jobs_limit: None,
        max_concurrent_jobs: MAX_CONCURRENT_JOBS,
        available_memory_in_mb: AVAILABLE_MEMORY_IN_MB,
        cpu_utilization: 0,
        concurrent_jobs_running: 0,
    }
}

/// Returns all nodes of the world, by runtime and then in the order in which they registered.
pub fn all(world: &World) -> impl Iterator<Item = Registered<'_>> {
    integration_runtime::below(world, &ResourceId::root()).flat_map(|runtime| {
        let nodes = match &runtime.kind {
            RuntimeKind::SelfHosted(self_hosted) => &*self_hosted.nodes,
            _ => &[],
        };
        nodes.iter().map(move |node| Registered { runtime, node })
    })
}

/// Returns the node with this id.
pub fn by_id(world: &World, id: Uuid) -> Option<Registered<'_>> {
    all(world).find(|registered| registered.node.id == id)
}

/// Changes what the control endpoint may change of a node; returns whether it is there. One that sends heartbeats stays as
/// it is set until the next, or until that is overdue.
pub fn set(world: &mut World, id: Uuid, update: NodeUpdate) -> bool {
    let Some((runtime, node)) = by_id(world, id).map(|it| (it.runtime.clone(), it.node.clone())) else { return false };
    let node = match update.status {
        Some(status) => node.with_status(status, world.now),
        None => node,
    };
    if let RuntimeKind::SelfHosted(self_hosted) = &runtime.kind {
        keep_node(world, &runtime, self_hosted, node.with_figures(update));
    }
    true
}

/// Takes a node away; returns whether it was there. It may register again.
pub fn remove(world: &mut World, id: Uuid) -> bool {
    let Some(id) = by_id(world, id).map(|it| it.runtime.id.child("nodes", &it.node.node_name)) else { return false };
    world.remove_at_and_below(&id);
    true
}

/// Returns the node with the resource id `…/integrationRuntimes/{runtime}/nodes/{node}`.
///
/// # Errors
/// `resource-exists` about the factory, `document-exists` about runtime or node; `linked-runtime-mirrors-shared` and
/// `operation-suits-the-runtime` for runtimes that have none.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Node, Fault> {
    find(world, id)?.ok_or_else(|| lifecycle::document_not_found(&printed(id)))
}

/// Limits how many jobs a node runs at once.
///
/// # Errors
/// As `get`, `parent-resource-exists`, and `concurrent-jobs-limit`.
pub fn update(world: &mut World, id: &ResourceId, body: &Document) -> Result<Node, Fault> {
    factory::to_write_in(world, id)?;
    let mut node = get(world, id)?.clone();
    if let Some(sent) = document::member(body, "concurrentJobsLimit") {
        node.concurrent_jobs_limit = Some(rules::concurrent_jobs_limit_in_range(sent.as_i64(), node.max_concurrent_jobs)?);
    }
    let runtime = runtime_of(world, id)?.clone();
    keep_node(world, &runtime, runtime.self_hosted("IntegrationRuntimeNodes_Update")?, node.clone());
    Ok(node)
}

/// Deletes a node; returns whether it was there.
///
/// # Errors
/// As `get`, but for the node itself.
pub fn delete(world: &mut World, id: &ResourceId) -> Result<bool, Fault> {
    let there = find(world, id)?.is_some();
    if there {
        world.remove_at_and_below(id);
    }
    Ok(there)
}

fn find<'a>(world: &'a World, id: &ResourceId) -> Result<Option<&'a Node>, Fault> {
    let self_hosted = runtime_of(world, id)?.self_hosted("IntegrationRuntimeNodes")?;
    Ok(self_hosted.nodes.iter().find(|node| node.node_name.eq_ignore_ascii_case(id.name())))
}

fn runtime_of<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<IntegrationRuntime>, Fault> {
    integration_runtime::get(world, &id.parent().unwrap_or_else(|| id.clone()))
}

/// Returns the runtime that has this key now. Keys of runtimes that are gone, and regenerated ones, open nothing.
fn holder_of<'a>(world: &'a World, auth_key: &str) -> Option<&'a Arc<IntegrationRuntime>> {
    integration_runtime::below(world, &ResourceId::root()).find(|runtime| match &runtime.kind {
        RuntimeKind::SelfHosted(self_hosted) => self_hosted.keys.hold(auth_key),
        _ => false,
    })
}

fn printed(id: &ResourceId) -> ResourceId {
    let runtime = id.parent().unwrap_or_else(|| id.clone());
    integration_runtime::printed(&runtime).child("nodes", id.name())
}

fn keep_node(world: &mut World, runtime: &IntegrationRuntime, self_hosted: &SelfHosted, node: Node) {
    let nodes = self_hosted.nodes.iter().map(|other| if other.id == node.id { node.clone() } else { other.clone() }).collect();
    keep_nodes(world, runtime, self_hosted, nodes);
}

/// Gives a runtime these nodes.
fn keep_nodes(world: &mut World, runtime: &IntegrationRuntime, self_hosted: &SelfHosted, nodes: Arc<[Node]>) {
    integration_runtime::keep_kind(world, runtime, RuntimeKind::SelfHosted(SelfHosted { nodes, ..self_hosted.clone() }));
}

/// Takes away the node that the scope is; nodes below a scope go with their runtimes.
fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    let runtime = scope.parent().filter(|_| scope.is_of_type(world::NODES)).and_then(|id| integration_runtime::find(world, &id)).cloned();
    let Some(runtime) = runtime else { return };
    let RuntimeKind::SelfHosted(self_hosted) = &runtime.kind else { return };
    let nodes = self_hosted.nodes.iter().filter(|node| !node.node_name.eq_ignore_ascii_case(scope.name())).cloned().collect();
    keep_nodes(world, &runtime, self_hosted, nodes);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, document, factory_id, factory_with_identity, refusal, register as registered, self_hosted};
    use super::*;
    use crate::data_factory::authentication_key::{AuthenticationKeys, KeyName};
    use crate::data_factory::integration_runtime::status::get_status;
    use crate::timestamp::Duration;
    use serde_json::json;

    fn with_runtime() -> (World, ResourceId) {
        let mut world = testing::world();
        factory_with_identity(&mut world, &factory_id("factory"));
        let runtime = factory_id("factory").child("integrationRuntimes", "runtime");
        assert!(integration_runtime::get(&world, &runtime).is_err());
        self_hosted(&mut world, &runtime);
        (world, runtime)
    }

    fn keys(world: &World, runtime: &ResourceId) -> AuthenticationKeys {
        integration_runtime::get(world, runtime).unwrap().self_hosted("").unwrap().keys.clone()
    }

    fn with_key(world: &mut World, auth_key: &str, node_name: &str) -> Result<(Uuid, bool), Fault> {
        register(world, Registration { auth_key, node_name, machine_name: None, version: None })
    }

    #[test]
    fn either_key_registers_and_a_regenerated_one_no_longer_does() {
        let (mut world, runtime) = with_runtime();
        let before = keys(&world, &runtime);
        assert!(with_key(&mut world, &before.auth_key_1, "one").unwrap().1);
        assert!(with_key(&mut world, &before.auth_key_2, "two").unwrap().1);
        let new = integration_runtime::regenerate_auth_key(&mut world, &runtime, KeyName::AuthKey1).unwrap();
        assert_eq!(refusal(with_key(&mut world, &before.auth_key_1, "one").unwrap_err()).0, "InvalidAuthKey");
        assert!(!with_key(&mut world, &new, "one").unwrap().1, "the node is known");
        assert!(!with_key(&mut world, &before.auth_key_2, "TWO").unwrap().1, "names compare without case");
        assert_eq!(all(&world).count(), 2);
        assert!(with_key(&mut world, "IR@nothing", "x").is_err());
    }

    #[test]
    fn four_nodes_register_and_the_fifth_does_not() {
        let (mut world, runtime) = with_runtime();
        let key = keys(&world, &runtime).auth_key_1;
        for name in ["a", "b", "c", "d"] {
            with_key(&mut world, &key, name).unwrap();
        }
        assert_eq!(refusal(with_key(&mut world, &key, "e").unwrap_err()).0, "NodeLimitReached");
        assert!(with_key(&mut world, &key, "d").is_ok());
        assert!(delete(&mut world, &runtime.child("nodes", "A")).unwrap());
        assert!(!delete(&mut world, &runtime.child("nodes", "a")).unwrap());
        assert!(with_key(&mut world, &key, "e").is_ok());
        assert!(with_key(&mut world, &key, "_").is_err());
    }

    #[test]
    fn the_runtime_is_as_its_nodes_are() {
        let (mut world, runtime) = with_runtime();
        let state = |world: &World| get_status(world, &runtime).unwrap().state();
        assert_eq!(state(&world), "NeedRegistration");
        let (one, two) = (registered(&mut world, &runtime, "one"), registered(&mut world, &runtime, "two"));
        let put = |world: &mut World, id: Uuid, status: NodeStatus| {
            world.now = world.now.plus(Duration::from_seconds(1));
            assert!(set(world, id, NodeUpdate { status: Some(status), ..NodeUpdate::default() }));
        };
        assert_eq!(state(&world), "Online");
        put(&mut world, one, NodeStatus::Offline);
        assert_eq!(state(&world), "Limited");
        assert_eq!(get_status(&world, &runtime).unwrap().dispatcher().map(|node| node.id), Some(two));
        put(&mut world, two, NodeStatus::Offline);
        assert_eq!(state(&world), "Offline");
        assert!(by_id(&world, one).unwrap().node.last_stop_time < by_id(&world, two).unwrap().node.last_stop_time);
        put(&mut world, two, NodeStatus::Limited);
        assert_eq!(state(&world), "Limited");
        put(&mut world, two, NodeStatus::Online);
        put(&mut world, one, NodeStatus::Online);
        assert_eq!(state(&world), "Online");
        assert!(remove(&mut world, one) && !remove(&mut world, one) && remove(&mut world, two));
        assert_eq!(state(&world), "NeedRegistration");
    }

    #[test]
    fn a_node_is_limited_and_upgraded() {
        let (mut world, runtime) = with_runtime();
        let key = keys(&world, &runtime).auth_key_1;
        register(&mut world, Registration { auth_key: &key, node_name: "Node_1", machine_name: None, version: Some("5.0.1.1") }).unwrap();
        let id = runtime.child("nodes", "node_1");
        assert_eq!(update(&mut world, &id, &document(json!({ "concurrentJobsLimit": 2 }))).unwrap().concurrent_jobs_limit, Some(2));
        for bad in [json!(0), json!(21), json!("2"), json!(1.5)] {
            assert!(update(&mut world, &id, &document(json!({ "concurrentJobsLimit": bad }))).is_err());
        }
        assert_eq!(get(&world, &id).unwrap().concurrent_jobs_limit, Some(2));
        assert_eq!(get_status(&world, &runtime).unwrap().version(), Some("5.0.1.1"));
        integration_runtime::upgrade(&mut world, &runtime).unwrap();
        assert_eq!(get_status(&world, &runtime).unwrap().version(), Some(LATEST_VERSION));
        let missing = get(&world, &runtime.child("nodes", "none")).unwrap_err();
        let Fault::RuleBroken(broken) = missing else { panic!() };
        let target = format!("{}/integrationruntimes/runtime/nodes/none", factory_id("factory"));
        assert_eq!((broken.rule.code, broken.target), ("NotFound", Some(target)));
    }
}

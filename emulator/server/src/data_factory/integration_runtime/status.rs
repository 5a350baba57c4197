//! `getStatus`, `monitoringData` and `getConnectionInfo` as Azure prints them.
//!
//! The order of members is that of the newest recorded status (April 2021); a member without a value is absent, but in
//! the status of a managed runtime, which writes its nulls. Follows `datafactory-wire` 3.4, 3.5, 3.7 and 5.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::Answer;
use adf_emulator_core::data_factory::integration_runtime::status::{self, Detail, Status, version_status};
use adf_emulator_core::data_factory::integration_runtime::{SelfHosted, versions};
use adf_emulator_core::data_factory::link::Link;
use adf_emulator_core::data_factory::node::{Node, NodeStatus};
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value};

/// `{"name","properties"}`: the status of a runtime.
#[derive(Debug, Serialize)]
pub(super) struct IntegrationRuntimeStatusResponse<'a> {
    name: &'a str,
    properties: StatusShape<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum StatusShape<'a> {
    SelfHosted(Box<SelfHostedStatusShape<'a>>),
    Managed(ManagedStatusShape<'a>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SelfHostedStatusShape<'a> {
    data_factory_name: &'a str,
    state: &'static str,
    #[serde(rename = "type")]
    runtime_type: &'static str,
    type_properties: SelfHostedStatusTypeProperties<'a>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct SelfHostedStatusTypeProperties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    service_region: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_update: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    internal_channel_encryption: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_queue_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    nodes: Vec<NodeShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_delay_offset: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_urls: Vec<String>,
    links: Vec<LinkShape<'a>>,
    version_status: &'static str,
    capabilities: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latest_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    newer_versions: Vec<&'static str>,
    create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    self_contained_interactive_authoring_enabled: Option<&'a Value>,
}

/// A node, in the order of the API description's example.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeShape<'a> {
    node_name: &'a str,
    machine_name: &'a str,
    host_service_uri: String,
    status: &'static str,
    capabilities: Map<String, Value>,
    version_status: &'static str,
    version: &'a str,
    register_time: String,
    last_connect_time: String,
    last_start_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_stop_time: Option<String>,
    last_update_result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_start_update_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_end_update_time: Option<String>,
    is_active_dispatcher: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrent_jobs_limit: Option<i64>,
    max_concurrent_jobs: i64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkShape<'a> {
    name: &'a str,
    subscription_id: &'a str,
    data_factory_name: &'a str,
    data_factory_location: &'a str,
    create_time: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ManagedStatusShape<'a> {
    data_factory_name: &'a str,
    state: &'static str,
    #[serde(rename = "type")]
    runtime_type: &'static str,
    data_factory_location: Option<()>,
    resource_uri: Option<()>,
    type_properties: ManagedStatusTypeProperties,
    data_factory_tags: Option<()>,
    managed_virtual_network: Option<()>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ManagedStatusTypeProperties {
    nodes: [(); 0],
    other_errors: [(); 0],
    create_time: String,
}

#[derive(Debug, Serialize)]
struct IntegrationRuntimeMonitoringData<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<NodeMonitoringData<'a>>,
}

/// An offline node sends no figures.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeMonitoringData<'a> {
    node_name: &'a str,
    #[serde(rename = "availableMemoryInMB", skip_serializing_if = "Option::is_none")]
    available_memory_in_mb: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu_utilization: Option<i64>,
    concurrent_jobs_limit: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrent_jobs_running: Option<i64>,
    max_concurrent_jobs: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_bytes: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    received_bytes: Option<f64>,
}

/// The misspelling of the last member is Azure's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct IntegrationRuntimeConnectionInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    public_key: String,
    service_token: String,
    identity_cert_thumbprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_service_uri: Option<String>,
    is_identity_cert_exprired: bool,
}

impl<'a> IntegrationRuntimeStatusResponse<'a> {
    /// Returns how a status looks.
    pub(super) fn of(status: &Status<'a>) -> Self {
        let (data_factory_name, state, runtime_type) = (status.factory.name(), status.state(), status.runtime.type_name());
        let create_time = status.runtime.create_time.to_string();
        let properties = match status.detail {
            Detail::Managed(_) => StatusShape::Managed(ManagedStatusShape {
                data_factory_name,
                state,
                runtime_type,
                data_factory_location: None,
                resource_uri: None,
                type_properties: ManagedStatusTypeProperties { nodes: [], other_errors: [], create_time },
                data_factory_tags: None,
                managed_virtual_network: None,
            }),
            Detail::AccessDenied => {
                let nothing = SelfHostedStatusTypeProperties { version_status: version_status(None), create_time, ..Default::default() };
                StatusShape::SelfHosted(Box::new(SelfHostedStatusShape {
                    data_factory_name,
                    state,
                    runtime_type,
                    type_properties: nothing,
                }))
            }
            Detail::SelfHosted(self_hosted) => {
                let type_properties = type_properties(status, self_hosted, create_time);
                StatusShape::SelfHosted(Box::new(SelfHostedStatusShape { data_factory_name, state, runtime_type, type_properties }))
            }
        };
        Self { name: status.runtime.name(), properties }
    }
}

fn type_properties<'a>(status: &Status<'a>, self_hosted: &'a SelfHosted, create_time: String) -> SelfHostedStatusTypeProperties<'a> {
    let (version, dispatcher) = (status.version(), status.dispatcher());
    let is_dispatcher = |node: &Node| dispatcher.is_some_and(|dispatcher| dispatcher.id == node.id);
    let sent = status.runtime.properties.get("typeProperties");
    SelfHostedStatusTypeProperties {
        service_region: status.service_region(),
        auto_update: Some(if self_hosted.auto_update { "On" } else { "Off" }),
        internal_channel_encryption: Some("NotSet"),
        task_queue_id: Some(self_hosted.task_queue_id.to_string()),
        version,
        nodes: status.nodes().iter().map(|node| NodeShape::of(node, is_dispatcher(node))).collect(),
        update_delay_offset: self_hosted.update_delay_offset.as_deref(),
        service_urls: status.service_urls(),
        links: self_hosted.links.iter().map(LinkShape::of).collect(),
        version_status: version_status(version),
        capabilities: dispatcher.map(capabilities).unwrap_or_default(),
        latest_version: Some(versions::LATEST_VERSION),
        newer_versions: versions::newer_than(version),
        create_time,
        self_contained_interactive_authoring_enabled: sent.and_then(|sent| sent.get("selfContainedInteractiveAuthoringEnabled")),
    }
}

impl<'a> NodeShape<'a> {
    /// Returns how a node looks.
    pub fn of(node: &'a Node, is_active_dispatcher: bool) -> Self {
        let updated = node.last_update_time.map(|time| time.to_string());
        Self {
            node_name: &node.node_name,
            machine_name: &node.machine_name,
            host_service_uri: node.host_service_uri(),
            status: node.status.as_str(),
            capabilities: capabilities(node),
            version_status: version_status(Some(&node.version)),
            version: &node.version,
            register_time: node.register_time.to_string(),
            last_connect_time: node.last_connect_time.to_string(),
            last_start_time: node.last_start_time.to_string(),
            last_stop_time: node.last_stop_time.map(|time: Timestamp| time.to_string()),
            last_update_result: if updated.is_some() { "Succeed" } else { "None" },
            last_start_update_time: updated.clone(),
            last_end_update_time: updated,
            is_active_dispatcher,
            concurrent_jobs_limit: node.concurrent_jobs_limit,
            max_concurrent_jobs: node.max_concurrent_jobs,
        }
    }
}

impl<'a> LinkShape<'a> {
    fn of(link: &'a Link) -> Self {
        Self {
            name: &link.name,
            subscription_id: &link.subscription_id,
            data_factory_name: &link.data_factory_name,
            data_factory_location: &link.data_factory_location,
            create_time: link.create_time.to_string(),
        }
    }
}

impl<'a> NodeMonitoringData<'a> {
    fn of(node: &'a Node) -> Self {
        let is_there = node.status != NodeStatus::Offline;
        Self {
            node_name: &node.node_name,
            available_memory_in_mb: is_there.then_some(node.available_memory_in_mb),
            cpu_utilization: is_there.then_some(node.cpu_utilization),
            concurrent_jobs_limit: node.concurrent_jobs_limit.unwrap_or(node.max_concurrent_jobs),
            concurrent_jobs_running: is_there.then_some(node.concurrent_jobs_running),
            max_concurrent_jobs: node.max_concurrent_jobs,
            sent_bytes: is_there.then_some(0.0),
            received_bytes: is_there.then_some(0.0),
        }
    }
}

/// Every value is the text `True` or `False`.
fn capabilities(node: &Node) -> Map<String, Value> {
    let text = |works: bool| Value::from(if works { "True" } else { "False" });
    node.capabilities().into_iter().map(|(name, works)| (name.to_owned(), text(works))).collect()
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/get-status>
pub(super) fn get_status(world: &World, request: &ArmRequest) -> Answer {
    Ok(Reply::ok(&IntegrationRuntimeStatusResponse::of(&status::get_status(world, &request.target)?)))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/get-monitoring-data>
pub(super) fn get_monitoring_data(world: &World, request: &ArmRequest) -> Answer {
    let status = status::get_status(world, &request.target)?;
    let nodes = status.nodes().iter().map(NodeMonitoringData::of).collect();
    Ok(Reply::ok(&IntegrationRuntimeMonitoringData { name: status.runtime.name(), nodes }))
}

/// <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/get-connection-info>
pub(super) fn get_connection_info(world: &World, request: &ArmRequest) -> Answer {
    let info = status::connection_info(world, &request.target)?;
    Ok(Reply::ok(&IntegrationRuntimeConnectionInfo {
        version: info.dispatcher.map(|node| &*node.version),
        public_key: STANDARD.encode(info.public_key),
        service_token: STANDARD.encode(info.service_token),
        identity_cert_thumbprint: info.identity_cert_thumbprint.simple().to_string().to_uppercase(),
        host_service_uri: info.dispatcher.map(Node::host_service_uri),
        is_identity_cert_exprired: false,
    }))
}

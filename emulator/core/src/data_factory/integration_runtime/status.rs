//! What `getStatus` and `monitoringData` tell: derived at each read, never stored.
//!
//! A linked runtime tells what the shared one does, under the shared one's name; where access is denied it tells that
//! under its own. How the answers look is the server's. Follows `datafactory-wire` 3.4, 3.7 and 4.5 and
//! <https://learn.microsoft.com/azure/data-factory/monitor-integration-runtime>.

use super::managed::ManagedState;
use super::{IntegrationRuntime, RuntimeKind, SelfHosted, versions};
use crate::data_factory::factory::{self, Factory};
use crate::data_factory::link;
use crate::data_factory::node::{Node, NodeStatus};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// Short names of regions, as far as recordings and the API description tell; the status of others has none.
const SERVICE_REGIONS: &[(&str, &str)] = &[("eastus", "eu"), ("westeurope", "we"), ("westus", "wu"), ("westcentralus", "wcu")];

/// The status of a runtime.
#[derive(Clone, Copy, Debug)]
pub struct Status<'a> {
    /// The runtime that is told about: for a linked one that works, the shared one.
    pub runtime: &'a Arc<IntegrationRuntime>,
    /// Its factory.
    pub factory: &'a Arc<Factory>,
    /// What is told.
    pub detail: Detail<'a>,
}

/// What is told of a runtime.
#[derive(Clone, Copy, Debug)]
pub enum Detail<'a> {
    /// Of one with nodes of its own.
    SelfHosted(&'a SelfHosted),
    /// Of a linked one that may not use the shared one.
    AccessDenied,
    /// Of a managed one.
    Managed(ManagedState),
}

/// Returns the status of a runtime.
///
/// # Errors
/// `resource-exists` about the factory, `document-exists`.
pub fn get_status<'a>(world: &'a World, id: &ResourceId) -> Result<Status<'a>, Fault> {
    let runtime = super::get(world, id)?;
    match &runtime.kind {
        RuntimeKind::SelfHosted(self_hosted) => of(world, runtime, Detail::SelfHosted(self_hosted)),
        RuntimeKind::Managed(managed) => of(world, runtime, Detail::Managed(managed.state)),
        RuntimeKind::Linked(info) => match link::mirrored(world, runtime, info) {
            Some((shared, self_hosted)) => of(world, shared, Detail::SelfHosted(self_hosted)),
            None => of(world, runtime, Detail::AccessDenied),
        },
    }
}

/// Returns the status of a managed runtime as it was or will be in `state`.
///
/// # Errors
/// `resource-exists` about the factory, `document-exists`.
pub fn of_managed<'a>(world: &'a World, id: &ResourceId, state: ManagedState) -> Result<Status<'a>, Fault> {
    of(world, super::get(world, id)?, Detail::Managed(state))
}

fn of<'a>(world: &'a World, runtime: &'a Arc<IntegrationRuntime>, detail: Detail<'a>) -> Result<Status<'a>, Fault> {
    Ok(Status { runtime, factory: factory::get(world, &runtime.id)?, detail })
}

impl<'a> Status<'a> {
    /// Returns the state of the whole runtime: without a node it needs registration, with all of them online it is
    /// Online, with none and none limited Offline, else Limited.
    pub fn state(&self) -> &'static str {
        match self.detail {
            Detail::AccessDenied => "AccessDenied",
            Detail::Managed(state) => state.as_str(),
            Detail::SelfHosted(self_hosted) => state_of_nodes(&self_hosted.nodes),
        }
    }

    /// Returns the nodes; of a managed runtime and where access is denied there are none.
    pub fn nodes(&self) -> &'a [Node] {
        match self.detail {
            Detail::SelfHosted(SelfHosted { nodes, .. }) => nodes,
            Detail::AccessDenied | Detail::Managed(_) => &[],
        }
    }

    /// Returns the node that hands out the work: the first that is not offline, else the first.
    pub fn dispatcher(&self) -> Option<&'a Node> {
        let nodes = self.nodes();
        nodes.iter().find(|node| node.status != NodeStatus::Offline).or_else(|| nodes.first())
    }

    /// Returns the oldest version among the nodes.
    pub fn version(&self) -> Option<&'a str> {
        self.nodes().iter().map(|node| &*node.version).min_by(|one, other| versions::compare(one, other))
    }

    /// Returns the hosts that nodes talk to; once one is registered, the service bus too.
    pub fn service_urls(&self) -> Vec<String> {
        let bus = (!self.nodes().is_empty()).then(|| "*.servicebus.windows.net".to_owned());
        std::iter::once(service_host(self.factory)).chain(bus).collect()
    }

    /// Returns the short name of the region, where it is known.
    pub fn service_region(&self) -> Option<&'static str> {
        let region = self.factory.region();
        SERVICE_REGIONS.iter().find(|(name, _)| *name == region).map(|(_, short)| *short)
    }
}

fn state_of_nodes(nodes: &[Node]) -> &'static str {
    let all = |status: NodeStatus| nodes.iter().all(|node| node.status == status);
    match nodes {
        [] => "NeedRegistration",
        _ if all(NodeStatus::Online) => "Online",
        _ if all(NodeStatus::Offline) => "Offline",
        _ => "Limited",
    }
}

/// Returns `UpToDate` or `UpdateAvailable` of a version that is installed, `None` where there is none.
pub fn version_status(version: Option<&str>) -> &'static str {
    match version {
        None => "None",
        Some(version) if versions::is_older(version, versions::LATEST_VERSION) => "UpdateAvailable",
        Some(_) => "UpToDate",
    }
}

/// Returns the host in keys and status: `{factory}.{region}.datafactory.azure.net` in lower case, without scheme.
pub fn service_host(factory: &Factory) -> String {
    format!("{}.{}.datafactory.azure.net", factory.name().to_lowercase(), factory.region())
}

/// How an on-premises client reaches a self-hosted runtime. Nothing listens there; the texts have the form of Azure's.
#[derive(Clone, Debug)]
pub struct ConnectionInfo<'a> {
    /// The dispatcher; without one, version and address are not known.
    pub dispatcher: Option<&'a Node>,
    /// Stand-ins for key, token and thumbprint, the same for the same runtime.
    pub public_key: Uuid,
    /// See `public_key`.
    pub service_token: Uuid,
    /// See `public_key`.
    pub identity_cert_thumbprint: Uuid,
}

/// Returns how a client reaches a self-hosted runtime.
///
/// # Errors
/// `document-exists`; `linked-runtime-mirrors-shared` and `operation-suits-the-runtime` for others.
pub fn connection_info<'a>(world: &'a World, id: &ResourceId) -> Result<ConnectionInfo<'a>, Fault> {
    let self_hosted = super::get(world, id)?.self_hosted("IntegrationRuntimes_GetConnectionInfo")?;
    let of = |what: &str| world.ids.guid_of(format!("{what} of {}", self_hosted.task_queue_id).as_bytes());
    Ok(ConnectionInfo {
        dispatcher: get_status(world, id)?.dispatcher(),
        public_key: of("publicKey"),
        service_token: of("serviceToken"),
        identity_cert_thumbprint: of("identityCertThumbprint"),
    })
}

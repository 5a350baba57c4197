//! Self-hosted nodes of an embedded world: what `POST /_emulator/nodes` and its neighbours do, without HTTP.
//!
//! Nothing is decided here: each helper is one call of what the endpoint calls.

use adf_emulator_core::data_factory::integration_runtime::{self, status};
use adf_emulator_core::data_factory::node::{self, Node, NodeUpdate, Registration, heartbeat};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use uuid::Uuid;

use super::{Refused, World};

impl World {
    /// Returns both authentication keys of a self-hosted runtime, which is named by its resource id.
    ///
    /// # Errors
    /// There is no such runtime, or it has no keys.
    pub fn auth_keys(&self, runtime: &str) -> Result<[String; 2], Refused> {
        let world = self.opened.cell.read();
        let runtime = integration_runtime::get(&world, &id(runtime)?).map_err(refused)?;
        let keys = &runtime.self_hosted("IntegrationRuntimes_ListAuthKeys").map_err(refused)?.keys;
        Ok([&keys.auth_key_1, &keys.auth_key_2].map(ToString::to_string))
    }

    /// Registers a self-hosted node with an authentication key of its runtime; returns its id.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use adf_emulator_core::data_factory::node::{NodeStatus, NodeUpdate};
    /// use adf_emulator_core::timestamp::Duration;
    ///
    /// # let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg";
    /// # let factory = format!("{group}/providers/Microsoft.DataFactory/factories/sharing");
    /// # let runtime = format!("{factory}/integrationRuntimes/shared");
    /// # let world = serde_json::json!({
    /// #     "tenants": [{ "subscriptions": [{ "id": "22222222-2222-2222-2222-222222222222" }] }],
    /// #     "resources": [{ "id": group, "body": { "location": "eastus" } }, { "id": factory, "body": { "location": "eastus" } },
    /// #         { "id": runtime, "body": { "properties": { "type": "SelfHosted" } } }],
    /// # }).to_string();
    /// let emulator = adf_emulator::embed::Emulator::with_world(&world).await?;
    /// let [key, _] = emulator.auth_keys(&runtime)?;
    /// let node = emulator.register_node(&key, "Node_1")?;
    /// assert_eq!(emulator.runtime_state(&runtime)?, "Online");
    ///
    /// // From its first heartbeat on it is Offline when they stay away.
    /// assert!(emulator.heartbeat(node, NodeUpdate { cpu_utilization: Some(15), ..NodeUpdate::default() }).is_some());
    /// emulator.advance(Duration::from_seconds(90))?;
    /// assert_eq!(emulator.runtime_state(&runtime)?, "Offline");
    /// let came_back = emulator.heartbeat(node, NodeUpdate::default());
    /// assert_eq!(came_back, Some(true));
    ///
    /// emulator.set_node(node, NodeUpdate { status: Some(NodeStatus::Limited), ..NodeUpdate::default() });
    /// assert_eq!(emulator.nodes()[0].status, NodeStatus::Limited);
    /// assert!(emulator.remove_node(node));
    /// assert_eq!(emulator.runtime_state(&runtime)?, "NeedRegistration");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// No runtime has that key now, the name is not one of a node, or the runtime has four nodes.
    pub fn register_node(&self, auth_key: &str, node_name: &str) -> Result<Uuid, Refused> {
        let registration = Registration { auth_key, node_name, machine_name: None, version: None };
        let registered = self.opened.cell.update(|world| node::register(world, registration));
        registered.map(|(id, _)| id).map_err(refused)
    }

    /// Sends a heartbeat of a node with what it reports; returns whether it brought the node back from Offline, or `None`
    /// when there is no such node. See `register_node`.
    pub fn heartbeat(&self, id: Uuid, figures: NodeUpdate) -> Option<bool> {
        self.opened.cell.update(|world| heartbeat::beat(world, id, figures).ok_or(())).ok()
    }

    /// Returns all nodes of the world; see `register_node`.
    pub fn nodes(&self) -> Vec<Node> {
        node::all(&self.opened.cell.read()).map(|it| it.node.clone()).collect()
    }

    /// Changes how a node is and what it reports; returns whether it is there. See `register_node`.
    pub fn set_node(&self, id: Uuid, update: NodeUpdate) -> bool {
        let changed = self.opened.cell.update(|world| if node::set(world, id, update) { Ok(()) } else { Err(()) });
        changed.is_ok()
    }

    /// Takes a node away; returns whether it was there. See `register_node`.
    pub fn remove_node(&self, id: Uuid) -> bool {
        let gone = self.opened.cell.update(|world| if node::remove(world, id) { Ok(()) } else { Err(()) });
        gone.is_ok()
    }

    /// Returns the state of an integration runtime as its status tells it, such as `Online` or `AccessDenied`. The runtime is
    /// named by its resource id; see `register_node`.
    ///
    /// # Errors
    /// There is no such runtime.
    pub fn runtime_state(&self, runtime: &str) -> Result<&'static str, Refused> {
        status::get_status(&self.opened.cell.read(), &id(runtime)?).map(|status| status.state()).map_err(refused)
    }
}

fn id(text: &str) -> Result<ResourceId, Refused> {
    ResourceId::parse(text).ok_or_else(|| Refused(format!("'{text}' is not a resource id; it begins with /subscriptions/")))
}

fn refused(fault: Fault) -> Refused {
    match fault {
        Fault::RuleBroken(broken) => Refused(broken.message.unwrap_or_else(|| broken.rule.sentence.to_owned())),
        other => Refused(format!("{other:?}")),
    }
}

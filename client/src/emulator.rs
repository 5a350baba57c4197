//! What the emulator offers beside Azure, under `/_emulator/`: health, rules, nodes.
//!
//! Azure has none of this: a machine registers itself over a protocol of its own, and a refusal says
//! no more than its code and message. Nothing here is needed to work with Azure.

use crate::{
    arm::{ArmClient, ArmRequest, Observer},
    connection::Connection,
    error::Result,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The emulator's own endpoints; they take no token from this machine.
#[derive(Debug, Clone)]
pub struct EmulatorClient(ArmClient);

/// Whether the emulator answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// `ready`.
    pub status: String,
    /// The emulator's version.
    #[serde(default)]
    pub version: String,
}

/// A documented limitation that the emulator enforces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The name that the header `x-emulator-rule` carries.
    pub name: String,
    /// The rule in one sentence.
    #[serde(default)]
    pub sentence: Option<String>,
    /// The page of the documentation that says so.
    #[serde(default)]
    pub page: Option<String>,
    /// What would have made the refused request pass.
    #[serde(default)]
    pub remedy: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: Map<String, Value>,
}

/// What a machine says when it registers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRegistration {
    /// Either of the runtime's keys.
    pub auth_key: String,
    /// The node's name.
    pub node_name: String,
    /// The version of its software.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The machine's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
}

/// A node as the emulator registered it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredNode {
    /// The id under `/_emulator/nodes`.
    pub id: String,
    /// The id of the runtime that the key belongs to.
    pub runtime: String,
    /// The node's name.
    pub node_name: String,
    /// `Online` at first.
    pub status: String,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: Map<String, Value>,
}

#[derive(Deserialize)]
struct Rules {
    value: Vec<Rule>,
}

impl EmulatorClient {
    /// Calls the emulator at the connection's address.
    pub fn new(connection: &Connection) -> Self {
        Self(ArmClient::anonymous(connection))
    }

    /// The same, telling `observer` of every exchange.
    pub fn observed_by(self, observer: Observer) -> Self {
        Self(self.0.observed_by(observer))
    }

    /// Asks whether this is an emulator, and ready.
    ///
    /// # Errors
    /// Whatever a server that is no emulator answers.
    pub async fn health(&self) -> Result<Health> {
        let request = ArmRequest::get("/_emulator/health");
        self.0.send(request).await?.json()
    }

    /// Returns the rules that the emulator enforces.
    ///
    /// # Errors
    /// The emulator's refusal.
    pub async fn rules(&self) -> Result<Vec<Rule>> {
        let request = ArmRequest::get("/_emulator/rules");
        let rules: Rules = self.0.send(request).await?.json()?;
        Ok(rules.value)
    }

    /// Registers a node, as the software on a machine does with one of the runtime's keys.
    ///
    /// # Errors
    /// `InvalidAuthKey` for a key that is not or no longer good, `NodeLimitReached` for a fifth node.
    pub async fn register_node(&self, node: &NodeRegistration) -> Result<RegisteredNode> {
        let request = ArmRequest::post("/_emulator/nodes").json(node)?;
        self.0.send(request).await?.json()
    }
}

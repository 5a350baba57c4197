//! Integration runtimes with their keys, status and monitoring, and their nodes.
//!
//! Follows <https://learn.microsoft.com/rest/api/datafactory/integration-runtimes> and
//! <https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes>.

use crate::{
    arm::{Answer, ArmClient, ArmRequest},
    error::Result,
    factories::API_VERSION,
    models::{
        IntegrationRuntimeAuthKeys, IntegrationRuntimeMonitoringData, IntegrationRuntimeNode, IntegrationRuntimeResource,
        IntegrationRuntimeStatus,
    },
    resource_id::{FactoryId, IntegrationRuntimeId},
};
use serde_json::json;

/// The operations of `Microsoft.DataFactory/factories/integrationRuntimes`.
#[derive(Debug, Clone, Copy)]
pub struct IntegrationRuntimes<'a>(pub(crate) &'a ArmClient);

/// The operations of `Microsoft.DataFactory/factories/integrationRuntimes/nodes`.
#[derive(Debug, Clone, Copy)]
pub struct IntegrationRuntimeNodes<'a>(pub(crate) &'a ArmClient);

/// One of the two authentication keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthKeyName {
    /// `authKey1`.
    AuthKey1,
    /// `authKey2`.
    AuthKey2,
}

impl AuthKeyName {
    /// The name as it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthKey1 => "authKey1",
            Self::AuthKey2 => "authKey2",
        }
    }
}

impl IntegrationRuntimes<'_> {
    /// Creates the runtime, or replaces its definition.
    ///
    /// # Errors
    /// The service's refusal; for a linked runtime also `UnauthorizedIntegrationRuntimeAccess` and
    /// `ManagedIdentityRequiredToCreateLinkedIntegrationRuntime`.
    pub async fn create_or_update(
        &self,
        id: &IntegrationRuntimeId,
        runtime: &IntegrationRuntimeResource,
    ) -> Result<IntegrationRuntimeResource> {
        let request = ArmRequest::put(id).query("api-version", API_VERSION);
        self.0.send(request.json(runtime)?).await?.json()
    }

    /// Returns the runtime's definition.
    ///
    /// # Errors
    /// `NotFound` when there is none in the factory.
    pub async fn get(&self, id: &IntegrationRuntimeId) -> Result<IntegrationRuntimeResource> {
        let request = ArmRequest::get(id).query("api-version", API_VERSION);
        self.0.send(request).await?.json()
    }

    /// Returns the runtimes of a factory.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn list_by_factory(&self, factory: &FactoryId) -> Result<Vec<IntegrationRuntimeResource>> {
        let request = ArmRequest::get(format!("{factory}/integrationRuntimes"));
        self.0.list(request.query("api-version", API_VERSION)).await
    }

    /// Switches the automatic update of a self-hosted runtime's nodes. The definition stays as it is.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn update(&self, id: &IntegrationRuntimeId, auto_update: bool) -> Result<IntegrationRuntimeResource> {
        let body = json!({ "autoUpdate": if auto_update { "On" } else { "Off" } });
        let request = ArmRequest::patch(id).query("api-version", API_VERSION);
        self.0.send(request.json(&body)?).await?.json()
    }

    /// Deletes the runtime. Returns false when there was none.
    ///
    /// # Errors
    /// The service's refusal, such as a linked service that still refers to it.
    pub async fn delete(&self, id: &IntegrationRuntimeId) -> Result<bool> {
        let request = ArmRequest::delete(id).query("api-version", API_VERSION);
        self.0.delete(request).await
    }

    /// Returns the status; of a linked runtime, the shared one's.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn get_status(&self, id: &IntegrationRuntimeId) -> Result<IntegrationRuntimeStatus> {
        self.0.send(action(id, "getStatus")).await?.json()
    }

    /// Returns both authentication keys.
    ///
    /// # Errors
    /// The service's refusal; a linked runtime has no keys of its own.
    pub async fn list_auth_keys(&self, id: &IntegrationRuntimeId) -> Result<IntegrationRuntimeAuthKeys> {
        self.0.send(action(id, "listAuthKeys")).await?.json()
    }

    /// Makes one key anew and returns only that one. The old one stops working at once.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn regenerate_auth_key(&self, id: &IntegrationRuntimeId, key: AuthKeyName) -> Result<IntegrationRuntimeAuthKeys> {
        let body = json!({ "keyName": key.as_str() });
        let request = action(id, "regenerateAuthKey").json(&body)?;
        self.0.send(request).await?.json()
    }

    /// Returns what the nodes are doing; of a linked runtime, the shared one's nodes.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn get_monitoring_data(&self, id: &IntegrationRuntimeId) -> Result<IntegrationRuntimeMonitoringData> {
        self.0.send(action(id, "monitoringData")).await?.json()
    }

    /// Takes away the links of a factory, named by its bare name, from a shared runtime. A name that
    /// has no link is no error.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn remove_links(&self, id: &IntegrationRuntimeId, factory_name: &str) -> Result<()> {
        let body = json!({ "factoryName": factory_name });
        let request = action(id, "removeLinks").json(&body)?;
        self.0.send(request).await.map(|_empty| ())
    }

    /// Starts a managed runtime and waits until it has started.
    ///
    /// # Errors
    /// The service's refusal, or the failure in which starting ended.
    pub async fn start(&self, id: &IntegrationRuntimeId) -> Result<IntegrationRuntimeStatus> {
        let answer: Answer = self.0.send_to_end(action(id, "start")).await?;
        answer.json()
    }

    /// Stops a managed runtime and waits until it has stopped.
    ///
    /// # Errors
    /// The service's refusal, or the failure in which stopping ended.
    pub async fn stop(&self, id: &IntegrationRuntimeId) -> Result<()> {
        let answer = self.0.send_to_end(action(id, "stop")).await;
        answer.map(|_empty| ())
    }
}

impl IntegrationRuntimeNodes<'_> {
    /// Returns one node of a self-hosted runtime.
    ///
    /// # Errors
    /// `NotFound` when there is none of that name.
    pub async fn get(&self, runtime: &IntegrationRuntimeId, node_name: &str) -> Result<IntegrationRuntimeNode> {
        let request = ArmRequest::get(runtime.node(node_name)?);
        let request = request.query("api-version", API_VERSION);
        self.0.send(request).await?.json()
    }

    /// Takes a node out of a self-hosted runtime. Returns false when there was none.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn delete(&self, runtime: &IntegrationRuntimeId, node_name: &str) -> Result<bool> {
        let request = ArmRequest::delete(runtime.node(node_name)?);
        self.0.delete(request.query("api-version", API_VERSION)).await
    }
}

fn action(id: &IntegrationRuntimeId, name: &str) -> ArmRequest {
    ArmRequest::post(format!("{id}/{name}")).query("api-version", API_VERSION)
}

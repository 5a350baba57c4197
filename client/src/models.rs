//! The documents of Data Factory and of role assignments, api-version by api-version as Azure names them.
//!
//! Fields that a caller acts on are typed; everything else an answer holds is kept in
//! `additional_properties`, so that printing a document again loses nothing. What Azure's API
//! description calls an extensible enum (states, kinds) is text here. Shapes follow
//! <https://learn.microsoft.com/rest/api/datafactory/> and
//! <https://learn.microsoft.com/rest/api/authorization/role-assignments>.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a document holds beyond the typed fields.
pub type AdditionalProperties = Map<String, Value>;

/// A data factory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Factory {
    /// The name; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The resource id; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The region, which a new factory must name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The managed identity. A PUT without it makes a factory without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<FactoryIdentity>,
    /// Tags; null and absent mean none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// Everything else, such as `properties` and `eTag`.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

impl Factory {
    /// A factory in a region, without identity.
    pub fn new(location: impl Into<String>) -> Self {
        Self { location: Some(location.into()), ..Self::default() }
    }

    /// The same with a system-assigned identity, which a linking factory needs.
    pub fn with_system_assigned_identity(mut self) -> Self {
        self.identity = Some(FactoryIdentity { kind: "SystemAssigned".to_owned(), ..FactoryIdentity::default() });
        self
    }

    /// The object id of the system-assigned identity, if the factory has one.
    pub fn principal_id(&self) -> Option<&str> {
        self.identity.as_ref()?.principal_id.as_deref()
    }
}

/// The managed identity of a factory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FactoryIdentity {
    /// `SystemAssigned`, `UserAssigned` or `SystemAssigned,UserAssigned`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Object id of the system-assigned identity; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// Its tenant; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// User-assigned identities by resource id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_assigned_identities: Option<BTreeMap<String, Value>>,
}

/// An integration runtime with its envelope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IntegrationRuntimeResource {
    /// The resource id, its collection in lower case; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the runtime is.
    pub properties: IntegrationRuntime,
    /// Everything else, such as `type` and `etag`.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// The definition of an integration runtime.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntime {
    /// `SelfHosted` or `Managed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What belongs to the kind; absent on a plain self-hosted runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub type_properties: Option<IntegrationRuntimeTypeProperties>,
    /// Everything else, such as the `state` of a managed runtime.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

impl IntegrationRuntimeResource {
    /// A self-hosted runtime of its own.
    pub fn self_hosted() -> Self {
        Self { properties: IntegrationRuntime { kind: "SelfHosted".to_owned(), ..IntegrationRuntime::default() }, ..Self::default() }
    }

    /// A runtime that is linked to a shared one, by permission of the factory's identity (RBAC).
    pub fn linked(resource_id: impl Into<String>) -> Self {
        let mut resource = Self::self_hosted();
        resource.properties.type_properties = Some(IntegrationRuntimeTypeProperties {
            linked_info: Some(LinkedInfo {
                authorization_type: "RBAC".to_owned(),
                resource_id: Some(resource_id.into()),
                ..LinkedInfo::default()
            }),
            ..IntegrationRuntimeTypeProperties::default()
        });
        resource
    }

    /// The same with a description.
    pub fn with_description(mut self, description: Option<String>) -> Self {
        self.properties.description = description;
        self
    }

    /// How the runtime is linked to a shared one; none for a runtime of its own.
    pub fn linked_info(&self) -> Option<&LinkedInfo> {
        self.properties.type_properties.as_ref()?.linked_info.as_ref()
    }
}

/// What belongs to the kind of a runtime.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeTypeProperties {
    /// Present on a linked runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked_info: Option<LinkedInfo>,
    /// Everything else, such as the compute of a managed runtime.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// The link of a linked runtime to the shared one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkedInfo {
    /// `RBAC`; `Key` on very old links.
    pub authorization_type: String,
    /// The id of the shared runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// The credential whose user-assigned identity is used instead of the factory's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialReference>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// A reference to a credential of the same factory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialReference {
    /// The credential's name.
    pub reference_name: String,
    /// Always `CredentialReference`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl CredentialReference {
    /// Refers to the credential `name`.
    pub fn to(name: impl Into<String>) -> Self {
        Self { reference_name: name.into(), kind: "CredentialReference".to_owned() }
    }
}

/// The answer of `getStatus`. For a linked runtime it is the shared one's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IntegrationRuntimeStatus {
    /// The runtime's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The status.
    pub properties: IntegrationRuntimeStatusProperties,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// The status of an integration runtime.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeStatusProperties {
    /// The factory that owns the runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_factory_name: Option<String>,
    /// `NeedRegistration`, `Online`, `Limited`, `Offline`, `AccessDenied`, or a managed runtime's state.
    pub state: String,
    /// `SelfHosted` or `Managed`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What belongs to the kind.
    #[serde(default)]
    pub type_properties: IntegrationRuntimeStatusTypeProperties,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// What belongs to the kind of a runtime in its status.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeStatusTypeProperties {
    /// The registered nodes.
    #[serde(default)]
    pub nodes: Vec<IntegrationRuntimeNode>,
    /// Who is linked; always empty on the linked side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<LinkedIntegrationRuntime>>,
    /// The version of the nodes; absent while none is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// `On` or `Off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_update: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// A machine that is registered with a self-hosted runtime.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeNode {
    /// The node's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    /// The machine's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_name: Option<String>,
    /// `Online`, `Limited`, `Offline` and others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The version of the node's software.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// One user of a shared runtime, as the shared runtime's status lists it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkedIntegrationRuntime {
    /// The linked runtime's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The linking factory's subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
    /// The linking factory's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_factory_name: Option<String>,
    /// The linking factory's region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_factory_location: Option<String>,
    /// When the link was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_time: Option<String>,
}

/// The authentication keys of a self-hosted runtime; regenerating answers only the new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeAuthKeys {
    /// The first key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_key1: Option<String>,
    /// The second key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_key2: Option<String>,
}

/// The answer of `monitoringData`. For a linked runtime it is the shared one's.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct IntegrationRuntimeMonitoringData {
    /// The runtime's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Absent while no node is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Vec<IntegrationRuntimeNodeMonitoringData>>,
}

/// What one node is doing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeNodeMonitoringData {
    /// The node's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    /// Free memory in megabytes.
    #[serde(rename = "availableMemoryInMB", skip_serializing_if = "Option::is_none")]
    pub available_memory_in_mb: Option<i64>,
    /// Load of the processor in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_utilization: Option<i64>,
    /// Jobs running now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_jobs_running: Option<i64>,
    /// Jobs allowed at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrent_jobs_limit: Option<i64>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// A linked service with its envelope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LinkedServiceResource {
    /// The resource id; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the linked service is.
    pub properties: LinkedService,
    /// Everything else, such as `type` and `etag`.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// The definition of a linked service: a connection to some store.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkedService {
    /// The kind of store, such as `FileServer` or `SqlServer`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The integration runtime that makes the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_via: Option<IntegrationRuntimeReference>,
    /// What the kind of store needs; secrets come back masked.
    #[serde(default)]
    pub type_properties: Map<String, Value>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

impl LinkedServiceResource {
    /// A linked service of a kind that connects through an integration runtime of its factory.
    pub fn via(kind: impl Into<String>, runtime: &str, type_properties: Map<String, Value>) -> Self {
        Self {
            properties: LinkedService {
                kind: kind.into(),
                connect_via: Some(IntegrationRuntimeReference::to(runtime)),
                type_properties,
                ..LinkedService::default()
            },
            ..Self::default()
        }
    }
}

/// A reference to an integration runtime of the same factory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationRuntimeReference {
    /// The runtime's name.
    pub reference_name: String,
    /// Always `IntegrationRuntimeReference`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

impl IntegrationRuntimeReference {
    /// Refers to the runtime `name`.
    pub fn to(name: impl Into<String>) -> Self {
        Self { reference_name: name.into(), kind: "IntegrationRuntimeReference".to_owned(), ..Self::default() }
    }
}

/// A role assignment with its envelope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// The resource id; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name, a GUID; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who holds what.
    pub properties: RoleAssignmentProperties,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

/// Who holds which role at which scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleAssignmentProperties {
    /// The id of the role.
    pub role_definition_id: String,
    /// The object id of the principal.
    pub principal_id: String,
    /// `ServicePrincipal` for managed identities. Left out, the service looks the principal up; sent,
    /// it does not, so that a principal made a moment ago is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_type: Option<String>,
    /// Where it holds; only in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub additional_properties: AdditionalProperties,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_linked_runtime_is_written_as_azure_reads_it() {
        let body = serde_json::to_value(IntegrationRuntimeResource::linked("/subscriptions/s")).unwrap();
        assert_eq!(
            body,
            json!({"properties":{"type":"SelfHosted","typeProperties":{"linkedInfo":
                {"authorizationType":"RBAC","resourceId":"/subscriptions/s"}}}})
        );
    }

    #[test]
    fn a_factory_in_a_list_over_a_subscription_has_nulls() {
        let factory: Factory = serde_json::from_value(json!({"name":"f","identity":null,"tags":{},
            "properties":{"factoryStatistics":null},"eTag":"\"e\""}))
        .unwrap();
        assert_eq!(factory.principal_id(), None);
        assert_eq!(factory.additional_properties["eTag"], "\"e\"");
    }

    #[test]
    fn a_recorded_status_without_nodes_loses_nothing() {
        let wire = json!({"name":"ir","properties":{"dataFactoryName":"f","state":"NeedRegistration","type":"SelfHosted",
            "typeProperties":{"autoUpdate":"On","taskQueueId":"922940fb-3051-4a2d-a94a-699e4afa73d8","nodes":[],
            "serviceUrls":["we.frontend.clouddatahub.net"],"links":[],"versionStatus":"None","capabilities":{}}}});
        let status: IntegrationRuntimeStatus = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(status.properties.state, "NeedRegistration");
        assert_eq!(serde_json::to_value(status).unwrap(), wire);
    }

    #[test]
    fn monitoring_data_without_nodes_is_read() {
        let data: IntegrationRuntimeMonitoringData = serde_json::from_value(json!({"name":"ir"})).unwrap();
        assert_eq!(data.nodes, None);
    }
}

//! Cases of integration runtimes and their nodes.
//!
//! Rules: `rules/integration_runtimes.rs` of the core.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{
    Cases, FACTORY_CONTRIBUTOR, RG_SHARED, auth_keys, grant, managed, one_factory, patch, post, put, register_node, role_assignment,
    runtime, self_hosted, shared, shared_runtime, sharing_factory,
};

/// The built-in role that joins networks.
const NETWORK_CONTRIBUTOR: &str = "4d97b98b-1d4f-4787-a291-c67834d212e7";

pub(super) const CASES: Cases = &[
    ("integration-runtime-has-a-type", integration_runtime_has_a_type),
    ("integration-runtime-keeps-its-type", integration_runtime_keeps_its_type),
    ("operation-suits-the-runtime", operation_suits_the_runtime),
    ("update-settings-shape", update_settings_shape),
    ("key-name-is-known", key_name_is_known),
    ("link-request-shape", link_request_shape),
    ("node-name-shape", node_name_shape),
    ("concurrent-jobs-limit", concurrent_jobs_limit),
    ("joining-a-network-needs-permission", joining_a_network_needs_permission),
];

fn integration_runtime_has_a_type(name: &'static str) -> Case {
    Case::new(name, put(shared(), json!({ "properties": { "description": "x" } })))
        .after(one_factory())
        .says("The integration runtime has no 'properties.type'. The supported types are 'SelfHosted' and 'Managed'.")
        .passes_as("The body has a type.", put(shared(), self_hosted()))
}

fn integration_runtime_keeps_its_type(name: &'static str) -> Case {
    Case::new(name, put(shared(), managed()))
        .after(shared_runtime())
        .says("Updating property type is not supported.")
        .passes_as("The runtime of the other type has another name.", put(runtime(&sharing_factory(), "managed"), managed()))
}

fn operation_suits_the_runtime(name: &'static str) -> Case {
    let managed_id = runtime(&sharing_factory(), "managed");
    Case::new(name, post(format!("{managed_id}/listAuthKeys"), Value::Null))
        .after(one_factory())
        .after([put(managed_id, managed()), put(shared(), self_hosted())])
        .says("The operation 'IntegrationRuntimes_ListAuthKeys' is not supported on the integration runtime 'managed' of type 'Managed'.")
        .passes_as("The keys are those of a self-hosted runtime.", post(format!("{}/listAuthKeys", shared()), Value::Null))
}

fn update_settings_shape(name: &'static str) -> Case {
    let update = |value: &str| patch(shared(), json!({ "autoUpdate": value }));
    Case::new(name, update("Sometimes"))
        .after(shared_runtime())
        .says("Invalid value for property 'autoUpdate'. Expected is 'On' or 'Off'.")
        .passes_as("The value is On or Off.", update("Off"))
}

fn key_name_is_known(name: &'static str) -> Case {
    let regenerate = |key: &str| post(format!("{}/regenerateAuthKey", shared()), json!({ "keyName": key }));
    Case::new(name, regenerate("authKey3"))
        .after(shared_runtime())
        .says("Invalid value 'authKey3' for property 'keyName'. The key names are 'authKey1' and 'authKey2'.")
        .passes_as("The key is one of the two.", regenerate("authKey2"))
}

fn link_request_shape(name: &'static str) -> Case {
    let remove = |body: Value| post(format!("{}/removeLinks", shared()), body);
    Case::new(name, remove(json!({ "linkedFactoryName": "linking" })))
        .after(shared_runtime())
        .says("Invalid value for property 'factoryName'. Expected is a text that is not empty.")
        .passes_as("The member has its name.", remove(json!({ "factoryName": "linking" })))
}

fn node_name_shape(name: &'static str) -> Case {
    Case::new(name, register_node("node.1"))
        .after(shared_runtime())
        .after([auth_keys(&shared())])
        .says(
            "The node name 'node.1' is invalid. It has 1 to 150 letters, digits, dashes and underscores and begins with a letter or digit.",
        )
        .passes_as("The name has letters, digits and dashes.", register_node("node-1"))
}

fn concurrent_jobs_limit(name: &'static str) -> Case {
    let limit =
        |jobs: u32| -> Step { Step::new(Method::PATCH, format!("{}/nodes/node1", shared()), &json!({ "concurrentJobsLimit": jobs })) };
    Case::new(name, limit(0))
        .after(shared_runtime())
        .after([auth_keys(&shared()), register_node("node1")])
        .says("Invalid value for property 'concurrentJobsLimit'. It lies between 1 and 20.")
        .passes_as("The node may run one job.", limit(1))
}

fn joining_a_network_needs_permission(name: &'static str) -> Case {
    let network = format!("{RG_SHARED}/providers/Microsoft.Network/virtualNetworks/vnet");
    let compute = json!({ "location": "eastus", "nodeSize": "Standard_D2_v3", "numberOfNodes": 1,
        "vNetProperties": { "vNetId": network, "subnet": "default" } });
    let body = json!({ "properties": { "type": "Managed", "typeProperties": { "computeProperties": compute, "ssisProperties": {} } } });
    let id = runtime(&sharing_factory(), "managed");
    Case::new(name, put(&id, body).by("factory-contributor"))
        .after(one_factory())
        .says(format!(
            "The client '33333333-3333-3333-3333-000000000005' with object id '{FACTORY_CONTRIBUTOR}' has permission to perform action \
             'Microsoft.DataFactory/factories/integrationRuntimes/write' on scope '{id}'; however, it does not have permission to perform \
             action 'join/action' on the linked scope(s) '{network}'."
        ))
        .passes_after(
            "Network Contributor is granted at the network.",
            [put(role_assignment(&network, 1), grant(NETWORK_CONTRIBUTOR, FACTORY_CONTRIBUTOR))],
        )
}

//! Cases of documents that refer to others.
//!
//! Rules: `rules/references.rs` of the core.

use serde_json::{Value, json};

use super::super::case::Case;
use super::{
    Cases, RG_LINKED, auth_keys, delete, eastus, identity, linking_factory, one_factory, put, register_node, self_hosted, shared,
    sharing_factory,
};

pub(super) const CASES: Cases = &[
    ("connect-via-names-a-runtime", connect_via_names_a_runtime),
    ("secret-needs-online-node", secret_needs_online_node),
    ("reference-exists", reference_exists),
    ("document-is-not-referenced", document_is_not_referenced),
    ("credential-names-an-identity-of-the-factory", credential_names_an_identity_of_the_factory),
];

/// A linked service that connects through a runtime of its factory.
pub(super) fn through(runtime: &str) -> Value {
    let reference = json!({ "referenceName": runtime, "type": "IntegrationRuntimeReference" });
    let properties = json!({ "connectionString": "Server=s" });
    json!({ "properties": { "type": "SqlServer", "typeProperties": properties, "connectVia": reference } })
}

fn connect_via_names_a_runtime(name: &'static str) -> Case {
    Case::new(name, put(format!("{}/linkedservices/orders", sharing_factory()), through("shared")))
        .after(one_factory())
        .says("Input is malformed. Reason: Could not get integration runtime details for shared")
        .passes_after("The runtime is created.", [put(shared(), self_hosted())])
}

fn secret_needs_online_node(name: &'static str) -> Case {
    let mut service = through("shared");
    if let Some(properties) = service.pointer_mut("/properties/typeProperties") {
        *properties = json!({ "connectionString": { "type": "SecureString", "value": "Server=s;Password=p" } });
    }
    Case::new(name, put(format!("{}/linkedservices/orders", sharing_factory()), service))
        .in_world(json!({ "settings": { "secretNeedsOnlineNode": true } }))
        .after(one_factory())
        .after([put(shared(), self_hosted()), auth_keys(&shared())])
        .says("Failed to encrypt sub-resource payload {…\"Name\": \"orders\",…}")
        .passes_after("A node of the runtime comes online.", [register_node("node1")])
}

fn reference_exists(name: &'static str) -> Case {
    let service = |name: &str| format!("{}/linkedservices/{name}", sharing_factory());
    let store = json!({ "type": "LinkedServiceReference", "referenceName": "vault" });
    let secret = json!({ "type": "AzureKeyVaultSecret", "secretName": "password", "store": store });
    let sql = json!({ "properties": { "type": "AzureSqlDatabase", "typeProperties": { "password": secret } } });
    let vault = json!({ "properties": { "type": "AzureKeyVault", "typeProperties": { "baseUrl": "https://v.vault.azure.net" } } });
    Case::new(name, put(service("sql"), sql))
        .after(one_factory())
        .says("The document creation or update failed because of invalid reference 'vault'.")
        .passes_after("What is referred to is created.", [put(service("vault"), vault)])
}

fn document_is_not_referenced(name: &'static str) -> Case {
    let (credential, service) = (format!("{}/credentials/own", sharing_factory()), format!("{}/linkedservices/blob", sharing_factory()));
    let uses = json!({ "credential": { "type": "CredentialReference", "referenceName": "own" } });
    let blob = json!({ "properties": { "type": "AzureBlobStorage", "typeProperties": uses } });
    Case::new(name, delete(&credential))
        .after(one_factory())
        .after([put(&credential, json!({ "properties": { "type": "ManagedIdentity" } })), put(&service, blob)])
        .says("The document cannot be deleted since it is referenced by blob.")
        .passes_after("What refers to it is deleted.", [delete(service)])
}

fn credential_names_an_identity_of_the_factory(name: &'static str) -> Case {
    let uai = identity(RG_LINKED, "uai-default");
    let body = json!({ "properties": { "type": "ManagedIdentity", "typeProperties": { "resourceId": &uai } } });
    let assigned = json!({ "type": "UserAssigned", "userAssignedIdentities": { uai: {} } });
    Case::new(name, put(format!("{}/credentials/default", linking_factory()), body))
        .after([put(linking_factory(), eastus())])
        .says("The user-assigned managed identity '…' is not assigned to the factory 'linking'.")
        .passes_after(
            "The identity is assigned to the factory.",
            [put(linking_factory(), json!({ "location": "eastus", "identity": assigned }))],
        )
}

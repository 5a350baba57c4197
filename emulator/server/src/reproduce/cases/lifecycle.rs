//! Cases of documents and factories: what their bodies have, what they keep, who may change what.
//!
//! Rules: `rules/lifecycle.rs` of the core.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{
    Cases, FACTORY_CONTRIBUTOR, RG_FABRIKAM, RG_LINKED, SUBSCRIPTION, eastus, factory, get, grant, identity, linking_factory, one_factory,
    put, role_assignment, self_hosted, shared, sharing_factory, sql_server, with_identity,
};

/// The built-in role that may assign an identity.
const MANAGED_IDENTITY_OPERATOR: &str = "f1a07417-d97a-45cb-824c-7a7467783830";

pub(super) const CASES: Cases = &[
    ("document-exists", document_exists),
    ("document-has-properties", document_has_properties),
    ("document-shape", document_shape),
    ("etag-matches", etag_matches),
    ("assigning-an-identity-needs-permission", assigning_an_identity_needs_permission),
    ("identity-shape", identity_shape),
    ("factory-keeps-its-identity", factory_keeps_its_identity),
    ("factory-keeps-its-customer-key", factory_keeps_its_customer_key),
    ("repository-names-a-factory", repository_names_a_factory),
];

fn document_exists(name: &'static str) -> Case {
    Case::new(name, get(shared()))
        .after(one_factory())
        .says("The document could not be retrieved because it does not exist.")
        .passes_after("The document is created.", [put(shared(), self_hosted())])
}

fn document_has_properties(name: &'static str) -> Case {
    Case::new(name, put(shared(), json!({})))
        .after(one_factory())
        .says("Invalid value for property 'Properties'")
        .passes_as("The body has properties.", put(shared(), self_hosted()))
}

fn document_shape(name: &'static str) -> Case {
    let access = |value: &str| put(sharing_factory(), json!({ "location": "eastus", "properties": { "publicNetworkAccess": value } }));
    Case::new(name, access("Sometimes"))
        .says("Invalid value for property 'properties.publicNetworkAccess'")
        .passes_as("The value is one that the model has.", access("Disabled"))
}

fn etag_matches(name: &'static str) -> Case {
    let service = || put(format!("{}/linkedservices/one", sharing_factory()), sql_server());
    Case::new(name, service().with("if-match", "\"00000001-0000-0000-0000-000000000000\""))
        .after(one_factory())
        .after([service().keeping("etag", "etag")])
        .says("The etag in the If-Match header does not match the etag of the document.")
        .passes_as("The etag is the one that the document has now.", service().with("if-match", "{{etag}}"))
}

fn assigning_an_identity_needs_permission(name: &'static str) -> Case {
    let uai = identity(RG_LINKED, "uai-default");
    let assigned = json!({ "type": "UserAssigned", "userAssignedIdentities": { &*uai: {} } });
    let id = linking_factory();
    Case::new(name, put(&id, json!({ "location": "eastus", "identity": assigned })).by("factory-contributor"))
        .says(format!(
            "The client '33333333-3333-3333-3333-000000000005' with object id '{FACTORY_CONTRIBUTOR}' has permission to perform action \
             'Microsoft.DataFactory/factories/write' on scope '{id}'; however, it does not have permission to perform action(s) \
             'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '{uai}' (respectively) or the linked \
             scope(s) are invalid."
        ))
        .passes_after(
            "Managed Identity Operator is granted at the identity.",
            [put(role_assignment(&uai, 1), grant(MANAGED_IDENTITY_OPERATOR, FACTORY_CONTRIBUTOR))],
        )
}

fn identity_shape(name: &'static str) -> Case {
    let of_type = |identity: &str| put(sharing_factory(), json!({ "location": "eastus", "identity": { "type": identity } }));
    Case::new(name, of_type("Robot"))
        .says("The identity type 'Robot' is not one of 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned', 'None'.")
        .passes_as("The type is one that there is.", of_type("SystemAssigned"))
}

fn factory_keeps_its_identity(name: &'static str) -> Case {
    Case::new(name, put(sharing_factory(), eastus()))
        .after(one_factory())
        .says("The factory 'sharing' has a managed identity, so 'identity' must be specified.")
        .passes_as("The body has the identity again.", put(sharing_factory(), with_identity()))
}

fn factory_keeps_its_customer_key(name: &'static str) -> Case {
    let key = json!({ "keyName": "key", "vaultBaseUrl": "https://v.vault.azure.net" });
    let encrypted = || put(sharing_factory(), json!({ "location": "eastus", "properties": { "encryption": key.clone() } }));
    Case::new(name, put(sharing_factory(), eastus()))
        .after([encrypted()])
        .says("Update factory failed. You cannot remove CMK settings to existing factory")
        .passes_as("The body has the key again.", encrypted())
}

fn repository_names_a_factory(name: &'static str) -> Case {
    let other = factory(RG_FABRIKAM, "fabrikam");
    let repository = json!({
        "type": "FactoryVSTSConfiguration", "accountName": "ADF", "repositoryName": "repo", "collaborationBranch": "main", "rootFolder": "/",
        "lastCommitId": "", "projectName": "project", "tenantId": ""
    });
    let configure = |id: &str| -> Step {
        let body: Value = json!({ "factoryResourceId": id, "repoConfiguration": repository });
        let path = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/locations/eastus/configureFactoryRepo?api-version=2018-06-01");
        Step::new(Method::POST, path, &body)
    };
    Case::new(name, configure(&other))
        .after(one_factory())
        .after([put(&other, with_identity()).by("fabrikam-owner")])
        .says("'…' is not the resource id of a factory of this subscription.")
        .passes_as("The factory is one of the subscription in the path.", configure(&sharing_factory()))
}

//! `linking-factory-needs-identity`

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_LINKED, factory, factory_with_identity, grant, linked_to, role_assignment, runtime};
use reqwest::Method;
use serde_json::{Value, json};

const CODE: &str = "ManagedIdentityRequiredToCreateLinkedIntegrationRuntime";

#[tokio::test]
async fn a_factory_without_an_identity_cannot_link_and_with_one_it_can() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let plain = factory(RG_LINKED, "plain");
    azure.owner().put(&plain, json!({ "location": "eastus" })).await.has_status(200);
    let linked = runtime(&plain, "linked");
    let answer = azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 400, CODE).await;
    answer.by_rule("linking-factory-needs-identity").says(
        "Managed identity is required when creating linked integration runtime 'linked' under 'plain'. Please specify a managed identity via \
         credential object.",
    );
    assert_eq!(answer.json()["error"]["target"], Value::Null);

    let made = azure.owner().put(&plain, factory_with_identity()).await.has_status(200).json();
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, "UnauthorizedIntegrationRuntimeAccess").await;
    let principal = made["identity"]["principalId"].as_str().unwrap();
    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, principal)).await.has_status(201);
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
}

#[tokio::test]
async fn a_user_assigned_identity_counts_only_through_a_credential() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let identity = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let plain = factory(RG_LINKED, "plain");
    let body = json!({ "location": "eastus", "identity": { "type": "UserAssigned", "userAssignedIdentities": { identity: {} } } });
    azure.owner().put(&plain, body).await.has_status(200);
    let answer = azure.owner().is_refused(Method::PUT, &runtime(&plain, "linked"), linked_to(&shared), 400, CODE).await;
    answer.by_rule("linking-factory-needs-identity");
}

//! `credential-names-an-identity-of-the-factory`

use adf_emulator_tests::{Azure, RG_LINKED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_credential_stands_for_an_identity_that_is_assigned_to_its_factory() {
    let azure = Azure::start().await;
    let factory = factory(RG_LINKED, "linking");
    let uai = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    azure.owner().put(&factory, json!({ "location": "eastus" })).await.has_status(200);
    let credential = format!("{factory}/credentials/default");
    let body = json!({ "properties": { "type": "ManagedIdentity", "typeProperties": { "resourceId": uai } } });
    let answer = azure.owner().is_refused(Method::PUT, &credential, body.clone(), 400, "BadRequest").await;
    answer.by_rule("credential-names-an-identity-of-the-factory");
    let identity = json!({ "type": "UserAssigned", "userAssignedIdentities": { uai.clone(): {} } });
    let made = azure.owner().put(&factory, json!({ "location": "eastus", "identity": identity })).await.has_status(200).json();
    let ids = &made["identity"]["userAssignedIdentities"][&uai];
    assert_eq!(ids["principalId"], "77777777-7777-7777-7777-000000000001", "the world knows this one");
    assert_eq!(ids["clientId"], "33333333-3333-3333-3333-000000000101");
    azure.owner().put(&credential, body).await.has_status(200);
}

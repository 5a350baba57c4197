//! `integration-runtime-has-a-type`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity, runtime};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_runtime_without_a_type_is_told_which_there_are() {
    let azure = Azure::start().await;
    let sharing = factory(RG_SHARED, "sharing");
    azure.owner().put(&sharing, factory_with_identity()).await.has_status(200);
    let id = runtime(&sharing, "runtime");
    // What azure-mgmt-datafactory 10.0.0 for Python sends.
    for properties in [json!({ "description": "x" }), json!({ "type": null }), json!({ "type": "Shared" }), json!({})] {
        let answer = azure.owner().is_refused(Method::PUT, &id, json!({ "properties": properties }), 400, "BadRequest").await;
        answer.by_rule("integration-runtime-has-a-type");
        assert!(answer.text().contains("The supported types are 'SelfHosted' and 'Managed'."));
    }
    azure.owner().put(&id, json!({ "properties": { "type": "selfhosted" } })).await.has_status(200);
    azure
        .owner()
        .put(&runtime(&sharing, "managed"), json!({ "properties": { "type": "Managed", "typeProperties": {} } }))
        .await
        .has_status(200);
}

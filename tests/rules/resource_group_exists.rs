//! `resource-group-exists`

use adf_emulator_tests::{Azure, SUBSCRIPTION, factory};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_missing_group_is_named_as_it_was_typed() {
    let azure = Azure::start().await;
    let missing = factory(&format!("{SUBSCRIPTION}/resourceGroups/RG-missing"), "f-one");
    let answer = azure.owner().is_refused(Method::GET, &missing, Value::Null, 404, "ResourceGroupNotFound").await;
    answer.says("Resource group 'RG-missing' could not be found.").by_rule("resource-group-exists");
    assert_eq!(answer.header("x-ms-failure-cause"), Some("gateway"));
    let written = azure.owner().is_refused(Method::PUT, &missing, json!({ "location": "eastus" }), 404, "ResourceGroupNotFound").await;
    written.by_rule("resource-group-exists");
    let counted = "x-ms-ratelimit-remaining-subscription-reads";
    assert_eq!(answer.header(counted), None);
    let own_route = format!("{SUBSCRIPTION}/resourceGroups/RG-missing");
    let answer = azure.owner().is_refused(Method::GET, &own_route, Value::Null, 404, "ResourceGroupNotFound").await;
    assert!(answer.header(counted).is_some());
    // A deployment is the front door's too.
    let deployment = format!("{own_route}/providers/Microsoft.Resources/deployments/d?api-version=2021-04-01");
    let answer = azure.owner().is_refused(Method::PUT, &deployment, json!({ "properties": {} }), 404, "ResourceGroupNotFound").await;
    assert!(answer.header("x-ms-ratelimit-remaining-subscription-writes").is_some());
    let there = factory(&format!("{SUBSCRIPTION}/resourceGroups/RG-SHARED"), "f-one");
    azure.owner().put(&there, json!({ "location": "eastus" })).await.has_status(200);
}

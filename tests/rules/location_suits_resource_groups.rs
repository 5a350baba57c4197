//! `location-suits-resource-groups`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_group_is_made_where_azure_has_a_region() {
    let azure = Azure::start().await;
    let id = format!("{SUBSCRIPTION}/resourceGroups/rg-mars");
    let body = json!({ "location": "Mars" });
    let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "LocationNotAvailableForResourceGroup").await;
    let message = answer.by_rule("location-suits-resource-groups").json()["error"]["message"].as_str().unwrap().to_owned();
    let start = "The provided location 'Mars' is not available for resource group. List of available regions is 'eastasia,southeastasia,";
    assert!(message.starts_with(start) && message.ends_with(",eastus2euap'."), "{message}");
    let made = azure.owner().put(&id, json!({ "location": "West Europe" })).await;
    assert_eq!(made.has_status(201).json()["location"], "westeurope");
}

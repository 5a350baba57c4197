//! `resource-group-keeps-its-location`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_group_stays_where_it_was_made() {
    let azure = Azure::start().await;
    azure.owner().put(RG_SHARED, json!({ "location": "East US" })).await.has_status(200);
    let body = json!({ "location": "West US" });
    let answer = azure.owner().is_refused(Method::PUT, RG_SHARED, body, 409, "InvalidResourceGroupLocation").await;
    answer.by_rule("resource-group-keeps-its-location");
    answer.says("Invalid resource group location 'West US'. The Resource group already exists in location 'eastus'.");
}

//! `resource-group-keeps-its-manager`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn whoever_manages_a_group_manages_it_for_good() {
    let azure = Azure::start().await;
    let id = format!("{SUBSCRIPTION}/resourceGroups/rg-managed");
    let body = |manager: &str| json!({ "location": "eastus", "managedBy": manager });
    azure.owner().put(&id, body("one")).await.has_status(201);
    azure.owner().put(&id, body("one")).await.has_status(200);
    let left_out = azure.owner().put(&id, json!({ "location": "eastus" })).await;
    assert_eq!(left_out.has_status(200).json()["managedBy"], "one");
    let answer = azure.owner().is_refused(Method::PUT, &id, body("two"), 409, "InvalidResourceGroupManagedBy").await;
    answer.by_rule("resource-group-keeps-its-manager");
}

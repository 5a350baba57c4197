//! `location-suits-the-type`

use adf_emulator_tests::{Azure, RG_SHARED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_factory_is_made_where_azure_has_a_region() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "f-mars");
    let body = json!({ "location": "Mars" });
    let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "LocationNotAvailableForResourceType").await;
    let message = answer.by_rule("location-suits-the-type").json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with(
        "The provided location 'Mars' is not available for resource type 'Microsoft.DataFactory/factories'. List of available regions for \
         the resource type is 'eastasia,southeastasia,"
    ));
    azure.owner().put(&id, json!({ "location": "East US 2" })).await.has_status(200);
}

//! `route-exists`

use adf_emulator_tests::{Azure, RG_SHARED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_factory_has_only_its_actions() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "f-dancing");
    azure.owner().put(&id, json!({ "location": "eastus" })).await.has_status(200);
    let dance = format!("{id}/dance");
    let answer = azure.owner().is_refused(Method::POST, &dance, json!({}), 404, "HttpResourceNotFound").await;
    let uri = format!("{}{dance}?api-version=2018-06-01", azure.url());
    answer.by_rule("route-exists").says(&format!("No HTTP resource was found that matches the request URI '{uri}'."));
    assert_eq!(answer.header("x-ms-failure-cause"), None);
}

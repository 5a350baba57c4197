//! `path-has-a-subscription-or-provider`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_path_that_fits_nothing_is_refused() {
    let azure = Azure::start().await;
    for path in ["/", "/nothing", "/resourceGroups/rg-shared"] {
        let answer = azure.owner().is_refused(Method::GET, path, Value::Null, 404, "MissingSubscription").await;
        answer.by_rule("path-has-a-subscription-or-provider");
        answer.says("The request did not have a subscription or a valid tenant level resource provider.");
    }
    azure.owner().get("/tenants").await.has_status(200);
}

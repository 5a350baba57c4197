//! `subscription-id-is-a-guid`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_name_is_no_subscription_id() {
    let azure = Azure::start().await;
    for (path, id) in [("/subscriptions/contoso-test", "contoso-test"), ("/subscriptions//resourceGroups/rg-shared", "resourceGroups")] {
        let answer = azure.owner().is_refused(Method::GET, path, Value::Null, 400, "InvalidSubscriptionId").await;
        answer.by_rule("subscription-id-is-a-guid");
        answer.says(&format!("The provided subscription identifier '{id}' is malformed or invalid."));
    }
    // One subscription has one id.
    let plain = SUBSCRIPTION.trim_start_matches("/subscriptions/");
    for id in [plain.replace('-', ""), format!("{{{plain}}}"), format!("urn:uuid:{plain}")] {
        azure.owner().is_refused(Method::GET, &format!("/subscriptions/{id}"), Value::Null, 400, "InvalidSubscriptionId").await;
    }
    azure.owner().get(&SUBSCRIPTION.replace("/subscriptions/", "//Subscriptions//")).await.has_status(200);
}

//! `linked-service-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_linked_services_name_has_up_to_260_characters_and_none_reserved() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    let body = json!({ "properties": { "type": "SqlServer" } });
    for name in ["a", "_x", "Order%20Store", &"z".repeat(260)] {
        azure.owner().put(&format!("{factory}/linkedservices/{name}"), body.clone()).await.has_status(200);
    }
    for name in ["-a", "a.b", "a%26b", "a:b", &"z".repeat(261)] {
        let path = format!("{factory}/linkedservices/{name}");
        let answer = azure.owner().is_refused(Method::PUT, &path, body.clone(), 400, "BadRequest").await;
        answer.by_rule("linked-service-name-shape");
    }
}

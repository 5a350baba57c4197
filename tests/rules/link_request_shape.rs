//! `link-request-shape`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn link_requests_need_their_members() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    azure.node(&shared, "node1").await;
    for body in [json!({}), json!({ "factoryName": "" }), json!({ "factoryName": 1 }), json!({ "linkedFactoryName": "linking" })] {
        let answer = azure.owner().is_refused(Method::POST, &format!("{shared}/removeLinks"), body, 400, "BadRequest").await;
        answer.by_rule("link-request-shape");
    }
    let whole = json!({ "name": "linked", "subscriptionId": "s", "dataFactoryName": "linking", "dataFactoryLocation": "eastus" });
    let link = format!("{shared}/linkedIntegrationRuntime");
    for member in ["name", "subscriptionId", "dataFactoryName", "dataFactoryLocation"] {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(member);
        let answer = azure.owner().is_refused(Method::POST, &link, body, 400, "BadRequest").await;
        answer.by_rule("link-request-shape");
        assert!(answer.text().contains(&format!("'{member}'")));
    }
    azure.owner().post(&link, whole).await.has_status(200);
}

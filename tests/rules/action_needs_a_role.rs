//! `action-needs-a-role`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn who_holds_nothing_that_names_the_action_may_not() {
    let azure = Azure::start().await;
    for (caller, method, body, action) in
        [("stranger", Method::GET, Value::Null, "read"), ("reader", Method::PUT, json!({ "location": "eastus" }), "write")]
    {
        let answer = azure.caller(caller).is_refused(method, RG_SHARED, body, 403, "AuthorizationFailed").await;
        answer.by_rule("action-needs-a-role");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(&format!("'Microsoft.Resources/subscriptions/resourceGroups/{action}' over scope '{RG_SHARED}'")));
        assert!(answer.header("x-emulator-decision").is_some());
    }
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    azure.caller("stranger").get(RG_SHARED).await.has_status(200);
}

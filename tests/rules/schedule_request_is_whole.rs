//! `schedule-request-is-whole`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn who_which_role_and_what_is_to_happen_are_needed() {
    let azure = Azure::start().await;
    let whole = asks("AdminAssign", READER, STRANGER, "PT8H");
    for name in ["principalId", "roleDefinitionId", "requestType"] {
        let mut body = whole.clone();
        body["properties"][name] = Value::Null;
        let answer = azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), body, 400, "InvalidRequestContent").await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        let start = format!(
            "The content of your request was not valid, and the original object could not be deserialized. Exception message: \
             'Required property '{name}' not found in JSON. Path 'properties', line 1, position "
        );
        assert!(message.starts_with(&start) && message.ends_with(".'"), "{message}");
        answer.by_rule("schedule-request-is-whole");
    }
    azure.owner().put(&assignment_request(RG_SHARED, 1), whole).await.has_status(201);
}

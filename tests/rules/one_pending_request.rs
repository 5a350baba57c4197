//! `one-pending-request`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_second_request_does_not_wait_beside_the_first() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let now = asks("AdminAssign", READER, STRANGER, "PT8H");
    let mut later = now.clone();
    later["properties"]["scheduleInfo"]["startDateTime"] = "2100-01-01T00:00:00Z".into();
    let waiting = owner.put(&assignment_request(RG_SHARED, 1), later.clone()).await;
    assert_eq!(waiting.has_status(201).json()["properties"]["status"], "Granted");
    for again in [now.clone(), later] {
        let answer = owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), again, 400, "PendingRoleAssignmentRequest").await;
        answer.says("There is already an existing pending Role assignment request.").by_rule("one-pending-request");
    }
    owner.post(&format!("{}/cancel", assignment_request(RG_SHARED, 1)), Value::Null).await.has_status(200);
    owner.put(&assignment_request(RG_SHARED, 2), now).await.has_status(201);
}

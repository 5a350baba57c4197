//! `schedule-request-name-is-a-guid`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;

#[tokio::test]
async fn another_name_is_refused() {
    let azure = Azure::start().await;
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    let named = assignment_request(RG_SHARED, 1).replace("eeeeeeee-0000-4000-8000-000000000001", "on-call");
    let answer = azure.owner().is_refused(Method::PUT, &named, body.clone(), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("schedule-request-name-is-a-guid");
    azure.owner().put(&assignment_request(RG_SHARED, 1), body).await.has_status(201);
}

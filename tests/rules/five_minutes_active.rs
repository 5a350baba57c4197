//! `five-minutes-active`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_active_role_is_not_taken_away_before() {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    let owner = azure.owner();
    let asked = |request_type: &str, duration: &str| asks(request_type, READER, STRANGER, duration);
    let short = asked("AdminAssign", "PT4M59S");
    let answer = owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), short, 400, "ActiveDurationTooShort").await;
    answer.says("The Active duration is too short. Miniumum Required is 5 minutes.").by_rule("five-minutes-active");
    owner.put(&assignment_request(RG_SHARED, 1), asked("AdminAssign", "PT6M")).await.has_status(201);
    azure.advance("PT4M59S").await;
    let remove = asked("AdminRemove", "PT6M");
    owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), remove.clone(), 400, "ActiveDurationTooShort").await;
    azure.caller("stranger").get(RG_SHARED).await.has_status(200);
    azure.advance("PT1S").await;
    let gone = owner.put(&assignment_request(RG_SHARED, 2), remove.clone()).await;
    assert_eq!(gone.has_status(201).json()["properties"]["status"], "Revoked");
    azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    // An eligibility is no active role.
    owner.put(&eligibility_request(RG_SHARED, 3), asked("AdminAssign", "PT1M")).await.has_status(201);
    owner.put(&eligibility_request(RG_SHARED, 4), remove).await.has_status(201);
}

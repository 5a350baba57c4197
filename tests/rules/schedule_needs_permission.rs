//! `schedule-needs-permission`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn others_are_managed_with_a_right_and_ones_own_is_seen_without() {
    let azure = Azure::start().await;
    let stranger = azure.caller("stranger");
    let schedules = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignmentSchedules");
    let answer = stranger.is_refused(Method::GET, &schedules, Value::Null, 400, "InsufficientPermissions").await;
    answer.says(&format!(
        "The requestor {STRANGER} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's \
         assignments."
    ));
    answer.by_rule("schedule-needs-permission");
    stranger.get(&format!("{schedules}?$filter=asTarget()")).await.has_status(200);
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    let answer = stranger.is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), body.clone(), 400, "InsufficientPermissions").await;
    answer.says(&format!("The requestor {STRANGER} does not have permissions for this request."));
    for caller in ["contributor", "reader"] {
        let path = eligibility_request(RG_SHARED, 1);
        azure.caller(caller).is_refused(Method::PUT, &path, body.clone(), 400, "InsufficientPermissions").await;
    }
    azure.caller("reader").get(&schedules).await.has_status(200);
    azure.caller("access-admin").put(&assignment_request(RG_SHARED, 1), body).await.has_status(201);
}

//! `schedule-request-is-new`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn a_name_is_used_once() {
    let azure = Azure::start().await;
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    azure.owner().put(&eligibility_request(RG_SHARED, 1), body.clone()).await.has_status(201);
    for again in [eligibility_request(RG_SHARED, 1), assignment_request(RG_LINKED, 1)] {
        let answer = azure.owner().is_refused(Method::PUT, &again, body.clone(), 409, "RoleAssignmentRequestExists").await;
        answer.says("A role assignment request with Id: eeeeeeee-0000-4000-8000-000000000001 already exists.");
        answer.by_rule("schedule-request-is-new");
    }
    azure.owner().put(&assignment_request(RG_LINKED, 2), body).await.has_status(201);
}

//! `schedule-is-unique`

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request, grant, role_assignment,
};
use reqwest::Method;

#[tokio::test]
async fn a_role_is_given_once_with_or_without_a_schedule() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    for request in [assignment_request, eligibility_request] {
        let number = if request(RG_SHARED, 0) == assignment_request(RG_SHARED, 0) { 1 } else { 11 };
        owner.put(&request(RG_SHARED, number), body.clone()).await.has_status(201);
        let answer = owner.is_refused(Method::PUT, &request(RG_SHARED, number + 1), body.clone(), 400, "RoleAssignmentExists").await;
        answer.says("The Role assignment already exists.").by_rule("schedule-is-unique");
    }
    owner.is_refused(Method::PUT, &role_assignment(RG_SHARED, 1), grant(READER, STRANGER), 409, "RoleAssignmentExists").await;
    owner.put(&role_assignment(RG_LINKED, 1), grant(READER, STRANGER)).await.has_status(201);
    owner.is_refused(Method::PUT, &assignment_request(RG_LINKED, 3), body, 400, "RoleAssignmentExists").await;
    owner.put(&assignment_request(RG_LINKED, 3), asks("AdminAssign", CONTRIBUTOR, STRANGER, "PT8H")).await.has_status(201);
}

//! `schedule-role-exists`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, custom_role, eligibility_request, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_role_is_there_and_can_be_assigned_at_the_scope() {
    let azure = Azure::start().await;
    azure.owner().put(&role_definition(RG_LINKED, 1), custom_role("there", &[RG_LINKED])).await.has_status(201);
    for role in ["bbbbbbbb-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000099"] {
        let body = asks("AdminAssign", role, STRANGER, "PT8H");
        let answer = azure.owner().is_refused(Method::PUT, &eligibility_request(RG_SHARED, 1), body, 400, "RoleNotFound").await;
        answer.says("The role is not found.").by_rule("schedule-role-exists");
    }
    let custom = asks("AdminAssign", "bbbbbbbb-0000-4000-8000-000000000001", STRANGER, "PT8H");
    azure.owner().put(&eligibility_request(RG_LINKED, 1), custom).await.has_status(201);
    // A role that somebody is eligible for stays.
    azure.owner().delete(&role_definition(RG_LINKED, 1)).await.is_refused(400, "RoleDefinitionHasAssignments");
    azure.owner().put(&eligibility_request(RG_SHARED, 2), asks("AdminAssign", READER, STRANGER, "PT8H")).await.has_status(201);
}

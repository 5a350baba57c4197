//! `schedule-to-change-exists`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn what_is_not_there_is_neither_updated_nor_removed() {
    let azure = Azure::start().await;
    let asked = |request_type: &str| asks(request_type, READER, STRANGER, "PT8H");
    azure.owner().put(&assignment_request(RG_SHARED, 9), asked("AdminAssign")).await.has_status(201);
    for (caller, path, request_type) in [
        ("owner", assignment_request(RG_LINKED, 1), "AdminUpdate"),
        ("owner", assignment_request(RG_LINKED, 1), "AdminRemove"),
        ("owner", eligibility_request(RG_SHARED, 1), "AdminUpdate"),
        ("owner", eligibility_request(RG_SHARED, 1), "AdminRemove"),
        // It was assigned, not activated.
        ("stranger", assignment_request(RG_SHARED, 1), "SelfDeactivate"),
    ] {
        let answer = azure.caller(caller).is_refused(Method::PUT, &path, asked(request_type), 400, "RoleAssignmentDoesNotExist").await;
        answer.says("The Role assignment does not exist.").by_rule("schedule-to-change-exists");
    }
    azure.owner().put(&assignment_request(RG_SHARED, 1), asked("AdminUpdate")).await.has_status(201);
}

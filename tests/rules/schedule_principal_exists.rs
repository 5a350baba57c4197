//! `schedule-principal-exists`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, asks, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn strangers_to_the_directory_are_not_made_eligible() {
    let azure = Azure::start().await;
    // One that nobody has, and one of the other tenant.
    for principal in ["aaaaaaaa-0000-4000-8000-000000000099", "44444444-4444-4444-4444-000000000009"] {
        let body = asks("AdminAssign", READER, principal, "PT8H");
        let answer = azure.owner().is_refused(Method::PUT, &eligibility_request(RG_SHARED, 1), body, 400, "SubjectNotFound").await;
        answer.says("The subject is not found.").by_rule("schedule-principal-exists");
    }
    azure.owner().put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "PT8H")).await.has_status(201);
}

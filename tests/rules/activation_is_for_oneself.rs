//! `activation-is-for-oneself`

use adf_emulator_tests::{ADA, Azure, READER, RG_SHARED, asks, assignment_request, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn nobody_activates_for_another_not_even_an_owner() {
    let azure = Azure::start().await;
    azure.owner().put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, ADA, "P1D")).await.has_status(201);
    for request_type in ["SelfActivate", "SelfDeactivate"] {
        let body = asks(request_type, READER, ADA, "PT8H");
        let answer = azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), body, 400, "InsufficientPermissions").await;
        answer.says("The requestor 44444444-4444-4444-4444-000000000001 does not have permissions for this request.");
        answer.by_rule("activation-is-for-oneself");
    }
    azure.caller("ada").put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", READER, ADA, "PT8H")).await.has_status(201);
}

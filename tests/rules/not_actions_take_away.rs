//! `not-actions-take-away`

use adf_emulator_tests::{Azure, CONTRIBUTOR, OWNER, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn contributor_excludes_granting_and_owner_beside_it_does_not() {
    let azure = Azure::start().await;
    let (stranger, id) = (azure.caller("stranger"), "44444444-4444-4444-4444-000000000006");
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, id)).await.has_status(201);
    let assignment = role_assignment(RG_SHARED, 2);
    let answer = stranger.is_refused(Method::PUT, &assignment, grant(READER, id), 403, "AuthorizationFailed").await;
    answer.by_rule("not-actions-take-away");
    azure.owner().put(&role_assignment(RG_SHARED, 3), grant(OWNER, id)).await.has_status(201);
    stranger.put(&assignment, grant(READER, id)).await.has_status(201);
}

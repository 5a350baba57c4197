//! `deny-assignment-is-unique`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;

#[tokio::test]
async fn two_of_one_scope_have_different_names() {
    let azure = Azure::start().await;
    let (owner, body) = (azure.owner(), |name: &str| deny(name, &["Microsoft.DataFactory/factories/delete"], STRANGER));
    owner.put(&deny_assignment(RG_SHARED, 1), body("no deletions")).await.has_status(201);
    let answer = owner.is_refused(Method::PUT, &deny_assignment(RG_SHARED, 2), body("No deletions"), 409, "DenyAssignmentExists").await;
    answer.says("Custom deny assignment with the same name No deletions already exists.").by_rule("deny-assignment-is-unique");
    owner.put(&deny_assignment(RG_SHARED, 1), body("no deletions")).await.has_status(201);
    owner.put(&deny_assignment(RG_SHARED, 2), body("no deletions 2")).await.has_status(201);
    owner.put(&deny_assignment(RG_LINKED, 3), body("no deletions")).await.has_status(201);
}

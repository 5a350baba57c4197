//! `granting-needs-owner`

use adf_emulator_tests::{Azure, CONTRIBUTOR, OWNER, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn an_owner_or_access_administrator_grants_and_revokes_and_a_contributor_does_not() {
    let azure = Azure::start().await;
    let (shared, _, principal) = azure.two_factories().await;
    let assignment = role_assignment(&shared, 1);
    for name in ["contributor", "factory-contributor", "reader"] {
        let answer =
            azure.caller(name).is_refused(Method::PUT, &assignment, grant(CONTRIBUTOR, &principal), 403, "AuthorizationFailed").await;
        answer.by_rule("granting-needs-owner");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Microsoft.Authorization/roleAssignments/write"));
    }
    azure.caller("access-admin").put(&assignment, grant(CONTRIBUTOR, &principal)).await.has_status(201);
    for name in ["contributor", "factory-contributor"] {
        let answer = azure.caller(name).is_refused(Method::DELETE, &assignment, Value::Null, 403, "AuthorizationFailed").await;
        answer.by_rule("granting-needs-owner");
    }
    azure.caller("access-admin").delete(&assignment).await.has_status(200);

    // Owner of the one runtime is enough.
    let contributor = "44444444-4444-4444-4444-000000000002";
    azure.owner().put(&role_assignment(&shared, 2), grant(OWNER, contributor)).await.has_status(201);
    azure.caller("contributor").put(&assignment, grant(CONTRIBUTOR, &principal)).await.has_status(201);
}

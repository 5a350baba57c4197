//! `deny-assignment-wins`

use adf_emulator_tests::{Azure, OWNER, RG_SHARED, deny, deny_assignment, factory, factory_with_identity, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn an_owner_who_is_denied_may_not_until_the_deny_assignment_is_gone() {
    let azure = Azure::start().await;
    let (stranger, id) = (azure.caller("stranger"), "44444444-4444-4444-4444-000000000006");
    let factory = factory(RG_SHARED, "denied");
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(OWNER, id)).await.has_status(201);
    stranger.put(&factory, factory_with_identity()).await.has_status(200);
    let denial = deny_assignment(RG_SHARED, 1);
    azure.owner().put(&denial, deny("no deletions", &["Microsoft.DataFactory/factories/delete"], id)).await.has_status(201);
    let answer = stranger.is_refused(Method::DELETE, &factory, Value::Null, 403, "DenyAssignmentAuthorizationFailed").await;
    answer.by_rule("deny-assignment-wins");
    stranger.get(&factory).await.has_status(200);
    azure.owner().delete(&denial).await;
    stranger.delete(&factory).await.has_status(200);
}

//! `role-counts-at-its-scope-and-below`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, factory, factory_with_identity, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_role_is_inherited_downwards_and_not_sideways_or_upwards() {
    let azure = Azure::start().await;
    let (stranger, below) = (azure.caller("stranger"), factory(RG_LINKED, "below"));
    azure.owner().put(&below, factory_with_identity()).await.has_status(200);
    azure.owner().put(&role_assignment(&below, 1), grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    stranger.get(&below).await.has_status(200);
    for scope in [RG_LINKED, RG_SHARED] {
        let answer = stranger.is_refused(Method::GET, scope, Value::Null, 403, "AuthorizationFailed").await;
        answer.by_rule("role-counts-at-its-scope-and-below");
    }
    azure.owner().put(&role_assignment(RG_LINKED, 2), grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    stranger.get(RG_LINKED).await.has_status(200);
    stranger.get(&below).await.has_status(200);
}

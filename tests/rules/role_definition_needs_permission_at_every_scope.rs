//! `role-definition-needs-permission-at-every-scope`

use adf_emulator_tests::{Azure, OWNER, RG_LINKED, RG_SHARED, custom_role, grant, role_assignment, role_definition};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn an_owner_of_one_group_neither_makes_changes_nor_deletes_a_role_for_two() {
    let azure = Azure::start().await;
    let (stranger, role) = (azure.caller("stranger"), role_definition(RG_SHARED, 1));
    let give = grant(OWNER, "44444444-4444-4444-4444-000000000006");
    azure.owner().put(&role_assignment(RG_SHARED, 1), give.clone()).await.has_status(201);
    let (both, one) = (custom_role("Linker", &[RG_SHARED, RG_LINKED]), custom_role("Linker", &[RG_SHARED]));
    let refused = |verb: &'static str| {
        format!(
            "The client '33333333-3333-3333-3333-000000000006' with object id '44444444-4444-4444-4444-000000000006' has permission to \
             perform action 'Microsoft.Authorization/roleDefinitions/{verb}' on scope '{RG_SHARED}'; however, it does not have permission \
             to perform action(s) 'Microsoft.Authorization/roleDefinitions/{verb}' on the linked scope(s) '{RG_LINKED}' (respectively) or \
             the linked scope(s) are invalid."
        )
    };
    let rule = "role-definition-needs-permission-at-every-scope";
    let answer = stranger.is_refused(Method::PUT, &role, both.clone(), 403, "LinkedAuthorizationFailed").await;
    answer.by_rule(rule).says(&refused("write"));
    azure.owner().put(&role, both.clone()).await.has_status(201);
    let answer = stranger.is_refused(Method::PUT, &role, one, 403, "LinkedAuthorizationFailed").await;
    answer.by_rule(rule).says(&refused("write"));
    let answer = stranger.is_refused(Method::DELETE, &role, Value::Null, 403, "LinkedAuthorizationFailed").await;
    answer.by_rule(rule).says(&refused("delete"));
    azure.owner().put(&role_assignment(RG_LINKED, 2), give).await.has_status(201);
    stranger.put(&role, both).await.has_status(201);
    stranger.delete(&role).await.has_status(200);
}

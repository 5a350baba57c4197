//! `deny-assignment-keeps-its-scope`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, deny, deny_assignment};
use reqwest::Method;

#[tokio::test]
async fn a_name_is_used_once_in_a_directory() {
    let azure = Azure::start().await;
    let (owner, body) = (azure.owner(), || deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER));
    owner.put(&deny_assignment(RG_SHARED, 1), body()).await.has_status(201);
    for elsewhere in [RG_LINKED, SUBSCRIPTION] {
        let id = deny_assignment(elsewhere, 1);
        let answer = owner.is_refused(Method::PUT, &id, body(), 400, "DenyAssignmentUpdateNotPermitted").await;
        answer.says("Tenant ID and scope are not allowed to be updated.").by_rule("deny-assignment-keeps-its-scope");
        owner.get(&id).await.is_refused(404, "DenyAssignmentNotFound");
    }
    owner.put(&deny_assignment(&RG_SHARED.to_uppercase().replacen("/SUBSCRIPTIONS", "/subscriptions", 1), 1), body()).await.has_status(201);
    owner.delete(&deny_assignment(RG_SHARED, 1)).await.has_status(200);
    owner.put(&deny_assignment(RG_LINKED, 1), body()).await.has_status(201);
}

//! `role-definition-shows-where-it-is-put`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, SUBSCRIPTION, custom_role, factory, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_role_is_put_at_above_or_below_one_of_its_scopes() {
    let azure = Azure::start().await;
    let (owner, body) = (azure.owner(), custom_role("Linker", &[RG_SHARED]));
    let answer = owner.is_refused(Method::PUT, &role_definition(RG_LINKED, 1), body.clone(), 400, "BadRequestFormat").await;
    answer.by_rule("role-definition-shows-where-it-is-put").says("The request was incorrectly formatted.");
    for scope in [RG_SHARED, SUBSCRIPTION, &factory(RG_SHARED, "sharing")] {
        owner.put(&role_definition(scope, 1), body.clone()).await.has_status(201);
        owner.get(&role_definition(scope, 1)).await.has_status(200);
    }
    // Where it does not show there is nothing to delete.
    owner.delete(&role_definition(RG_LINKED, 1)).await.has_status(204);
    owner.get(&role_definition(RG_SHARED, 1)).await.has_status(200);
}

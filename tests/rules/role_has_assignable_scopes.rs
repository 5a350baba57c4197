//! `role-has-assignable-scopes`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_role_that_can_be_assigned_nowhere_is_refused() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let answer = azure.owner().is_refused(Method::PUT, &role, custom_role("Linker", &[]), 400, "MissingAssignableScopes").await;
    answer.by_rule("role-has-assignable-scopes");
    azure.owner().put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
}

//! `role-has-a-name`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_role_without_a_name_is_refused() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    for body in [json!({}), custom_role("", &[SUBSCRIPTION]), custom_role(" ", &[SUBSCRIPTION])] {
        let answer = azure.owner().is_refused(Method::PUT, &role, body, 400, "RoleDefinitionNameNullOrEmpty").await;
        answer.by_rule("role-has-a-name");
    }
    azure.owner().put(&role, custom_role("L", &[SUBSCRIPTION])).await.has_status(201);
}

//! `role-type-is-custom`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn nobody_makes_a_built_in_role() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let mut body = custom_role("Linker", &[SUBSCRIPTION]);
    body["properties"]["type"] = "BuiltInRole".into();
    let answer = azure.owner().is_refused(Method::PUT, &role, body.clone(), 400, "InvalidRoleDefinitionType").await;
    answer.by_rule("role-type-is-custom");
    body["properties"]["type"] = "customrole".into();
    let made = azure.owner().put(&role, body).await;
    assert_eq!(made.has_status(201).json()["properties"]["type"], "CustomRole");
}

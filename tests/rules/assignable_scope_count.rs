//! `assignable-scope-count`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_role_is_assignable_at_2000_scopes_and_not_one_more() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let scopes: Vec<String> = (0..2_001).map(|number| format!("{SUBSCRIPTION}/resourceGroups/rg{number}")).collect();
    let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let answer = azure.owner().is_refused(Method::PUT, &role, custom_role("Linker", &scopes), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("assignable-scope-count");
    azure.owner().put(&role, custom_role("Linker", &scopes[1..])).await.has_status(201);
}

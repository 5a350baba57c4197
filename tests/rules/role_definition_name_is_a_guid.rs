//! `role-definition-name-is-a-guid`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_role_name_is_not_the_name_of_its_definition() {
    let (azure, body) = (Azure::start().await, custom_role("Linker", &[SUBSCRIPTION]));
    let named = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/Linker");
    let answer = azure.owner().is_refused(Method::PUT, &named, body.clone(), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("role-definition-name-is-a-guid");
    azure.owner().put(&role_definition(SUBSCRIPTION, 1), body).await.has_status(201);
}

//! `role-name-length`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_name_has_512_characters_and_not_one_more() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let named = |characters: usize| custom_role(&"é".repeat(characters), &[SUBSCRIPTION]);
    let answer = azure.owner().is_refused(Method::PUT, &role, named(513), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("role-name-length");
    azure.owner().put(&role, named(512)).await.has_status(201);
}

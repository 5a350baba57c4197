//! `role-description-length`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_description_has_2048_characters_and_not_one_more() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let described = |characters: usize| {
        let mut body = custom_role("Linker", &[SUBSCRIPTION]);
        body["properties"]["description"] = "é".repeat(characters).into();
        body
    };
    let answer = azure.owner().is_refused(Method::PUT, &role, described(2_049), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("role-description-length");
    azure.owner().put(&role, described(2_048)).await.has_status(201);
}

//! `role-assignment-name-is-a-guid`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant};
use reqwest::Method;

#[tokio::test]
async fn a_name_of_another_form_is_refused() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let named = |name: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments/{name}");
    let body = grant(READER, "44444444-4444-4444-4444-000000000006");
    let answer = owner.is_refused(Method::PUT, &named("my-assignment"), body.clone(), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("role-assignment-name-is-a-guid");
    owner.put(&named("AAAAAAAA-0000-4000-8000-000000000001"), body).await.has_status(201);
}

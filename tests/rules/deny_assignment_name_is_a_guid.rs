//! `deny-assignment-name-is-a-guid`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny};
use reqwest::Method;

#[tokio::test]
async fn a_name_of_another_form_is_refused() {
    let azure = Azure::start().await;
    let named = |name: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments/{name}");
    let body = deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    let answer = azure.owner().is_refused(Method::PUT, &named("no-deletions"), body.clone(), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("deny-assignment-name-is-a-guid");
    azure.owner().put(&named("AAAAAAAA-0000-4000-8000-000000000001"), body).await.has_status(201);
}

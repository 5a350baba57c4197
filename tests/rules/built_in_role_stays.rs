//! `built-in-role-stays`

use adf_emulator_tests::{Azure, READER, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn nobody_changes_or_deletes_reader() {
    let (azure, body) = (Azure::start().await, custom_role("Linker", &[SUBSCRIPTION]));
    let reader = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
    for (method, body) in [(Method::PUT, body.clone()), (Method::DELETE, Value::Null)] {
        let answer = azure.owner().is_refused(method, &reader, body, 409, "RoleDefinitionExists").await;
        answer.by_rule("built-in-role-stays");
    }
    azure.owner().put(&role_definition(SUBSCRIPTION, 1), body).await.has_status(201);
}

//! `role-definition-exists`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

const NOBODYS: &str = "00000000-0000-0000-0000-00000000000a";
/// Reservations Reader, which can be assigned at `/providers/Microsoft.Capacity` only.
const RESERVATIONS_READER: &str = "582fc458-8989-419f-a480-75249bc5db7e";

#[tokio::test]
async fn a_role_that_is_not_there_is_neither_read_nor_assigned() {
    let azure = Azure::start().await;
    let definition = |role: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions/{role}");
    let says = format!("The specified role definition with ID '{NOBODYS}' does not exist.");
    let answer = azure.owner().is_refused(Method::GET, &definition(NOBODYS), Value::Null, 404, "RoleDefinitionDoesNotExist").await;
    answer.says(&says).by_rule("role-definition-exists");
    assigning_is_refused(&azure, NOBODYS).await;
    azure.owner().get(&definition(READER)).await.has_status(200);
    let body = grant(READER, "44444444-4444-4444-4444-000000000006");
    azure.owner().put(&role_assignment(RG_SHARED, 1), body).await.has_status(201);
}

#[tokio::test]
async fn a_role_of_other_scopes_is_read_by_id_but_not_assigned() {
    let azure = Azure::start().await;
    let definition = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions/{RESERVATIONS_READER}");
    azure.owner().get(&definition).await.has_status(200);
    assigning_is_refused(&azure, RESERVATIONS_READER).await;
}

async fn assigning_is_refused(azure: &Azure, role: &str) {
    let (name, body) = (role_assignment(RG_SHARED, 1), grant(role, "44444444-4444-4444-4444-000000000006"));
    let answer = azure.owner().is_refused(Method::PUT, &name, body, 404, "RoleDefinitionDoesNotExist").await;
    answer.says(&format!("The specified role definition with ID '{role}' does not exist.")).by_rule("role-definition-exists");
}

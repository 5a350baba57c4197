//! `role-assignment-exists`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn an_assignment_is_found_at_its_own_scope_only() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    let elsewhere = role_assignment(RG_LINKED, 1);
    let answer = owner.is_refused(Method::GET, &elsewhere, Value::Null, 404, "RoleAssignmentNotFound").await;
    answer.says("The role assignment 'aaaaaaaa-0000-4000-8000-000000000001' is not found.").by_rule("role-assignment-exists");
    owner.delete(&elsewhere).await.has_status(204);
    owner.get(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    owner.delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    owner.is_refused(Method::GET, &role_assignment(RG_SHARED, 1), Value::Null, 404, "RoleAssignmentNotFound").await;
}

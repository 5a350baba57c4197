//! `assigned-role-stays`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, custom_role, grant, role_assignment, role_definition};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_role_is_deleted_after_its_assignments() {
    let azure = Azure::start().await;
    let (owner, role) = (azure.owner(), role_definition(SUBSCRIPTION, 1));
    owner.put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
    let give = grant("bbbbbbbb-0000-4000-8000-000000000001", "44444444-4444-4444-4444-000000000006");
    owner.put(&role_assignment(RG_SHARED, 1), give).await.has_status(201);
    let answer = owner.is_refused(Method::DELETE, &role, Value::Null, 400, "RoleDefinitionHasAssignments").await;
    answer.by_rule("assigned-role-stays").says("There are existing role assignments referencing role");
    owner.delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    owner.delete(&role).await.has_status(200);
    owner.delete(&role).await.has_status(204);
}

//! `role-assignment-has-properties`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_body_without_properties_is_refused() {
    let azure = Azure::start().await;
    let name = role_assignment(RG_SHARED, 1);
    let whole = grant(READER, "44444444-4444-4444-4444-000000000006");
    for body in [json!({}), whole["properties"].clone(), json!({ "properties": null }), json!({ "properties": [] })] {
        let answer = azure.owner().is_refused(Method::PUT, &name, body, 400, "MalformedRoleAssignmentRequest").await;
        answer.says("PASRP RoleAssignment request is malformed").by_rule("role-assignment-has-properties");
    }
    azure.owner().put(&name, whole).await.has_status(201);
}

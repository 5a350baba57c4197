//! `policy-exists`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, policy_of};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_policy_is_that_of_a_role_at_the_scope() {
    let azure = Azure::start().await;
    let found = policy_of(&azure, RG_SHARED, READER).await;
    azure.owner().get(&found).await.has_status(200);
    // The name of another scope's policy is of no use here.
    let elsewhere = found.replace(RG_SHARED, RG_LINKED);
    let name = found.rsplit('/').next().unwrap();
    for (method, body) in [(Method::GET, Value::Null), (Method::PATCH, json!({ "properties": {} })), (Method::DELETE, Value::Null)] {
        let answer = azure.owner().is_refused(method, &elsewhere, body, 404, "InputPolicyNotFound").await;
        answer.says(&format!("The policy '{name}' was not found.")).by_rule("policy-exists");
    }
    let assignment = |role: &str| format!("{}_{role}", found.replace("roleManagementPolicies", "roleManagementPolicyAssignments"));
    azure.owner().get(&assignment(READER)).await.has_status(200);
    azure.owner().is_refused(Method::GET, &assignment(name), Value::Null, 404, "InputPolicyNotFound").await;
}

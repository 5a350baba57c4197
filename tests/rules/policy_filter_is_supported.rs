//! `policy-filter-is-supported`

use adf_emulator_tests::{Azure, READER, RG_SHARED};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn policies_are_found_by_their_role() {
    let azure = Azure::start().await;
    for kind in ["roleManagementPolicies", "roleManagementPolicyAssignments"] {
        let list = |filter: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/{kind}?$filter={filter}");
        for filter in ["roleName eq 'Reader'", "roleDefinitionId eq 'Reader'", "asTarget()"] {
            let answer = azure.owner().is_refused(Method::GET, &list(filter), Value::Null, 400, "BadRequestFormat").await;
            answer.says(&format!("The filter '{filter}' is not supported.")).by_rule("policy-filter-is-supported");
        }
        let by_id = list(&format!("roleDefinitionId eq '/providers/Microsoft.Authorization/roleDefinitions/{READER}'"));
        for filter in [by_id, list(&format!("atScope() and roleDefinitionId eq '{READER}'"))] {
            assert_eq!(azure.owner().get(&filter).await.has_status(200).json()["value"].as_array().unwrap().len(), 1);
        }
    }
}

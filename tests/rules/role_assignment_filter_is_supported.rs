//! `role-assignment-filter-is-supported`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn other_filters_are_refused_by_their_text_and_the_root_needs_one() {
    let azure = Azure::start().await;
    let list = |scope: &str, filter: &str| format!("{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={filter}");
    for filter in [
        "principalId eq 44444444-4444-4444-4444-000000000006",
        "roleDefinitionId eq 'x'",
        "atScope() and principalId eq '44444444-4444-4444-4444-000000000006'",
        "principalId eq 'ada'",
        "nonsense",
    ] {
        let answer = azure.owner().is_refused(Method::GET, &list(SUBSCRIPTION, filter), Value::Null, 400, "BadRequestFormat").await;
        answer.by_rule("role-assignment-filter-is-supported").says(&format!(
            "The filter '{filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{{value}}' or \
             assignedTo('{{value}}')'."
        ));
    }
    for filter in [
        "",
        "atScope()",
        "principalId eq '44444444-4444-4444-4444-000000000006'",
        "assignedTo('44444444-4444-4444-4444-000000000006')",
        "ATSCOPE() AND assignedTo('44444444-4444-4444-4444-000000000006')",
    ] {
        azure.owner().get(&list(RG_SHARED, filter)).await.has_status(200);
    }
    let root = json!({
        "tenants": [{ "principals": [{ "name": "root", "type": "ServicePrincipal" }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    });
    let azure = Azure::with_world(&root).await;
    let root = azure.caller("root");
    root.get(&list("", "atScope()")).await.has_status(200);
    let answer =
        root.is_refused(Method::GET, "/providers/Microsoft.Authorization/roleAssignments", Value::Null, 400, "BadRequestFormat").await;
    answer.by_rule("role-assignment-filter-is-supported");
}

//! `deny-assignment-filter-is-supported`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn other_filters_are_refused_by_their_text() {
    let azure = Azure::start().await;
    let list = |filter: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/denyAssignments?$filter={filter}");
    for filter in ["nonsense", "scope eq 'x'", "principalId eq 'ada'", "assignedTo('ada')", "atScopeAndBelow()"] {
        let answer = azure.owner().is_refused(Method::GET, &list(filter), Value::Null, 400, "BadRequestFormat").await;
        answer.by_rule("deny-assignment-filter-is-supported");
        assert!(answer.text().contains(&format!("The filter '{filter}' is not supported.")), "{answer:?}");
    }
    for filter in [
        "",
        "atScope()",
        "denyAssignmentName eq 'x'",
        "principalId eq 'ID'",
        "atScope() and assignedTo('ID')",
        "gdprExportPrincipalId eq 'ID'",
    ] {
        azure.owner().get(&list(&filter.replace("ID", STRANGER))).await.has_status(200);
    }
}

//! `role-definition-filter-is-supported`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn other_filters_are_refused_by_their_text() {
    let azure = Azure::start().await;
    let list = |filter: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions?$filter={filter}");
    for filter in ["roleName eq Reader", "description eq 'x'", "atScope()"] {
        let answer = azure.owner().is_refused(Method::GET, &list(filter), Value::Null, 400, "BadRequestFormat").await;
        answer.says(&format!("The filter '{filter}' is not supported.")).by_rule("role-definition-filter-is-supported");
    }
    for (filter, count) in [
        ("roleName eq 'reader'", 1),
        ("roleName eq 'no such role'", 0),
        ("type eq 'CustomRole'", 0),
        ("roleName eq 'Reader' and type eq 'BuiltInRole'", 1),
        ("roleName eq 'Reader' and roleName eq 'Owner'", 0),
        ("roleName eq 'Owner' and type eq 'CustomRole' and type eq 'BuiltInRole'", 0),
        ("atScopeAndBelow() and type eq 'BuiltInRole'", 928),
    ] {
        let found = azure.owner().get(&list(filter)).await.has_status(200).json();
        assert_eq!(found["value"].as_array().unwrap().len(), count, "{filter}");
    }
}

//! `schedule-filter-is-supported`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn other_filters_are_refused() {
    let azure = Azure::start().await;
    let list = |kind: &str, filter: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/{kind}?$filter={filter}");
    for (kind, filter) in [
        ("roleAssignmentSchedules", "asRequestor()"),
        ("roleEligibilityScheduleInstances", "asApprover()"),
        ("roleEligibilitySchedules", "status eq 'Provisioned'"),
        ("roleEligibilityScheduleRequests", "principalId eq 'ada'"),
        ("roleAssignmentScheduleInstances", "atScope() or asTarget()"),
    ] {
        let answer = azure.owner().is_refused(Method::GET, &list(kind, filter), Value::Null, 400, "BadRequestFormat").await;
        answer.says(&format!("The filter '{filter}' is not supported.")).by_rule("schedule-filter-is-supported");
    }
    for filter in [
        "atScope()".to_owned(),
        "asTarget()".to_owned(),
        format!("(principalId eq '{STRANGER}')"),
        format!("atScope() and assignedTo('{STRANGER}')"),
        format!("roleDefinitionId eq '/providers/Microsoft.Authorization/roleDefinitions/{READER}'"),
    ] {
        for kind in ["roleAssignmentSchedules", "roleEligibilityScheduleInstances", "roleEligibilityScheduleRequests"] {
            azure.owner().get(&list(kind, &filter)).await.has_status(200);
        }
    }
    for filter in ["asRequestor()", "asApprover()"] {
        azure.owner().get(&list("roleAssignmentScheduleRequests", filter)).await.has_status(200);
    }
}

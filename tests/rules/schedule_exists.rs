//! `schedule-exists`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn what_is_read_is_there() {
    let azure = Azure::start().await;
    let made = azure.owner().put(&assignment_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "PT8H")).await;
    let name = made.has_status(201).json()["properties"]["targetRoleAssignmentScheduleId"].as_str().unwrap().to_owned();
    let at = |scope: &str, kind: &str, name: &str| format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}");
    azure.owner().get(&at(RG_SHARED, "roleAssignmentSchedules", &name)).await.has_status(200);
    for kind in [
        "roleAssignmentSchedules",
        "roleAssignmentScheduleInstances",
        "roleAssignmentScheduleRequests",
        "roleEligibilitySchedules",
        "roleEligibilityScheduleInstances",
        "roleEligibilityScheduleRequests",
    ] {
        for name in [&*name, "nothing"] {
            let answer = azure.owner().is_refused(Method::GET, &at(RG_LINKED, kind, name), Value::Null, 404, "ResourceNotFound").await;
            answer.says(&format!("The resource of type '{kind}' with the name '{name}' was not found.")).by_rule("schedule-exists");
        }
    }
}

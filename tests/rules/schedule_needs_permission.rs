//! `schedule-needs-permission`

use adf_emulator_tests::{ADA, Azure, OWNER, READER, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn others_are_managed_with_a_right_and_ones_own_is_seen_without() {
    let azure = Azure::start().await;
    let stranger = azure.caller("stranger");
    let schedules = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignmentSchedules");
    let answer = stranger.is_refused(Method::GET, &schedules, Value::Null, 400, "InsufficientPermissions").await;
    answer.says(&format!(
        "The requestor {STRANGER} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's \
         assignments."
    ));
    answer.by_rule("schedule-needs-permission");
    stranger.get(&format!("{schedules}?$filter=asTarget()")).await.has_status(200);
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    let answer = stranger.is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), body.clone(), 400, "InsufficientPermissions").await;
    answer.says(&format!("The requestor {STRANGER} does not have permissions for this request."));
    for caller in ["contributor", "reader"] {
        let path = eligibility_request(RG_SHARED, 1);
        azure.caller(caller).is_refused(Method::PUT, &path, body.clone(), 400, "InsufficientPermissions").await;
    }
    azure.caller("reader").get(&schedules).await.has_status(200);
    azure.caller("access-admin").put(&assignment_request(RG_SHARED, 1), body).await.has_status(201);
}

/// The words `asTarget()` open a list that they narrow, and nothing else: not a GET by name, which has no filter, and not
/// where they stand in a value.
#[tokio::test]
async fn what_is_anothers_is_not_seen_by_the_word_for_ones_own() {
    let azure = Azure::start().await;
    let stranger = azure.caller("stranger");
    let body = asks("AdminAssign", READER, ADA, "PT8H");
    let made = azure.owner().put(&assignment_request(RG_SHARED, 1), body).await.has_status(201).json();
    let of = |kind: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/{kind}");
    let schedule = made["properties"]["targetRoleAssignmentScheduleId"].as_str().unwrap().rsplit('/').next().unwrap();
    let instances = azure.caller("ada").get(&format!("{}?$filter=asTarget()", of("roleAssignmentScheduleInstances"))).await;
    let instance = instances.has_status(200).json()["value"][0]["name"].as_str().unwrap().to_owned();
    let (schedules, requests) = (of("roleAssignmentSchedules"), of("roleAssignmentScheduleRequests"));
    let schedule = format!("{schedules}/{schedule}");
    let instance = format!("{}/{instance}", of("roleAssignmentScheduleInstances"));
    for path in [&schedule, &instance, &assignment_request(RG_SHARED, 1)] {
        azure.caller("ada").get(path).await.has_status(200);
        for filter in ["asTarget()", "asRequestor()", "asApprover()"] {
            stranger.get(&format!("{path}?$filter={filter}")).await.is_refused(400, "InsufficientPermissions");
        }
    }
    for path in [&schedules, &of("roleAssignmentScheduleInstances"), &requests] {
        let within = format!("roleDefinitionId eq 'asTarget()/{OWNER}'");
        stranger.get(&format!("{path}?$filter={within}")).await.is_refused(400, "InsufficientPermissions");
        stranger.get(&format!("{path}?$filter=asTarget() and roleDefinitionId eq '{OWNER}'")).await.has_status(200);
    }
    stranger.get(&format!("{requests}?$filter=asRequestor()")).await.has_status(200);
    stranger.get(&format!("{schedules}?$filter=asRequestor()")).await.is_refused(400, "InsufficientPermissions");
}

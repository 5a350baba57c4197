//! `activation-needs-an-eligibility`

use adf_emulator_tests::{ADA, Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;

#[tokio::test]
async fn a_role_is_activated_where_one_is_eligible_or_below() {
    let azure = Azure::start().await;
    let stranger = azure.caller("stranger");
    let activate = |role: &str| asks("SelfActivate", role, STRANGER, "PT8H");
    let made = azure.owner().put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "P1D")).await;
    let eligibility = made.has_status(201).json()["properties"]["targetRoleEligibilityScheduleId"].as_str().unwrap().to_owned();
    azure.owner().put(&eligibility_request(RG_SHARED, 2), asks("AdminAssign", READER, ADA, "P1D")).await.has_status(201);
    let mut of_another = activate(READER);
    of_another["properties"]["linkedRoleEligibilityScheduleId"] = "aaaaaaaa-0000-4000-8000-000000000099".into();
    let elsewhere = assignment_request(RG_LINKED, 3);
    for (path, body) in [
        (elsewhere, activate(READER)),
        (assignment_request(RG_SHARED, 3), activate(CONTRIBUTOR)),
        (assignment_request(RG_SHARED, 3), of_another),
    ] {
        let answer = stranger.is_refused(Method::PUT, &path, body, 400, "RoleAssignmentRequestPolicyValidationFailed").await;
        answer.says("The following policy rules failed: [\"EligibilityRule\"]").by_rule("activation-needs-an-eligibility");
    }
    for (number, linked) in [(3, eligibility.clone()), (4, format!("{RG_SHARED}/providers/x/roleEligibilitySchedules/{eligibility}"))] {
        let mut body = activate(READER);
        body["properties"]["linkedRoleEligibilityScheduleId"] = linked.into();
        let scope = if number == 3 { RG_SHARED.to_owned() } else { format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories/f1") };
        stranger.put(&assignment_request(&scope, number), body).await.has_status(201);
    }
}

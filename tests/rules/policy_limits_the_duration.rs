//! `policy-limits-the-duration`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;
use serde_json::json;

const CODE: &str = "RoleAssignmentRequestPolicyValidationFailed";

#[tokio::test]
async fn each_occasion_has_its_longest_duration() {
    let azure = Azure::start().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    let asked = |request_type: &str, duration: &str| asks(request_type, READER, STRANGER, duration);
    let cases = [
        (&owner, eligibility_request(RG_SHARED, 1), "AdminAssign", "P365D", "P365DT1S"),
        (&owner, assignment_request(RG_LINKED, 2), "AdminAssign", "P180D", "P180DT1S"),
        (&stranger, assignment_request(RG_SHARED, 3), "SelfActivate", "PT8H", "PT8H1S"),
    ];
    for (caller, path, request_type, longest, too_long) in cases {
        let answer = caller.is_refused(Method::PUT, &path, asked(request_type, too_long), 400, CODE).await;
        answer.says("The following policy rules failed: [\"ExpirationRule\"]").by_rule("policy-limits-the-duration");
        caller.put(&path, asked(request_type, longest)).await.has_status(201);
    }
}

#[tokio::test]
async fn what_never_ends_is_too_long() {
    let azure = Azure::start().await;
    for info in [json!(null), json!({ "expiration": { "type": "NoExpiration" } }), json!({ "expiration": { "type": "AfterDuration" } })] {
        let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
        body["properties"]["scheduleInfo"] = info;
        let answer = azure.owner().is_refused(Method::PUT, &eligibility_request(RG_SHARED, 1), body, 400, CODE).await;
        answer.says("The following policy rules failed: [\"ExpirationRule\"]");
    }
}

//! `policy-asks-for-a-justification`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn active_roles_and_activations_say_why() {
    let azure = Azure::start().await;
    let code = "RoleAssignmentRequestPolicyValidationFailed";
    let with = |request_type: &str, justification: Value| {
        let mut body = asks(request_type, READER, STRANGER, "PT8H");
        body["properties"]["justification"] = justification;
        body
    };
    // An eligibility needs no reason.
    azure.owner().put(&eligibility_request(RG_SHARED, 1), with("AdminAssign", Value::Null)).await.has_status(201);
    for (caller, path, request_type) in
        [("owner", assignment_request(RG_LINKED, 2), "AdminAssign"), ("stranger", assignment_request(RG_SHARED, 3), "SelfActivate")]
    {
        let caller = azure.caller(caller);
        for none in [Value::Null, json!(""), json!(" ")] {
            let answer = caller.is_refused(Method::PUT, &path, with(request_type, none), 400, code).await;
            answer.says("The following policy rules failed: [\"JustificationRule\"]").by_rule("policy-asks-for-a-justification");
        }
        caller.put(&path, with(request_type, json!("on call"))).await.has_status(201);
    }
    let mut both = asks("AdminAssign", READER, "44444444-4444-4444-4444-000000000003", "P181D");
    both["properties"]["justification"] = Value::Null;
    let answer = azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 4), both, 400, code).await;
    answer.says("The following policy rules failed: [\"ExpirationRule\",\"JustificationRule\"]");
}

//! `policy-asks-for-a-ticket`

use adf_emulator_tests::{Azure, READER, RG_LINKED, RG_SHARED, STRANGER, asks, assignment_request, policy_of};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn where_ticketing_is_enabled_a_ticket_is_named() {
    let azure = Azure::start().await;
    let policy = policy_of(&azure, RG_SHARED, READER).await;
    let with = |ticket: Value| {
        let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
        body["properties"]["ticketInfo"] = ticket;
        body
    };
    let rule = json!({ "id": "Enablement_Admin_Assignment", "enabledRules": ["Ticketing"] });
    azure.owner().patch(&policy, json!({ "properties": { "rules": [rule] } })).await.has_status(200);
    let code = "RoleAssignmentRequestPolicyValidationFailed";
    for ticket in [Value::Null, json!({ "ticketNumber": "42" }), json!({ "ticketNumber": "", "ticketSystem": "ours" })] {
        let answer = azure.owner().is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), with(ticket), 400, code).await;
        answer.says("The following policy rules failed: [\"TicketingRule\"]").by_rule("policy-asks-for-a-ticket");
    }
    let named = with(json!({ "ticketNumber": "42", "ticketSystem": "ours" }));
    azure.owner().put(&assignment_request(RG_SHARED, 1), named).await.has_status(201);
    // Another scope has its own policy.
    azure.owner().put(&assignment_request(RG_LINKED, 2), with(Value::Null)).await.has_status(201);
}

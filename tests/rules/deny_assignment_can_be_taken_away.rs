//! `deny-assignment-can-be-taken-away`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny, deny_assignment, role_assignment};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn writing_and_deleting_deny_assignments_is_not_denied() {
    let azure = Azure::start().await;
    let id = deny_assignment(RG_SHARED, 1);
    for action in ["Microsoft.Authorization/denyAssignments/write", "microsoft.authorization/DENYASSIGNMENTS/*"] {
        let body = deny("no escape", &["Microsoft.DataFactory/factories/delete", action], STRANGER);
        let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "InvalidActionOrNotAction").await;
        answer.by_rule("deny-assignment-can-be-taken-away");
        answer.says(&format!("'{action}' does not match any of the actions supported by the providers."));
    }
    let body = deny("no escape", &["Microsoft.Authorization/roleAssignments/write"], STRANGER);
    azure.owner().put(&id, body).await.has_status(201);
}

#[tokio::test]
async fn what_a_wildcard_covers_of_it_is_not_denied_either() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), deny_assignment(RG_SHARED, 1));
    let everyone = |action: &str| {
        let mut body = deny("no escape", &[action], "00000000-0000-0000-0000-000000000000");
        body["properties"]["excludePrincipals"] = json!([{ "id": STRANGER, "type": "ServicePrincipal" }]);
        body
    };
    for action in ["*/delete", "Microsoft.Authorization/*", "*"] {
        owner.put(&id, everyone(action)).await.has_status(201);
        owner.delete(&role_assignment(RG_SHARED, 1)).await.is_refused(403, "DenyAssignmentAuthorizationFailed");
        owner.put(&id, everyone(action)).await.has_status(201);
        let question = json!({ "principal": "owner", "action": "Microsoft.Authorization/denyAssignments/delete", "scope": RG_SHARED });
        let told = azure.control(Method::POST, "explain", &question).await.has_status(200).json();
        let why = "the deny assignment 'no escape' does not keep anybody from taking it away";
        assert_eq!((&told["allowed"], &told["denyAssignments"][0]["why"]), (&json!(true), &json!(why)), "{action}");
        owner.delete(&id).await.has_status(200);
    }
}

//! Which groups of a caller count: those of now, or those that its token names.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected>

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, grant, role_assignment};
use reqwest::Method;
use serde_json::json;

const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const ARM: &str = "https://management.azure.com/.default";

/// The built-in world in which the group `engineers` may read, with a setting.
async fn with_membership(of: &str) -> Azure {
    let azure = Azure::with_setting("groupMembership", of.into()).await;
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, ENGINEERS)).await.has_status(201);
    azure
}

async fn join(azure: &Azure) {
    let member = json!({ "@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{STRANGER}") });
    azure.graph("owner", Method::POST, &format!("groups/{ENGINEERS}/members/$ref"), &member).await.has_status(204);
}

async fn leave(azure: &Azure) {
    let member = format!("groups/{ENGINEERS}/members/{STRANGER}/$ref");
    azure.graph("owner", Method::DELETE, &member, &serde_json::Value::Null).await.has_status(204);
}

async fn strangers_token(azure: &Azure) -> String {
    azure.sign_in(6, "stranger-secret", ARM).await
}

#[tokio::test]
async fn a_token_keeps_the_groups_with_which_it_was_issued() {
    let azure = with_membership("token").await;
    let before = strangers_token(&azure).await;
    azure.caller(&before).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    join(&azure).await;
    azure.caller(&before).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    let within = strangers_token(&azure).await;
    azure.caller(&within).get(RG_SHARED).await.has_status(200);
    // Who calls by name brings no groups along.
    azure.caller("stranger").get(RG_SHARED).await.has_status(200);
    leave(&azure).await;
    azure.caller(&within).get(RG_SHARED).await.has_status(200);
    azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    azure.caller(&strangers_token(&azure).await).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn writes_go_by_the_token_and_leave_no_trace_of_it() {
    let azure = with_membership("token").await;
    join(&azure).await;
    let owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    azure.owner().put(&role_assignment(RG_SHARED, 2), grant(owner, ENGINEERS)).await.has_status(201);
    let within = strangers_token(&azure).await;
    leave(&azure).await;
    azure.caller(&within).put(&role_assignment(RG_SHARED, 3), grant(READER, STRANGER)).await.has_status(201);
    let own = "Microsoft.Authorization/roleAssignments/write";
    let question = json!({ "principal": "stranger", "action": own, "scope": RG_SHARED });
    let told = azure.control(Method::POST, "explain", &question).await.has_status(200).json();
    assert_eq!((&told["allowed"], &told["groups"]), (&json!(false), &json!([])));
}

#[tokio::test]
async fn live_membership_asks_no_token() {
    let azure = with_membership("live").await;
    let token = strangers_token(&azure).await;
    join(&azure).await;
    azure.caller(&token).get(RG_SHARED).await.has_status(200);
    leave(&azure).await;
    azure.caller(&token).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

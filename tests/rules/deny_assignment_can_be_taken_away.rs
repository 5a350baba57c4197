//! `deny-assignment-can-be-taken-away`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;

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

//! `deny-assignment-has-one-permission`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn one_object_that_denies_something_is_needed() {
    let azure = Azure::start().await;
    let id = deny_assignment(RG_SHARED, 1);
    let mut body = deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    let one = json!({ "actions": ["Microsoft.DataFactory/factories/delete"] });
    for permissions in [json!(null), json!([]), json!([{}]), json!([{ "notActions": ["*"] }]), json!([one, one])] {
        body["properties"]["permissions"] = permissions;
        let answer = azure.owner().is_refused(Method::PUT, &id, body.clone(), 400, "InvalidCreateDenyAssignmentRequest").await;
        answer.says("Deny assignment must have exactly one non-empty permission.").by_rule("deny-assignment-has-one-permission");
    }
    body["properties"]["permissions"] = json!([one]);
    azure.owner().put(&id, body).await.has_status(201);
}

//! `deny-assignment-has-a-name`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_name_that_people_read_is_needed() {
    let azure = Azure::start().await;
    let id = deny_assignment(RG_SHARED, 1);
    let mut body = deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    for name in [Value::Null, json!(""), json!(" ")] {
        body["properties"]["denyAssignmentName"] = name;
        let answer = azure.owner().is_refused(Method::PUT, &id, body.clone(), 400, "InvalidCreateDenyAssignmentRequest").await;
        answer.says("Deny assignment must have a name.").by_rule("deny-assignment-has-a-name");
    }
    body["properties"]["denyAssignmentName"] = json!("n");
    azure.owner().put(&id, body).await.has_status(201);
}

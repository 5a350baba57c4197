//! `deny-assignment-exists`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn one_that_is_not_there_is_not_read_and_deleting_it_does_nothing() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let body = deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    owner.put(&deny_assignment(RG_SHARED, 1), body).await.has_status(201);
    for missing in [deny_assignment(RG_SHARED, 2), deny_assignment(RG_LINKED, 1)] {
        let name = missing.rsplit('/').next().unwrap();
        let answer = owner.is_refused(Method::GET, &missing, Value::Null, 404, "DenyAssignmentNotFound").await;
        answer.says(&format!("The deny assignment '{name}' was not found.")).by_rule("deny-assignment-exists");
        owner.delete(&missing).await.has_status(204);
    }
    owner.get(&deny_assignment(RG_SHARED, 1)).await.has_status(200);
}

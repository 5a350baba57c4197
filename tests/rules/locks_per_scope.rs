//! `locks-per-scope`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, lock};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_scope_has_twenty() {
    let azure = Azure::start().await;
    let body = json!({ "properties": { "level": "CanNotDelete" } });
    for number in 1..=20 {
        azure.owner().put(&lock(RG_SHARED, &format!("l{number}")), body.clone()).await.has_status(201);
    }
    let answer = azure.owner().is_refused(Method::PUT, &lock(RG_SHARED, "l21"), body.clone(), 400, "InvalidRequestContent").await;
    answer.says(&format!("The scope '{RG_SHARED}' has the most locks that it can have, 20.")).by_rule("locks-per-scope");
    azure.owner().put(&lock(RG_SHARED, "l20"), body.clone()).await.has_status(200);
    azure.owner().put(&lock(RG_LINKED, "l21"), body).await.has_status(201);
}

//! `lock-exists`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, lock};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn one_that_is_not_there_is_not_read() {
    let azure = Azure::start().await;
    azure.owner().put(&lock(RG_SHARED, "l"), json!({ "properties": { "level": "CanNotDelete" } })).await.has_status(201);
    let answer = azure.owner().is_refused(Method::GET, &lock(RG_LINKED, "l"), Value::Null, 404, "LockNotFound").await;
    answer.says("The lock 'l' could not be found.").by_rule("lock-exists");
    azure.owner().get(&lock(RG_SHARED, "L")).await.has_status(200);
}

//! `lock-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED, lock};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn names_have_their_length_and_characters() {
    let azure = Azure::start().await;
    let body = json!({ "properties": { "level": "CanNotDelete" } });
    for name in ["l".repeat(261), "a:b".to_owned(), "a<b".to_owned()] {
        let answer = azure.owner().is_refused(Method::PUT, &lock(RG_SHARED, &name), body.clone(), 400, "InvalidRequestContent").await;
        answer.says(&format!("The lock name '{name}' is invalid.")).by_rule("lock-name-shape");
    }
    for name in ["l".repeat(260), "a b-c_d.e".to_owned()] {
        azure.owner().put(&lock(RG_SHARED, &name), body.clone()).await.has_status(201);
    }
}

//! `lock-level-is-known`

use adf_emulator_tests::{Azure, RG_SHARED, lock};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn there_are_two_levels() {
    let azure = Azure::start().await;
    let id = lock(RG_SHARED, "l");
    for (body, word) in [(json!({}), ""), (json!({ "properties": { "level": "NotSpecified" } }), "NotSpecified")] {
        let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "InvalidRequestContent").await;
        answer.says(&format!("The lock level '{word}' is invalid.")).by_rule("lock-level-is-known");
    }
    for (level, status) in [("cannotdelete", 201), ("ReadOnly", 200)] {
        azure.owner().put(&id, json!({ "properties": { "level": level } })).await.has_status(status);
    }
}

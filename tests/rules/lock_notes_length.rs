//! `lock-notes-length`

use adf_emulator_tests::{Azure, RG_SHARED, lock};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn notes_have_512_characters() {
    let azure = Azure::start().await;
    let body = |length: usize| json!({ "properties": { "level": "CanNotDelete", "notes": "n".repeat(length) } });
    let answer = azure.owner().is_refused(Method::PUT, &lock(RG_SHARED, "l"), body(513), 400, "InvalidRequestContent").await;
    answer.says("The lock notes have more than 512 characters.").by_rule("lock-notes-length");
    azure.owner().put(&lock(RG_SHARED, "l"), body(512)).await.has_status(201);
}

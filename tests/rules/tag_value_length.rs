//! `tag-value-length`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_value_has_at_most_256_characters() {
    let azure = Azure::start().await;
    let body = |length: usize| json!({ "tags": { "a": "ä".repeat(length) } });
    azure.owner().is_refused(Method::PATCH, RG_SHARED, body(257), 400, "InvalidTagValueLength").await.by_rule("tag-value-length");
    azure.owner().patch(RG_SHARED, body(256)).await.has_status(200);
}

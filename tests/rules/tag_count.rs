//! `tag-count`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn fifty_tags_pass_and_one_more_does_not() {
    let azure = Azure::start().await;
    let body = |count: usize| json!({ "tags": (0..count).map(|n| (format!("tag{n}"), json!(""))).collect::<serde_json::Map<_, _>>() });
    azure.owner().is_refused(Method::PATCH, RG_SHARED, body(51), 400, "InvalidTagCount").await.by_rule("tag-count");
    azure.owner().patch(RG_SHARED, body(50)).await.has_status(200);
}

//! `tag-name-length`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_name_has_1_to_512_characters() {
    let azure = Azure::start().await;
    for name in [String::new(), "ä".repeat(513)] {
        let body = json!({ "tags": { name: "v" } });
        azure.owner().is_refused(Method::PATCH, RG_SHARED, body, 400, "InvalidTagNameLength").await.by_rule("tag-name-length");
    }
    azure.owner().patch(RG_SHARED, json!({ "tags": { "ä".repeat(512): "v", "b": "" } })).await.has_status(200);
}

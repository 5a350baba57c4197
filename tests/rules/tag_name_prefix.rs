//! `tag-name-prefix`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn some_words_are_azures_own() {
    let azure = Azure::start().await;
    for name in ["microsoft", "Azure-owner", "WINDOWSx"] {
        let body = json!({ "tags": { name: "v" } });
        let answer = azure.owner().is_refused(Method::PATCH, RG_SHARED, body, 400, "ReservedTagName").await;
        answer.by_rule("tag-name-prefix");
        let predefined = format!("{SUBSCRIPTION}/tagNames/{name}");
        azure.owner().is_refused(Method::PUT, &predefined, Value::Null, 400, "ReservedTagName").await;
    }
    azure.owner().patch(RG_SHARED, json!({ "tags": { "owner-azure": "microsoft" } })).await.has_status(200);
}

//! `key-name-is-known`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_key_is_regenerated_by_one_of_two_names_in_any_case() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let regenerate = format!("{shared}/regenerateAuthKey");
    for body in [json!({}), json!({ "keyName": "authKey3" }), json!({ "keyName": 1 }), json!({ "keyName": null })] {
        azure.owner().is_refused(Method::POST, &regenerate, body, 400, "BadRequest").await.by_rule("key-name-is-known");
    }
    for name in ["authKey1", "AuthKey2", "AUTHKEY1"] {
        azure.owner().post(&regenerate, json!({ "keyName": name })).await.has_status(200);
    }
}

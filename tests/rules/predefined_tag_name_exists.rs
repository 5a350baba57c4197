//! `predefined-tag-name-exists`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_value_belongs_to_a_predefined_name() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    owner.patch(RG_SHARED, json!({ "tags": { "env": "test" } })).await.has_status(200);
    let value = format!("{SUBSCRIPTION}/tagNames/env/tagValues/test");
    for method in [Method::PUT, Method::DELETE] {
        let answer = owner.is_refused(method, &value, Value::Null, 404, "PredefinedTagNameNotFound").await;
        answer.by_rule("predefined-tag-name-exists").says("Predefined tag name 'env' could not be found.");
    }
    owner.put(&format!("{SUBSCRIPTION}/tagNames/ENV"), Value::Null).await.has_status(201);
    owner.put(&value, Value::Null).await.has_status(201);
}

//! `predefined-tag-is-not-in-use`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn what_something_has_stays_predefined() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let name = format!("{SUBSCRIPTION}/tagNames/env");
    let value = |value: &str| format!("{name}/tagValues/{value}");
    owner.put(&name, Value::Null).await.has_status(201);
    for each in ["test", "live"] {
        owner.put(&value(each), Value::Null).await.has_status(201);
    }
    owner.patch(RG_SHARED, json!({ "tags": { "ENV": "test" } })).await.has_status(200);
    let rule = "predefined-tag-is-not-in-use";
    owner.is_refused(Method::DELETE, &value("test"), Value::Null, 409, "PredefinedTagInUse").await.by_rule(rule);
    owner.delete(&value("live")).await.has_status(200);
    owner.patch(RG_SHARED, json!({ "tags": { "env": "other" } })).await.has_status(200);
    owner.delete(&value("test")).await.has_status(200);
    owner.is_refused(Method::DELETE, &name, Value::Null, 409, "PredefinedTagInUse").await.by_rule(rule);
    owner.patch(RG_SHARED, json!({ "tags": {} })).await.has_status(200);
    owner.delete(&name).await.has_status(200);
}

//! `predefined-tag-name-has-no-values`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_name_goes_after_its_values() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let name = format!("{SUBSCRIPTION}/tagNames/env");
    let value = format!("{name}/tagValues/test");
    owner.put(&name, Value::Null).await.has_status(201);
    owner.put(&value, Value::Null).await.has_status(201);
    owner
        .is_refused(Method::DELETE, &name, Value::Null, 409, "PredefinedTagNameHasValues")
        .await
        .by_rule("predefined-tag-name-has-no-values");
    owner.delete(&value).await.has_status(200);
    owner.delete(&name).await.has_status(200);
    owner.delete(&name).await.has_status(204);
}

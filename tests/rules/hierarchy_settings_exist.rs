//! `hierarchy-settings-exist`

use adf_emulator_tests::{Azure, TENANT, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn settings_are_there_once_they_were_put() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([]))).await;
    let root = azure.caller("root");
    let settings = format!("{}/settings/default", management_group(TENANT));
    for method in [Method::GET, Method::DELETE] {
        let answer = root.is_refused(method, &settings, Value::Null, 404, "NotFound").await;
        answer.says(&format!("'{settings}' not found")).by_rule("hierarchy-settings-exist");
    }
    root.put(&settings, json!({ "properties": { "requireAuthorizationForGroupCreation": true } })).await.has_status(200);
    root.get(&settings).await.has_status(200);
    root.delete(&settings).await.has_status(200);
}

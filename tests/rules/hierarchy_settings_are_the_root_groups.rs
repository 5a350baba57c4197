//! `hierarchy-settings-are-the-root-groups`

use adf_emulator_tests::{Azure, TENANT, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn another_group_has_no_settings() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "mg" }]))).await;
    let root = azure.caller("root");
    let settings = |name: &str| format!("{}/settings/default", management_group(name));
    let body = json!({ "properties": { "defaultManagementGroup": management_group("mg") } });
    for method in [Method::PUT, Method::PATCH] {
        let answer = root.is_refused(method, &settings("mg"), body.clone(), 400, "BadRequest").await;
        answer.by_rule("hierarchy-settings-are-the-root-groups");
        answer.says("Hierarchy settings can be set on the root management group only, not on 'mg'.");
    }
    root.put(&settings(TENANT), body).await.has_status(200);
}

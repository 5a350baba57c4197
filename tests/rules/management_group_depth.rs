//! `management-group-depth`

use adf_emulator_tests::{Azure, below, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn six_levels_stand_below_the_root_group() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "l1" }]))).await;
    let root = azure.caller("root");
    for level in 2..=6 {
        root.put(&management_group(&format!("l{level}")), below(&format!("l{}", level - 1))).await.has_status(202);
    }
    let says = |name: &str| format!("The management group '{name}' exceeds the maximum depth of 6 levels.");
    let answer = root.is_refused(Method::PUT, &management_group("l7"), below("l6"), 400, "BadRequest").await;
    answer.says(&says("l7")).by_rule("management-group-depth");
    root.put(&management_group("top"), json!({})).await.has_status(202);
    let into_top = json!({ "parentGroupId": management_group("top") });
    let answer = root.is_refused(Method::PATCH, &management_group("l1"), into_top.clone(), 400, "BadRequest").await;
    answer.says(&says("l1")).by_rule("management-group-depth");
    root.patch(&management_group("l2"), into_top).await.has_status(200);
}

//! `management-groups-per-directory`

use adf_emulator_tests::{Azure, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_directory_has_ten_thousand() {
    let groups: Vec<Value> = (0..9_999).map(|number| json!({ "name": format!("g{number}") })).collect();
    let azure = Azure::with_world(&world_with_management_groups(&groups.into())).await;
    let root = azure.caller("root");
    root.put(&management_group("last"), json!({})).await.has_status(202);
    let answer = root.is_refused(Method::PUT, &management_group("more"), json!({}), 400, "BadRequest").await;
    answer.says("The directory has the most management groups that it can have, 10000.").by_rule("management-groups-per-directory");
}

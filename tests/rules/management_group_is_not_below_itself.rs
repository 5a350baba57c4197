//! `management-group-is-not-below-itself`

use adf_emulator_tests::{Azure, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_group_is_not_moved_into_what_is_below_it() {
    let groups = json!([{ "name": "top" }, { "name": "middle", "parent": "top" }, { "name": "leaf", "parent": "middle" }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let root = azure.caller("root");
    let into = |name: &str| json!({ "parentGroupId": management_group(name) });
    for below in ["middle", "LEAF"] {
        let answer = root.is_refused(Method::PATCH, &management_group("Middle"), into(below), 400, "BadRequest").await;
        answer.says("The management group 'Middle' cannot be moved below itself.").by_rule("management-group-is-not-below-itself");
    }
    root.patch(&management_group("leaf"), into("top")).await.has_status(200);
    root.patch(&management_group("middle"), into("leaf")).await.has_status(200);
}

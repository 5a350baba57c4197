//! `management-group-is-empty`

use adf_emulator_tests::{Azure, SUBSCRIPTION, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_group_with_groups_or_subscriptions_below_it_is_not_deleted() {
    let subscription = SUBSCRIPTION.rsplit('/').next().unwrap();
    let groups = json!([{ "name": "top" }, { "name": "middle", "parent": "top" },
        { "name": "leaf", "parent": "middle", "subscriptions": [subscription] }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let root = azure.caller("root");
    for name in ["top", "middle", "leaf"] {
        let answer = root.is_refused(Method::DELETE, &management_group(name), Value::Null, 400, "BadRequest").await;
        answer.says(&format!("The management group '{name}' has children and cannot be deleted.")).by_rule("management-group-is-empty");
    }
    root.delete(&format!("{}/subscriptions/{subscription}", management_group("leaf"))).await.has_status(200);
    for name in ["leaf", "middle", "top"] {
        root.delete(&management_group(name)).await.has_status(202);
        root.get(&management_group(name)).await.is_refused(404, "ManagementGroupNotFound");
        root.delete(&management_group(name)).await.has_status(204);
    }
}

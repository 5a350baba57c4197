//! `lock-is-in-a-subscription`

use adf_emulator_tests::{Azure, SUBSCRIPTION, lock, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_management_group_and_the_root_have_no_locks() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "mg" }]))).await;
    let (root, body) = (azure.caller("root"), json!({ "properties": { "level": "ReadOnly" } }));
    for (scope, shown) in [(management_group("mg"), management_group("mg")), (String::new(), "/".to_owned())] {
        let answer = root.is_refused(Method::PUT, &lock(&scope, "l"), body.clone(), 400, "InvalidRequestContent").await;
        answer.says(&format!("The scope '{shown}' cannot have locks.")).by_rule("lock-is-in-a-subscription");
    }
    root.put(&lock(SUBSCRIPTION, "l"), body).await.has_status(201);
}

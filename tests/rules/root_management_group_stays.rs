//! `root-management-group-stays`

use adf_emulator_tests::{Azure, TENANT, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn the_root_group_is_renamed_and_nothing_else() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "mg" }]))).await;
    let (root, top) = (azure.caller("root"), management_group(TENANT));
    let into = json!({ "parentGroupId": management_group("mg") });
    for (method, body) in [(Method::PATCH, into), (Method::DELETE, Value::Null)] {
        let answer = root.is_refused(method, &top, body, 400, "BadRequest").await;
        answer.says("The root management group cannot be moved or deleted.").by_rule("root-management-group-stays");
    }
    let renamed = root.patch(&top, json!({ "displayName": "Contoso" })).await.has_status(200).json();
    assert_eq!(renamed["properties"]["displayName"], "Contoso");
    root.delete(&management_group("mg")).await.has_status(202);
}

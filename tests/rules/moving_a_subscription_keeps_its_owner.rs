//! `moving-a-subscription-keeps-its-owner`

use adf_emulator_tests::{
    ADA, Azure, CONTRIBUTOR, OWNER, SUBSCRIPTION, grant, management_group, role_assignment, world_with_management_groups,
};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn who_owns_it_through_the_old_group_owns_the_new_one() {
    let groups = json!([{ "name": "old", "subscriptions": [SUBSCRIPTION.rsplit('/').next()] }, { "name": "new" }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    root.put(&role_assignment(&management_group("old"), 1), grant(OWNER, ADA)).await.has_status(201);
    root.put(&role_assignment(&management_group("new"), 2), grant(CONTRIBUTOR, ADA)).await.has_status(201);
    let link = |group: &str| format!("{}{SUBSCRIPTION}", management_group(group));
    let answer = ada.is_refused(Method::PUT, &link("new"), json!({}), 400, "BadRequest").await;
    answer.by_rule("moving-a-subscription-keeps-its-owner").says(
        "Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the subscription or \
         its ancestors.",
    );
    // Who owns both groups moves it, and nobody needs a right at the root group.
    root.put(&role_assignment(&management_group("new"), 3), grant(OWNER, ADA)).await.has_status(201);
    ada.put(&link("new"), json!({})).await.has_status(200);
    ada.delete(&link("new")).await.has_status(200);
    // Who owns it directly needs no more than Contributor there.
    root.put(&link("old"), json!({})).await.has_status(200);
    root.delete(&role_assignment(&management_group("new"), 3)).await.has_status(200);
    root.put(&role_assignment(SUBSCRIPTION, 4), grant(OWNER, ADA)).await.has_status(201);
    ada.put(&link("new"), json!({})).await.has_status(200);
}

//! `moving-a-subscription-needs-permission`

use adf_emulator_tests::{ADA, Azure, OWNER, SUBSCRIPTION, grant, management_group, role_assignment, world_with_management_groups};
use reqwest::Method;
use serde_json::json;

const MANAGEMENT_GROUP_CONTRIBUTOR: &str = "5d58bcaf-24a5-4b20-bdb6-eed9f69fbe4c";

#[tokio::test]
async fn whoever_moves_a_subscription_may_give_access_to_it() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "mg" }]))).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    root.put(&role_assignment(&management_group("mg"), 1), grant(MANAGEMENT_GROUP_CONTRIBUTOR, ADA)).await.has_status(201);
    let link = format!("{}{SUBSCRIPTION}", management_group("mg"));
    let answer = ada.is_refused(Method::PUT, &link, json!({}), 400, "BadRequest").await;
    answer.by_rule("moving-a-subscription-needs-permission").says(
        "Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the subscription or \
         its ancestors.",
    );
    root.put(&role_assignment(SUBSCRIPTION, 2), grant(OWNER, ADA)).await.has_status(201);
    ada.put(&link, json!({})).await.has_status(200);
}

#[tokio::test]
async fn whoever_moves_a_group_may_give_access_to_it() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "child" }, { "name": "mg" }]))).await;
    let (root, ada, child) = (azure.caller("root"), azure.caller("ada"), management_group("child"));
    for (number, group) in [(1, &child), (2, &management_group("mg"))] {
        root.put(&role_assignment(group, number), grant(MANAGEMENT_GROUP_CONTRIBUTOR, ADA)).await.has_status(201);
    }
    let into = json!({ "parentGroupId": management_group("mg") });
    let answer = ada.is_refused(Method::PATCH, &child, into.clone(), 400, "BadRequest").await;
    answer.by_rule("moving-a-subscription-needs-permission").says(
        "Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the management group \
         or its ancestors.",
    );
    ada.patch(&child, json!({ "displayName": "Child" })).await.has_status(200);
    root.put(&role_assignment(&child, 3), grant(OWNER, ADA)).await.has_status(201);
    ada.patch(&child, into).await.has_status(200);
}

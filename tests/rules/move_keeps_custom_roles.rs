//! `move-keeps-custom-roles`

use adf_emulator_tests::{
    ADA, Azure, RG_SHARED, SUBSCRIPTION, asks, custom_role, eligibility_request, grant, management_group, role_assignment, role_definition,
    world_with_management_groups,
};
use reqwest::Method;
use serde_json::json;

const LINKER: &str = "bbbbbbbb-0000-4000-8000-000000000001";

/// Production with a subscription in a group of its own, and development.
async fn azure_with_role() -> Azure {
    let subscription = SUBSCRIPTION.rsplit('/').next();
    let groups = json!([{ "name": "prod" }, { "name": "dev" }, { "name": "web", "parent": "prod", "subscriptions": [subscription] }]);
    let mut world = world_with_management_groups(&groups);
    world["resources"] = json!([{ "id": RG_SHARED, "body": { "location": "eastus" } }]);
    let azure = Azure::with_world(&world).await;
    let prod = management_group("prod");
    azure.caller("root").put(&role_definition(&prod, 1), custom_role("Linker", &[&prod])).await.has_status(201);
    azure
}

#[tokio::test]
async fn nothing_moves_out_from_under_the_scope_of_a_role_assigned_in_it() {
    let azure = azure_with_role().await;
    let (root, held) = (azure.caller("root"), role_assignment(RG_SHARED, 1));
    root.put(&held, grant(LINKER, ADA)).await.has_status(201);
    let (link, into) = (format!("{}{SUBSCRIPTION}", management_group("dev")), json!({ "parentGroupId": management_group("dev") }));
    for (method, path, body) in [
        (Method::PUT, link.clone(), json!({})),
        (Method::DELETE, format!("{}{SUBSCRIPTION}", management_group("web")), json!(null)),
        (Method::PATCH, management_group("web"), into.clone()),
    ] {
        let answer = root.is_refused(method, &path, body, 400, "BadRequest").await;
        answer.by_rule("move-keeps-custom-roles").says("Failed to complete the move operation");
    }
    // Below the same group it moves.
    root.put(&format!("{}{SUBSCRIPTION}", management_group("prod")), json!({})).await.has_status(200);
    root.put(&format!("{}{SUBSCRIPTION}", management_group("web")), json!({})).await.has_status(200);
    root.patch(&management_group("web"), json!({ "displayName": "Web" })).await.has_status(200);
    root.delete(&held).await.has_status(200);
    root.patch(&management_group("web"), into).await.has_status(200);
}

#[tokio::test]
async fn who_can_activate_a_role_counts_and_a_wider_scope_helps() {
    let azure = azure_with_role().await;
    let (root, prod) = (azure.caller("root"), management_group("prod"));
    root.put(&eligibility_request(SUBSCRIPTION, 1), asks("AdminAssign", LINKER, ADA, "P30D")).await.has_status(201);
    let link = format!("{}{SUBSCRIPTION}", management_group("dev"));
    root.is_refused(Method::PUT, &link, json!({}), 400, "BadRequest").await.by_rule("move-keeps-custom-roles");
    root.put(&role_definition(&prod, 1), custom_role("Linker", &[&prod, SUBSCRIPTION])).await.has_status(201);
    root.put(&link, json!({})).await.has_status(200);
}

//! `data-role-below-management-groups`

use adf_emulator_tests::{
    Azure, SUBSCRIPTION, TENANT, asks, assignment_request, custom_role, eligibility_request, grant, role_assignment, role_definition,
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_role_with_data_actions_is_assigned_below_management_groups_alone() {
    const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";
    let world = json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "managementGroups": [{ "name": "mg", "subscriptions": [SUBSCRIPTION.rsplit('/').next()] }],
            "principals": [{ "name": "root", "type": "ServicePrincipal", "objectId": "44444444-4444-4444-4444-000000000001" }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    });
    let azure = Azure::with_world(&world).await;
    let (root, role) = (azure.caller("root"), role_definition(GROUP, 1));
    let with = |data_actions: Value| {
        let mut body = custom_role("Blob Lister", &[GROUP]);
        body["properties"]["permissions"][0]["dataActions"] = data_actions;
        body
    };
    let body = grant("bbbbbbbb-0000-4000-8000-000000000001", "44444444-4444-4444-4444-000000000001");
    root.put(&role, with(json!(["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]))).await.has_status(201);
    let at_group = role_assignment(GROUP, 1);
    let answer = root.is_refused(Method::PUT, &at_group, body.clone(), 400, "InvalidCreateRoleAssignmentRequest").await;
    answer
        .says("Role assignments to Management Groups can not be made to custom role definitions with DataActions")
        .by_rule("data-role-below-management-groups");
    // A schedule is no way around.
    let (name, holder) = ("bbbbbbbb-0000-4000-8000-000000000001", "44444444-4444-4444-4444-000000000001");
    for request in [assignment_request(GROUP, 3), eligibility_request(GROUP, 3)] {
        let body = asks("AdminAssign", name, holder, "PT1H");
        let answer = root.is_refused(Method::PUT, &request, body, 400, "InvalidCreateRoleAssignmentRequest").await;
        answer.by_rule("data-role-below-management-groups");
    }
    root.put(&role_assignment(SUBSCRIPTION, 2), body.clone()).await.has_status(201);
    root.put(&role, with(json!([]))).await.has_status(201);
    root.put(&at_group, body).await.has_status(201);
    // Neither is a later change of the role.
    let with_data = with(json!(["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"]));
    let answer = root.is_refused(Method::PUT, &role, with_data.clone(), 400, "InvalidCreateRoleAssignmentRequest").await;
    answer.by_rule("data-role-below-management-groups");
    root.delete(&at_group).await.has_status(200);
    root.put(&role, with_data).await.has_status(201);
}

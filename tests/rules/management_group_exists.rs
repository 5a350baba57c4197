//! `management-group-exists`

use adf_emulator_tests::{Azure, READER, TENANT, grant, role_assignment};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_role_is_assigned_at_groups_of_the_tenant_and_at_its_root_group() {
    let world = json!({
        "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "mg" }], "subscriptions": [{ "id": TENANT }],
            "principals": [
                { "name": "root", "type": "ServicePrincipal" },
                { "name": "reader", "type": "ServicePrincipal", "objectId": "44444444-4444-4444-4444-000000000003" },
            ] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    });
    let azure = Azure::with_world(&world).await;
    let (root, subscription) = (azure.caller("root"), format!("/subscriptions/{TENANT}"));
    let group = |name: &str| format!("/providers/Microsoft.Management/managementGroups/{name}");
    let body = grant(READER, "44444444-4444-4444-4444-000000000003");
    let missing = role_assignment(&group("missing"), 1);
    let answer = root.is_refused(Method::PUT, &missing, body.clone(), 404, "ManagementGroupNotFound").await;
    answer.says("The management group 'missing' cannot be found.").by_rule("management-group-exists");
    root.put(&role_assignment(&group("MG"), 1), body.clone()).await.has_status(201);
    azure.caller("reader").get(&subscription).await.is_refused(403, "AuthorizationFailed");
    let made = root.put(&role_assignment(&group(TENANT), 2), body).await.has_status(201).json();
    assert_eq!(made["properties"]["roleDefinitionId"], format!("/providers/Microsoft.Authorization/roleDefinitions/{READER}"));
    azure.caller("reader").get(&subscription).await.has_status(200);
}

//! `one-management-group`

use adf_emulator_tests::{Azure, SUBSCRIPTION, TENANT, custom_role, role_definition};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn one_assignable_scope_is_a_management_group_and_not_two() {
    let group = |name: &str| format!("/providers/Microsoft.Management/managementGroups/{name}");
    let world = json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "managementGroups": [{ "name": "one" }, { "name": "two" }], "principals": [{ "name": "root", "type": "ServicePrincipal" }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    });
    let (azure, role) = (Azure::with_world(&world).await, role_definition(SUBSCRIPTION, 1));
    let root = azure.caller("root");
    let body = |groups: &[&str]| {
        let groups: Vec<String> = groups.iter().map(|name| group(name)).collect();
        let scopes: Vec<&str> = std::iter::once(SUBSCRIPTION).chain(groups.iter().map(String::as_str)).collect();
        custom_role("Linker", &scopes)
    };
    let answer = root.is_refused(Method::PUT, &role, body(&["one", "two"]), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("one-management-group");
    root.put(&role, body(&["two"])).await.has_status(201);
}

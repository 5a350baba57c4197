//! `role-assignments-per-management-group`

use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, SUBSCRIPTION, TENANT, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

/// A world in which `root` may do everything, with `count` other assignments at `scope`.
fn world(scope: &str, count: u32) -> Value {
    let other = |number: u32| format!("bbbbbbbb-0000-4000-8000-{number:012}");
    let principal = |number: u32| json!({ "name": format!("p{number}"), "type": "ServicePrincipal", "objectId": other(number) });
    let held = |number: u32| json!({ "principal": format!("p{number}"), "role": "Reader", "scope": scope });
    let mut principals: Vec<Value> = (0..=count).map(principal).collect();
    principals.push(json!({ "name": "root", "type": "ServicePrincipal" }));
    let mut assignments: Vec<Value> = (0..count).map(held).collect();
    assignments.push(json!({ "principal": "root", "role": "Owner", "scope": "/" }));
    json!({
        "tenants": [{ "id": TENANT, "principals": principals, "managementGroups": [{ "name": "mg" }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "roleAssignments": assignments,
    })
}

#[tokio::test]
async fn the_five_hundredth_fits_and_one_more_does_not() {
    const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";
    let azure = Azure::with_world(&world(GROUP, 499)).await;
    let root = azure.caller("root");
    let one_more = |role: &str| grant(role, "bbbbbbbb-0000-4000-8000-000000000499");
    root.put(&role_assignment(GROUP, 1), one_more(READER)).await.has_status(201);
    let name = role_assignment(GROUP, 2);
    let answer = root.is_refused(Method::PUT, &name, one_more(CONTRIBUTOR), 400, "RoleAssignmentLimitExceeded").await;
    answer.says("No more role assignments can be created").by_rule("role-assignments-per-management-group");
    root.put(&role_assignment(SUBSCRIPTION, 2), one_more(READER)).await.has_status(201);
}

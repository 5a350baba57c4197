//! `role-assignments-per-management-group`

use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, SUBSCRIPTION, grant, role_assignment, world_with_assignments};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_five_hundredth_fits_and_one_more_does_not() {
    const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";
    let azure = Azure::with_world(&world_with_assignments(GROUP, 499)).await;
    let root = azure.caller("root");
    let one_more = |role: &str| grant(role, "bbbbbbbb-0000-4000-8000-000000000499");
    root.put(&role_assignment(GROUP, 1), one_more(READER)).await.has_status(201);
    let name = role_assignment(GROUP, 2);
    let answer = root.is_refused(Method::PUT, &name, one_more(CONTRIBUTOR), 400, "RoleAssignmentLimitExceeded").await;
    answer.says("No more role assignments can be created").by_rule("role-assignments-per-management-group");
    root.put(&role_assignment(SUBSCRIPTION, 2), one_more(READER)).await.has_status(201);
}

#[tokio::test]
async fn the_group_of_another_directory_is_another() {
    const GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";
    const BOB: &str = "55555555-5555-5555-5555-000000000002";
    let mut world = world_with_assignments(GROUP, 500);
    let bob = json!({ "name": "bob", "type": "User", "objectId": BOB });
    let other = json!({ "id": "99999999-9999-9999-9999-999999999999", "principals": [bob], "managementGroups": [{ "name": "mg" }] });
    world["tenants"].as_array_mut().unwrap().push(other);
    world["roleAssignments"].as_array_mut().unwrap().push(json!({ "principal": "bob", "role": "Owner", "scope": "/" }));
    let azure = Azure::with_world(&world).await;
    azure.caller("bob").put(&role_assignment(GROUP, 1), grant(READER, BOB)).await.has_status(201);
    let one_more = grant(READER, "bbbbbbbb-0000-4000-8000-000000000500");
    azure.caller("root").is_refused(Method::PUT, &role_assignment(GROUP, 1), one_more, 400, "RoleAssignmentLimitExceeded").await;
}

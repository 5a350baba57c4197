//! `assigned-scope-stays`

use adf_emulator_tests::{
    Azure, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, asks, assignment_request, custom_role, eligibility_request, grant,
    role_assignment, role_definition, world_with_management_groups,
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_scope_with_assignments_is_not_taken_out_unless_another_covers_them() {
    let azure = Azure::start().await;
    let (owner, role) = (azure.owner(), role_definition(SUBSCRIPTION, 1));
    owner.put(&role, custom_role("Linker", &[RG_SHARED, RG_LINKED])).await.has_status(201);
    let give = grant("bbbbbbbb-0000-4000-8000-000000000001", "44444444-4444-4444-4444-000000000006");
    owner.put(&role_assignment(RG_LINKED, 1), give).await.has_status(201);
    let fewer = custom_role("Linker", &[RG_SHARED]);
    let answer = owner.is_refused(Method::PUT, &role, fewer.clone(), 400, "RoleScopeBeingRemovedContainsAssignments").await;
    answer.by_rule("assigned-scope-stays").says(&format!(
        "Role assignments found under scope '{RG_LINKED}' which is being removed. Removing this scope from the role will orphan these \
         assignments. Delete these assignments before removing the scope."
    ));
    owner.put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
    owner.delete(&role_assignment(RG_LINKED, 1)).await.has_status(200);
    owner.put(&role, fewer).await.has_status(201);
}

/// What waits for its start, and what somebody is eligible for, counts as what is held.
#[tokio::test]
async fn a_scope_with_schedules_is_not_taken_out() {
    let azure = Azure::start().await;
    let (owner, role, name) = (azure.owner(), role_definition(SUBSCRIPTION, 1), "bbbbbbbb-0000-4000-8000-000000000001");
    let fewer = custom_role("Linker", &[RG_SHARED]);
    owner.put(&role, custom_role("Linker", &[RG_SHARED, RG_LINKED])).await.has_status(201);
    let mut later = asks("AdminAssign", name, STRANGER, "PT8H");
    later["properties"]["scheduleInfo"]["startDateTime"] = "2100-01-01T00:00:00Z".into();
    for (request, body) in
        [(assignment_request(RG_LINKED, 1), later), (eligibility_request(RG_LINKED, 2), asks("AdminAssign", name, STRANGER, "P30D"))]
    {
        owner.put(&request, body).await.has_status(201);
        let answer = owner.is_refused(Method::PUT, &role, fewer.clone(), 400, "RoleScopeBeingRemovedContainsAssignments").await;
        answer.by_rule("assigned-scope-stays");
        let remove = asks("AdminRemove", name, STRANGER, "PT8H");
        owner.put(&request.replace("-0000-4000-", "-0000-4001-"), remove).await.has_status(201);
    }
    owner.put(&role, fewer).await.has_status(201);
}

/// What no scope covered before is not taken out, and what the role is not assignable for any more can be taken away.
#[tokio::test]
async fn what_was_not_covered_stands_against_nothing() {
    let name = "bbbbbbbb-0000-4000-8000-000000000001";
    let mut world = world_with_management_groups(&json!([]));
    world["tenants"][0]["principals"].as_array_mut().unwrap().push(json!({ "name": "stranger", "type": "User", "objectId": STRANGER }));
    world["resources"] = json!([
        { "id": RG_SHARED, "body": { "location": "eastus" } },
        { "id": RG_LINKED, "body": { "location": "eastus" } },
        { "id": role_definition(RG_SHARED, 1), "body": custom_role("Linker", &[RG_SHARED]) } ]);
    world["roleAssignments"].as_array_mut().unwrap().push(json!({ "principal": "stranger", "role": "Linker", "scope": RG_LINKED }));
    world["roleEligibilitySchedules"] = json!([{ "principal": "stranger", "role": "Linker", "scope": RG_LINKED }]);
    let azure = Azure::with_world(&world).await;
    let (root, role) = (azure.caller("root"), role_definition(RG_SHARED, 1));
    let mut renamed = custom_role("Joiner", &[RG_SHARED]);
    root.put(&role, renamed.clone()).await.has_status(201);
    renamed["properties"]["description"] = Value::from("joins");
    root.put(&role, renamed).await.has_status(201);
    for request in [eligibility_request(RG_LINKED, 1), assignment_request(RG_LINKED, 2)] {
        root.put(&request, asks("AdminRemove", name, STRANGER, "P1D")).await.has_status(201);
    }
    root.delete(&role).await.has_status(200);
}

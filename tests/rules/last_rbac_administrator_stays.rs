//! `last-rbac-administrator-stays`

use adf_emulator_tests::{ADA, Azure, OWNER, READER, RG_SHARED, SUBSCRIPTION, asks, assignment_request, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

#[tokio::test]
async fn one_administrator_of_access_is_left_at_a_subscription() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let list = owner.get(&format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()")).await;
    let administers = |it: &&Value| {
        let role = it["properties"]["roleDefinitionId"].as_str().unwrap();
        role.ends_with(OWNER) || role.ends_with(USER_ACCESS_ADMINISTRATOR)
    };
    let list = list.has_status(200).json();
    let held: Vec<&Value> = list["value"].as_array().unwrap().iter().filter(administers).collect();
    let (own, others): (Vec<&Value>, Vec<&Value>) =
        held.into_iter().partition(|it| it["properties"]["principalId"] == "44444444-4444-4444-4444-000000000001");
    // What is held below does not count.
    owner.put(&role_assignment(RG_SHARED, 1), grant(OWNER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    for other in &others {
        owner.delete(other["id"].as_str().unwrap()).await.has_status(200);
    }
    let last = own[0]["id"].as_str().unwrap();
    let answer = owner.is_refused(Method::DELETE, last, Value::Null, 412, "CannotDeleteLastRbacAdminAssignment").await;
    answer.says("Cannot delete the last RBAC admin assignment").by_rule("last-rbac-administrator-stays");
    // Neither does it become another role.
    let reader = grant(READER, "44444444-4444-4444-4444-000000000001");
    owner.is_refused(Method::PUT, last, reader, 412, "CannotDeleteLastRbacAdminAssignment").await.by_rule("last-rbac-administrator-stays");
    owner
        .put(&role_assignment(SUBSCRIPTION, 2), grant(USER_ACCESS_ADMINISTRATOR, "44444444-4444-4444-4444-000000000006"))
        .await
        .has_status(201);
    owner.delete(last).await.has_status(200);
}

/// Who is not there, and who administers under a condition, does not stand in for the last one.
#[tokio::test]
async fn who_is_left_is_there_and_under_no_condition() {
    let owner_id = "44444444-4444-4444-4444-000000000001";
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["roleAssignments"] = json!([
        { "principal": "owner", "role": "Owner", "scope": SUBSCRIPTION },
        { "principal": "ada", "role": "Owner", "scope": SUBSCRIPTION },
        { "principal": "eve", "role": "Owner", "scope": SUBSCRIPTION, "condition": "@Resource[a:b] StringEquals 'c'" },
        { "principal": "99999999-0000-4000-8000-000000000001", "role": "Owner", "scope": SUBSCRIPTION, "principalType": "User" } ]);
    let azure = Azure::with_world(&world).await;
    let owner = azure.owner();
    let list = owner.get(&format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()")).await.json();
    let of = |principal: &str| {
        let held = list["value"].as_array().unwrap().iter().find(|it| it["properties"]["principalId"] == principal);
        held.unwrap()["id"].as_str().unwrap().to_owned()
    };
    // What counts for nothing can go; nobody is left of an assignment whose principal is gone.
    owner.delete(&of("99999999-0000-4000-8000-000000000001")).await.has_status(200);
    azure.graph("owner", Method::DELETE, &format!("users/{ADA}"), &Value::Null).await.has_status(204);
    let last = of(owner_id);
    let refused = async |method: Method, path: &str, body: Value| {
        let answer = owner.is_refused(method, path, body, 412, "CannotDeleteLastRbacAdminAssignment").await;
        answer.by_rule("last-rbac-administrator-stays");
    };
    refused(Method::DELETE, &last, Value::Null).await;
    let with_condition = |mut body: Value| {
        body["properties"]["condition"] = "@Resource[a:b] StringEquals 'c'".into();
        body
    };
    refused(Method::PUT, &last, with_condition(grant(OWNER, owner_id))).await;
    let mut update = with_condition(asks("AdminUpdate", OWNER, owner_id, "PT8H"));
    update["properties"]["scheduleInfo"] = json!({ "expiration": { "type": "NoExpiration" } });
    let policy = adf_emulator_tests::policy_of(&azure, SUBSCRIPTION, OWNER).await;
    let for_ever = json!([{ "id": "Expiration_Admin_Assignment", "isExpirationRequired": false }]);
    owner.patch(&policy, json!({ "properties": { "rules": for_ever } })).await.has_status(200);
    refused(Method::PUT, &assignment_request(SUBSCRIPTION, 1), update).await;
    owner.delete(&of(ADA)).await.has_status(200);
    owner.put(&role_assignment(SUBSCRIPTION, 2), grant(OWNER, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    owner.put(&last, with_condition(grant(OWNER, owner_id))).await.has_status(201);
}

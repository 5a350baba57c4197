//! `last-rbac-administrator-stays`

use adf_emulator_tests::{Azure, OWNER, READER, RG_SHARED, SUBSCRIPTION, grant, role_assignment};
use reqwest::Method;
use serde_json::Value;

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

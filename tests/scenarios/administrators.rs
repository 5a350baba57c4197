//! Elevated access, one's own permissions, what providers can do, and the small lists beside them.
//!
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>.

use adf_emulator_tests::{ADA, Azure, READER, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, grant, role_assignment};
use serde_json::{Value, json};

const ELEVATE: &str = "/providers/Microsoft.Authorization/elevateAccess?api-version=2016-07-01";

#[tokio::test]
async fn a_global_administrator_takes_access_at_the_root_and_gives_it_back() {
    let user = |name: &str, is: bool, id: &str| json!({ "name": name, "type": "User", "globalAdministrator": is, "objectId": id });
    let azure = Azure::with_world(&json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "principals": [user("ada", true, ADA), user("bob", false, STRANGER)] }],
        "roleAssignments": [{ "principal": "bob", "role": "Owner", "scope": "/" }],
    }))
    .await;
    let (ada, bob) = (azure.caller("ada"), azure.caller("bob"));
    ada.get(SUBSCRIPTION).await.is_refused(403, "AuthorizationFailed");
    bob.post(ELEVATE, Value::Null).await.is_refused(403, "AuthorizationFailed");
    for _ in 0..2 {
        let answer = ada.post(ELEVATE, Value::Null).await;
        assert_eq!((answer.status(), answer.text()), (200, ""));
    }
    let list = format!("/providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq '{ADA}'&api-version=2022-04-01");
    let held = ada.get(&list).await.has_status(200).json();
    assert_eq!(held["value"].as_array().unwrap().len(), 1);
    let role = held["value"][0]["properties"]["roleDefinitionId"].as_str().unwrap();
    assert_eq!(role, "/providers/Microsoft.Authorization/roleDefinitions/18d7d88d-d35e-4fb5-a5c3-7773c20a72d9");
    assert_eq!(held["value"][0]["properties"]["scope"], "/");
    ada.put(&role_assignment(SUBSCRIPTION, 1), grant(READER, ADA)).await.has_status(201);
    ada.get(SUBSCRIPTION).await.has_status(200);
    let id = held["value"][0]["id"].as_str().unwrap().to_owned();
    ada.delete(&id).await.has_status(200);
    ada.put(&role_assignment(SUBSCRIPTION, 2), grant(READER, STRANGER)).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn permissions_are_those_of_every_role_that_applies() {
    let azure = Azure::start().await;
    let path = |scope: &str, version: &str| format!("{scope}/providers/Microsoft.Authorization/permissions?api-version={version}");
    let found = azure.caller("contributor").get(&path(RG_SHARED, "2022-04-01")).await.has_status(200).json();
    assert_eq!(found["value"][0]["actions"], json!(["*"]));
    assert_eq!(found["value"][0]["dataActions"], json!([]));
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, "44444444-4444-4444-4444-000000000002")).await.has_status(201);
    let found = azure.caller("contributor").get(&path(RG_SHARED, "2015-07-01")).await.has_status(200).json();
    assert_eq!(found["value"].as_array().unwrap().len(), 2);
    assert_eq!(found["value"][1], json!({ "actions": ["*/read"], "notActions": [] }));
    let above = azure.caller("contributor").get(&path(SUBSCRIPTION, "2022-04-01")).await.json();
    assert_eq!(above["value"].as_array().unwrap().len(), 1);
    azure.caller("stranger").get(&path(RG_SHARED, "2022-04-01")).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn providers_tell_their_operations() {
    let azure = Azure::start().await;
    let path =
        |rest: &str| format!("/providers/Microsoft.Authorization/providerOperations{rest}?$expand=resourceTypes&api-version=2022-04-01");
    let reader = azure.caller("reader");
    let found = reader.get(&path("/microsoft.datafactory")).await.has_status(200).json();
    assert_eq!(found["name"], "Microsoft.DataFactory");
    let named = |list: &Value, name: &str| list.as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    let factories = named(&found["resourceTypes"], "factories").unwrap();
    let write = named(&factories["operations"], "Microsoft.DataFactory/factories/write").unwrap();
    assert_eq!(write["isDataAction"], false);
    assert!(named(&found["operations"], "Microsoft.DataFactory/register/action").is_some());
    let found = reader.get(&path("/Microsoft.Authorization")).await.has_status(200).json();
    let roles = named(&found["resourceTypes"], "roleAssignments").unwrap();
    assert!(named(&roles["operations"], "Microsoft.Authorization/roleAssignments/delete").is_some());
    let policies = named(&found["resourceTypes"], "policyAssignments").unwrap();
    assert!(named(&policies["operations"], "Microsoft.Authorization/policyAssignments/exempt/action").is_some());
    assert_eq!(reader.get(&path("")).await.has_status(200).json()["value"].as_array().unwrap().len(), 5);
    reader.get(&path("/Microsoft.Nothing")).await.has_status(404);
}

#[tokio::test]
async fn there_are_no_classic_administrators_and_assignments_are_counted() {
    let azure = Azure::start().await;
    let path = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/classicAdministrators?api-version=2015-07-01");
    assert_eq!(azure.owner().get(&path).await.has_status(200).text(), r#"{"value":[]}"#);
    let path = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignmentsUsageMetrics?api-version=2019-08-01-preview");
    let before = azure.owner().get(&path).await.has_status(200).json();
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    let after = azure.owner().get(&path).await.json();
    let count = |it: &Value| it["roleAssignmentsCurrentCount"].as_u64().unwrap();
    assert_eq!(count(&after), count(&before) + 1);
    assert_eq!(after["roleAssignmentsRemainingCount"].as_u64().unwrap() + count(&after), 4_000);
}

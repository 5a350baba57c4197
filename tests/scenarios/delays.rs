//! What takes a while in Azure, on the world's clock: role assignments that count later, identities that are not yet
//! known where roles are assigned. Off unless a setting says how long.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/troubleshooting>

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

/// The object id of the built-in world's application that holds no role.
const STRANGER: &str = "44444444-4444-4444-4444-000000000006";

/// The built-in world with its clock stopped and a setting.
async fn delayed(name: &str) -> Azure {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    azure.control(Method::PATCH, "settings", &json!({ name: "PT5M" })).await.has_status(200);
    azure
}

/// A world made from what this one exports, which must export the same.
async fn again(azure: &Azure) -> Azure {
    let export = azure.export();
    let again = Azure::with_world(&serde_json::from_str::<Value>(&export).unwrap()).await;
    assert_eq!(again.export(), export);
    again
}

#[tokio::test]
async fn an_assignment_counts_later() {
    let azure = delayed("roleAssignmentDelay").await;
    let target = factory(RG_SHARED, "delayed");
    let assignment = role_assignment(RG_SHARED, 1);
    // Those of the world file count at once, or nobody could do anything.
    azure.owner().put(&assignment, grant(CONTRIBUTOR, STRANGER)).await.has_status(201);
    azure.owner().get(&assignment).await.has_status(200);
    let stranger = azure.caller("stranger");
    stranger.is_refused(Method::PUT, &target, factory_with_identity(), 403, "AuthorizationFailed").await;
    assert_eq!(stranger.get(&format!("{SUBSCRIPTION}/resourcegroups")).await.has_status(200).json()["value"], json!([]));
    azure.advance("PT4M59S").await;
    stranger.put(&target, factory_with_identity()).await.is_refused(403, "AuthorizationFailed");
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        azure.advance("PT1S").await;
        azure.caller("stranger").get(RG_SHARED).await.has_status(200);
        azure.caller("stranger").put(&target, factory_with_identity()).await.has_status(200);
    }
}

#[tokio::test]
async fn the_export_stays_the_same_while_the_time_goes_on() {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "settings", &json!({ "roleAssignmentDelay": "PT5M" })).await.has_status(200);
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, STRANGER)).await.has_status(201);
    let export = azure.fetch("/_emulator/world").await.text().to_owned();
    assert_eq!(azure.fetch("/_emulator/world").await.text(), export);
}

#[tokio::test]
async fn a_shorter_delay_is_in_force_at_once() {
    let azure = delayed("roleAssignmentDelay").await;
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, STRANGER)).await.has_status(201);
    azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    azure.control(Method::PATCH, "settings", &json!({ "roleAssignmentDelay": "PT0S" })).await.has_status(200);
    azure.caller("stranger").get(RG_SHARED).await.has_status(200);
}

#[tokio::test]
async fn a_new_identity_is_not_found_unless_its_type_is_given() {
    let azure = delayed("principalReplicationDelay").await;
    let made = azure.owner().put(&factory(RG_LINKED, "delayed"), factory_with_identity()).await.has_status(200).json();
    let principal = made["identity"]["principalId"].as_str().unwrap().to_owned();
    let owner = azure.owner();
    let assignment = role_assignment(RG_SHARED, 1);
    owner.is_refused(Method::PUT, &assignment, grant(CONTRIBUTOR, &principal), 400, "PrincipalNotFound").await;
    azure.advance("PT4M59S").await;
    owner.put(&assignment, grant(CONTRIBUTOR, &principal)).await.is_refused(400, "PrincipalNotFound");
    let mut typed = grant(CONTRIBUTOR, &principal);
    typed["properties"]["principalType"] = json!("ServicePrincipal");
    owner.put(&role_assignment(RG_LINKED, 2), typed).await.has_status(201);
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        azure.advance("PT1S").await;
        azure.owner().put(&assignment, grant(CONTRIBUTOR, &principal)).await.has_status(201);
    }
}

#[tokio::test]
async fn what_a_world_file_says_is_known_already() {
    let made = factory(RG_LINKED, "made");
    let azure = Azure::with_world(&json!({
        "settings": { "principalReplicationDelay": "PT5M" },
        "tenants": [{ "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "resources": [{ "id": RG_LINKED, "body": { "location": "eastus" } }, { "id": made, "body": factory_with_identity() }],
        "roleAssignments": [{ "principal": made, "role": "Reader", "scope": RG_LINKED }],
    }))
    .await;
    again(&azure).await;
}

#[tokio::test]
async fn what_graph_makes_is_not_found_at_once_either() {
    let azure = delayed("principalReplicationDelay").await;
    let made = async |path: &str, body: Value| azure.graph("owner", Method::POST, path, &body).await.has_status(201).json();
    let application = made("applications", json!({ "displayName": "late" })).await;
    let service_principal = made("servicePrincipals", json!({ "appId": application["appId"] })).await;
    let group = json!({ "displayName": "late", "mailEnabled": false, "mailNickname": "late", "securityEnabled": true });
    let group = made("groups", group).await;
    let user = json!({ "accountEnabled": true, "displayName": "Late", "mailNickname": "late",
        "userPrincipalName": "late@contoso.onmicrosoft.com", "passwordProfile": { "password": "Late-and-secret-1" } });
    let user = made("users", user).await;
    let all = [(service_principal, "ServicePrincipal"), (group, "Group"), (user, "User")];
    for (number, (principal, principal_type)) in (1..).zip(&all) {
        let id = principal["id"].as_str().unwrap();
        let assignment = role_assignment(RG_SHARED, number);
        azure.owner().is_refused(Method::PUT, &assignment, grant(CONTRIBUTOR, id), 400, "PrincipalNotFound").await;
        let mut typed = grant(CONTRIBUTOR, id);
        typed["properties"]["principalType"] = json!(principal_type);
        azure.owner().put(&assignment, typed).await.has_status(201);
    }
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        azure.advance("PT5M").await;
        for (number, (principal, _)) in (11..).zip(&all) {
            let assigned = grant(CONTRIBUTOR, principal["id"].as_str().unwrap());
            azure.owner().put(&role_assignment(RG_LINKED, number), assigned).await.has_status(201);
        }
    }
}

//! Whom a role can be given: each sort of principal as it is known in the directory, and what is none there.
//!
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/role-assignments> and `authorization-wire` 5.3, 6.2.

use adf_emulator_tests::{
    ADA, Azure, READER, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, factory, factory_with_identity, grant, role_assignment,
};
use reqwest::Method;
use serde_json::{Value, json};

const EVE: &str = "55555555-5555-5555-5555-000000000002";
const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const UNKNOWN: &str = "00000000-0000-4000-8000-00000000000a";

#[tokio::test]
async fn each_sort_of_principal_is_stored_as_what_it_is() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), factory(RG_SHARED, "named"));
    let made = owner.put(&id, factory_with_identity()).await.has_status(200).json();
    let identity = made["identity"]["principalId"].as_str().unwrap().to_owned();
    let stored = [(ADA, "User"), (EVE, "User"), (ENGINEERS, "Group"), (STRANGER, "ServicePrincipal"), (&identity, "ServicePrincipal")];
    for (number, (principal, sort)) in (1..).zip(stored) {
        let body = grant(READER, principal);
        let answer = owner.put(&role_assignment(&id, number), body).await;
        assert_eq!(answer.has_status(201).json()["properties"]["principalType"], sort, "{principal}");
    }
    // A guest is a user like any other of the directory.
    azure.caller("eve").get(&id).await.has_status(200);
    // What no lookup finds is taken for what it is said to be.
    for (number, sort) in (11..).zip(["ForeignGroup", "Device", "User", "Group", "ServicePrincipal"]) {
        let principal = format!("00000000-0000-4000-8000-{number:012}");
        let mut body = grant(READER, &principal);
        owner.is_refused(Method::PUT, &role_assignment(&id, number), body.clone(), 400, "PrincipalNotFound").await;
        body["properties"]["principalType"] = sort.into();
        let answer = owner.put(&role_assignment(&id, number), body).await;
        assert_eq!(answer.has_status(201).json()["properties"]["principalType"], sort);
    }
}

#[tokio::test]
async fn an_id_that_is_none_of_a_principal_is_refused() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let identity = format!("{RG_SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one");
    let made = owner.put(&identity, json!({ "location": "eastus" })).await.has_status(201).json();
    let of_identity = made["properties"]["clientId"].as_str().unwrap();
    let of_application = "33333333-3333-3333-3333-000000000006";
    for not_there in [UNKNOWN, of_identity, of_application, TENANT] {
        owner.is_refused(Method::PUT, &id, grant(READER, not_there), 400, "PrincipalNotFound").await;
    }
    let answer = owner.is_refused(Method::PUT, &id, grant(READER, ""), 400, "InvalidPrincipalId").await;
    answer.says("A valid principal ID must be provided for role assignment.");
    let answer = owner.is_refused(Method::PUT, &id, grant(READER, "ada@contoso.onmicrosoft.com"), 400, "InvalidPrincipalId").await;
    answer.says("The Principal ID 'ada@contoso.onmicrosoft.com' is not valid. Principal ID must be a GUID.");
    owner.put(&id, grant(READER, made["properties"]["principalId"].as_str().unwrap())).await.has_status(201);
}

#[tokio::test]
async fn who_was_deleted_keeps_what_was_given_and_is_given_nothing_more() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, EVE)).await.has_status(201);
    azure.graph("ada", Method::DELETE, &format!("users/{EVE}"), &Value::Null).await.has_status(204);
    let kept = owner.get(&role_assignment(RG_SHARED, 1)).await.has_status(200).json();
    assert_eq!((&kept["properties"]["principalId"], &kept["properties"]["principalType"]), (&json!(EVE), &json!("User")));
    owner.is_refused(Method::PUT, &role_assignment(SUBSCRIPTION, 2), grant(READER, EVE), 400, "PrincipalNotFound").await;
    let world = azure.export();
    assert_eq!(Azure::with_world(&serde_json::from_str(&world).unwrap()).await.export(), world);
    owner.delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
}

#[tokio::test]
async fn groups_that_hold_each_other_end() {
    let group = |name: &str, members: &[&str]| json!({ "name": name, "type": "Group", "members": members });
    let azure = Azure::with_world(&json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "principals": [{ "name": "ada", "type": "User" }, group("one", &["two"]), group("two", &["three", "two"]),
                group("three", &["one", "ada"])] }],
        "roleAssignments": [{ "principal": "two", "role": "Reader", "scope": SUBSCRIPTION }],
    }))
    .await;
    azure.caller("ada").get(SUBSCRIPTION).await.has_status(200);
    azure.caller("ada").get("/subscriptions/99999999-8888-7777-6666-555555555555").await.has_status(404);
}

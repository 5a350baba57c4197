//! Each tenant has a directory of its own: what is made in one, also at the root, is neither seen nor touched from
//! another, and its names are free there.
//!
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>.

use adf_emulator_tests::{ADA, Azure, CONTRIBUTOR, READER, SUBSCRIPTION, TENANT, custom_role, deny, deny_assignment, grant};
use adf_emulator_tests::{asks, eligibility_request, role_assignment, role_definition};
use serde_json::{Value, json};

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const FABRIKAMS: &str = "/subscriptions/88888888-8888-8888-8888-888888888888";
const BOB: &str = "55555555-5555-5555-5555-000000000002";

/// Ada owns the root of contoso, Bob that of fabrikam.
async fn two_roots() -> Azure {
    let tenant = |id: &str, subscription: &str, name: &str, object_id: &str| {
        json!({ "id": id, "subscriptions": [{ "id": subscription.rsplit('/').next() }],
            "principals": [{ "name": name, "type": "User", "objectId": object_id }] })
    };
    let owns = |name: &str| json!({ "principal": name, "role": "Owner", "scope": "/" });
    Azure::with_world(&json!({
        "tenants": [tenant(TENANT, SUBSCRIPTION, "ada", ADA), tenant(FABRIKAM, FABRIKAMS, "bob", BOB)],
        "roleAssignments": [owns("ada"), owns("bob")],
    }))
    .await
}

async fn exports_and_comes_back(azure: &Azure) {
    let world = azure.export();
    assert_eq!(Azure::with_world(&serde_json::from_str(&world).unwrap()).await.export(), world);
}

#[tokio::test]
async fn what_is_assigned_at_the_root_is_of_one_directory() {
    let azure = two_roots().await;
    let (ada, bob) = (azure.caller("ada"), azure.caller("bob"));
    let denied = |principal: &str| deny("no factories", &["Microsoft.DataFactory/factories/delete"], principal);
    for (id, of_ada, of_bob) in
        [(role_assignment("", 1), grant(READER, ADA), grant(CONTRIBUTOR, BOB)), (deny_assignment("", 1), denied(ADA), denied(BOB))]
    {
        ada.put(&id, of_ada).await.has_status(201);
        assert_eq!(bob.get(&id).await.status(), 404, "{id}");
        assert_eq!(bob.delete(&id).await.status(), 204, "{id}");
        let stored = ada.get(&id).await.has_status(200).json();
        bob.put(&id, of_bob).await.has_status(201);
        assert_eq!(ada.get(&id).await.json(), stored, "{id}");
        exports_and_comes_back(&azure).await;
        bob.delete(&id).await.has_status(200);
        assert_eq!(ada.get(&id).await.json(), stored, "{id}");
    }
}

#[tokio::test]
async fn a_request_at_the_root_is_of_one_directory() {
    let azure = two_roots().await;
    let (ada, bob) = (azure.caller("ada"), azure.caller("bob"));
    let id = eligibility_request("", 1);
    ada.put(&id, asks("AdminAssign", CONTRIBUTOR, ADA, "P30D")).await.has_status(201);
    ada.get(&id).await.has_status(200);
    assert_eq!(bob.get(&id).await.status(), 404);
    assert_eq!(bob.post(&format!("{id}/cancel"), Value::Null).await.status(), 404);
}

#[tokio::test]
async fn a_name_that_is_used_in_one_directory_is_free_in_another() {
    let azure = two_roots().await;
    let (ada, bob) = (azure.caller("ada"), azure.caller("bob"));
    ada.put(&role_assignment(SUBSCRIPTION, 1), grant(READER, ADA)).await.has_status(201);
    bob.put(&role_assignment(FABRIKAMS, 1), grant(READER, BOB)).await.has_status(201);
    ada.put(&role_definition(SUBSCRIPTION, 2), custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
    bob.put(&role_definition(FABRIKAMS, 2), custom_role("Linker", &[FABRIKAMS])).await.has_status(201);
    let scopes = |answer: Value| answer["properties"]["assignableScopes"].clone();
    assert_eq!(scopes(ada.get(&role_definition(SUBSCRIPTION, 2)).await.has_status(200).json()), json!([SUBSCRIPTION]));
    assert_eq!(scopes(bob.get(&role_definition("", 2)).await.has_status(200).json()), json!([FABRIKAMS]));
    exports_and_comes_back(&azure).await;
    bob.delete(&role_definition(FABRIKAMS, 2)).await.has_status(200);
    ada.get(&role_definition("", 2)).await.has_status(200);
    // The other directory is no place to assign a role either.
    bob.put(&role_definition(FABRIKAMS, 3), custom_role("Elsewhere", &[FABRIKAMS, SUBSCRIPTION]))
        .await
        .is_refused(403, "LinkedAuthorizationFailed")
        .says(&format!(
            "The client has permission to perform action 'Microsoft.Authorization/roleDefinitions/write' on scope '{FABRIKAMS}', however the \
             current tenant '{FABRIKAM}' is not authorized to access linked subscription '{}'.",
            SUBSCRIPTION.trim_start_matches("/subscriptions/")
        ));
}

#[tokio::test]
async fn a_role_stays_in_its_directory_whatever_becomes_of_its_scopes() {
    let azure = two_roots().await;
    let (ada, never) = (azure.caller("ada"), "/providers/Microsoft.Management/managementGroups/never");
    ada.put(&role_definition(never, 1), custom_role("Lost", &[never])).await.has_status(201);
    ada.put(&role_definition(SUBSCRIPTION, 2), custom_role("Lost", &[SUBSCRIPTION]))
        .await
        .is_refused(409, "RoleDefinitionWithSameNameExists");
    ada.get(&role_definition("", 1)).await.has_status(200);
    ada.get(&role_definition(never, 1)).await.has_status(200);
    azure.caller("bob").get(&role_definition("", 1)).await.is_refused(404, "RoleDefinitionDoesNotExist");
    ada.put(&role_definition(SUBSCRIPTION, 3), custom_role("Half lost", &[never, SUBSCRIPTION])).await.has_status(201);
    ada.get(&role_definition(SUBSCRIPTION, 3)).await.has_status(200);
    exports_and_comes_back(&azure).await;
    ada.delete(&role_definition("", 1)).await.has_status(200);
    let missing = "/subscriptions/00000000-0000-4000-8000-000000000001";
    ada.put(&role_definition(SUBSCRIPTION, 4), custom_role("Nowhere", &[missing])).await.is_refused(403, "LinkedAuthorizationFailed");
}

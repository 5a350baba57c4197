//! Each tenant has a directory of its own: what is made in one, also at the root, is neither seen nor touched from
//! another, and its names are free there.
//!
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin>.

use adf_emulator_tests::{ADA, Azure, CONTRIBUTOR, READER, SUBSCRIPTION, TENANT, custom_role, deny, deny_assignment, grant};
use adf_emulator_tests::{asks, assignment_request, eligibility_request, management_group, role_assignment, role_definition};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const FABRIKAMS: &str = "/subscriptions/88888888-8888-8888-8888-888888888888";
const BOB: &str = "55555555-5555-5555-5555-000000000002";

/// Ada owns the root of contoso, Bob that of fabrikam. Both directories have a management group `mga` with their
/// subscription; contoso's reader may read what is below hers.
async fn two_roots() -> Azure {
    let tenant = |id: &str, subscription: &str, name: &str, object_id: &str| {
        let subscription = subscription.rsplit('/').next();
        json!({ "id": id, "subscriptions": [{ "id": subscription }],
            "managementGroups": [{ "name": "mga", "displayName": format!("{name}'s"), "subscriptions": [subscription] }],
            "principals": [{ "name": name, "type": "User", "objectId": object_id },
                { "name": format!("{name}'s reader"), "type": "ServicePrincipal" }] })
    };
    let owns = |name: &str| json!({ "principal": name, "role": "Owner", "scope": "/" });
    Azure::with_world(&json!({
        "tenants": [tenant(TENANT, SUBSCRIPTION, "ada", ADA), tenant(FABRIKAM, FABRIKAMS, "bob", BOB)],
        "roleAssignments": [owns("ada"), owns("bob"),
            { "principal": "ada's reader", "role": "Reader", "scope": management_group("mga") }],
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
    let both = |scope: &str| {
        [(role_assignment(scope, 1), grant(READER, ADA), grant(CONTRIBUTOR, BOB)), (deny_assignment(scope, 1), denied(ADA), denied(BOB))]
    };
    for (id, of_ada, of_bob) in both("").into_iter().chain(both(&management_group("mga"))) {
        ada.put(&id, of_ada).await.has_status(201);
        assert_eq!(bob.get(&id).await.status(), 404, "{id}");
        assert_eq!(bob.delete(&id).await.status(), 204, "{id}");
        let stored = ada.get(&id).await.has_status(200).json();
        bob.put(&id, of_bob).await.has_status(201);
        assert_eq!(ada.get(&id).await.json(), stored, "{id}");
        exports_and_comes_back(&azure).await;
        bob.delete(&id).await.has_status(200);
        assert_eq!(ada.get(&id).await.json(), stored, "{id}");
        ada.delete(&id).await.has_status(200);
    }
}

#[tokio::test]
async fn a_management_group_is_of_one_directory() {
    let azure = two_roots().await;
    let (ada, bob, mga) = (azure.caller("ada"), azure.caller("bob"), management_group("mga"));
    let shown = async |caller: &str| azure.caller(caller).get(&mga).await.has_status(200).json()["properties"].clone();
    let who = |properties: &Value| (properties["tenantId"].clone(), properties["displayName"].clone());
    assert_eq!(who(&shown("ada").await), (json!(TENANT), json!("ada's")));
    assert_eq!(who(&shown("bob").await), (json!(FABRIKAM), json!("bob's")));
    // What one has and the other has not.
    let only_bobs = management_group("only-bobs");
    bob.put(&only_bobs, json!({})).await.has_status(202);
    let created = "/providers/Microsoft.Management/operationResults/create/managementGroups/only-bobs";
    bob.get(created).await.has_status(200);
    ada.get(created).await.has_status(404);
    ada.get(&only_bobs).await.is_refused(404, "ManagementGroupNotFound");
    ada.get(&management_group(FABRIKAM)).await.is_refused(404, "ManagementGroupNotFound");
    ada.is_refused(Method::PUT, &role_assignment(&only_bobs, 1), grant(READER, ADA), 404, "ManagementGroupNotFound").await;
    let names = async |caller: &str| {
        let list = azure.caller(caller).get("/providers/Microsoft.Management/managementGroups").await.has_status(200).json();
        list["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names("ada").await, names("bob").await),
        (vec![TENANT.to_owned(), "mga".to_owned()], vec![FABRIKAM.to_owned(), "mga".to_owned(), "only-bobs".to_owned()])
    );
    let free = async |caller: &str| {
        let body = json!({ "name": "only-bobs", "type": "Microsoft.Management/managementGroups" });
        let answer = azure.caller(caller).post("/providers/Microsoft.Management/checkNameAvailability", body).await;
        answer.json()["nameAvailable"].clone()
    };
    assert_eq!((free("ada").await, free("bob").await), (json!(true), json!(false)));
    // A change and a move stay in the directory of who asks.
    ada.patch(&mga, json!({ "displayName": "changed" })).await.has_status(200);
    assert_eq!(shown("bob").await["displayName"], "bob's");
    let placed = |group: &str, subscription: &str| format!("{}{subscription}", management_group(group));
    ada.is_refused(Method::PUT, &placed("mga", FABRIKAMS), json!({}), 404, "SubscriptionNotFound").await;
    bob.put(&placed("only-bobs", FABRIKAMS), json!({})).await.has_status(200);
    ada.get(&placed("mga", SUBSCRIPTION)).await.has_status(200);
    let settings = |tenant: &str| format!("{}/settings/default", management_group(tenant));
    let body = json!({ "properties": { "defaultManagementGroup": mga } });
    bob.put(&settings(FABRIKAM), body.clone()).await.has_status(200);
    ada.is_refused(Method::PUT, &settings(FABRIKAM), body, 404, "ManagementGroupNotFound").await;
    exports_and_comes_back(&azure).await;
}

#[tokio::test]
async fn what_is_held_at_a_management_group_counts_in_its_directory() {
    let azure = two_roots().await;
    let (bob, mga) = (azure.caller("bob"), management_group("mga"));
    let reader = azure.caller("ada's reader");
    reader.get(SUBSCRIPTION).await.has_status(200);
    reader.get(&mga).await.has_status(200);
    azure.caller("bob's reader").get(FABRIKAMS).await.is_refused(403, "AuthorizationFailed");
    azure.caller("bob's reader").get(&mga).await.is_refused(403, "AuthorizationFailed");
    let who_can = async |scope: &str| {
        let question = json!({ "action": "Microsoft.DataFactory/factories/read", "scope": scope });
        let found = azure.control(Method::POST, "who-can", &question).await.has_status(200).json();
        found["value"].as_array().unwrap().iter().map(|it| it["principal"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let who_can = async |scope: &str| who_can(scope).await.into_iter().collect::<Vec<_>>();
    assert_eq!(who_can(SUBSCRIPTION).await, ["ada", "ada's reader"]);
    assert_eq!(who_can(FABRIKAMS).await, ["bob"]);
    assert_eq!(who_can(&mga).await, ["ada", "ada's reader", "bob"]);
    bob.put(&management_group("only-bobs"), json!({})).await.has_status(202);
    assert_eq!(who_can(&management_group("only-bobs")).await, ["bob"]);
    // Roles for there: each directory has its own, and neither shows in the other.
    bob.put(&role_definition(&mga, 1), custom_role("Bob's", &[&mga])).await.has_status(201);
    azure.caller("ada").get(&role_definition(&mga, 1)).await.is_refused(404, "RoleDefinitionDoesNotExist");
    let would_allow = async |principal: &str| {
        let question = json!({ "principal": principal, "action": "Microsoft.DataFactory/factories/read", "scope": mga });
        let answer = azure.control(Method::POST, "explain", &question).await.has_status(200).json();
        (answer["allowed"].clone(), answer["wouldAllow"].to_string().contains("Bob's"))
    };
    assert_eq!(would_allow("bob's reader").await, (json!(false), true));
    assert_eq!(would_allow("ada's reader").await, (json!(true), false));
    // A group that is deleted takes with it what its own directory has there.
    let (reads, denies) = (role_assignment(&mga, 2), deny_assignment(&mga, 2));
    let denied = |principal: &str| deny("none", &["Microsoft.DataFactory/factories/delete"], principal);
    for (caller, principal) in [("ada", ADA), ("bob", BOB)] {
        let caller = azure.caller(caller);
        caller.put(&reads, grant(READER, principal)).await.has_status(201);
        caller.put(&denies, denied(principal)).await.has_status(201);
        caller.put(&eligibility_request(&mga, 2), asks("AdminAssign", CONTRIBUTOR, principal, "P30D")).await.has_status(201);
    }
    bob.delete(&format!("{mga}{FABRIKAMS}")).await.has_status(200);
    bob.delete(&mga).await.has_status(202);
    azure.advance("PT10M").await;
    bob.get(&reads).await.has_status(404);
    exports_and_comes_back(&azure).await;
    for id in [&reads, &denies, &eligibility_request(&mga, 2)] {
        azure.caller("ada").get(id).await.has_status(200);
    }
    reader.get(SUBSCRIPTION).await.has_status(200);
    bob.put(&mga, json!({})).await.has_status(202);
    for id in [&reads, &denies, &eligibility_request(&mga, 2)] {
        bob.get(id).await.has_status(404);
    }
}

#[tokio::test]
async fn a_file_may_say_of_which_directory_a_group_is() {
    let mut world: Value = serde_json::from_str(&two_roots().await.export()).unwrap();
    let mga = management_group("mga");
    let scope = |id: String, body: Value, tenant: &str| json!({ "id": id, "body": body, "state": { "tenantId": tenant } });
    let role = |tenant: &str| scope(role_definition(&mga, 1), custom_role("Same", &[&mga]), tenant);
    let everyone = json!({ "properties": { "denyAssignmentName": "d", "permissions": [{ "actions": ["Microsoft.DataFactory/factories/delete"] }],
        "isSystemProtected": true, "principals": [{ "id": "00000000-0000-0000-0000-000000000000" }] } });
    let denial = |tenant: &str| scope(deny_assignment(&mga, 1), everyone.clone(), tenant);
    world["resources"] = json!([role(TENANT), role(FABRIKAM), denial(FABRIKAM)]);
    let assigned = json!({ "principal": "bob's reader", "role": "Same", "scope": mga, "state": { "tenantId": FABRIKAM } });
    world["roleAssignments"].as_array_mut().unwrap().push(assigned);
    let azure = Azure::with_world(&world).await;
    exports_and_comes_back(&azure).await;
    // Without its state the file says so too.
    let azure = Azure::with_world(&azure.fetch("/_emulator/world?state=false").await.has_status(200).json()).await;
    for caller in ["ada", "bob"] {
        azure.caller(caller).get(&role_definition(&mga, 1)).await.has_status(200);
    }
    let denials = async |caller: &str| {
        let list = azure.caller(caller).get(&format!("{mga}/providers/Microsoft.Authorization/denyAssignments")).await;
        list.has_status(200).json()["value"].as_array().unwrap().len()
    };
    assert_eq!((denials("ada").await, denials("bob").await), (0, 1));
    let question =
        |principal: &str| json!({ "principal": principal, "action": "Microsoft.DataFactory/factories/read", "scope": FABRIKAMS });
    let answer = azure.control(Method::POST, "explain", &question("bob's reader")).await.has_status(200).json();
    assert_eq!(answer["allowed"], true, "{answer}");
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
    bob.put(&id, asks("AdminAssign", CONTRIBUTOR, BOB, "P30D")).await.has_status(201);
    let asked_for = |answer: Value| answer["properties"]["principalId"].clone();
    assert_eq!(asked_for(ada.get(&id).await.has_status(200).json()), ADA);
    assert_eq!(asked_for(bob.get(&id).await.has_status(200).json()), BOB);
    exports_and_comes_back(&azure).await;
    // Both activate, and end one by one.
    for (caller, principal, duration) in [(&ada, ADA, "PT1H"), (&bob, BOB, "PT2H")] {
        caller.put(&assignment_request("", 2), asks("SelfActivate", CONTRIBUTOR, principal, duration)).await.has_status(201);
    }
    let active = async |caller: &str| {
        let list = azure.caller(caller).get("/providers/Microsoft.Authorization/roleAssignmentSchedules?$filter=asTarget()").await;
        list.has_status(200).json()["value"].as_array().unwrap().iter().filter(|it| it["properties"]["endDateTime"].is_string()).count()
    };
    assert_eq!((active("ada").await, active("bob").await), (1, 1));
    exports_and_comes_back(&azure).await;
    azure.advance("PT1H").await;
    assert_eq!((active("ada").await, active("bob").await), (0, 1));
    azure.advance("PT1H").await;
    assert_eq!((active("ada").await, active("bob").await), (0, 0));
}

#[tokio::test]
async fn a_policy_at_the_root_is_of_one_directory() {
    let azure = two_roots().await;
    let filter = format!("$filter=roleDefinitionId eq '{READER}'");
    let policy = async |caller: &str| {
        let list = azure.caller(caller).get(&format!("/providers/Microsoft.Authorization/roleManagementPolicies?{filter}")).await;
        list.has_status(200).json()["value"][0].clone()
    };
    let id = policy("ada").await["id"].as_str().unwrap().to_owned();
    let body = json!({ "properties": { "rules": [{ "id": "Expiration_EndUser_Assignment", "ruleType": "RoleManagementPolicyExpirationRule",
        "isExpirationRequired": true, "maximumDuration": "PT2H" }] } });
    azure.caller("ada").patch(&id, body).await.has_status(200);
    let is_changed = |it: Value| it["properties"]["rules"].to_string().contains("PT2H");
    assert_eq!((is_changed(policy("ada").await), is_changed(policy("bob").await)), (true, false));
    exports_and_comes_back(&azure).await;
    azure.caller("bob").delete(&id).await.has_status(204);
    assert!(is_changed(policy("ada").await));
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

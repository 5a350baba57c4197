//! A world that only audits: what access control refuses passes, and is told to have been refusable. What is not about
//! access is refused as ever.

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, OWNER, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, below, custom_role, deny, deny_assignment, factory,
    factory_with_identity, grant, linked_to, lock, management_group, role_assignment, role_definition, runtime,
    world_with_management_groups,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn auditing() -> Azure {
    let azure = Azure::start().await;
    audit(&azure, "audit").await;
    azure
}

async fn audit(azure: &Azure, authorization: &str) {
    let set = azure.control(Method::PATCH, "settings", &json!({ "authorization": authorization })).await;
    assert_eq!(set.has_status(200).json()["authorization"], authorization);
}

/// The journal's newest entry.
async fn last(azure: &Azure) -> Value {
    let entries = azure.control(Method::GET, "requests", &json!({})).await.has_status(200).json();
    entries["value"].as_array().unwrap().last().unwrap().clone()
}

#[tokio::test]
async fn a_refused_request_passes_and_says_so() {
    let azure = auditing().await;
    let id = factory(RG_SHARED, "audited");
    let answer = azure.caller("reader").put(&id, factory_with_identity()).await;
    answer.has_status(200);
    let request = answer.header("x-ms-request-id").unwrap();
    assert_eq!(answer.header("x-emulator-would-refuse"), Some(format!("AuthorizationFailed {request}").as_str()));
    assert_eq!((answer.header("x-emulator-rule"), answer.header("x-emulator-decision")), (None, None));
    let entry = last(&azure).await;
    assert_eq!(
        (&entry["id"], &entry["status"], &entry["code"], &entry["rule"]),
        (&json!(request), &json!(200), &Value::Null, &Value::Null)
    );
    assert_eq!((&entry["decision"]["allowed"], &entry["decision"]["because"]), (&json!(false), &json!("Reader does not name the action")));
    assert_eq!(entry["wouldRefuse"], json!({ "status": 403, "code": "AuthorizationFailed", "rule": "action-needs-a-role" }));
    assert_eq!(entry["reason"], "Reader does not name the action");
    assert!(entry["see"].as_str().unwrap().contains(" --principal 44444444-"), "{entry}");
    // What is allowed anyway is not marked, nor is a list that leaves things out.
    for (caller, path) in [("owner", id.as_str()), ("stranger", "/subscriptions")] {
        assert_eq!(azure.caller(caller).get(path).await.has_status(200).header("x-emulator-would-refuse"), None);
        assert_eq!(last(&azure).await.get("wouldRefuse"), None);
    }
    let missing = azure.caller("stranger").get(&factory(RG_SHARED, "missing")).await;
    missing.is_refused(404, "ResourceNotFound");
    assert!(missing.header("x-emulator-would-refuse").is_some());
    audit(&azure, "enforce").await;
    azure.caller("reader").put(&id, factory_with_identity()).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn a_link_without_a_grant_works_and_is_marked() {
    let azure = auditing().await;
    let (shared, linking, identity) = azure.two_factories().await;
    let linked = runtime(&linking, "linked");
    let answer = azure.owner().put(&linked, linked_to(&shared)).await;
    let marked = answer.has_status(200).header("x-emulator-would-refuse").unwrap();
    assert!(marked.starts_with("UnauthorizedIntegrationRuntimeAccess "), "{marked}");
    let entry = last(&azure).await;
    assert_eq!(entry["wouldRefuse"]["rule"], "link-needs-grant");
    assert_eq!(entry["decision"]["allowed"], true);
    let of_identity = &entry["linkedDecisions"][0];
    assert_eq!((&of_identity["allowed"], &of_identity["principal"]["objectId"]), (&json!(false), &json!(identity)));
    assert!(of_identity["scope"].as_str().unwrap().eq_ignore_ascii_case(&shared), "{of_identity}");
    assert!(entry["see"].as_str().unwrap().contains(&identity), "{entry}");
    assert_eq!(azure.state_of(&linked).await.1, "shared");

    let via = json!({ "properties": { "type": "AzureBlobStorage", "typeProperties": { "connectionString": "x" },
        "connectVia": { "type": "IntegrationRuntimeReference", "referenceName": "linked" } } });
    let answer = azure.owner().put(&format!("{linking}/linkedServices/via"), via.clone()).await;
    assert!(answer.has_status(200).header("x-emulator-would-refuse").is_some());
    assert_eq!(last(&azure).await["wouldRefuse"]["rule"], "revoked-link-is-access-denied");

    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &identity)).await.has_status(201);
    let answer = azure.owner().put(&format!("{linking}/linkedServices/via"), via).await;
    assert_eq!(answer.has_status(200).header("x-emulator-would-refuse"), None);
    let entry = last(&azure).await;
    assert!(entry["linkedDecisions"][0]["because"].as_str().unwrap().starts_with("Contributor allows '*', assigned at"), "{entry}");
}

#[tokio::test]
async fn conditions_deny_assignments_and_linked_scopes_pass_too() {
    let azure = auditing().await;
    let owner = azure.owner();
    let mut delegate = grant("f58310d9-a9f6-439a-9e8d-f62e7b41a168", STRANGER);
    let role_id = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]";
    delegate["properties"]["condition"] = format!("{role_id} ForAnyOfAnyValues:GuidEquals {{{READER}}}").into();
    owner.put(&role_assignment(RG_SHARED, 1), delegate).await.has_status(201);
    let stranger = azure.caller("stranger");
    let answer = stranger.put(&role_assignment(RG_SHARED, 2), grant(OWNER, STRANGER)).await;
    assert!(answer.has_status(201).header("x-emulator-would-refuse").unwrap().starts_with("AuthorizationFailed "));
    assert_eq!(last(&azure).await["wouldRefuse"]["rule"], "condition-has-to-hold");
    let answer = stranger.put(&role_assignment(RG_SHARED, 3), grant(READER, STRANGER)).await;
    assert_eq!(answer.has_status(201).header("x-emulator-would-refuse"), None);

    let write = "Microsoft.DataFactory/factories/write";
    owner.put(&deny_assignment(RG_SHARED, 1), deny("no writes", &[write], STRANGER)).await.has_status(201);
    let answer = stranger.put(&factory(RG_SHARED, "denied"), factory_with_identity()).await;
    assert!(answer.has_status(200).header("x-emulator-would-refuse").unwrap().starts_with("DenyAssignmentAuthorizationFailed "));

    let identity = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let body = json!({ "location": "eastus", "identity": { "type": "UserAssigned", "userAssignedIdentities": { identity: {} } } });
    let answer = azure.caller("factory-contributor").put(&factory(RG_SHARED, "borrowing"), body).await;
    assert!(answer.has_status(200).header("x-emulator-would-refuse").unwrap().starts_with("LinkedAuthorizationFailed "));
    assert_eq!(last(&azure).await["wouldRefuse"]["rule"], "assigning-an-identity-needs-permission");
}

#[tokio::test]
async fn management_groups_and_custom_roles_pass_too() {
    let mut world = world_with_management_groups(&json!([{ "name": "mg" }, { "name": "other" }]));
    world["settings"] = json!({ "authorization": "audit" });
    let azure = Azure::with_world(&world).await;
    let ada = azure.caller("ada");
    for answer in [
        ada.put(&management_group("new"), below("mg")).await,
        ada.put(&format!("{}{SUBSCRIPTION}", management_group("other")), Value::Null).await,
        ada.put(&role_definition(SUBSCRIPTION, 1), custom_role("any", &[SUBSCRIPTION])).await,
    ] {
        assert!(answer.status() < 300 && answer.header("x-emulator-would-refuse").is_some(), "{answer:?}");
    }
    let export: Value = serde_json::from_str(&azure.export()).unwrap();
    assert_eq!(export["settings"], world["settings"]);
}

#[tokio::test]
async fn tokens_locks_and_other_rules_stand() {
    let azure = auditing().await;
    let id = factory(RG_SHARED, "audited");
    azure.nobody().get(&id).await.is_refused(401, "AuthenticationFailed");
    azure.caller("nobody").get(&id).await.is_refused(401, "InvalidAuthenticationToken");
    azure.caller("fabrikam-owner").get(&id).await.is_refused(401, "InvalidAuthenticationTokenTenant");
    azure.owner().put(&id, factory_with_identity()).await.has_status(200);
    azure.owner().put(&lock(RG_SHARED, "keep"), json!({ "properties": { "level": "CanNotDelete" } })).await.has_status(201);
    let answer = azure.caller("stranger").delete(&id).await;
    answer.is_refused(409, "ScopeLocked");
    assert!(answer.header("x-emulator-would-refuse").is_some());
    let bad = azure.caller("stranger").put(&factory(RG_SHARED, "a--b"), factory_with_identity()).await;
    bad.by_rule("factory-name-shape");
    let shared = runtime(&id, "missing");
    let (linking, linked) = (factory(RG_LINKED, "linking"), factory(RG_LINKED, "linking") + "/integrationRuntimes/linked");
    azure.owner().put(&linking, factory_with_identity()).await.has_status(200);
    azure.owner().put(&linked, linked_to(&shared)).await.is_refused(401, "UnauthorizedIntegrationRuntimeAccess");
}

#[tokio::test]
async fn a_suite_verifies_that_nothing_would_have_been_refused() {
    let azure = auditing().await;
    let verify = |wanted: Value| json!({ "match": wanted, "never": true });
    let ok = async |wanted: Value| {
        let told = azure.control(Method::POST, "requests/verify", &verify(wanted)).await.has_status(200).json();
        told["ok"].as_bool().unwrap()
    };
    azure.owner().get(RG_SHARED).await.has_status(200);
    assert!(ok(json!({ "wouldRefuse": true })).await);
    azure.caller("stranger").get(RG_SHARED).await.has_status(200);
    assert!(!ok(json!({ "wouldRefuse": true })).await);
    assert!(!ok(json!({ "wouldRefuse": "AuthorizationFailed" })).await);
    assert!(ok(json!({ "wouldRefuse": "DenyAssignmentAuthorizationFailed" })).await);
    for (query, callers) in [("true", vec!["stranger"]), ("authorizationfailed", vec!["stranger"]), ("false", vec!["owner"])] {
        let found = azure.fetch(&format!("/_emulator/requests?wouldRefuse={query}")).await.json();
        let found: Vec<String> =
            found["value"].as_array().unwrap().iter().map(|it| it["caller"]["name"].as_str().unwrap().into()).collect();
        assert_eq!(found, callers, "{query}");
    }
}

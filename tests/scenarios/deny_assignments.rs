//! Deny assignments: they win over every role, spare whom they exclude, and are inherited as roles are.
//!
//! What is refused about them is in `tests/rules/`. Follows
//! <https://learn.microsoft.com/azure/role-based-access-control/deny-assignments>.

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, deny, deny_assignment, factory};
use serde_json::{Value, json};

const ADA: &str = "55555555-5555-5555-5555-000000000001";
const BOB: &str = "55555555-5555-5555-5555-000000000002";
const INNER: &str = "66666666-6666-6666-6666-000000000001";
const OUTER: &str = "66666666-6666-6666-6666-000000000002";
const NAME: &str = "dddddddd-0000-4000-8000-000000000001";

fn list(scope: &str, filter: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/denyAssignments?$filter={filter}&api-version=2022-04-01")
}

#[tokio::test]
async fn a_denied_owner_is_told_so_until_the_deny_assignment_is_gone() {
    let azure = Azure::start().await;
    let (owner, ada, id) = (azure.owner(), azure.caller("ada"), deny_assignment(RG_SHARED, 1));
    let (held, delete) = (factory(RG_SHARED, "held"), "Microsoft.DataFactory/factories/delete");
    owner.put(&held, json!({ "location": "eastus" })).await.has_status(200);
    let mut body = deny("no deletions", &[delete], "00000000-0000-0000-0000-000000000000");
    body["properties"]["principals"][0]["type"] = json!("SystemDefined");
    body["properties"]["excludePrincipals"] = json!([{ "id": "44444444-4444-4444-4444-000000000001", "type": "ServicePrincipal" }]);
    azure.caller("contributor").put(&id, body.clone()).await.is_refused(403, "AuthorizationFailed");
    let made = owner.put(&id, body).await.has_status(201).json();
    assert_eq!(made["properties"]["createdBy"], Value::Null);
    let stored = owner.get(&id).await.has_status(200).json();
    assert_eq!(stored["properties"]["createdBy"], "44444444-4444-4444-4444-000000000001");
    assert_eq!(stored["properties"]["scope"], RG_SHARED);
    let keys: Vec<&str> = stored["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = "denyAssignmentName description permissions scope doNotApplyToChildScopes principals excludePrincipals condition \
                    conditionVersion isSystemProtected createdOn updatedOn createdBy updatedBy";
    assert_eq!(keys.join(" "), expected);
    let refused = ada.delete(&held).await;
    refused.is_refused(403, "DenyAssignmentAuthorizationFailed").says(&format!(
        "The client 'ada@contoso.onmicrosoft.com' with object id '{ADA}' has permission to perform action '{delete}' on scope '{held}'; \
         however, the access is denied because of the deny assignment with name 'no deletions' and Id '{}' at scope '{RG_SHARED}'.",
        NAME.replace('-', "")
    ));
    assert!(refused.header("x-emulator-decision").is_some(), "{refused:?}");
    azure.caller("stranger").delete(&held).await.is_refused(403, "AuthorizationFailed");
    ada.get(&held).await.has_status(200);
    azure.advance("PT1M").await;
    let gone = owner.delete(&id).await.has_status(200).json();
    assert_eq!(gone["properties"]["createdOn"], stored["properties"]["createdOn"]);
    assert_ne!(gone["properties"]["updatedOn"], stored["properties"]["updatedOn"]);
    ada.delete(&held).await.has_status(200);
}

/// Ada and Bob own the subscription; both are in the inner group, which is in the outer one.
fn world(denies: &[Value]) -> Value {
    let user = |name: &str, id: &str| json!({ "name": name, "type": "User", "objectId": id });
    let group = |name: &str, id: &str, members: &[&str]| json!({ "name": name, "type": "Group", "objectId": id, "members": members });
    let entry = |(number, it): (usize, &Value)| {
        let scope = it["at"].as_str().unwrap();
        let mut properties = it.as_object().unwrap().clone();
        properties.remove("at");
        properties.insert("isSystemProtected".to_owned(), json!(true));
        properties.insert("denyAssignmentName".to_owned(), json!(format!("d{number}")));
        json!({ "id": deny_assignment(scope, u32::try_from(number).unwrap() + 1), "body": { "properties": properties } })
    };
    let groups = ["rg-shared", "rg-linked"]
        .map(|name| json!({ "id": format!("{SUBSCRIPTION}/resourceGroups/{name}"), "body": { "location": "eastus" } }));
    json!({
        "tenants": [{ "id": TENANT, "managementGroups": [{ "name": "mg", "subscriptions": [SUBSCRIPTION.rsplit('/').next()] }],
            "principals": [user("ada", ADA), user("bob", BOB), group("inner", INNER, &["ada", "bob"]), group("outer", OUTER, &["inner"])],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "resources": groups.into_iter().chain(denies.iter().enumerate().map(entry)).collect::<Vec<_>>(),
        "roleAssignments": [{ "principal": "outer", "role": "Owner", "scope": SUBSCRIPTION }],
    })
}

#[tokio::test]
async fn groups_exclusions_and_scopes_are_as_for_roles() {
    let named = |id: &str| json!([{ "id": id }]);
    let everything = json!([{ "actions": ["*"], "notActions": ["*/read"] }]);
    let mg = "/providers/Microsoft.Management/managementGroups/mg";
    let held = factory(RG_SHARED, "held");
    let body = || json!({ "location": "eastus" });

    let of_group = json!({ "at": mg, "principals": named(OUTER), "excludePrincipals": named(BOB), "permissions": everything });
    let azure = Azure::with_world(&world(&[of_group])).await;
    azure.caller("ada").put(&held, body()).await.is_refused(403, "DenyAssignmentAuthorizationFailed");
    azure.caller("bob").put(&held, body()).await.has_status(200);
    azure.caller("ada").get(&held).await.has_status(200);

    let of_group_only = json!({ "at": RG_SHARED, "principals": named(ADA), "permissions": everything, "doNotApplyToChildScopes": true });
    let azure = Azure::with_world(&world(&[of_group_only])).await;
    azure.caller("ada").put(RG_SHARED, body()).await.is_refused(403, "DenyAssignmentAuthorizationFailed");
    azure.caller("ada").put(&held, body()).await.has_status(200);

    let audit = json!({ "at": "/", "principals": named(ADA), "permissions": everything, "denyAssignmentEffect": "audit" });
    let azure = Azure::with_world(&world(&[audit])).await;
    azure.caller("ada").put(&held, body()).await.has_status(200);
}

#[tokio::test]
async fn lists_show_what_is_at_above_and_below_and_filter() {
    let permissions = json!([{ "actions": ["Microsoft.DataFactory/factories/delete"] }]);
    let one = |at: &str, id: &str, excluded: &str| {
        json!({ "at": at, "principals": [{ "id": id }], "excludePrincipals": [{ "id": excluded, "type": "User" }],
            "permissions": permissions })
    };
    let everyone = "00000000-0000-0000-0000-000000000000";
    let azure = Azure::with_world(&world(&[
        one("/", ADA, BOB),
        one("/providers/Microsoft.Management/managementGroups/mg", INNER, STRANGER),
        one(SUBSCRIPTION, BOB, STRANGER),
        one(RG_SHARED, everyone, ADA),
    ]))
    .await;
    let names = async |scope: &str, filter: &str| {
        let found = azure.caller("ada").get(&list(scope, filter)).await.has_status(200).json();
        let name = |it: &Value| it["properties"]["denyAssignmentName"].as_str().unwrap().to_owned();
        let mut names: Vec<String> = found["value"].as_array().unwrap().iter().map(name).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(names(SUBSCRIPTION, "").await, "d0 d1 d2 d3");
    assert_eq!(names(SUBSCRIPTION, "atScope()").await, "d0 d1 d2");
    assert_eq!(names(RG_SHARED, "atScope()").await, "d0 d1 d2 d3");
    assert_eq!(names(SUBSCRIPTION, "denyAssignmentName eq 'D2'").await, "d2");
    assert_eq!(names(SUBSCRIPTION, &format!("principalId eq '{ADA}'")).await, "d0");
    assert_eq!(names(SUBSCRIPTION, &format!("assignedTo('{ADA}')")).await, "d0 d1 d3");
    assert_eq!(names(SUBSCRIPTION, &format!("atScope() and assignedTo('{ADA}')")).await, "d0 d1");
    assert_eq!(names(SUBSCRIPTION, &format!("gdprExportPrincipalId eq '{ADA}'")).await, "d0 d3");
}

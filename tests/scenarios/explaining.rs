//! Decisions with their reasons: who may do what where, and what would help.
//!
//! The endpoints say what the requests themselves meet; each test asks both.

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, OWNER, READER, RG_SHARED, SUBSCRIPTION, deny, deny_assignment, factory, factory_with_identity, grant,
    role_assignment,
};
use reqwest::Method;
use serde_json::{Value, json};

const STRANGER: &str = "44444444-4444-4444-4444-000000000006";
const WRITE: &str = "Microsoft.DataFactory/factories/write";
const GRANT: &str = "Microsoft.Authorization/roleAssignments/write";

async fn explain(azure: &Azure, principal: &str, action: &str, scope: &str) -> Value {
    let body = json!({ "principal": principal, "action": action, "scope": scope });
    azure.control(Method::POST, "explain", &body).await.has_status(200).json()
}

fn roles(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["role"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_refusal_names_the_nearest_miss_and_the_narrowest_roles_that_would_do() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "sharing");
    azure.caller("reader").put(&id, factory_with_identity()).await.is_refused(403, "AuthorizationFailed");
    let told = explain(&azure, "reader", WRITE, &id).await;
    let members: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["allowed", "groups", "assignments", "denyAssignments", "decidedBy", "nearestMiss", "wouldAllow", "eligible", "note"]
    );
    assert_eq!((&told["allowed"], &told["decidedBy"], &told["nearestMiss"]["role"]), (&false.into(), &Value::Null, &"Reader".into()));
    let would = roles(&told["wouldAllow"]);
    assert!(would.contains(&"Data Factory Contributor") && would.ends_with(&["Contributor", "Owner"]), "{would:?}");
    assert!(told["wouldAllow"].as_array().unwrap().iter().all(|it| it["scope"] == id.as_str()));
    let reader = &told["assignments"][0];
    assert_eq!((&reader["applies"], &reader["matched"], &reader["scope"]), (&true.into(), &Value::Null, &SUBSCRIPTION.into()));

    let told = explain(&azure, "contributor", GRANT, &id).await;
    assert_eq!(told["nearestMiss"]["role"], "Contributor");
    assert_eq!(told["assignments"][0]["excludedBy"], "Microsoft.Authorization/*/Write");
    let told = explain(&azure, "owner", GRANT, &id).await;
    assert_eq!((&told["allowed"], &told["decidedBy"]["role"], &told["wouldAllow"]), (&true.into(), &"Owner".into(), &json!([])));
}

#[tokio::test]
async fn groups_conditions_and_deny_assignments_have_their_say() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "sharing");
    let told = explain(&azure, "ada@contoso.onmicrosoft.com", WRITE, &id).await;
    assert_eq!(told["groups"], json!([{ "id": "66666666-6666-6666-6666-000000000001", "name": "engineers", "via": null }]));

    let mut held = grant("f58310d9-a9f6-439a-9e8d-f62e7b41a168", STRANGER);
    let role_id = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]";
    let condition = format!("{role_id} ForAnyOfAnyValues:GuidEquals {{{READER}}}");
    held["properties"]["condition"] = condition.as_str().into();
    azure.owner().put(&role_assignment(RG_SHARED, 1), held).await.has_status(201);
    for (role, result) in [(CONTRIBUTOR, false), (READER, true)] {
        let body = json!({ "principal": "stranger", "action": GRANT, "scope": id, "attributes": { role_id: role } });
        let told = azure.control(Method::POST, "explain", &body).await.has_status(200).json();
        assert_eq!(told["allowed"], result);
        assert_eq!(told["assignments"][0]["condition"], json!({ "text": condition, "result": result }));
    }

    azure.owner().put(&role_assignment(RG_SHARED, 2), grant(OWNER, STRANGER)).await.has_status(201);
    azure.owner().put(&deny_assignment(RG_SHARED, 1), deny("no writes", &[WRITE], STRANGER)).await.has_status(201);
    let told = explain(&azure, STRANGER, WRITE, &id).await;
    assert_eq!((&told["allowed"], &told["decidedBy"]["denyAssignment"]), (&false.into(), &"no writes".into()));
    assert_eq!((&told["denyAssignments"][0]["denies"], &told["wouldAllow"]), (&true.into(), &json!([])));
    azure.caller("stranger").put(&id, factory_with_identity()).await.is_refused(403, "DenyAssignmentAuthorizationFailed");
}

/// A text is compared as it is written, also where it looks like a GUID.
#[tokio::test]
async fn an_attribute_keeps_the_letters_that_it_is_given() {
    let azure = Azure::start().await;
    let written = "ABCDEF00-0000-4000-8000-00000000000A";
    let mut held = grant(OWNER, STRANGER);
    held["properties"]["condition"] = format!("@Resource[a:b] StringEquals '{written}' AND @Resource[a:b] GuidEquals {written}").into();
    azure.owner().put(&role_assignment(RG_SHARED, 1), held).await.has_status(201);
    for (value, allowed) in [(written.to_owned(), true), (written.to_lowercase(), false)] {
        let body = json!({ "principal": "stranger", "action": WRITE, "scope": RG_SHARED, "attributes": { "@Resource[a:b]": value } });
        let told = azure.control(Method::POST, "explain", &body).await.has_status(200).json();
        assert_eq!(told["allowed"], allowed, "{value}");
    }
}

#[tokio::test]
async fn data_actions_are_another_plane() {
    let azure = Azure::start().await;
    let read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
    for asked in [json!({ "action": read, "dataAction": true }), json!({ "dataAction": read })] {
        let mut body = json!({ "principal": "owner", "scope": RG_SHARED });
        body.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        let told = azure.control(Method::POST, "explain", &body).await.has_status(200).json();
        assert_eq!(told["allowed"], false);
        let would = roles(&told["wouldAllow"]);
        assert!(would.len() == 5 && !would.contains(&"Owner"), "{would:?}");
    }
    assert_eq!(explain(&azure, "owner", read, RG_SHARED).await["allowed"], true);
}

#[tokio::test]
async fn who_can_and_what_can_list_what_decisions_allow() {
    let azure = Azure::start().await;
    let body = json!({ "action": GRANT, "scope": RG_SHARED });
    let told = azure.control(Method::POST, "who-can", &body).await.has_status(200).json();
    let mut who: Vec<&str> = told["value"].as_array().unwrap().iter().map(|it| it["principal"].as_str().unwrap()).collect();
    who.sort_unstable();
    assert_eq!(who, ["access-admin", "ada", "eve", "owner"]);
    let what = async |principal: &str| {
        let body = json!({ "principal": principal, "scope": RG_SHARED });
        let told = azure.control(Method::POST, "what-can", &body).await.has_status(200).json();
        told["value"].as_array().unwrap().iter().map(|it| it["operation"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(what("stranger").await.is_empty());
    let (reader, owner) = (what("reader").await, what("owner").await);
    assert!(reader.contains(&"Factories_Get".to_owned()) && !reader.contains(&"Factories_CreateOrUpdate".to_owned()));
    assert!(owner.len() > reader.len() && owner.contains(&"Factories_CreateOrUpdate".to_owned()));
}

async fn what_can(azure: &Azure, principal: &str, scope: &str) -> Vec<String> {
    let told = azure.control(Method::POST, "what-can", &json!({ "principal": principal, "scope": scope })).await.has_status(200).json();
    let line = |it: &Value| format!("{} {}", it["operation"].as_str().unwrap(), it["action"].as_str().unwrap());
    told["value"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn what_can_lists_only_what_acts_there() {
    let azure = Azure::start().await;
    let at = |list: &[String], operation: &str| list.iter().any(|it| it.split(' ').next() == Some(operation));
    let at_group = what_can(&azure, "owner", RG_SHARED).await;
    for operation in
        ["ManagementGroups_CreateOrUpdate", "HierarchySettings_Delete", "Factories_List", "Subscriptions_Get", "Providers_Register"]
    {
        assert!(!at(&at_group, operation), "{operation}");
    }
    for operation in ["ResourceGroups_Delete", "Factories_CreateOrUpdate", "IntegrationRuntimes_ListAuthKeys", "RoleAssignments_Create"] {
        assert!(at(&at_group, operation), "{operation}");
    }
    // What is refused there is not listed where it would be asked, either.
    let group = "/providers/Microsoft.Management/managementGroups/mg1";
    azure.owner().put(group, json!({})).await.is_refused(403, "AuthorizationFailed");
    assert!(!at(&what_can(&azure, "owner", group).await, "ManagementGroups_CreateOrUpdate"));
    let at_subscription = what_can(&azure, "contributor", SUBSCRIPTION).await;
    assert!(at_subscription.contains(&"Providers_Register Microsoft.DataFactory/register/action".to_owned()), "{at_subscription:?}");
    let runtime = format!("{}/integrationRuntimes/shared", factory(RG_SHARED, "sharing"));
    let at_runtime = what_can(&azure, "owner", &runtime).await;
    assert!(at(&at_runtime, "IntegrationRuntimes_Get") && !at(&at_runtime, "Factories_Get"), "{at_runtime:?}");
    // A global administrator needs no role for this, and nobody else gets it by one.
    assert!(at(&what_can(&azure, "ada", "/").await, "GlobalAdministrator_ElevateAccess"));
    assert!(!at(&what_can(&azure, "owner", "/").await, "GlobalAdministrator_ElevateAccess"));
}

#[tokio::test]
async fn a_question_that_no_request_asks_is_told() {
    let azure = Azure::start().await;
    let told = explain(&azure, "owner", "Microsoft.Management/managementGroups/write", RG_SHARED).await;
    let note = told["note"].as_str().unwrap();
    assert!(note.starts_with("No request asks for 'Microsoft.Management/managementGroups/write' at '/subscriptions/"), "{note}");
    assert!(note.contains("/providers/Microsoft.Management/managementGroups/{groupId}"), "{note}");
    let who = |action: &str| json!({ "action": action, "scope": RG_SHARED });
    let told = azure.control(Method::POST, "who-can", &who("microsoft.management/managementgroups/write")).await.json();
    assert!(told["note"].is_string(), "{told}");
    for action in [WRITE, GRANT, "Microsoft.Compute/virtualMachines/write"] {
        assert_eq!(explain(&azure, "owner", action, RG_SHARED).await["note"], Value::Null, "{action}");
        assert_eq!(azure.control(Method::POST, "who-can", &who(action)).await.json()["note"], Value::Null, "{action}");
    }
}

#[tokio::test]
async fn a_bad_question_names_its_field() {
    let azure = Azure::start().await;
    let good = json!({ "principal": "reader", "action": WRITE, "scope": RG_SHARED });
    for (field, value, code) in [
        ("principal", json!("nobody"), "PrincipalNotFound"),
        ("principal", Value::Null, "InvalidField"),
        ("action", json!(""), "InvalidField"),
        ("scope", json!("rg-shared"), "InvalidField"),
        ("dataAction", json!(5), "InvalidField"),
        ("attributes", json!([]), "InvalidField"),
        ("colour", json!("red"), "UnknownField"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = azure.control(Method::POST, "explain", &body).await;
        answer.is_refused(400, code);
        assert_eq!(answer.json()["error"]["target"], field);
    }
}

#[tokio::test]
async fn what_belongs_to_no_scope_counts_a_role_anywhere() {
    let azure = Azure::start().await;
    let list = "Microsoft.Management/managementGroups/read";
    let told = explain(&azure, "reader", list, "/").await;
    assert_eq!((&told["allowed"], &told["decidedBy"]["role"]), (&true.into(), &"Reader".into()));
    assert!(told["note"].as_str().unwrap().contains("belongs to no scope"), "{told}");
    assert_eq!(explain(&azure, "stranger", list, "/").await["allowed"], false);
    let one = explain(&azure, "reader", list, "/providers/Microsoft.Management/managementGroups/mg").await;
    assert_eq!(one["allowed"], false, "one of them is asked about at its own scope");
    let can = azure.control(Method::POST, "who-can", &json!({ "action": list, "scope": "/" })).await.has_status(200).json();
    assert!(can["value"].as_array().unwrap().iter().any(|it| it["principal"] == "reader"), "{can}");
    let elevate = explain(&azure, "ada", "microsoft.authorization/ELEVATEACCESS/action", "/").await;
    assert_eq!((&elevate["allowed"], &elevate["decidedBy"]), (&true.into(), &Value::Null));
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused_by_its_field() {
    let azure = Azure::start().await;
    let good = json!({ "principal": "reader", "action": WRITE, "scope": SUBSCRIPTION });
    for (field, value) in [
        ("action", json!("x")),
        ("action", json!("*")),
        ("action", json!("Microsoft.DataFactory/*/read")),
        ("action", json!("Microsoft.DataFactory//read")),
        ("scope", json!("/subscriptions/22222222-2222-2222-2222-222222222222?api-version=1")),
        ("scope", json!("subscriptions/x")),
        ("scope", json!("/subscriptions/x")),
        ("dataAction", json!(WRITE)),
    ] {
        for path in ["explain", "who-can"] {
            let mut asked = good.clone();
            asked[field] = value.clone();
            if path == "who-can" {
                asked.as_object_mut().unwrap().remove("principal");
            }
            let refused = azure.control(Method::POST, path, &asked).await.has_status(400).json();
            assert_eq!((&refused["error"]["code"], &refused["error"]["target"]), (&"InvalidField".into(), &field.into()), "{asked}");
        }
    }
}

#[tokio::test]
async fn who_holds_a_role_at_a_group_alone_may_do_nothing_above_it() {
    let azure = Azure::start().await;
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, STRANGER)).await.has_status(201);
    for (scope, expected) in [(RG_SHARED.to_owned(), true), (format!("{SUBSCRIPTION}/resourceGroups/missing"), false)] {
        let body = json!({ "principal": "stranger", "scope": scope });
        let told = azure.control(Method::POST, "what-can", &body).await.has_status(200).json();
        let paths: Vec<&str> = told["value"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
        assert_eq!(paths.contains(&"/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}"), expected, "{scope}: {paths:?}");
        let above = |path: &&str| path.starts_with("/subscriptions/") && !path.to_lowercase().contains("/resourcegroups/");
        assert!(!paths.iter().any(above), "{scope}: {paths:?}");
    }
}

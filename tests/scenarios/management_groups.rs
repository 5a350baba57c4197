//! Management groups: made, moved, listed, expanded, inherited from, and gone again.
//!
//! What is refused about them is in `tests/rules/`. Follows
//! <https://learn.microsoft.com/azure/governance/management-groups/manage>.

use adf_emulator_tests::{
    ADA, Azure, Caller, OWNER, READER, SUBSCRIPTION, TENANT, below, grant, management_group, role_assignment, world_with_management_groups,
};
use reqwest::Method;
use serde_json::{Value, json};

fn subscription() -> &'static str {
    SUBSCRIPTION.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn a_group_is_made_and_deleted_as_long_running_operations() {
    let mut world = world_with_management_groups(&json!([]));
    world["settings"] = json!({ "operationDuration": "PT10M" });
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let root = azure.caller("root");
    let made = root.put(&management_group("Sales"), json!({ "properties": { "displayName": "All sales" } })).await;
    assert_eq!(made.has_status(202).json()["status"], "NotStarted");
    let poll = made.header("location").unwrap().to_owned();
    assert!(poll.ends_with("/operationResults/create/managementGroups/Sales?api-version=2023-04-01"), "{poll}");
    assert_eq!(root.get(&poll).await.has_status(202).json()["status"], "Running");
    azure.caller("ada").get(&poll).await.is_refused(403, "AuthorizationFailed");
    azure.advance("PT10M").await;
    let over = root.get(&poll).await.has_status(200).json();
    let root_group = json!({ "id": management_group(TENANT), "name": TENANT, "displayName": "Tenant Root Group" });
    assert_eq!(over["status"], "Succeeded");
    assert_eq!(over["properties"]["displayName"], "All sales");
    assert_eq!(over["properties"]["details"]["version"], 1);
    assert_eq!(over["properties"]["details"]["parent"], root_group);
    for _ in 0..2 {
        // What changes nothing leaves the version as it is.
        let again = root.put(&management_group("sales"), json!({ "properties": { "displayName": "Sales" } })).await.has_status(200).json();
        assert_eq!((&again["name"], &again["properties"]["details"]["version"]), (&json!("Sales"), &json!(2)));
    }
    let gone = root.delete(&management_group("sales")).await;
    let poll = gone.has_status(202).header("location").unwrap().to_owned();
    root.get(&management_group("sales")).await.has_status(200);
    azure.advance("PT10M").await;
    assert_eq!(root.get(&poll).await.has_status(200).json()["status"], "Succeeded");
    root.get(&management_group("sales")).await.is_refused(404, "ManagementGroupNotFound");
    root.get("/providers/Microsoft.Management/operationResults/create/managementGroups/never").await.has_status(404);
}

/// A group that gets a child while it is deleted stays, and its operation says so.
#[tokio::test]
async fn a_deletion_that_a_child_stops_fails() {
    let mut world = world_with_management_groups(&json!([{ "name": "Sales" }]));
    world["settings"] = json!({ "operationDuration": "PT10M" });
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let root = azure.caller("root");
    let poll = root.delete(&management_group("Sales")).await.has_status(202).header("location").unwrap().to_owned();
    root.put(&format!("{}{SUBSCRIPTION}", management_group("Sales")), json!({})).await.has_status(200);
    root.get(&poll).await.has_status(202);
    azure.advance("PT10M").await;
    let copy = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(copy.export(), azure.export());
    for azure in [&azure, &copy] {
        let root = azure.caller("root");
        let refused = root.get(poll.split_once("/providers").map(|(_, path)| format!("/providers{path}")).as_deref().unwrap()).await;
        refused.is_refused(400, "BadRequest").by_rule("management-group-is-empty");
        root.get(&management_group("Sales")).await.has_status(200);
    }
    // Deleted again, and made again, it says of the newer deletion.
    root.delete(&format!("{}{SUBSCRIPTION}", management_group("Sales"))).await.has_status(200);
    root.delete(&management_group("Sales")).await.has_status(202);
    azure.advance("PT10M").await;
    root.put(&management_group("Sales"), json!({})).await.has_status(202);
    assert_eq!(root.get(&poll).await.has_status(200).json()["status"], "Succeeded");
}

/// Who asks twice is told of the same deletion, and a group that is made anew after it stays.
#[tokio::test]
async fn a_second_deletion_is_the_first() {
    let mut world = world_with_management_groups(&json!([{ "name": "Sales" }]));
    world["settings"] = json!({ "operationDuration": "PT10M" });
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let (root, sales) = (azure.caller("root"), management_group("Sales"));
    root.delete(&sales).await.has_status(202);
    azure.advance("PT5M").await;
    let poll = root.delete(&sales).await.has_status(202).header("location").unwrap().to_owned();
    azure.advance("PT5M").await;
    root.get(&sales).await.is_refused(404, "ManagementGroupNotFound");
    assert_eq!(root.get(&poll).await.has_status(200).json()["status"], "Succeeded");
    root.put(&sales, json!({})).await.has_status(202);
    for _ in 0..3 {
        azure.advance("PT5M").await;
        root.get(&sales).await.has_status(200);
    }
}

#[tokio::test]
async fn what_is_held_at_a_group_follows_the_subscription() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "one" }, { "name": "other" }]))).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    root.put(&role_assignment(&management_group("one"), 1), grant(READER, ADA)).await.has_status(201);
    ada.get(SUBSCRIPTION).await.is_refused(403, "AuthorizationFailed");
    let link = |group: &str| format!("{}{SUBSCRIPTION}", management_group(group));
    let linked = root.put(&link("one"), json!({})).await.has_status(200).json();
    let expected = json!({ "name": subscription(), "id": link("one"), "type": "Microsoft.Management/managementGroups/subscriptions",
        "properties": { "displayName": "main", "parent": { "id": management_group("one") }, "state": "Active", "tenant": TENANT } });
    assert_eq!(linked, expected);
    ada.get(SUBSCRIPTION).await.has_status(200);
    assert_eq!(root.get(&link("one")).await.has_status(200).json(), expected);
    assert_eq!(root.get(&format!("{}/subscriptions", management_group("one"))).await.json()["value"], json!([expected]));
    root.get(&link("other")).await.has_status(404);
    root.put(&link("other"), json!({})).await.has_status(200);
    ada.get(SUBSCRIPTION).await.is_refused(403, "AuthorizationFailed");
    root.patch(&management_group("other"), json!({ "parentGroupId": management_group("one") })).await.has_status(200);
    ada.get(SUBSCRIPTION).await.has_status(200);
    root.delete(&link("one")).await.has_status(204);
    root.delete(&link("other")).await.has_status(200);
    ada.get(SUBSCRIPTION).await.is_refused(403, "AuthorizationFailed");
    root.put(
        &format!("{}/settings/default", management_group(TENANT)),
        json!({ "properties": { "defaultManagementGroup": management_group("one") } }),
    )
    .await
    .has_status(200);
    root.put(&link("other"), json!({})).await.has_status(200);
    root.delete(&link("other")).await.has_status(200);
    root.get(&link("one")).await.has_status(200);
}

#[tokio::test]
async fn moving_needs_the_right_at_both_ends_but_for_the_root_group() {
    let groups = json!([{ "name": "one", "subscriptions": [subscription()] }, { "name": "other" }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    root.put(&role_assignment(SUBSCRIPTION, 1), grant(OWNER, ADA)).await.has_status(201);
    root.put(&role_assignment(&management_group("other"), 2), grant(OWNER, ADA)).await.has_status(201);
    let link = format!("{}{SUBSCRIPTION}", management_group("other"));
    let refused = ada.put(&link, json!({})).await;
    assert!(refused.is_refused(403, "AuthorizationFailed").text().contains("managementGroups/one"), "{refused:?}");
    root.delete(&format!("{}{SUBSCRIPTION}", management_group("one"))).await.has_status(200);
    ada.put(&link, json!({})).await.has_status(200);
    ada.patch(&management_group("other"), json!({ "parentGroupId": management_group("one") })).await.is_refused(403, "AuthorizationFailed");
    ada.get(&management_group("one")).await.is_refused(403, "AuthorizationFailed");
    ada.get(&management_group("missing")).await.is_refused(403, "AuthorizationFailed");
    root.get(&management_group("missing")).await.is_refused(404, "ManagementGroupNotFound");
    ada.put(&management_group("mine"), json!({})).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn the_tree_is_shown_from_above_and_from_below() {
    let groups = json!([{ "name": "Top" }, { "name": "mid", "displayName": "Middle", "parent": "top" },
        { "name": "leaf", "parent": "mid", "subscriptions": [subscription()] }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let root = azure.caller("root");
    let shown = async |name: &str, query: &str| {
        let answer = root.get(&format!("{}?{query}&api-version=2021-04-01", management_group(name))).await;
        answer.has_status(200).json()["properties"].clone()
    };
    let child = |id: &str, of: &str, name: &str, shown: &str| json!({ "id": id, "type": of, "name": name, "displayName": shown });
    let group = "Microsoft.Management/managementGroups";
    let leaf_only = child(&management_group("leaf"), group, "leaf", "leaf");
    assert_eq!(shown("mid", "$expand=children").await["children"], json!([leaf_only]));
    let mut leaf = leaf_only.clone();
    leaf["children"] = json!([child(SUBSCRIPTION, "/subscriptions", subscription(), "main")]);
    let mut mid = child(&management_group("mid"), group, "mid", "Middle");
    mid["children"] = json!([leaf]);
    assert_eq!(shown("Top", "$expand=children&$recurse=true").await["children"], json!([mid]));
    mid["children"] = json!([leaf_only]);
    let filter = "$expand=children&$recurse=true&$filter=children.childType%20ne%20Subscription";
    assert_eq!(shown("Top", filter).await["children"], json!([mid]));
    assert_eq!(shown("mid", "").await.get("children"), None);
    let chain = shown("leaf", "$expand=ancestors").await["details"]["managementGroupAncestorsChain"].clone();
    let above = json!([{ "name": "mid", "displayName": "Middle" }, { "name": "Top", "displayName": "Top" },
        { "name": TENANT, "displayName": "Tenant Root Group" }]);
    assert_eq!(chain, above);
    assert_eq!(shown("leaf", "$expand=path").await["details"]["path"][0]["name"], TENANT);
    let old = root.get(&format!("{}?$expand=children&api-version=2018-03-01-preview", management_group("mid"))).await.json();
    assert_eq!(old["type"], "/providers/Microsoft.Management/managementGroups");
    assert_eq!(old["properties"]["details"]["updatedTime"], "0001-01-01T00:00:00");

    let names =
        |list: &Value| list["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let found = root.get(&format!("{}/descendants", management_group("top"))).await.has_status(200).json();
    assert_eq!(names(&found), ["mid", "leaf", subscription()]);
    let list = root.get("/providers/Microsoft.Management/managementGroups").await.has_status(200).json();
    assert_eq!(names(&list), [TENANT, "leaf", "mid", "Top"]);
}

#[tokio::test]
async fn entities_are_those_that_the_caller_may_read() {
    let groups = json!([{ "name": "top" }, { "name": "mid", "parent": "top", "subscriptions": [subscription()] }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    let entities = "/providers/Microsoft.Management/getEntities";
    ada.post(entities, Value::Null).await.is_refused(403, "AuthorizationFailed");
    root.put(&role_assignment(&management_group("mid"), 1), grant(READER, ADA)).await.has_status(201);
    let found = ada.post(entities, Value::Null).await.has_status(200).json();
    let mid = &found["value"][0];
    assert_eq!(found["value"].as_array().unwrap().len(), 2);
    assert_eq!((&mid["name"], &mid["properties"]["permissions"]), (&json!("mid"), &json!("view")));
    assert_eq!(mid["properties"]["inheritedPermissions"], "noaccess");
    assert_eq!(mid["properties"]["parentNameChain"], json!([TENANT, "top"]));
    assert_eq!(mid["properties"]["numberOfDescendants"], 1);
    assert_eq!(found["value"][1]["type"], "/subscriptions");
    let all = root.post(entities, Value::Null).await.has_status(200).json();
    assert_eq!(all["value"].as_array().unwrap().len(), 4);
    let check = "/providers/Microsoft.Management/checkNameAvailability";
    let ask = async |name: &str| root.post(check, json!({ "name": name, "type": "Microsoft.Management/managementGroups" })).await.json();
    assert_eq!(ask("new").await, json!({ "nameAvailable": true }));
    assert_eq!(ask("TOP").await["reason"], "AlreadyExists");
    assert_eq!(ask("a b").await["reason"], "Invalid");
    for backfill in ["startTenantBackfill", "tenantBackfillStatus"] {
        let answer = root.post(&format!("/providers/Microsoft.Management/{backfill}"), json!({})).await.has_status(200).json();
        assert_eq!(answer, json!({ "tenantId": TENANT, "status": "Completed" }));
    }
}

#[tokio::test]
async fn entities_are_searched_filtered_and_selected() {
    let groups = json!([{ "name": "top" }, { "name": "mid", "displayName": "Middle", "parent": "top", "subscriptions": [subscription()] },
        { "name": "other" }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let (root, ada) = (azure.caller("root"), azure.caller("ada"));
    root.put(&role_assignment(&management_group("mid"), 1), grant(READER, ADA)).await.has_status(201);
    let found = async |caller: &Caller<'_>, query: &str| {
        let list = caller.post(&format!("/providers/Microsoft.Management/getEntities?{query}"), Value::Null).await.has_status(200).json();
        list["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let id = subscription();
    for (query, names) in [
        ("$view=GroupsOnly", format!("{TENANT} mid other top")),
        ("$view=SubscriptionsOnly", id.to_owned()),
        ("$view=Audit&$skip=3", format!("top {id}")),
        ("$filter=name%20eq%20'MID'", "mid".to_owned()),
        ("groupName=mid", "mid".to_owned()),
        ("$filter=contains(displayName,'ddl')%20or%20contains(name,'the')", "mid other".to_owned()),
        ("$search=AllowedParents&$filter=name%20eq%20'mid'", format!("{TENANT} other")),
        ("$search=AllowedParents&$filter=name%20eq%20'top'", "other".to_owned()),
        ("$search=AllowedChildren&$filter=name%20eq%20'mid'", "other".to_owned()),
        ("$search=AllowedChildren&$filter=name%20eq%20'other'", format!("mid top {id}")),
        ("$search=ChildrenOnly&groupName=top", "mid".to_owned()),
        ("$search=ParentAndFirstLevelChildren&groupName=mid", format!("mid {id}")),
        ("$search=ParentOnly&groupName=missing", String::new()),
    ] {
        assert_eq!(found(&root, query).await, names, "{query}");
    }
    assert_eq!(found(&ada, "$search=ParentOnly&groupName=top").await, "top", "something below it may be read");
    assert_eq!(found(&ada, "$search=AllowedParents&groupName=mid").await, "", "nothing may be changed");
    assert_eq!(found(&ada, "groupName=top").await, "");
    let selected = "/providers/Microsoft.Management/getEntities?groupName=mid&$select=Name,DisplayName,ParentNameChain";
    let entity = root.post(selected, Value::Null).await.json()["value"][0].clone();
    let chain = json!({ "displayName": "Middle", "parentNameChain": [TENANT, "top"] });
    assert_eq!(entity, json!({ "id": management_group("mid"), "name": "mid", "properties": chain }));
    for wrong in ["$search=ChildrenOnly", "$search=Cousins&groupName=mid", "$view=Nobody", "$filter=type%20eq%20'x'"] {
        let path = format!("/providers/Microsoft.Management/getEntities?{wrong}");
        root.is_refused(Method::POST, &path, Value::Null, 400, "InvalidFilterInQueryString").await;
    }
}

#[tokio::test]
async fn a_provider_lists_its_operations() {
    let azure = Azure::start().await;
    for (namespace, action) in [
        ("Microsoft.Management", "Microsoft.Management/managementGroups/read"),
        ("Microsoft.Authorization", "Microsoft.Authorization/roleAssignments/write"),
        ("Microsoft.Resources", "Microsoft.Resources/tags/write"),
    ] {
        let list = azure.owner().get(&format!("/providers/{namespace}/operations?api-version=2020-05-01")).await.has_status(200).json();
        let found = list["value"].as_array().unwrap().iter().find(|it| it["name"] == action).unwrap_or_else(|| panic!("no {action}"));
        assert_eq!(found["display"]["provider"], namespace);
        assert!(found["display"]["operation"].is_string() && found["display"]["resource"].is_string());
    }
}

#[tokio::test]
async fn a_world_file_holds_the_tree_and_names_its_mistakes() {
    let groups = json!([{ "name": "Top" }, { "name": "mid", "parent": "top", "subscriptions": [subscription()] }]);
    let azure = Azure::with_world(&world_with_management_groups(&groups)).await;
    let root = azure.caller("root");
    root.put(&management_group("new"), below("mid")).await.has_status(202);
    root.patch(&management_group(TENANT), json!({ "displayName": "Contoso" })).await.has_status(200);
    let settings =
        json!({ "properties": { "defaultManagementGroup": management_group("new"), "requireAuthorizationForGroupCreation": true } });
    root.put(&format!("{}/settings/default", management_group(TENANT)), settings).await.has_status(200);
    let written = azure.export();
    let again = Azure::with_world(&serde_json::from_str(&written).unwrap()).await;
    assert_eq!(again.export(), written);
    for (groups, says) in [
        (json!([{ "name": "a", "parent": "b" }]), "there is no management group 'b'"),
        (json!([{ "name": "a" }, { "name": "A" }]), "the management group 'A' is there twice"),
        (json!([{ "name": "a", "parent": "b" }, { "name": "b", "parent": "a" }]), "or below itself"),
        (json!([{ "name": "a", "subscriptions": ["x"] }]), "there is no subscription 'x'"),
        (json!([{ "name": "a b" }]), "'a b' is no name"),
        (json!([{ "name": "a", "colour": "red" }]), "unknown field `colour`"),
        (json!([{ "parent": "a" }]), "needs a name"),
    ] {
        let problem = adf_emulator::embed::Emulator::with_world(&world_with_management_groups(&groups).to_string()).await.unwrap_err();
        assert!(problem.to_string().contains(says), "{problem}");
    }
}

#[tokio::test]
async fn a_group_made_anew_under_a_name_counts_its_versions_on() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([]))).await;
    let (root, group) = (azure.caller("root"), management_group("sales"));
    let version = async |root: &Caller<'_>| root.get(&group).await.has_status(200).json()["properties"]["details"]["version"].clone();
    root.put(&group, json!({})).await.has_status(202);
    root.patch(&group, json!({ "displayName": "Sales" })).await.has_status(200);
    root.delete(&group).await.has_status(202);
    let exported = azure.export();
    root.put(&management_group("SALES"), json!({})).await.has_status(202);
    assert_eq!(version(&root).await, 3);
    // A world file knows it too.
    let azure = Azure::with_world(&serde_json::from_str(&exported).unwrap()).await;
    azure.caller("root").put(&group, json!({})).await.has_status(202);
    assert_eq!(version(&azure.caller("root")).await, 3);
}

#[tokio::test]
async fn answers_have_the_headers_of_their_service() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([]))).await;
    let (root, group) = (azure.caller("root"), management_group("sales"));
    for answer in [root.put(&group, json!({})).await, root.get(&group).await, root.get(&management_group("none")).await] {
        let id = answer.header("request-id").unwrap();
        assert!(id.len() == 36 && Some(id) != answer.header("x-ms-request-id"), "{answer:?}");
        assert_eq!(answer.header("x-ba-restapi"), Some("1.0.3.2454"));
    }
    // Not what Resource Manager says before the service is asked.
    let refused = azure.caller("ada").get(&group).await;
    assert_eq!((refused.status(), refused.header("request-id"), refused.header("x-ba-restapi")), (403, None, None));
    assert_eq!(root.get(SUBSCRIPTION).await.header("request-id"), None);
}

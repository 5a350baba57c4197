//! What Terraform sends for access and its scopes, resource by resource: created, read, changed, imported, destroyed.
//!
//! Methods, versions, bodies and waits are those of azurerm's open source for `azurerm_role_definition`,
//! `azurerm_role_assignment`, `azurerm_management_group` and `azurerm_management_lock`. A resource is created when reading it
//! is 404; a second plan must find what was written; it is gone when reading is 404 again.

use adf_emulator_tests::{ADA, Azure, SUBSCRIPTION, TENANT, management_group, world_with_management_groups};
use serde_json::{Value, json};

const GROUP: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-terraform";
const NAME: &str = "aaaaaaaa-0000-4000-8000-000000000001";

/// A world with a root caller, a management group `parent` and a resource group.
async fn azure() -> Azure {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "parent" }]))).await;
    azure.caller("root").put(GROUP, json!({ "location": "eastus" })).await.has_status(201);
    azure
}

#[tokio::test]
async fn a_role_definition_is_there_as_it_was_written_and_settles_after_a_change() {
    let azure = azure().await;
    let root = azure.caller("root");
    for scope in [SUBSCRIPTION, GROUP, &management_group("parent")] {
        let id = format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{NAME}?api-version=2022-05-01-preview");
        root.get(&id).await.has_status(404);
        let permissions =
            json!([{ "actions": ["Microsoft.DataFactory/factories/read"], "dataActions": [], "notActions": [], "notDataActions": [] }]);
        let mut properties = json!({ "roleName": "terraform", "description": "", "type": "CustomRole", "permissions": permissions,
            "assignableScopes": [scope] });
        root.put(&id, json!({ "properties": properties })).await.has_status(201);
        let read = root.get(&id).await.has_status(200).json();
        for member in ["roleName", "description", "type", "permissions", "assignableScopes"] {
            assert_eq!(read["properties"][member], properties[member], "{scope}: {member}");
        }
        // The id of a role at a management group or a resource is not the one that it was put at.
        let resource_id = read["id"].as_str().unwrap();
        assert!(resource_id.ends_with(&format!("/roleDefinitions/{NAME}")), "{resource_id}");
        root.get(&format!("{resource_id}?api-version=2022-05-01-preview")).await.has_status(200);

        properties["description"] = json!("changed");
        let changed = root.put(&id, json!({ "properties": properties })).await.has_status(201).json();
        let settled = root.get(&id).await.has_status(200).json();
        assert_eq!(settled["properties"]["updatedOn"], changed["properties"]["updatedOn"]);
        assert_ne!(settled["properties"]["createdOn"], changed["properties"]["updatedOn"], "it would wait for ever");
        assert_eq!(settled["properties"]["createdOn"], read["properties"]["createdOn"]);
        root.delete(&id).await.has_status(200);
        root.get(&id).await.has_status(404);
        root.delete(&id).await.has_status(204);
    }
}

#[tokio::test]
async fn a_role_assignment_is_updated_with_all_that_was_read() {
    let azure = azure().await;
    let root = azure.caller("root");
    let filter = "$filter=roleName%20eq%20'Storage%20Blob%20Data%20Reader'&api-version=2022-05-01-preview";
    let found = root.get(&format!("{GROUP}/providers/Microsoft.Authorization/roleDefinitions?{filter}")).await.has_status(200).json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    let role = found["value"][0]["id"].as_str().unwrap().to_owned();
    let id = format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/{NAME}?api-version=2022-04-01");
    root.get(&id).await.has_status(404);
    // A description that is not set is sent empty.
    let body = json!({ "properties": { "roleDefinitionId": role, "principalId": ADA, "description": "" } });
    let made = root.put(&id, body).await.has_status(201).json();
    assert!(made["id"].is_string());
    let mut read = root.get(&id).await.has_status(200).json();
    assert_eq!((&read["properties"]["roleDefinitionId"], &read["properties"]["principalType"]), (&json!(role), &json!("User")));
    root.get(&format!("{role}?api-version=2022-05-01-preview")).await.has_status(200);

    // An update sends back what was read, times and creators too.
    let condition = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'";
    read["properties"]["description"] = json!("For the logs.");
    read["properties"]["condition"] = json!(condition);
    read["properties"]["conditionVersion"] = json!("2.0");
    root.put(&id, json!({ "properties": read["properties"] })).await.has_status(201);
    let changed = root.get(&id).await.has_status(200).json();
    assert_eq!((&changed["properties"]["description"], &changed["properties"]["condition"]), (&json!("For the logs."), &json!(condition)));
    assert_eq!(changed["properties"]["createdOn"], read["properties"]["createdOn"]);
    root.delete(&id).await.has_status(200);
    root.get(&id).await.has_status(404);
    root.delete(&id).await.has_status(204);
}

#[tokio::test]
async fn a_principal_that_is_not_there_yet_is_waited_for_by_its_error() {
    let azure = azure().await;
    let id = format!("{GROUP}/providers/Microsoft.Authorization/roleAssignments/{NAME}?api-version=2022-04-01");
    let role = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7");
    let body = json!({ "properties": { "roleDefinitionId": role, "principalId": "99999999-9999-4999-8999-999999999999" } });
    azure.caller("root").put(&id, body).await.is_refused(400, "PrincipalNotFound");
}

#[tokio::test]
async fn a_management_group_is_polled_to_its_end_and_gives_its_subscriptions_back() {
    let azure = azure().await;
    let root = azure.caller("root");
    let version = "api-version=2020-05-01";
    let id = management_group("terraform");
    let subscription = SUBSCRIPTION.rsplit('/').next().unwrap();
    let whole = format!("{id}?$expand=children&$recurse=true&$filter=children.childType%20eq%20Subscription&{version}");
    root.get(&format!("{id}?$expand=children&$recurse=false&{version}")).await.has_status(404);
    let body = |parent: &str, shown: &str| {
        json!({ "name": "terraform", "properties": { "tenantId": TENANT, "displayName": shown,
            "details": { "parent": { "id": management_group(parent) } } } })
    };
    let made = root.put(&format!("{id}?{version}"), body("parent", "Made")).await;
    let poll = made.has_status(202).header("location").unwrap().to_owned();
    let ended = root.get(&poll).await;
    assert_eq!((ended.status(), &ended.json()["status"]), (200, &json!("Succeeded")));
    root.put(&format!("{id}/subscriptions/{subscription}?{version}"), Value::Null).await.has_status(200);
    root.put(&format!("{}?{version}", management_group("child")), json!({ "properties": { "details": { "parent": { "id": id } } } }))
        .await
        .has_status(202);
    let read = root.get(&whole).await.has_status(200).json();
    assert_eq!(
        (&read["properties"]["displayName"], &read["properties"]["details"]["parent"]["id"]),
        (&json!("Made"), &json!(management_group("parent")))
    );
    // Every child is read as a subscription.
    let child = json!({ "id": SUBSCRIPTION, "type": "/subscriptions", "name": subscription, "displayName": "main" });
    assert_eq!(read["properties"]["children"], json!([child]));

    root.put(&format!("{id}?{version}"), body(TENANT, "Moved")).await.has_status(200);
    let moved = root.get(&whole).await.has_status(200).json();
    assert_eq!(
        (&moved["properties"]["displayName"], &moved["properties"]["details"]["parent"]["id"]),
        (&json!("Moved"), &json!(management_group(TENANT)))
    );
    root.delete(&format!("{}?{version}", management_group("child"))).await.has_status(202);
    root.delete(&format!("{id}/subscriptions/{subscription}?{version}")).await.has_status(200);
    let gone = root.delete(&format!("{id}?{version}")).await;
    let poll = gone.has_status(202).header("location").unwrap().to_owned();
    assert_eq!(root.get(&poll).await.has_status(200).json()["status"], "Succeeded");
    root.get(&whole).await.has_status(404);
    root.delete(&format!("{id}?{version}")).await.has_status(204);
}

#[tokio::test]
async fn a_lock_is_there_at_once_and_gone_at_once() {
    let azure = azure().await;
    let root = azure.caller("root");
    let adf = format!("{GROUP}/providers/Microsoft.DataFactory/factories/adf-terraform");
    root.put(&adf, json!({ "location": "eastus" })).await.has_status(200);
    for scope in [SUBSCRIPTION, GROUP, &adf] {
        let id = format!("{scope}/providers/Microsoft.Authorization/locks/terraform?api-version=2020-05-01");
        root.get(&id).await.has_status(404);
        // Notes that are not set are sent empty.
        root.put(&id, json!({ "properties": { "level": "CanNotDelete", "notes": "" } })).await.has_status(201);
        let read = root.get(&id).await.has_status(200).json();
        assert_eq!(read["properties"]["level"], "CanNotDelete");
        root.delete(&adf).await.is_refused(409, "ScopeLocked");
        root.delete(&id).await.has_status(200);
        root.get(&id).await.has_status(404);
    }
}

/// With `skip_service_principal_aad_check` the type is sent, and a principal that has not arrived is accepted.
#[tokio::test]
async fn the_check_of_a_principal_is_skipped_and_the_role_is_read_under_a_doubled_slash() {
    let azure = azure().await;
    let root = azure.caller("root");
    let group = management_group("parent");
    let id = format!("{group}/providers/Microsoft.Authorization/roleAssignments/{NAME}?api-version=2022-04-01");
    let filter = "$filter=roleName%20eq%20'Reader'&api-version=2022-05-01-preview";
    let found = root.get(&format!("{group}/providers/Microsoft.Authorization/roleDefinitions?{filter}")).await.has_status(200).json();
    let role = found["value"][0]["id"].as_str().unwrap();
    assert!(role.starts_with("/providers/Microsoft.Authorization/"), "{role}");
    let new = "99999999-9999-4999-8999-999999999999";
    let properties = json!({ "roleDefinitionId": role, "principalId": new, "description": "", "principalType": "ServicePrincipal" });
    root.put(&id, json!({ "properties": properties })).await.has_status(201);
    // It is read five times in a row before it counts as there.
    for _ in 0..5 {
        let read = root.get(&id).await.has_status(200).json();
        assert_eq!((&read["properties"]["roleDefinitionId"], &read["properties"]["scope"]), (&json!(role), &json!(group)));
    }
    let read = root.get(&format!("/{role}?api-version=2022-05-01-preview")).await.has_status(200).json();
    assert_eq!(read["properties"]["roleName"], "Reader");
    root.delete(&id).await.has_status(200);
}

/// `azurerm_management_group_subscription_association` looks for the subscription among the children, each time.
#[tokio::test]
async fn a_subscription_is_associated_and_taken_back() {
    let azure = azure().await;
    let root = azure.caller("root");
    let version = "api-version=2020-05-01";
    let (parent, name) = (management_group("parent"), SUBSCRIPTION.rsplit('/').next().unwrap());
    let is_child = async || {
        let group = root.get(&format!("{parent}?$expand=children&$recurse=false&{version}")).await.has_status(200).json();
        let is_it = |it: &Value| it["type"] == "/subscriptions" && it["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
        group["properties"]["children"].as_array().is_some_and(|children| children.iter().any(is_it))
    };
    let association = format!("{parent}/subscriptions/{name}?{version}");
    assert!(!is_child().await);
    root.put(&association, Value::Null).await.has_status(200);
    assert!(is_child().await);
    root.delete(&association).await.has_status(200);
    assert!(!is_child().await);
    // Who is gone already is no error.
    assert!(matches!(root.delete(&association).await.status(), 200 | 204 | 404));
}

//! Custom roles: made as the Azure CLI makes them, found at each scope, counted in decisions.
//!
//! What is refused about them is in `tests/rules/`.

use adf_emulator_tests::{
    Azure, RG_FABRIKAM, RG_LINKED, RG_SHARED, SUBSCRIPTION, custom_role, factory, grant, role_assignment, role_definition,
};
use serde_json::{Value, json};

const ROLE: &str = "bbbbbbbb-0000-4000-8000-000000000001";
const STRANGER: &str = "44444444-4444-4444-4444-000000000006";

fn list(scope: &str, filter: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleDefinitions?$filter={filter}&api-version=2022-04-01")
}

#[tokio::test]
async fn a_role_allows_what_it_says_where_it_is_assigned_until_it_says_something_else() {
    let azure = Azure::start().await;
    let (owner, stranger, role) = (azure.owner(), azure.caller("stranger"), role_definition(SUBSCRIPTION, 1));
    let factories = [factory(RG_SHARED, "shared"), factory(RG_LINKED, "linked")];
    for factory in &factories {
        owner.put(factory, json!({ "location": "eastus" })).await.has_status(200);
    }
    owner.put(&role, custom_role("Factory Watcher", &[RG_SHARED])).await.has_status(201);
    owner.put(&role_assignment(RG_LINKED, 1), grant(ROLE, STRANGER)).await.is_refused(404, "RoleDefinitionDoesNotExist");
    owner.put(&role_assignment(RG_SHARED, 1), grant(ROLE, STRANGER)).await.has_status(201);
    stranger.get(&factories[0]).await.has_status(200);
    stranger.get(&factories[1]).await.is_refused(403, "AuthorizationFailed");
    stranger.put(&factories[0], json!({ "location": "eastus" })).await.is_refused(403, "AuthorizationFailed");
    let mut body = custom_role("Factory Watcher", &[RG_SHARED]);
    body["properties"]["permissions"] =
        json!([{ "actions": ["Microsoft.DataFactory/*"], "notActions": ["Microsoft.DataFactory/factories/read"] }]);
    owner.put(&role, body).await.has_status(201);
    stranger.put(&factories[0], json!({ "location": "eastus" })).await.has_status(200);
    stranger.get(&factories[0]).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn a_role_is_shown_as_it_was_put_with_the_lists_that_were_left_out() {
    let azure = Azure::start().await;
    let (owner, role) = (azure.owner(), role_definition(SUBSCRIPTION, 1));
    let put = owner.put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201).json();
    let properties = &put["properties"];
    assert_eq!((&properties["createdBy"], &properties["updatedBy"]), (&Value::Null, &json!("44444444-4444-4444-4444-000000000001")));
    assert_eq!(
        properties["permissions"],
        json!([{ "actions": ["Microsoft.DataFactory/factories/read"], "notActions": [], "dataActions": [], "notDataActions": [] }])
    );
    assert_eq!((&put["id"], &put["name"], &properties["type"]), (&json!(role), &json!(ROLE), &json!("CustomRole")));
    let got = owner.get(&role).await.has_status(200).json();
    assert_eq!(got["properties"]["createdBy"], "44444444-4444-4444-4444-000000000001");
    azure.advance("PT1M").await;
    let again = owner.put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201).json();
    assert_eq!(again["properties"]["createdOn"], again["properties"]["updatedOn"]);
    let later = owner.get(&role).await.json();
    assert_eq!(later["properties"]["createdOn"], got["properties"]["createdOn"], "the first instant stays");
    assert_eq!(owner.delete(&role).await.has_status(200).json(), later, "what was deleted is answered");
    owner.get(&role).await.is_refused(404, "RoleDefinitionDoesNotExist");
    owner.delete(&role).await.has_status(204);
}

#[tokio::test]
async fn a_role_is_found_from_its_scopes_and_in_its_own_tenant_alone() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    owner.put(&role_definition(RG_SHARED, 1), custom_role("Linker", &[RG_SHARED])).await.has_status(201);
    for (scope, filter, count) in [
        (RG_SHARED, "roleName eq 'linker'", 1),
        (RG_SHARED, "type eq 'CustomRole'", 1),
        (SUBSCRIPTION, "roleName eq 'Linker'", 0),
        (SUBSCRIPTION, "atScopeAndBelow() and type eq 'CustomRole'", 1),
        (RG_LINKED, "type eq 'CustomRole'", 0),
        ("", "type eq 'CustomRole'", 1),
    ] {
        let found = owner.get(&list(scope, filter)).await.has_status(200).json();
        assert_eq!(found["value"].as_array().unwrap().len(), count, "{scope} {filter}");
    }
    owner.get(&role_definition(SUBSCRIPTION, 1)).await.has_status(200);
    let fabrikam = azure.caller("fabrikam-owner");
    fabrikam.get(&role_definition(RG_FABRIKAM, 1)).await.is_refused(404, "RoleDefinitionDoesNotExist");
    let theirs = fabrikam.get(&list("", "type eq 'CustomRole'")).await.has_status(200).json();
    assert_eq!(theirs["value"], json!([]));
}

//! What may have role assignments, locks, tags and the like, and what is said where there is no such thing.
//!
//! A path is read from its start; what does not fit is a route of the front door, or of the provider that it names first.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/scope-overview#scope-format>.

use adf_emulator_tests::{
    ADA, Azure, READER, RG_SHARED, STRANGER, SUBSCRIPTION, asks, assignment_request, custom_role, deny, deny_assignment, factory, grant,
    lock, management_group, role_assignment, role_definition, world_with_management_groups,
};
use reqwest::Method;
use serde_json::{Value, json};

/// What is put at a scope: one of each kind.
fn kinds(scope: &str) -> [(String, Value); 6] {
    let tags = format!("{scope}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01");
    [
        (role_assignment(scope, 1), grant(READER, STRANGER)),
        (role_definition(scope, 1), custom_role("Linker", &[SUBSCRIPTION])),
        (deny_assignment(scope, 1), deny("d", &["Microsoft.DataFactory/factories/delete"], STRANGER)),
        (assignment_request(scope, 1), asks("AdminAssign", READER, STRANGER, "PT8H")),
        (lock(scope, "l"), json!({ "properties": { "level": "CanNotDelete" } })),
        (tags, json!({ "properties": { "tags": {} } })),
    ]
}

#[tokio::test]
async fn what_is_no_whole_id_is_no_scope() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let factories = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories");
    for (scope, status, code) in [
        // Without a provider it is a route of the front door, which has versions of its own.
        (format!("{RG_SHARED}/foo"), 400, "InvalidApiVersionParameter"),
        (format!("{SUBSCRIPTION}/resourceGroup/rg-shared"), 400, "InvalidApiVersionParameter"),
        (format!("{RG_SHARED}/provider/Microsoft.DataFactory/factories/f"), 400, "InvalidApiVersionParameter"),
        // A type without a name takes `providers` for the name, so the request is the first provider's.
        (factories.clone(), 400, "NoRegisteredProviderFound"),
        (format!("{RG_SHARED}/providers/Microsoft.DataFactory"), 404, "InvalidResourceType"),
        (format!("{RG_SHARED}/providers/Microsoft.DataFactory/plants/p"), 404, "InvalidResourceType"),
        (format!("{RG_SHARED}/providers/Microsoft.Foo/bars/x"), 404, "InvalidResourceNamespace"),
        (SUBSCRIPTION.replace("subscriptions", "subscription"), 404, "MissingSubscription"),
    ] {
        for (path, body) in kinds(&scope) {
            // Some kinds are written in a version that the front door has too; but it has no such route.
            let is_front_doors = ["/locks/", "/tags/", "ScheduleRequests/"].iter().any(|kind| path.contains(kind));
            let no_route = code == "InvalidApiVersionParameter" && is_front_doors;
            let (status, code) = if no_route { (404, "MissingSubscription") } else { (status, code) };
            owner.is_refused(Method::PUT, &path, body, status, code).await;
            owner.get(&path).await.is_refused(status, code);
        }
    }
    let message = owner.put(&role_assignment(&factories, 1), grant(READER, STRANGER)).await.json()["error"]["message"].to_string();
    assert!(message.contains("API version '2022-04-01' for type 'factories'. The supported api-versions are '2018-06-01'."), "{message}");
    azure.caller("stranger").put(&role_assignment(&factories, 1), grant(READER, STRANGER)).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn a_scope_is_whole_and_of_a_type_that_azure_has_and_need_not_be_there() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "contoso" }]))).await;
    let (root, missing, group) = (azure.caller("root"), factory(RG_SHARED, "missing"), management_group("contoso"));
    root.put(RG_SHARED, json!({ "location": "eastus" })).await.has_status(201);
    for (number, scope) in [
        "",
        "/providers/Microsoft.Capacity",
        "/providers/Microsoft.Subscription/aliases/one",
        group.as_str(),
        SUBSCRIPTION,
        RG_SHARED,
        &missing,
        &format!("{missing}/pipelines/p"),
        &format!("{RG_SHARED}/providers/Microsoft.Storage/storageAccounts/s/blobServices/default/containers/c"),
        &format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/policyDefinitions/p"),
        &format!("{missing}/providers/Microsoft.Insights/diagnosticSettings/d"),
    ]
    .into_iter()
    .enumerate()
    {
        root.put(&role_assignment(scope, u32::try_from(number).unwrap()), grant(READER, ADA)).await.has_status(201);
    }
}

#[tokio::test]
async fn an_alias_of_a_subscription_is_a_scope_of_its_own() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([]))).await;
    let alias = "/providers/Microsoft.Subscription/aliases/contoso-test";
    azure.caller("root").put(&role_assignment(alias, 1), grant(READER, ADA)).await.has_status(201);
    azure.caller("ada").get(SUBSCRIPTION).await.is_refused(403, "AuthorizationFailed");
    // Aliases themselves are not emulated.
    let answer = azure.caller("root").get(&format!("{alias}?api-version=2021-10-01")).await;
    answer.is_refused(501, "NotEmulated");
}

#[tokio::test]
async fn assignable_scopes_are_whole_ids_too() {
    let azure = Azure::start().await;
    for scope in [
        format!("{RG_SHARED}/foo"),
        format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories"),
        format!("{RG_SHARED}/providers/Microsoft.Foo/bars/x"),
        "/providers/Microsoft.Management/managementGroups".to_owned(),
    ] {
        let body = custom_role("Linker", &[SUBSCRIPTION, &scope]);
        let answer = azure.owner().is_refused(Method::PUT, &role_definition(SUBSCRIPTION, 1), body, 400, "LinkedInvalidPropertyId").await;
        let start = format!("Property id '{scope}' at path 'properties.assignableScopes[1]' is invalid.");
        assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with(&start), "{}", answer.text());
    }
    let body = custom_role("Linker", &[&factory(RG_SHARED, "missing"), SUBSCRIPTION]);
    azure.owner().put(&role_definition(SUBSCRIPTION, 1), body).await.has_status(201);
}

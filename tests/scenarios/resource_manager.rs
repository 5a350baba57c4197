//! What clients ask of Resource Manager before and after the work: who am I, where can I go, what is there.
//!
//! Follows <https://learn.microsoft.com/rest/api/resources/>.

use adf_emulator_core::world_file::BUILT_IN;
use adf_emulator_tests::{
    Answer, Azure, CONTRIBUTOR, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, custom_role, deny, deny_assignment, factory,
    factory_with_identity, grant, role_assignment, role_definition,
};
use reqwest::Method;
use serde_json::{Value, json};

const IDENTITY: &str = "providers/Microsoft.ManagedIdentity/userAssignedIdentities";

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.has_status(200).json();
    list["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn a_subscription_looks_as_its_version_has_it() {
    let azure = Azure::start().await;
    let list = azure.owner().get("/subscriptions?api-version=2022-12-01").await.has_status(200).json();
    assert_eq!(keys(&list), ["value", "count"]);
    assert_eq!(list["count"], json!({ "type": "Total", "value": 1 }));
    let newer =
        ["id", "authorizationSource", "managedByTenants", "subscriptionId", "tenantId", "displayName", "state", "subscriptionPolicies"];
    assert_eq!(keys(&list["value"][0]), newer);
    let one = azure.owner().get(&format!("{SUBSCRIPTION}?api-version=2022-12-01")).await.has_status(200).json();
    assert_eq!(one, list["value"][0]);
    let old = azure.owner().get("/subscriptions?api-version=2016-06-01").await.has_status(200).json();
    assert_eq!(keys(&old), ["value"]);
    let older = ["id", "subscriptionId", "tenantId", "displayName", "state", "subscriptionPolicies", "authorizationSource"];
    assert_eq!(keys(&old["value"][0]), older);
}

#[tokio::test]
async fn lists_show_what_the_caller_may_see() {
    let azure = Azure::start().await;
    for list in
        ["/subscriptions".to_owned(), "/tenants".to_owned(), format!("{SUBSCRIPTION}/resourceGroups"), format!("{SUBSCRIPTION}/resources")]
    {
        assert!(names(&azure.caller("stranger").get(&list).await).is_empty(), "{list}");
        let owners = azure.owner().get(&list).await.has_status(200).json();
        assert_ne!(owners["value"], json!([]), "{list}");
    }
    // A role on one factory is enough to see the way to it, and nothing beside it.
    let (seen, hidden) = (factory(RG_SHARED, "f-seen"), factory(RG_LINKED, "f-hidden"));
    for id in [&seen, &hidden] {
        azure.owner().put(id, factory_with_identity()).await.has_status(200);
    }
    azure.owner().put(&role_assignment(&seen, 1), grant(CONTRIBUTOR, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    let stranger = azure.caller("stranger");
    assert_eq!(stranger.get("/subscriptions").await.json()["count"]["value"], 1);
    assert_eq!(names(&stranger.get(&format!("{SUBSCRIPTION}/resourceGroups")).await), ["rg-shared"]);
    assert_eq!(names(&stranger.get(&format!("{SUBSCRIPTION}/resources")).await), ["f-seen"]);
    stranger.is_refused(Method::GET, SUBSCRIPTION, Value::Null, 403, "AuthorizationFailed").await;
    stranger.is_refused(Method::GET, &format!("{RG_SHARED}/resources"), Value::Null, 403, "AuthorizationFailed").await;
    // The other tenant's subscription is nobody's business here.
    let fabrikam = azure.caller("fabrikam-owner").get("/subscriptions").await.json();
    assert_eq!(fabrikam["value"][0]["subscriptionId"], "88888888-8888-8888-8888-888888888888");
}

#[tokio::test]
async fn lists_show_nothing_that_a_get_refuses() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let (seen, hidden) = (factory(RG_LINKED, "f-seen"), factory(RG_SHARED, "f-hidden"));
    for id in [&seen, &hidden, &factory(RG_LINKED, "f-alone")] {
        owner.put(id, factory_with_identity()).await.has_status(200);
    }
    let lists = ["resourceGroups", "resources", "providers/Microsoft.DataFactory/factories"].map(|list| format!("{SUBSCRIPTION}/{list}"));
    let [groups, resources, factories] = &lists;
    // What Azure denies may be reading; nobody else may deny that.
    let mut world: Value = serde_json::from_str(&azure.export()).unwrap();
    let denied = |number: u32, scope: &str| {
        let mut body = deny("hidden", &["*"], "44444444-4444-4444-4444-000000000003");
        body["properties"]["isSystemProtected"] = json!(true);
        json!({ "id": deny_assignment(scope, number), "body": body })
    };
    let denials = [denied(1, RG_SHARED), denied(2, &factory(RG_LINKED, "f-alone"))];
    world["resources"].as_array_mut().unwrap().extend(denials);
    let azure = Azure::with_world(&world).await;
    let (owner, reader) = (azure.owner(), azure.caller("reader"));
    reader.get(&hidden).await.is_refused(403, "DenyAssignmentAuthorizationFailed");
    assert_eq!(names(&reader.get(groups).await), ["rg-linked"]);
    assert_eq!(names(&reader.get(factories).await), ["f-seen"]);
    assert_eq!(names(&reader.get(resources).await), ["f-seen", "uai-default"]);
    // A role that reads nothing shows nothing.
    let deletes = json!([{ "actions": ["Microsoft.DataFactory/factories/delete"] }]);
    let mut role = custom_role("Deleter", &[SUBSCRIPTION]);
    role["properties"]["permissions"] = deletes;
    let id = role_definition(SUBSCRIPTION, 1);
    owner.put(&id, role).await.has_status(201);
    let deleter = id.rsplit('/').next().unwrap();
    for (number, scope) in [(2, SUBSCRIPTION), (3, &*seen)] {
        owner.put(&role_assignment(scope, number), grant(deleter, STRANGER)).await.has_status(201);
    }
    let stranger = azure.caller("stranger");
    assert!(names(&stranger.get(groups).await).is_empty() && names(&stranger.get(resources).await).is_empty());
}

#[tokio::test]
async fn a_guest_has_two_tenants() {
    let azure = Azure::start().await;
    let domains = |list: Value| list["value"].as_array().unwrap().iter().map(|it| it["defaultDomain"].clone()).collect::<Vec<_>>();
    assert_eq!(domains(azure.caller("eve").get("/tenants").await.json()), ["contoso.onmicrosoft.com", "fabrikam.onmicrosoft.com"]);
    assert_eq!(domains(azure.owner().get("/tenants").await.json()), ["contoso.onmicrosoft.com"]);
}

#[tokio::test]
async fn regions_look_as_their_version_has_them() {
    let azure = Azure::start().await;
    let list = format!("{SUBSCRIPTION}/locations?api-version=");
    let region = |answer: Answer| {
        let list = answer.has_status(200).json();
        list["value"].as_array().unwrap().iter().find(|it| it["name"] == "eastus2").unwrap().clone()
    };
    let id = format!("{SUBSCRIPTION}/locations/eastus2");
    let bare = json!({ "id": id, "name": "eastus2", "displayName": "East US 2", "longitude": "-78.3889", "latitude": "36.6681" });
    assert_eq!(region(azure.owner().get(&format!("{list}2019-06-01")).await), bare);
    let newest = region(azure.owner().get(&format!("{list}2022-12-01")).await);
    assert_eq!(keys(&newest), ["id", "name", "type", "displayName", "regionalDisplayName", "metadata"]);
    let paired = json!([{ "name": "centralus", "id": format!("{SUBSCRIPTION}/locations/centralus") }]);
    assert_eq!((&newest["regionalDisplayName"], &newest["metadata"]["pairedRegion"]), (&json!("(US) East US 2"), &paired));
}

#[tokio::test]
async fn the_life_of_a_group() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), format!("{SUBSCRIPTION}/resourcegroups/Rg-Life"));
    owner.head(&id).await.has_status(404);
    let made = owner.put(&id, json!({ "location": "West US", "tags": { "a": "b", "c": "" } })).await;
    let shape = r#""name":"Rg-Life","type":"Microsoft.Resources/resourceGroups","location":"westus","tags":{"a":"b","c":""},"properties":{"provisioningState":"Succeeded"}}"#;
    assert_eq!(made.has_status(201).text(), format!(r#"{{"id":"{SUBSCRIPTION}/resourceGroups/Rg-Life",{shape}"#));
    owner.head(&id.to_uppercase()).await.has_status(204);
    assert_eq!(owner.get(&format!("{id}?api-version=2018-05-01")).await.json()["type"], Value::Null);
    let expanded = owner.get(&format!("{id}?$expand=createdTime,changedTime")).await.json();
    assert!(expanded["createdTime"].is_string() && expanded["changedTime"].is_string(), "{expanded}");
    let tagged = format!("{SUBSCRIPTION}/resourcegroups?$filter=tagname%20eq%20%27A%27%20and%20tagvalue%20eq%20%27b%27");
    assert_eq!(names(&owner.get(&tagged).await), ["Rg-Life"]);
    assert_eq!(owner.patch(&id, json!({ "tags": { "d": "e" } })).await.has_status(200).json()["tags"], json!({ "d": "e" }));
    assert_eq!(owner.put(&id, json!({ "location": "westus", "tags": {} })).await.has_status(200).json()["tags"], json!({}));
    assert_eq!(owner.put(&id, json!({ "location": "westus" })).await.has_status(200).json().get("tags"), None);

    let inside = factory(&id, "f-inside");
    let principal = owner.put(&inside, factory_with_identity()).await.json()["identity"]["principalId"].as_str().unwrap().to_owned();
    let uai = format!("{id}/{IDENTITY}/uai-inside");
    owner.put(&uai, json!({ "location": "westus" })).await.has_status(201);
    let deleted = owner.delete(&id).await;
    assert_eq!((deleted.status(), deleted.header("retry-after"), deleted.text()), (202, Some("1"), ""));
    let poll = owner.get(deleted.header("location").unwrap()).await;
    assert_eq!((poll.status(), poll.text()), (200, ""));
    owner.is_refused(Method::GET, &id, Value::Null, 404, "ResourceGroupNotFound").await;
    owner.is_refused(Method::DELETE, &id, Value::Null, 404, "ResourceGroupNotFound").await;
    let world: Value = serde_json::from_str(&azure.export()).unwrap();
    assert!(!world.to_string().contains(&principal) && !world["resources"].to_string().to_lowercase().contains("rg-life"));
    owner.put(&id, json!({ "location": "eastus" })).await.has_status(201);
    owner.is_refused(Method::GET, &inside, Value::Null, 404, "ResourceNotFound").await;
}

#[tokio::test]
async fn a_world_in_the_middle_of_things_is_written_down_whole() {
    let mut world: Value = serde_json::from_str(BUILT_IN).unwrap();
    world["settings"]["operationDuration"] = "PT10M".into();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let owner = azure.owner();
    owner.put(&factory(RG_LINKED, "f-dying"), factory_with_identity()).await.has_status(200);
    let location = owner.delete(RG_LINKED).await.has_status(202).header("location").unwrap().replace(azure.url(), "");
    let management = format!("{SUBSCRIPTION}/providers/Microsoft.Management");
    owner.post(&format!("{management}/unregister"), Value::Null).await.has_status(200);
    let tags = format!("{SUBSCRIPTION}/providers/Microsoft.Resources/tags/default");
    owner.put(&tags, json!({ "properties": { "tags": { "a": "b" } } })).await.has_status(200);

    let copy = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(copy.export(), azure.export());
    for path in [SUBSCRIPTION, RG_LINKED, &management] {
        assert_eq!(copy.owner().get(path).await.text(), owner.get(path).await.text(), "{path}");
    }
    copy.owner().get(&location).await.has_status(202);
    copy.control(Method::PATCH, "clock", &json!({ "advance": "PT10M" })).await.has_status(200);
    copy.owner().get(&location).await.has_status(200);
    copy.owner().get(RG_LINKED).await.has_status(404);
    assert_eq!(copy.owner().get(&management).await.json()["registrationState"], "Unregistered");
}

#[tokio::test]
async fn lists_of_resources_filter_expand_and_page() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    for (name, tags) in [("f-one", json!({ "env": "prod" })), ("f-two", json!({ "env": "test" })), ("f-three", json!({}))] {
        owner.put(&factory(RG_SHARED, name), json!({ "location": "East US", "tags": tags })).await.has_status(200);
    }
    let list = format!("{SUBSCRIPTION}/resources?$filter=");
    let az = "resourceGroup eq 'RG-shared' and resourceType eq 'Microsoft.DataFactory/factories'";
    let expand = "&$expand=createdTime,changedTime,provisioningState";
    let answer = owner.get(&format!("{list}{az}{expand}")).await;
    assert_eq!(names(&answer), ["f-one", "f-three", "f-two"]);
    let expanded = ["id", "name", "type", "location", "tags", "createdTime", "changedTime", "provisioningState"];
    assert_eq!(keys(&answer.json()["value"][0]), expanded);
    assert_eq!(answer.json()["value"][0]["location"], "eastus");
    let by_tag = owner.get(&format!("{list}tagName eq 'env' and tagValue eq 'prod'{expand}")).await;
    assert_eq!(names(&by_tag), ["f-one"]);
    assert_eq!(keys(&by_tag.json()["value"][0]), ["id", "name", "type", "location"]);
    assert_eq!(names(&owner.get(&format!("{list}resourceType eq 'Microsoft.Nothing/things'")).await), [""; 0]);
    // Pages, each link absolute and good as it is.
    let (mut all, mut next) = (Vec::new(), Some(format!("{SUBSCRIPTION}/resources?$top=3&$filter={az} or name eq 'uai-default'")));
    let mut pages = 0;
    while let Some(url) = next {
        let page = owner.get(&url).await;
        all.extend(names(&page));
        next = page.json()["nextLink"].as_str().map(str::to_owned);
        pages += 1;
    }
    assert_eq!((all.len(), pages), (4, 2));
    assert_eq!(names(&owner.get(&format!("{RG_SHARED}/resources?$expand=provisioningState&$top=10")).await).len(), 3);
}

#[tokio::test]
async fn deleting_what_a_page_showed_before_the_next_misses_nothing() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    for name in ["f-five", "f-four", "f-one", "f-three", "f-two"] {
        owner.put(&factory(RG_SHARED, name), json!({ "location": "eastus" })).await.has_status(200);
    }
    let list = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories");
    let mut next = Some(format!("{list}?$top=2"));
    while let Some(url) = next {
        let page = owner.get(&url).await;
        for name in names(&page) {
            owner.delete(&factory(RG_SHARED, &name)).await.has_status(200);
        }
        next = page.json()["nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(names(&owner.get(&list).await), [""; 0]);
}

#[tokio::test]
async fn providers_tell_their_types_and_versions() {
    let azure = Azure::start().await;
    let answer = azure.owner().get(&format!("{SUBSCRIPTION}/providers/microsoft.datafactory?api-version=2024-11-01")).await;
    let provider = answer.has_status(200).json();
    assert_eq!(keys(&provider), ["id", "namespace", "authorization", "resourceTypes", "registrationState", "registrationPolicy"]);
    assert_eq!(provider["id"], format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory"));
    let factories = provider["resourceTypes"].as_array().unwrap().iter().find(|it| it["resourceType"] == "factories").unwrap().clone();
    assert_eq!((&factories["apiVersions"], &factories["defaultApiVersion"]), (&json!(["2018-06-01"]), &json!("2018-06-01")));
    let all = azure.owner().get(&format!("{SUBSCRIPTION}/providers")).await.has_status(200).json();
    let spaces: Vec<&str> = all["value"].as_array().unwrap().iter().map(|it| it["namespace"].as_str().unwrap()).collect();
    assert!(spaces.is_sorted() && spaces.contains(&"Microsoft.ManagedIdentity"), "{spaces:?}");
    let at_tenant = azure.owner().get("/providers/Microsoft.DataFactory").await.has_status(200).json();
    assert_eq!((&at_tenant["id"], at_tenant.get("registrationState")), (&json!("/providers/Microsoft.DataFactory"), None));
    // Registering what is registered is harmless, and needs the provider's own action.
    let register = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/register");
    assert_eq!(azure.owner().post(&register, Value::Null).await.json()["registrationState"], "Registered");
    azure.caller("reader").is_refused(Method::POST, &register, Value::Null, 403, "AuthorizationFailed").await;
}

#[tokio::test]
async fn the_life_of_a_user_assigned_identity() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), format!("{RG_SHARED}/{IDENTITY}/uai-1"));
    let made = owner.put(&id, json!({ "location": "eastus" })).await;
    let printed = id.replace("resourceGroups", "resourcegroups");
    assert_eq!(made.has_status(201).header("location"), Some(&*printed));
    let body = made.json();
    assert_eq!(keys(&body), ["id", "name", "type", "location", "tags", "properties"]);
    assert_eq!((&body["id"], &body["tags"]), (&json!(printed), &json!({})));
    assert_eq!(keys(&body["properties"]), ["tenantId", "principalId", "clientId"]);
    // A role can be granted at once, without saying what the principal is.
    let principal = body["properties"]["principalId"].as_str().unwrap();
    let mut grant = grant(CONTRIBUTOR, principal);
    grant["properties"].as_object_mut().unwrap().remove("principalType");
    owner.put(&role_assignment(RG_SHARED, 1), grant).await.has_status(201);
    azure.caller(principal).get(RG_SHARED).await.has_status(200);

    let again = owner.put(&id, json!({ "location": "East US", "tags": { "a": "b" } })).await.has_status(200).json();
    assert_eq!(again["properties"], body["properties"]);
    assert_eq!(owner.patch(&id, json!({ "tags": { "c": "d" } })).await.has_status(200).json()["tags"], json!({ "c": "d" }));
    assert_eq!(names(&owner.get(&format!("{SUBSCRIPTION}/{IDENTITY}")).await), ["uai-default", "uai-1"]);
    assert_eq!(names(&owner.get(&format!("{RG_SHARED}/{IDENTITY}")).await), ["uai-1"]);
    // The first version has one member more.
    let first = owner.get(&format!("{id}?api-version=2015-08-31-preview")).await.has_status(200).json()["properties"].clone();
    assert_eq!(keys(&first), ["tenantId", "principalId", "clientId", "clientSecretUrl"]);
    let query = format!("tid={TENANT}&oid={principal}&aid={}", first["clientId"].as_str().unwrap());
    assert_eq!(first["clientSecretUrl"], format!("https://control-eastus.identity.azure.net{printed}/credentials?{query}"));
    owner.delete(&id).await.has_status(200);
    owner.delete(&id).await.has_status(204);
    azure.caller(principal).get(RG_SHARED).await.is_refused(401, "InvalidAuthenticationToken");
    // The assignment stays, as in Azure.
    owner.get(&role_assignment(RG_SHARED, 1)).await.has_status(200);
}

#[tokio::test]
async fn tags_by_themselves_are_the_tags_of_their_scope() {
    let azure = Azure::start().await;
    let (owner, made) = (azure.owner(), factory(RG_SHARED, "f-tagged"));
    owner.put(&made, json!({ "location": "eastus", "tags": { "env": "prod" } })).await.has_status(200);
    let identity = format!("{RG_LINKED}/{IDENTITY}/uai-default");
    for scope in [SUBSCRIPTION, RG_SHARED, &made, &identity] {
        let tags = format!("{scope}/providers/Microsoft.Resources/tags/default");
        let merge = json!({ "operation": "Merge", "properties": { "tags": { "team": "data" } } });
        let answer = owner.patch(&tags, merge).await.has_status(200).json();
        assert_eq!((&answer["id"], &answer["properties"]["tags"]["team"]), (&json!(tags), &json!("data")));
        assert_eq!(owner.get(&tags).await.has_status(200).json(), answer);
        let shown = owner.get(scope).await.has_status(200).json();
        assert_eq!(shown["tags"], answer["properties"]["tags"], "{scope}");
        azure.caller("reader").is_refused(Method::DELETE, &tags, Value::Null, 403, "AuthorizationFailed").await;
        assert_eq!(owner.delete(&tags).await.has_status(200).text(), "");
        assert_eq!(owner.get(&tags).await.json()["properties"]["tags"], json!({}));
    }
    let missing = format!("{RG_SHARED}/{IDENTITY}/uai-missing/providers/Microsoft.Resources/tags/default");
    owner.is_refused(Method::GET, &missing, Value::Null, 404, "ResourceNotFound").await;
}

#[tokio::test]
async fn what_is_not_served_says_so_by_name() {
    let azure = Azure::start().await;
    let cases = [
        (Method::POST, format!("{RG_LINKED}/exportTemplate"), "ResourceGroups_ExportTemplate"),
        (Method::PUT, format!("{RG_SHARED}/providers/Microsoft.Resources/deployments/d1"), "Deployments_CreateOrUpdate"),
        (
            Method::PUT,
            format!("{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/d1"),
            "Deployments_CreateOrUpdateAtSubscriptionScope",
        ),
        (Method::GET, format!("{RG_SHARED}/deployments/d1/operations"), "DeploymentOperations_List"),
        (
            Method::POST,
            format!("{RG_LINKED}/{IDENTITY}/uai-default/listAssociatedResources?api-version=2022-01-31-preview"),
            "UserAssignedIdentities_ListAssociatedResources",
        ),
    ];
    for (method, path, operation) in cases {
        let body = if method == Method::GET { Value::Null } else { json!({}) };
        let answer = azure.owner().is_refused(method.clone(), &path, body.clone(), 501, "NotEmulated").await;
        assert_eq!(answer.header("x-emulator-not-emulated"), Some(operation));
        azure.caller("stranger").is_refused(method, &path, body, 403, "AuthorizationFailed").await;
    }
}

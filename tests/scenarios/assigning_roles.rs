//! A role is assigned, listed, updated and taken away again, byte for byte as Azure answers.
//!
//! Shapes and lists are those of `authorization-wire` 1.4 and 2; each rule on the way has its own test in `rules/`.

use adf_emulator::arm::routes::{self, Access, Run};
use adf_emulator_core::resources::provider;
use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, SUBSCRIPTION, TENANT, factory, grant, role_assignment};
use serde_json::{Value, json};

const STRANGER: &str = "44444444-4444-4444-4444-000000000006";
const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const ADA: &str = "55555555-5555-5555-5555-000000000001";
const NAME: &str = "aaaaaaaa-0000-4000-8000-000000000001";

/// The built-in world's principals and groups with a clock that stands.
async fn frozen() -> Azure {
    let azure = Azure::start().await;
    let url = format!("{}/_emulator/clock", azure.url());
    let freeze = azure.client().patch(url).json(&json!({ "set": "2030-01-01T00:00:00.1234567Z", "frozen": true }));
    assert!(freeze.send().await.unwrap().status().is_success());
    azure
}

fn shown(created_by: &str, created: &str, updated: &str, description: &str) -> String {
    format!(
        "{{\"properties\":{{\"roleDefinitionId\":\"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}\",\
         \"principalId\":\"{STRANGER}\",\"principalType\":\"ServicePrincipal\",\"scope\":\"{RG_SHARED}\",\"condition\":null,\
         \"conditionVersion\":null,\"createdOn\":\"2030-01-01T00:{created}.1234567Z\",\"updatedOn\":\"2030-01-01T00:{updated}.1234567Z\",\
         \"createdBy\":{created_by},\"updatedBy\":\"44444444-4444-4444-4444-000000000001\",\
         \"delegatedManagedIdentityResourceId\":null,\"description\":{description}}},\
         \"id\":\"{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments/{NAME}\",\
         \"type\":\"Microsoft.Authorization/roleAssignments\",\"name\":\"{NAME}\"}}"
    )
}

/// `authorization-wire` 1.4: who made it is null in the answer to a PUT, and what was made first stays.
#[tokio::test]
async fn what_a_put_answers_is_not_quite_what_a_get_shows() {
    let azure = frozen().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let by_owner = "\"44444444-4444-4444-4444-000000000001\"";
    let made = owner.put(&name, grant(READER, STRANGER)).await;
    assert_eq!(made.has_status(201).text(), shown("null", "00:00", "00:00", "null"));
    azure.advance("PT5M").await;
    let mut described = grant(READER, STRANGER);
    described["properties"]["description"] = "why".into();
    described["properties"]["scope"] = "/ignored".into();
    let updated = owner.put(&name, described).await;
    assert_eq!(updated.has_status(201).text(), shown("null", "05:00", "05:00", "\"why\""));
    let stored = shown(by_owner, "00:00", "05:00", "\"why\"");
    assert_eq!(owner.get(&name).await.has_status(200).text(), stored);
    let filter = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments?$filter=principalId+eq+%27{STRANGER}%27");
    assert_eq!(owner.get(&filter).await.has_status(200).text(), format!("{{\"value\":[{stored}]}}"));
    assert_eq!(owner.delete(&name).await.has_status(200).text(), stored);
    assert_eq!(owner.delete(&name).await.has_status(204).text(), "");
    assert_eq!(owner.get(&filter).await.has_status(200).text(), "{\"value\":[]}");
}

#[tokio::test]
async fn an_older_version_shows_fewer_members() {
    let azure = Azure::start().await;
    let name = format!("{}?api-version=2018-01-01-preview", role_assignment(RG_SHARED, 1));
    let mut body = grant(READER, STRANGER);
    body["properties"]["canDelegate"] = false.into();
    let made = azure.owner().put(&name, body).await.has_status(201).json();
    let members: Vec<&String> = made["properties"].as_object().unwrap().keys().collect();
    let expected =
        ["roleDefinitionId", "principalId", "principalType", "scope", "createdOn", "updatedOn", "createdBy", "updatedBy", "canDelegate"];
    assert_eq!(members, expected);
    let role = |version: &str| format!("{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions/{READER}?api-version={version}");
    for (version, has_data) in [("2015-07-01", false), ("2018-01-01-preview", true), ("2022-04-01", true)] {
        let shown = azure.owner().get(&role(version)).await.has_status(200).json();
        assert_eq!(shown["properties"]["permissions"][0].get("dataActions").is_some(), has_data, "{version}");
        assert_eq!(shown["id"], format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"));
    }
}

/// Members that came with 2020-03-01-preview are unknown before, and so not read; what is there of them stays.
#[tokio::test]
async fn an_older_version_neither_sets_a_condition_nor_takes_one_away() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let (older, newer) = (format!("{name}?api-version=2018-01-01-preview"), format!("{name}?api-version=2022-04-01"));
    let mut body = grant(READER, STRANGER);
    body["properties"]["condition"] = "@Resource[a:b] StringEquals 'c'".into();
    body["properties"]["description"] = "for a while".into();
    owner.put(&older, body.clone()).await.has_status(201);
    let shown = async || owner.get(&newer).await.has_status(200).json()["properties"].clone();
    assert_eq!((&shown().await["condition"], &shown().await["description"]), (&Value::Null, &Value::Null));
    owner.put(&newer, body.clone()).await.has_status(201);
    let with = shown().await;
    body["properties"]["condition"] = 5.into();
    owner.put(&older, body).await.has_status(201);
    assert_eq!((&shown().await["condition"], &shown().await["description"]), (&with["condition"], &with["description"]));
    assert_eq!(with["condition"], "@Resource[a:b] StringEquals 'c'");
    owner.put(&newer, grant(READER, STRANGER)).await.has_status(201);
    assert_eq!(shown().await["condition"], Value::Null);
}

/// `authorization-wire` 2: what lists show at a scope, above it and below it.
#[tokio::test]
async fn lists_reach_up_and_down_and_through_groups() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let shared = factory(RG_SHARED, "sharing");
    for (number, scope, role, principal) in [
        (1, RG_SHARED, READER, STRANGER),
        (2, &shared, CONTRIBUTOR, STRANGER),
        (3, RG_SHARED, READER, ENGINEERS),
        (4, RG_LINKED, READER, STRANGER),
    ] {
        owner.put(&role_assignment(scope, number), grant(role, principal)).await.has_status(201);
    }
    let list = async |scope: &str, filter: &str| -> Vec<u64> {
        let url = format!("{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={filter}");
        let found = owner.get(&url).await.has_status(200).json();
        let name = |it: &Value| it["name"].as_str().unwrap().strip_prefix("aaaaaaaa-0000-4000-8000-").map(|number| number.parse().unwrap());
        let mut numbers: Vec<u64> = found["value"].as_array().unwrap().iter().filter_map(name).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(list(SUBSCRIPTION, "").await, [1, 2, 3, 4]);
    assert_eq!(list(SUBSCRIPTION, "atScope()").await, [0; 0]);
    assert_eq!(list(RG_SHARED, "").await, [1, 2, 3]);
    assert_eq!(list(RG_SHARED, "atScope()").await, [1, 3]);
    assert_eq!(list(&shared, "atScope()").await, [1, 2, 3]);
    assert_eq!(list(RG_SHARED, &format!("principalId eq '{STRANGER}'")).await, [1, 2]);
    assert_eq!(list(RG_SHARED, &format!("principalId eq '{ADA}'")).await, [0; 0]);
    assert_eq!(list(RG_SHARED, &format!("assignedTo('{ADA}')")).await, [3]);
    assert_eq!(list(&shared, &format!("atScope() and assignedTo('{}')", ADA.to_uppercase())).await, [3]);
    azure
        .caller("contributor")
        .get("/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()")
        .await
        .is_refused(403, "AuthorizationFailed");
}

/// What goes with a resource takes the roles held at it along; those of a principal that goes stay.
#[tokio::test]
async fn roles_at_a_deleted_resource_go_with_it() {
    let azure = Azure::start().await;
    let (runtime, linking, principal) = azure.two_factories().await;
    let owner = azure.owner();
    owner.put(&role_assignment(&runtime, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    owner.put(&role_assignment(RG_SHARED, 2), grant(READER, &principal)).await.has_status(201);
    owner.delete(&linking).await.has_status(200);
    owner.get(&role_assignment(&runtime, 1)).await.has_status(200);
    owner.delete(&runtime).await.has_status(200);
    owner.get(&role_assignment(&runtime, 1)).await.is_refused(404, "RoleAssignmentNotFound");
    owner.get(&role_assignment(RG_SHARED, 2)).await.has_status(200);

    let identity = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    owner.put(&role_assignment(&identity, 3), grant(READER, STRANGER)).await.has_status(201);
    owner.delete(&identity).await.has_status(200);
    owner.get(&role_assignment(&identity, 3)).await.is_refused(404, "RoleAssignmentNotFound");
}

/// What the assignment says of its principal is kept; that a client prints Unknown is the client's own doing.
#[tokio::test]
async fn an_assignment_outlives_its_principal_and_keeps_its_type() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let (kept, other) = (role_assignment(RG_SHARED, 1), role_assignment(RG_LINKED, 2));
    owner.put(&kept, grant(READER, ENGINEERS)).await.has_status(201);
    azure.caller("ada").get(RG_SHARED).await.has_status(200);
    let before = owner.get(&kept).await.has_status(200).json();
    azure.graph("owner", reqwest::Method::DELETE, &format!("groups/{ENGINEERS}"), &Value::Null).await.has_status(204);
    assert_eq!(owner.get(&kept).await.has_status(200).json(), before);
    assert_eq!(before["properties"]["principalType"], "Group");
    let list = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq '{ENGINEERS}'");
    assert_eq!(owner.get(&list).await.has_status(200).json()["value"], json!([before]));
    owner.put(&other, grant(READER, ENGINEERS)).await.is_refused(400, "PrincipalNotFound");
    owner.delete(&kept).await.has_status(200);
    assert_eq!(owner.get(&list).await.has_status(200).json()["value"], json!([]));
}

/// Terraform's data source reads role definitions at the root, whatever the principal's scope.
#[tokio::test]
async fn role_definitions_are_read_at_the_root_by_whoever_reads_them_somewhere() {
    let azure = Azure::start().await;
    let by_name = "/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName+eq+%27reader%27";
    let found = azure.owner().get(by_name).await.has_status(200).json();
    assert_eq!(found["value"][0]["id"], format!("/providers/Microsoft.Authorization/roleDefinitions/{READER}"));
    azure.caller("reader").get(&format!("/providers/Microsoft.Authorization/roleDefinitions/{READER}")).await.has_status(200);
    azure.caller("stranger").get(by_name).await.is_refused(403, "AuthorizationFailed");
}

/// A group's role is its members', and another tenant's principals hold nothing here.
#[tokio::test]
async fn a_grant_counts_for_members_of_nested_groups() {
    let group = |name: &str, members: Value| json!({ "name": name, "type": "Group", "objectId": format!("66666666-6666-6666-6666-00000000000{}", name.len()), "members": members });
    let world = json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "principals": [{ "name": "owner", "type": "ServicePrincipal" }, { "name": "eve", "type": "User", "guest": true },
                group("in", json!(["eve"])), group("mid", json!(["in"])), group("over", json!(["mid", "over"]))] }],
        "resources": [{ "id": RG_SHARED, "body": { "location": "eastus" } }],
        "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": SUBSCRIPTION }],
    });
    let azure = Azure::with_world(&world).await;
    azure.caller("eve").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, "66666666-6666-6666-6666-000000000004")).await.has_status(201);
    azure.caller("eve").get(&RG_SHARED.to_uppercase().replace("/SUBSCRIPTIONS", "//subscriptions")).await.has_status(200);
    azure.owner().delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    azure.caller("eve").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

/// The example of the API description: what a PUT would say, without putting.
#[tokio::test]
async fn a_validation_says_what_a_put_would_be_refused_for_and_changes_nothing() {
    let azure = Azure::start().await;
    let validate = format!("{}/validate?api-version=2020-10-01-preview", role_assignment(RG_SHARED, 1));
    let before = azure.export();
    let ask = async |body: Value| azure.owner().post(&validate, body).await.has_status(200).text().to_owned();
    assert_eq!(ask(grant(READER, STRANGER)).await, r#"{"isValid":true}"#);
    assert_eq!(
        ask(grant(TENANT, STRANGER)).await,
        format!(
            r#"{{"isValid":false,"errorInfo":{{"code":"InvalidRoleDefinitionId","message":"The specified role definition with ID '{TENANT}' does not exist."}}}}"#
        )
    );
    let mut conditional = grant(READER, STRANGER);
    conditional["properties"]["condition"] = "a".into();
    let answer: Value = serde_json::from_str(&ask(conditional).await).unwrap();
    assert_eq!(answer["errorInfo"]["message"], "The given role assignment condition is invalid.");
    azure.caller("reader").post(&validate, grant(READER, STRANGER)).await.is_refused(403, "AuthorizationFailed");
    assert_eq!(azure.export(), before);
}

/// Whoever holds everything at the root may, and is told the name of what is missing.
#[tokio::test]
async fn what_is_not_emulated_of_microsoft_authorization_names_itself() {
    let world = json!({
        "tenants": [{ "id": TENANT, "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
            "principals": [{ "name": "root", "type": "ServicePrincipal" }, { "name": "stranger", "type": "ServicePrincipal" }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    });
    let azure = Azure::with_world(&world).await;
    let known = provider::find("Microsoft.Authorization").unwrap();
    let rows = routes::all().filter(|it| matches!(it.run, Run::NotEmulated) && it.path.contains("/Microsoft.Authorization/"));
    let mut seen = 0;
    for row in rows {
        let (_, rest) = row.path.rsplit_once("/Microsoft.Authorization/").unwrap();
        let resource_type = known.resource_type(rest.split('/').next().unwrap()).unwrap();
        let path =
            row.path.replace("{scope}", SUBSCRIPTION.trim_start_matches('/')).replace("/subscriptions/{subscriptionId}", SUBSCRIPTION);
        let path = path.split('/').map(|part| if part.starts_with('{') { TENANT } else { part }).collect::<Vec<_>>().join("/");
        let url = format!("{path}?api-version={}", resource_type.api_versions[0]);
        // Reviews and approvals that wait for oneself need no right.
        let is_ones_own = matches!(row.access, Access::Filtered);
        let expected = if is_ones_own { (501, "NotEmulated") } else { (403, "AuthorizationFailed") };
        azure.caller("stranger").send(row.method.clone(), &url, None).await.is_refused(expected.0, expected.1);
        let answer = azure.caller("root").send(row.method.clone(), &url, None).await;
        answer.is_refused(501, "NotEmulated");
        assert_eq!(answer.header("x-emulator-not-emulated"), Some(row.name));
        seen += 1;
    }
    assert!(seen > 50, "{seen}: alerts, approvals and access reviews");
}

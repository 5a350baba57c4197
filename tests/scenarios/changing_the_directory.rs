//! Who may write to Microsoft Graph makes users, groups, applications and their secrets, and they count at once.
//!
//! The requests are those of `az ad`, as recorded of the Azure CLI, and of the pages below
//! <https://learn.microsoft.com/graph/api/overview>.

use adf_emulator_tests::{Answer, Azure, READER, RG_SHARED, TENANT, factory, factory_with_identity, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

const ADA: &str = "55555555-5555-5555-5555-000000000001";
const EVE: &str = "55555555-5555-5555-5555-000000000002";
const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";

/// Somebody who asks Graph.
struct Asker<'a>(&'a Azure, &'static str);

impl Asker<'_> {
    async fn get(&self, path: &str) -> Answer {
        self.0.graph(self.1, Method::GET, path, &Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.0.graph(self.1, Method::POST, path, &body).await
    }

    async fn patch(&self, path: &str, body: Value) -> Answer {
        self.0.graph(self.1, Method::PATCH, path, &body).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.0.graph(self.1, Method::DELETE, path, &Value::Null).await
    }

    /// Returns the ids of a list's objects.
    async fn ids(&self, path: &str) -> Vec<String> {
        self.get(path).await.has_status(200).json()["value"].as_array().unwrap().iter().map(|it| text(&it["id"])).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn user(name: &str) -> Value {
    json!({ "userPrincipalName": format!("{name}@contoso.onmicrosoft.com"), "displayName": name, "mailNickname": name, "accountEnabled": true,
        "passwordProfile": { "password": "Passw0rd", "forceChangePasswordNextSignIn": false } })
}

fn group(name: &str) -> Value {
    json!({ "displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true })
}

fn reference(azure: &Azure, id: &str) -> Value {
    json!({ "@odata.id": format!("{}/graph/v1.0/directoryObjects/{id}", azure.url()) })
}

async fn sign_in(azure: &Azure, app_id: &str, secret: &str) -> Answer {
    let scope = "https://management.azure.com/.default";
    let form = [("grant_type", "client_credentials"), ("client_id", app_id), ("client_secret", secret), ("scope", scope)];
    azure.post_form(&token_endpoint(), &form).await
}

fn token_endpoint() -> String {
    format!("/{TENANT}/oauth2/v2.0/token")
}

/// The sign-in failed with this number.
fn is_sign_in_error(answer: &Answer, number: u32) {
    assert_eq!(answer.json()["error_codes"], json!([number]), "{}", answer.text());
}

/// A world made from what a world exports, exports and answers the same.
async fn is_made_again(azure: &Azure, paths: &[&str]) {
    let exported: Value = serde_json::from_str(&azure.export()).unwrap();
    let again = Azure::with_world(&exported).await;
    assert_eq!(again.export(), azure.export());
    let text = |answer: &Answer| answer.text().replace(azure.url(), "").replace(again.url(), "");
    for path in paths {
        let (one, other) = (Asker(azure, "owner").get(path).await, Asker(&again, "owner").get(path).await);
        assert_eq!(text(&one), text(&other), "{path}");
    }
}

#[tokio::test]
async fn an_application_is_made_as_create_for_rbac_does_it_and_works_at_once() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    assert!(graph.ids("applications?$filter=startswith(displayName,'ci')").await.is_empty());
    let made = graph.post("applications", json!({ "displayName": "ci", "keyCredentials": [] })).await;
    let application = made.has_status(201).json();
    assert!(made.header("location").unwrap().ends_with("/Microsoft.DirectoryServices.Application"));
    assert_eq!(application["@odata.context"], format!("{}/graph/v1.0/$metadata#applications/$entity", azure.url()));
    assert_eq!((&application["passwordCredentials"], &application["publisherDomain"]), (&json!([]), &json!("contoso.onmicrosoft.com")));
    let (id, app_id) = (text(&application["id"]), text(&application["appId"]));
    let wanted = json!({ "passwordCredential": { "displayName": "rbac", "endDateTime": "2130-11-21T20:15:39Z" } });
    let password = graph.post(&format!("applications/{id}/addPassword"), wanted).await.has_status(200).json();
    let secret = text(&password["secretText"]);
    assert_eq!((secret.len(), text(&password["hint"]), &password["displayName"]), (40, secret[..3].to_owned(), &json!("rbac")));
    is_sign_in_error(&sign_in(&azure, &app_id, &secret).await, 700_016);

    let principal = graph.post("servicePrincipals", json!({ "appId": app_id, "accountEnabled": true })).await.has_status(201).json();
    assert_eq!((&principal["servicePrincipalNames"], &principal["appOwnerOrganizationId"]), (&json!([app_id]), &json!(TENANT)));
    let object_id = text(&principal["id"]);
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, &object_id)).await.has_status(201);
    let token = text(&sign_in(&azure, &app_id, &secret).await.has_status(200).json()["access_token"]);
    azure.caller(&token).get(RG_SHARED).await.has_status(200);
    is_sign_in_error(&sign_in(&azure, &app_id, "wrong").await, 7_000_215);

    let shown = graph.get(&format!("applications/{id}")).await.json();
    assert_eq!(
        (&shown["passwordCredentials"][0]["secretText"], &shown["passwordCredentials"][0]["keyId"]),
        (&Value::Null, &password["keyId"])
    );
    is_made_again(&azure, &[&format!("applications/{id}"), &format!("servicePrincipals/{object_id}"), "applications", "servicePrincipals"])
        .await;
    graph.post(&format!("applications/{id}/removePassword"), json!({ "keyId": password["keyId"] })).await.has_status(204);
    is_sign_in_error(&sign_in(&azure, &app_id, &secret).await, 7_000_215);
    let again = graph.post(&format!("applications/{id}/removePassword"), json!({ "keyId": password["keyId"] })).await;
    again.is_refused(400, "Request_BadRequest");
}

#[tokio::test]
async fn a_deleted_principal_leaves_its_role_assignments_behind() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "ada");
    let application = graph.post("applications", json!({ "displayName": "short-lived" })).await.has_status(201).json();
    let (id, app_id) = (text(&application["id"]), text(&application["appId"]));
    let object_id = text(&graph.post("servicePrincipals", json!({ "appId": app_id })).await.has_status(201).json()["id"]);
    let assignment = role_assignment(RG_SHARED, 2);
    azure.owner().put(&assignment, grant(READER, &object_id)).await.has_status(201);
    azure.caller(&object_id).get(RG_SHARED).await.has_status(200);
    assert_eq!(graph.ids("me/ownedObjects").await.len(), 2, "who makes it owns it");
    assert_eq!(graph.ids(&format!("applications/{id}/owners")).await, [ADA]);

    graph.delete(&format!("applications/{id}")).await.has_status(204);
    for gone in [format!("applications/{id}"), format!("servicePrincipals/{object_id}")] {
        let answer = graph.get(&gone).await;
        answer.is_refused(404, "Request_ResourceNotFound");
    }
    azure.caller(&object_id).get(RG_SHARED).await.is_refused(401, "InvalidAuthenticationToken");
    assert_eq!(azure.owner().get(&assignment).await.has_status(200).json()["properties"]["principalId"], object_id);
    assert!(graph.ids("me/ownedObjects").await.is_empty());
    is_made_again(&azure, &["applications"]).await;
}

#[tokio::test]
async fn secrets_are_judged_on_the_worlds_clock() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let app = format!("applications(appId='{OWNER_APP}')");
    let now = azure.fetch("/_emulator/clock").await.json();
    let until = |hour: &str| json!({ "passwordCredential": { "endDateTime": format!("{}T{hour}:00:00Z", &text(&now["now"])[..10]) } });
    let tomorrow = json!({ "passwordCredential": { "displayName": "day" } });
    let day = text(&graph.post(&format!("{app}/addPassword"), tomorrow).await.has_status(200).json()["secretText"]);
    sign_in(&azure, OWNER_APP, &day).await.has_status(200);
    azure.advance("P731D").await;
    is_sign_in_error(&sign_in(&azure, OWNER_APP, &day).await, 7_000_222);
    sign_in(&azure, OWNER_APP, "owner-secret").await.has_status(200);
    graph.post(&format!("{app}/addPassword"), until("00")).await.is_refused(400, "Request_BadRequest");

    // `az ad app credential reset` takes all passwords away first, the world file's too.
    let shown = graph.get(&app).await.json();
    for password in shown["passwordCredentials"].as_array().unwrap() {
        graph.post(&format!("{app}/removePassword"), json!({ "keyId": password["keyId"] })).await.has_status(204);
    }
    is_sign_in_error(&sign_in(&azure, OWNER_APP, "owner-secret").await, 7_000_215);
    is_made_again(&azure, &[&app]).await;
}

#[tokio::test]
async fn users_are_made_changed_blocked_and_deleted() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "ada");
    let made = graph.post("users", user("grace")).await.has_status(201).json();
    assert_eq!(made.as_object().unwrap().keys().take(3).collect::<Vec<_>>(), ["@odata.context", "id", "businessPhones"]);
    let (id, name) = (text(&made["id"]), "grace@contoso.onmicrosoft.com");
    let password = |password: &'static str| {
        [
            ("grant_type", "password"),
            ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
            ("username", name),
            ("password", password),
            ("scope", "https://management.azure.com/.default"),
        ]
    };
    azure.post_form(&token_endpoint(), &password("Passw0rd")).await.has_status(200);
    let changes = json!({ "displayName": "Grace", "jobTitle": "Admiral", "passwordProfile": { "password": "Another-1" } });
    graph.patch(&format!("users/{name}"), changes).await.has_status(204);
    is_sign_in_error(&azure.post_form(&token_endpoint(), &password("Passw0rd")).await, 50_126);
    azure.post_form(&token_endpoint(), &password("Another-1")).await.has_status(200);
    let shown = graph.get(&format!("users/{id}")).await.json();
    assert_eq!((&shown["displayName"], &shown["jobTitle"]), (&json!("Grace"), &json!("Admiral")));
    graph.patch(&format!("users/{id}"), json!({ "accountEnabled": false })).await.has_status(204);
    is_sign_in_error(&azure.post_form(&token_endpoint(), &password("Another-1")).await, 50_057);
    is_made_again(&azure, &["users", &format!("users/{id}?$select=accountEnabled,createdDateTime,mailNickname")]).await;
    graph.patch(&format!("users/{id}"), json!({ "userPrincipalName": "hopper@contoso.onmicrosoft.com" })).await.has_status(204);
    graph.get(&format!("users/{name}")).await.is_refused(404, "Request_ResourceNotFound");
    graph.delete("users/hopper@contoso.onmicrosoft.com").await.has_status(204);
    graph.delete(&format!("users/{id}")).await.is_refused(404, "Request_ResourceNotFound");
    graph.post("users", user("grace")).await.has_status(201);
}

#[tokio::test]
async fn groups_have_members_of_every_sort_and_a_grant_reaches_them() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let linking = azure.owner().put(&factory(RG_SHARED, "adf-graph"), factory_with_identity()).await.has_status(200).json();
    let identity = text(&linking["identity"]["principalId"]);
    let mut body = group("operators");
    body["members@odata.bind"] = json!([format!("{}/graph/v1.0/users/ada@contoso.onmicrosoft.com", azure.url())]);
    body["owners@odata.bind"] = json!([format!("{}/graph/v1.0/users('{ADA}')", azure.url())]);
    let outer = text(&graph.post("groups", body).await.has_status(201).json()["id"]);
    let inner = text(&graph.post("groups", group("robots")).await.has_status(201).json()["id"]);
    for (of, member) in [(&outer, &inner), (&inner, &identity)] {
        let path = format!("groups/{of}/members/$ref");
        graph.post(&path, reference(&azure, member)).await.has_status(204);
        let again = graph.post(&path, reference(&azure, member)).await;
        again
            .is_refused(400, "Request_BadRequest")
            .says("One or more added object references already exist for the following modified properties: 'members'.");
    }
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    let members = graph.get(&format!("groups/{outer}/members")).await.has_status(200).json();
    assert_eq!(members["@odata.context"], format!("{}/graph/v1.0/$metadata#directoryObjects", azure.url()));
    assert_eq!(graph.ids(&format!("groups/{outer}/members")).await, sorted(vec![ADA.to_owned(), inner.clone()]));
    assert_eq!(
        graph.ids(&format!("groups/{outer}/transitiveMembers")).await,
        sorted(vec![ADA.to_owned(), inner.clone(), identity.clone()])
    );
    assert_eq!(graph.ids(&format!("groups/{outer}/members/microsoft.graph.user")).await, [ADA]);
    assert_eq!(graph.ids(&format!("groups/{outer}/owners")).await, [ADA]);
    assert_eq!(graph.ids(&format!("servicePrincipals/{identity}/memberOf")).await, std::slice::from_ref(&inner));
    assert_eq!(graph.ids(&format!("servicePrincipals/{identity}/transitiveMemberOf")).await, sorted(vec![inner.clone(), outer.clone()]));
    let held = graph.post(&format!("users/{ADA}/getMemberGroups"), json!({ "securityEnabledOnly": false })).await.has_status(200).json();
    assert_eq!(held["@odata.context"], format!("{}/graph/v1.0/$metadata#Collection(Edm.String)", azure.url()));
    assert_eq!(held["value"].as_array().unwrap().len(), 2);
    let ask = json!({ "groupIds": [outer, ENGINEERS] });
    let checked = graph.post(&format!("directoryObjects/{identity}/checkMemberGroups"), ask).await.has_status(200).json();
    assert_eq!(checked["value"], json!([outer]));

    azure.caller(&identity).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    azure.owner().put(&role_assignment(RG_SHARED, 3), grant(READER, &outer)).await.has_status(201);
    azure.caller(&identity).get(RG_SHARED).await.has_status(200);
    is_made_again(&azure, &["groups", &format!("groups/{inner}/members"), &format!("groups/{outer}/owners")]).await;
    graph.delete(&format!("groups/{inner}/members/{identity}/$ref")).await.has_status(204);
    graph.delete(&format!("groups/{inner}/members/{identity}/$ref")).await.is_refused(404, "Request_ResourceNotFound");
    azure.caller(&identity).get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    graph.patch(&format!("groups/{inner}"), json!({ "description": "no robots", "displayName": "people" })).await.has_status(204);
    assert_eq!(graph.get(&format!("groups/{inner}")).await.json()["description"], "no robots");
    graph.delete(&format!("groups/{inner}")).await.has_status(204);
    assert_eq!(graph.ids(&format!("groups/{outer}/members")).await, [ADA]);
    is_made_again(&azure, &["groups"]).await;
}

#[tokio::test]
async fn an_application_says_of_itself_what_it_was_told() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let web = json!({ "homePageUrl": "https://x", "redirectUris": ["http://localhost/a"] });
    let body = json!({ "displayName": "web", "identifierUris": ["api://web"], "signInAudience": "AzureADMyOrg", "web": web });
    let id = text(&graph.post("applications", body.clone()).await.has_status(201).json()["id"]);
    let path = format!("applications/{id}");
    graph.patch(&path, json!({ "web": { "homePageUrl": null }, "tags": ["t"] })).await.has_status(204);
    let shown = graph.get(&path).await.json();
    assert_eq!(shown["web"]["redirectUris"], json!(["http://localhost/a"]));
    assert_eq!((&shown["web"]["homePageUrl"], &shown["web"]["logoutUrl"], &shown["tags"]), (&Value::Null, &Value::Null, &json!(["t"])));
    assert_eq!(shown["api"]["requestedAccessTokenVersion"], Value::Null);
    let taken = graph.post("applications", json!({ "displayName": "other", "identifierUris": ["api://WEB"] })).await;
    taken.is_refused(400, "Request_BadRequest").says("Another object with the same value for property identifierUris already exists.");
    assert_eq!(taken.json()["error"]["details"][0]["code"], "ObjectConflict");
    assert_eq!(graph.ids("applications?$filter=identifierUris/any(s:s%20eq%20'api://web')").await, std::slice::from_ref(&id));
    let sp = graph.post("servicePrincipals", json!({ "appId": shown["appId"] })).await.has_status(201).json();
    assert_eq!(graph.ids("servicePrincipals?$filter=servicePrincipalNames/any(c:c%20eq%20'api://web')").await, [text(&sp["id"])]);
    graph.patch(&path, json!({ "displayName": "renamed" })).await.has_status(204);
    assert_eq!(graph.get(&format!("servicePrincipals/{}", text(&sp["id"]))).await.json()["displayName"], "renamed");
    // `az ad app update --set` sends the whole object back.
    let whole = graph.get(&path).await.json();
    graph.patch(&path, whole.clone()).await.has_status(204);
    assert_eq!(graph.get(&path).await.json(), whole);
    is_made_again(&azure, &[&path]).await;
}

#[tokio::test]
async fn federated_credentials_let_a_workload_in() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let stranger = "33333333-3333-3333-3333-000000000006";
    let path = format!("applications(appId='{stranger}')/federatedIdentityCredentials");
    let issuer = format!("{}/_emulator/oidc", azure.url());
    let body = json!({ "name": "ci", "issuer": issuer, "subject": "repo:a/b", "audiences": ["api://AzureADTokenExchange"] });
    let made = graph.post(&path, body.clone()).await.has_status(201).json();
    assert!(text(&made["@odata.context"]).ends_with("/federatedIdentityCredentials/$entity"));
    graph.post(&path, body).await.is_refused(400, "Request_BadRequest");
    let asked = json!({ "subject": "repo:a/b", "audience": "api://AzureADTokenExchange" });
    let assertion = text(&azure.control(Method::POST, "oidc/token", &asked).await.has_status(200).json()["token"]);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", stranger),
        ("scope", "https://management.azure.com/.default"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    azure.post_form(&token_endpoint(), &form).await.has_status(200);
    graph.patch(&format!("{path}/ci"), json!({ "subject": "repo:a/c", "description": "d" })).await.has_status(204);
    is_sign_in_error(&azure.post_form(&token_endpoint(), &form).await, 700_213);
    let shown = graph.get(&format!("{path}/{}", text(&made["id"]))).await.has_status(200).json();
    assert_eq!((&shown["name"], &shown["subject"], &shown["description"]), (&json!("ci"), &json!("repo:a/c"), &json!("d")));
    is_made_again(&azure, &[&path, "applications(appId='33333333-3333-3333-3333-000000000001')/federatedIdentityCredentials/"]).await;
    graph.delete(&format!("{path}/ci")).await.has_status(204);
    graph.get(&format!("{path}/ci")).await.is_refused(404, "Request_ResourceNotFound");
    // What the world file has is there too, by the id made from what it says.
    let of_owner = graph.get("beta/applications(appId='33333333-3333-3333-3333-000000000001')/federatedIdentityCredentials").await.json();
    assert_eq!((of_owner["value"][0]["issuer"].clone(), of_owner["value"][0]["subject"].clone()), (json!(issuer), json!("ci")));
}

#[tokio::test]
async fn only_members_and_applications_that_may_change_anything() {
    let azure = Azure::start().await;
    let before = azure.export();
    for caller in ["eve", "reader", "contributor", "77777777-7777-7777-7777-000000000001"] {
        let graph = Asker(&azure, caller);
        for answer in [
            graph.post("users", user("mallory")).await,
            graph.post("groups", group("g")).await,
            graph.post("applications", json!({ "displayName": "a" })).await,
            graph.post("servicePrincipals", json!({})).await,
            graph.patch(&format!("users/{ADA}"), json!({ "displayName": "x" })).await,
            graph.delete(&format!("groups/{ENGINEERS}")).await,
            graph.post(&format!("groups/{ENGINEERS}/members/$ref"), reference(&azure, EVE)).await,
            graph.post(&format!("applications(appId='{OWNER_APP}')/addPassword"), json!({})).await,
            graph.post("applications/x/addKey", json!({})).await,
        ] {
            let refused = answer.is_refused(403, "Authorization_RequestDenied");
            refused.says("Insufficient privileges to complete the operation.");
        }
    }
    assert_eq!(azure.export(), before);
    // A guest reads nobody's groups but its own.
    let guest = Asker(&azure, "eve");
    guest.get(&format!("users/{ADA}/memberOf")).await.is_refused(403, "Authorization_RequestDenied").by_rule("guest-shares-by-identity");
    guest.get(&format!("groups/{ENGINEERS}/members")).await.is_refused(403, "Authorization_RequestDenied");
    guest.get("me/memberOf").await.has_status(200);
    // Managed identities read, and belong to their resources.
    let identity = "servicePrincipals/77777777-7777-7777-7777-000000000001";
    let owner = Asker(&azure, "owner");
    owner.delete(identity).await.is_refused(403, "Authorization_RequestDenied");
    owner.post(&format!("{identity}/addPassword"), json!({})).await.is_refused(403, "Authorization_RequestDenied");
}

#[tokio::test]
async fn what_graph_refuses_changes_nothing() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let before = azure.export();
    let without = |mut body: Value, name: &str| {
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let bad = "Request_BadRequest";
    refuses(&graph, &[
        ("users", without(user("u"), "displayName"), bad, "A value is required for property 'displayName' of resource 'User'."),
        ("users", with(user("u"), "displayName", json!(1)), bad, "Invalid value specified for property 'displayName' of resource 'User'."),
        ("users", with(user("u"), "colour", json!("red")), bad, "Invalid property 'colour'."),
        ("users", user("ada"), bad, "Another object with the same value for property userPrincipalName already exists."),
        (
            "users",
            with(user("u"), "userPrincipalName", json!("u@example.com")),
            bad,
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
        ),
        (
            "users",
            with(user("u"), "userPrincipalName", json!("u")),
            bad,
            "Invalid value specified for property 'userPrincipalName' of resource 'User'.",
        ),
        (
            "users",
            with(user("u"), "passwordProfile", json!({ "password": "simple" })),
            bad,
            "The specified password does not comply with password complexity requirements. Please provide a different password.",
        ),
        ("groups", without(group("g"), "mailNickname"), bad, "A value is required for property 'mailNickname' of resource 'Group'."),
        ("groups", with(group("g"), "members@odata.bind", json!(["x"])), bad, "Invalid URL format specified in payload."),
    ]).await;
    for (path, body) in [
        ("groups", with(group("g"), "mailEnabled", json!(true))),
        ("groups", with(group("g"), "groupTypes", json!(["Unified"]))),
        ("groups", with(group("g"), "membershipRule", json!("user.department -eq \"x\""))),
    ] {
        graph.post(path, body).await.is_refused(501, "NotEmulated");
    }
    for path in [format!("groups/{ENGINEERS}/members/$ref"), format!("applications(appId='{OWNER_APP}')/owners/$ref")] {
        graph.post(&path, reference(&azure, "44444444-4444-4444-4444-000000000009")).await.is_refused(404, "Request_ResourceNotFound");
        graph.post(&path, json!({ "@odata.id": "nowhere" })).await.is_refused(400, bad);
    }
    graph.post(&format!("groups/{ENGINEERS}/members/$ref"), reference(&azure, ENGINEERS)).await.is_refused(400, bad);
    graph.delete(&format!("groups/{ENGINEERS}/members/{EVE}/$ref")).await.is_refused(404, "Request_ResourceNotFound");
    assert_eq!(azure.export(), before);
}

#[tokio::test]
async fn what_graph_refuses_of_applications_changes_nothing() {
    let azure = Azure::start().await;
    let graph = Asker(&azure, "owner");
    let (before, bad) = (azure.export(), "Request_BadRequest");
    refuses(&graph, &[
        ("applications", json!({}), bad, "A value is required for property 'displayName' of resource 'Application'."),
        (
            "applications",
            json!({ "displayName": "x".repeat(257) }),
            bad,
            "Invalid value specified for property 'displayName' of resource 'Application'.",
        ),
        ("applications", json!({ "displayName": "x", "keyCredentials": [{ "key": "?" }] }), bad, "Key value is invalid certificate"),
        (
            "servicePrincipals",
            json!({ "appId": "88888888-8888-4888-8888-888888888888" }),
            bad,
            "The appId '88888888-8888-4888-8888-888888888888' of the service principal does not reference a valid application object.",
        ),
        (
            "servicePrincipals",
            json!({ "appId": OWNER_APP }),
            "Request_MultipleObjectsWithSameKeyValue",
            "The service principal cannot be created, updated, or restored because the service principal name 33333333-3333-3333-3333-000000000001 is already in use.",
        ),
        (
            "servicePrincipals",
            json!({ "appId": "33333333-3333-3333-3333-000000000009" }),
            "Authorization_RequestDenied",
            "When using this permission, the backing application of the service principal being created must in the local tenant",
        ),
        (
            "users",
            json!([]),
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        ),
        ("users", Value::Null, "BadRequest", "Empty Payload. JSON content expected."),
    ]).await;
    assert_eq!(azure.export(), before);
}

/// Each POST is refused with this code and message.
async fn refuses(graph: &Asker<'_>, cases: &[(&str, Value, &str, &str)]) {
    for (path, body, code, message) in cases {
        let answer = graph.post(path, body.clone()).await;
        assert!(answer.status() >= 400, "{path} {body}");
        assert_eq!((answer.code(), &answer.json()["error"]["message"]), ((*code).to_owned(), &json!(message)), "{path} {body}");
    }
}

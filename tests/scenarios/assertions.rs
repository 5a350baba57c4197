//! A workload without a secret: it gets a token from the emulator's own issuer and trades it for one of Azure's.
//!
//! Follows <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>. Certificates are tested beside
//! the code, where keys can be made.

use adf_emulator_tests::{Azure, RG_LINKED, TENANT};
use reqwest::Method;
use serde_json::{Value, json};

const APP: &str = "33333333-3333-3333-3333-000000000001";
const AUDIENCE: &str = "api://AzureADTokenExchange";

async fn world() -> Azure {
    let credential = json!({ "issuer": "self", "subject": "ci", "audiences": [AUDIENCE] });
    let principal = json!({ "name": "owner", "type": "ServicePrincipal", "appId": APP, "federatedCredentials": [credential] });
    let subscription = json!({ "id": "22222222-2222-2222-2222-222222222222", "displayName": "s" });
    Azure::with_world(&json!({ "tenants": [{ "id": TENANT, "displayName": "Contoso", "domain": "contoso.onmicrosoft.com",
        "principals": [principal], "subscriptions": [subscription] }],
        "roleAssignments": [{ "principal": "owner", "role": "Owner", "scope": "/subscriptions/22222222-2222-2222-2222-222222222222" }] }))
    .await
}

async fn assertion(azure: &Azure, subject: &str) -> String {
    let answer = azure.control(Method::POST, "oidc/token", &json!({ "subject": subject, "audience": AUDIENCE })).await;
    answer.has_status(200).json()["token"].as_str().unwrap().to_owned()
}

fn form(assertion: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("scope", "https://management.azure.com/.default"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ]
}

#[tokio::test]
async fn a_token_of_our_own_issuer_signs_an_application_in() {
    let azure = world().await;
    let endpoint = format!("/{TENANT}/oauth2/v2.0/token");
    let token = assertion(&azure, "ci").await;
    let answer = azure.post_form(&endpoint, &form(&token)).await.has_status(200).json();
    let groups = "/subscriptions/22222222-2222-2222-2222-222222222222/resourcegroups";
    azure.caller(answer["access_token"].as_str().unwrap()).get(groups).await.has_status(200);
    azure.caller(&token).get(groups).await.is_refused(401, "InvalidAuthenticationToken");

    let other = azure.post_form(&endpoint, &form(&assertion(&azure, "CI").await)).await.has_status(401).json();
    assert_eq!((&other["error"], &other["error_codes"][0]), (&json!("invalid_client"), &json!(700_213)));
    let foreign = assertion(&Azure::start().await, "ci").await;
    let foreign = azure.post_form(&endpoint, &form(&foreign)).await.has_status(401).json();
    assert_eq!(foreign["error_codes"][0], 700_211);

    let found = azure.fetch("/_emulator/oidc/.well-known/openid-configuration").await.has_status(200).json();
    assert_eq!(found["issuer"], format!("{}/_emulator/oidc", azure.url()));
    assert_eq!(azure.fetch("/_emulator/oidc/keys").await.has_status(200).json()["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn each_world_is_an_issuer_of_its_own() {
    let azure = world().await;
    let opened = azure.control(Method::POST, "worlds", &json!({ "from": "start" })).await.has_status(201).json();
    let other = opened["http"].as_str().unwrap().to_owned();
    let there = async |path: &str| azure.client().get(format!("{other}{path}")).send().await.unwrap().json::<Value>().await.unwrap();
    let found = there("/_emulator/oidc/.well-known/openid-configuration").await;
    assert_eq!(found["issuer"], format!("{other}/_emulator/oidc"));
    let keys = azure.fetch("/_emulator/oidc/keys").await.json();
    assert_ne!(keys["keys"][0]["kid"], there("/_emulator/oidc/keys").await["keys"][0]["kid"]);
    assert_ne!(keys["keys"][0]["kid"], azure.fetch("/common/discovery/keys").await.json()["keys"][0]["kid"]);

    let asked = azure.client().post(format!("{other}/_emulator/oidc/token")).json(&json!({ "subject": "ci", "audience": AUDIENCE }));
    let foreign = asked.send().await.unwrap().json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
    let endpoint = format!("/{TENANT}/oauth2/v2.0/token");
    let refused = azure.post_form(&endpoint, &form(&foreign)).await.has_status(401).json();
    assert_eq!(refused["error_codes"][0], 700_211);
    let own = assertion(&azure, "ci").await;
    let send = async |url: &str, token: &str| {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form(token)).finish();
        let request = azure.client().post(format!("{url}{endpoint}")).header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!((send(&other, &foreign).await, send(&other, &own).await, send(azure.url(), &own).await), (200, 401, 200));
    azure.control(Method::POST, "reset", &json!({})).await.has_status(204);
    assert_eq!(send(azure.url(), &own).await, 200);
}

#[tokio::test]
async fn our_own_issuer_wants_a_subject_and_an_audience() {
    let azure = Azure::start().await;
    for (body, target) in [
        (json!({ "audience": "a" }), "subject"),
        (json!({ "subject": "a", "audience": "" }), "audience"),
        (json!({ "subject": "a", "audience": ["a"] }), "audience"),
        (json!({ "subject": "a", "audience": "a", "expiresIn": 0 }), "expiresIn"),
        (json!({ "subject": "a", "audience": "a", "expiresIn": "PT1H" }), "expiresIn"),
        (json!({ "subject": "a", "audience": "a", "issuer": "i" }), "issuer"),
    ] {
        let refused = azure.control(Method::POST, "oidc/token", &body).await.has_status(400).json();
        assert_eq!(refused["error"]["target"], Value::from(target), "{body}");
    }
}

#[tokio::test]
async fn a_workload_signs_in_as_a_user_assigned_identity() {
    let azure = Azure::start().await;
    let path = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let (all, one) = (format!("{path}/federatedIdentityCredentials"), format!("{path}/federatedIdentityCredentials/ci-main"));
    let issuer = format!("{}/_emulator/oidc", azure.url());
    let properties = json!({ "issuer": issuer, "subject": "ci", "audiences": [AUDIENCE] });
    let body = json!({ "properties": properties });
    assert_eq!(azure.owner().get(&all).await.has_status(200).json()["value"], json!([]));
    azure.owner().get(&one).await.is_refused(404, "ResourceNotFound");
    azure.caller("reader").put(&one, body.clone()).await.is_refused(403, "AuthorizationFailed");
    azure.owner().put(&one.replace("uai-default", "nobody"), body.clone()).await.is_refused(404, "ParentResourceNotFound");
    let made = azure.owner().put(&one, body.clone()).await;
    let printed = one.replace("resourceGroups", "resourcegroups");
    assert_eq!(made.has_status(201).header("location"), Some(&*printed));
    let kind = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";
    let expected = json!({ "id": printed, "name": "ci-main", "type": kind, "properties": properties });
    assert_eq!(made.has_status(201).json(), expected);
    assert_eq!(azure.owner().put(&one, body.clone()).await.has_status(200).json(), expected);
    assert_eq!(azure.owner().get(&one).await.has_status(200).json(), expected);
    assert_eq!(azure.owner().get(&all).await.has_status(200).json(), json!({ "value": [expected] }));

    let client = "33333333-3333-3333-3333-000000000101";
    let endpoint = format!("/{TENANT}/oauth2/v2.0/token");
    let sign_in = async |azure: &Azure, subject: &str| {
        let token = assertion(azure, subject).await;
        let mut form = form(&token);
        form.retain(|(name, _)| *name != "client_id");
        form.push(("client_id", client));
        azure.post_form(&endpoint, &form).await
    };
    let token = sign_in(&azure, "ci").await.has_status(200).json()["access_token"].as_str().unwrap().to_owned();
    azure.caller(&token).get(&path).await.has_status(200);
    assert_eq!(sign_in(&azure, "other").await.has_status(401).json()["error_codes"][0], 700_213);

    let world: Value = serde_json::from_str(&azure.export()).unwrap();
    let again = Azure::with_world(&world).await;
    assert_eq!(again.owner().get(&one).await.has_status(200).json(), expected);
    assert_eq!(again.export(), azure.export());
    azure.owner().delete(&one).await.has_status(200);
    azure.owner().delete(&one).await.has_status(204);
    assert_eq!(sign_in(&azure, "ci").await.has_status(401).json()["error_codes"][0], 700_211);
    again.owner().delete(&path).await.has_status(200);
    again.owner().get(&all).await.is_refused(404, "ResourceNotFound");
}

//! Users sign in with a password, and their clients trade refresh tokens for more, also in other tenants and for Graph.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc> and
//! <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use adf_emulator::config::{Authentication, Config};
use adf_emulator_tests::{Answer, Azure, RG_SHARED, TENANT};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const ADA: &str = "55555555-5555-5555-5555-000000000001";
const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
/// The client of the Azure CLI, which no world has to declare.
const AZ: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const POWERSHELL: &str = "1950a258-227b-4e31-a9cf-717495945fc2";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
const SCOPE: &str = "https://management.core.windows.net//.default openid profile offline_access";

fn ada<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("grant_type", "password"),
        ("client_id", AZ),
        ("scope", SCOPE),
        ("username", "Ada@contoso.onmicrosoft.com"),
        ("password", "ada-password"),
        ("client_info", "1"),
    ];
    form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    form.extend_from_slice(changes);
    form
}

fn refresh<'a>(token: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("grant_type", "refresh_token"), ("client_id", AZ), ("scope", SCOPE), ("refresh_token", token)];
    form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    form.extend_from_slice(changes);
    form
}

async fn ask(azure: &Azure, tenant: &str, form: &[(&str, &str)]) -> Answer {
    azure.post_form(&format!("/{tenant}/oauth2/v2.0/token"), form).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no '{name}' in {value}"))
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn claims(token: &str) -> Value {
    decoded(token.split('.').nth(1).unwrap())
}

fn is_refused(answer: &Answer, error: &str, number: u64) {
    let body = answer.has_status(400).json();
    assert_eq!((body["error"].as_str(), body["error_codes"][0].as_u64()), (Some(error), Some(number)), "{body}");
}

#[tokio::test]
async fn a_user_signs_in_with_a_password_and_calls() {
    let azure = Azure::with(Config { authentication: Authentication::Strict, ..Config::embedded() }).await;
    for tenant in [TENANT, "organizations", "contoso.onmicrosoft.com"] {
        let answer = ask(&azure, tenant, &ada(&[])).await.has_status(200).json();
        let token = claims(text(&answer, "access_token"));
        let issuer = format!("https://sts.windows.net/{TENANT}/");
        for (name, value) in [
            ("aud", json!("https://management.core.windows.net/")),
            ("iss", json!(issuer)),
            ("idp", json!(issuer)),
            ("appid", json!(AZ)),
            ("appidacr", json!("0")),
            ("idtyp", json!("user")),
            ("scp", json!("user_impersonation")),
            ("upn", json!("ada@contoso.onmicrosoft.com")),
            ("unique_name", json!("ada@contoso.onmicrosoft.com")),
            ("oid", json!(ADA)),
            ("tid", json!(TENANT)),
            ("groups", json!([ENGINEERS])),
        ] {
            assert_eq!(token[name], value, "{name}");
        }
        let id = claims(text(&answer, "id_token"));
        assert_eq!((&id["aud"], &id["ver"], &id["preferred_username"]), (&json!(AZ), &json!("2.0"), &json!("ada@contoso.onmicrosoft.com")));
        assert_eq!(id["iss"], format!("{}/{TENANT}/v2.0", azure.url()));
        assert_eq!(decoded(text(&answer, "client_info")), json!({ "uid": ADA, "utid": TENANT }));
        assert_eq!((&answer["foci"], &answer["expires_in"]), (&json!("1"), &json!(3599)));
        assert!(text(&answer, "scope").contains("https://management.core.windows.net//.default"));
        azure
            .caller(text(&answer, "access_token"))
            .get(&format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories"))
            .await
            .has_status(200);
        azure.caller(text(&answer, "id_token")).get(RG_SHARED).await.is_refused(401, "InvalidAuthenticationToken");
    }
    let least = ask(&azure, TENANT, &ada(&[("scope", "https://management.azure.com/.default"), ("client_info", "")])).await;
    let least = least.has_status(200).json();
    assert!(["refresh_token", "id_token", "client_info"].iter().all(|name| least.get(name).is_none()), "{least}");

    let adfs = azure.fetch("/adfs/.well-known/openid-configuration").await.has_status(200).json();
    assert_eq!(adfs["token_endpoint"], format!("{}/adfs/oauth2/token/", azure.url()));
    azure.post_form("/adfs/oauth2/token/", &ada(&[])).await.has_status(200);
    let realm = azure.fetch("/common/userrealm/ada%40contoso.onmicrosoft.com?api-version=1.0").await.has_status(200).json();
    assert_eq!((&realm["account_type"], &realm["domain_name"]), (&json!("Managed"), &json!("contoso.onmicrosoft.com")));
    // A path is decoded once.
    let realm = azure.fetch("/common/userrealm/ada%40contoso%2525.example").await.has_status(200).json();
    assert_eq!(realm["domain_name"], "contoso%25.example");
    let v1 = ada(&[("scope", ""), ("resource", "https://management.azure.com/")]);
    let v1 = azure.post_form("/common/oauth2/token", &v1).await.has_status(200).json();
    assert_eq!((text(&v1, "scope"), text(&v1, "expires_in")), ("user_impersonation", "3599"));
    text(&v1, "refresh_token");
}

#[tokio::test]
async fn what_is_wrong_with_a_user_is_said_as_entra_says_it() {
    let world = json!({ "tenants": [
        { "id": TENANT, "displayName": "Contoso", "domain": "contoso.onmicrosoft.com", "principals": [
            { "name": "owner", "type": "ServicePrincipal", "appId": OWNER_APP, "secret": "owner-secret" },
            { "name": "ada", "type": "User", "objectId": ADA, "userPrincipalName": "ada@contoso.onmicrosoft.com", "password": "ada-password" },
            { "name": "bob", "type": "User", "userPrincipalName": "bob@contoso.onmicrosoft.com" },
            { "name": "dan", "type": "User", "userPrincipalName": "dan@contoso.onmicrosoft.com", "password": "p", "disabled": true }] },
        { "id": FABRIKAM, "displayName": "Fabrikam", "domain": "fabrikam.onmicrosoft.com", "principals": [] }] });
    let azure = Azure::with_world(&world).await;
    for (changes, error, number) in [
        (vec![("username", "nobody@contoso.onmicrosoft.com")], "invalid_grant", 50034),
        (vec![("username", "bob@contoso.onmicrosoft.com")], "invalid_grant", 50126),
        (vec![("password", "wrong")], "invalid_grant", 50126),
        (vec![("username", "dan@contoso.onmicrosoft.com"), ("password", "p")], "invalid_grant", 50057),
        (vec![("username", "")], "invalid_request", 900_144),
        (vec![("password", "")], "invalid_request", 900_144),
        (vec![("scope", "")], "invalid_request", 900_144),
        (vec![("client_id", "")], "invalid_request", 900_144),
        (vec![("client_id", "nobody")], "unauthorized_client", 700_016),
        (vec![("scope", "https://a.azure.com/b https://c.azure.com/d")], "invalid_scope", 70011),
        (vec![("scope", "https://unknown.example/.default")], "invalid_resource", 500_011),
        (vec![("claims", "{")], "invalid_request", 90013),
    ] {
        is_refused(&ask(&azure, TENANT, &ada(&changes)).await, error, number);
    }
    is_refused(&ask(&azure, FABRIKAM, &ada(&[])).await, "invalid_grant", 50020);
    ask(&azure, TENANT, &ada(&[("client_id", OWNER_APP), ("client_secret", "wrong")])).await.has_status(401);
    ask(&azure, TENANT, &ada(&[("client_id", OWNER_APP), ("client_secret", "owner-secret")])).await.has_status(200);
    let public = ask(&azure, TENANT, &ada(&[("client_id", OWNER_APP)])).await.has_status(200).json();
    assert!(public.get("foci").is_none());
}

#[tokio::test]
async fn a_refresh_token_is_used_many_times_and_everywhere() {
    let azure = Azure::start().await;
    let first = ask(&azure, "organizations", &ada(&[])).await.has_status(200).json();
    let token = text(&first, "refresh_token");
    let graph = format!("{}/graph//.default offline_access openid profile", azure.url());
    let for_graph = ask(&azure, TENANT, &refresh(token, &[("scope", &graph)])).await.has_status(200).json();
    let me = azure.fetch_as(text(&for_graph, "access_token"), "/graph/v1.0/me").await.has_status(200).json();
    assert_eq!(me["id"], ADA);
    let second = ask(&azure, TENANT, &refresh(token, &[])).await.has_status(200).json();
    assert_ne!(text(&second, "refresh_token"), token);
    for token in [token, text(&second, "refresh_token"), text(&for_graph, "refresh_token")] {
        let again = ask(&azure, TENANT, &refresh(token, &[("scope", "")])).await.has_status(200).json();
        text(&again, "refresh_token");
    }
    ask(&azure, TENANT, &refresh(token, &[("client_id", POWERSHELL)])).await.has_status(200);
    is_refused(&ask(&azure, TENANT, &refresh(token, &[("client_id", OWNER_APP)])).await, "invalid_grant", 70000);
    is_refused(&ask(&azure, TENANT, &refresh("1.Awrong", &[])).await, "invalid_grant", 70000);
    is_refused(&ask(&azure, TENANT, &refresh("", &[])).await, "invalid_request", 900_144);
    is_refused(&ask(&azure, FABRIKAM, &refresh(token, &[])).await, "invalid_grant", 50020);
    let other = Azure::start().await;
    is_refused(&ask(&other, TENANT, &refresh(token, &[])).await, "invalid_grant", 70000);

    azure.advance("P89D").await;
    let fresh = ask(&azure, TENANT, &refresh(token, &[])).await.has_status(200).json();
    azure.advance("P2D").await;
    is_refused(&ask(&azure, TENANT, &refresh(token, &[])).await, "invalid_grant", 700_082);
    ask(&azure, TENANT, &refresh(text(&fresh, "refresh_token"), &[])).await.has_status(200);
    azure.control(reqwest::Method::POST, "reset", &json!({})).await;
    is_refused(&ask(&azure, TENANT, &refresh(text(&fresh, "refresh_token"), &[])).await, "invalid_grant", 70000);
}

#[tokio::test]
async fn a_guest_signs_in_at_home_and_gets_tokens_of_the_other_tenant() {
    let home = "77777777-7777-7777-7777-0000000000e1";
    let world = json!({ "tenants": [
        { "id": TENANT, "displayName": "Contoso", "domain": "contoso.onmicrosoft.com", "principals": [
            { "name": "eve", "type": "User", "objectId": ADA, "guest": true, "homeTenant": FABRIKAM,
              "userPrincipalName": "eve_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com", "password": "eve-password" }] },
        { "id": FABRIKAM, "displayName": "Fabrikam", "domain": "fabrikam.onmicrosoft.com", "principals": [
            { "name": "eve-at-home", "type": "User", "objectId": home, "userPrincipalName": "eve@fabrikam.onmicrosoft.com", "password": "p" }] }] });
    let azure = Azure::with_world(&world).await;
    let eve = ada(&[("username", "eve@fabrikam.onmicrosoft.com"), ("password", "p")]);
    let at_home = ask(&azure, "organizations", &eve).await.has_status(200).json();
    assert_eq!(claims(text(&at_home, "access_token"))["oid"], home);
    let form = refresh(text(&at_home, "refresh_token"), &[("client_info", "1")]);
    let as_guest = ask(&azure, TENANT, &form).await.has_status(200).json();
    let token = claims(text(&as_guest, "access_token"));
    assert_eq!((&token["oid"], &token["tid"]), (&json!(ADA), &json!(TENANT)));
    assert_eq!(token["idp"], format!("https://sts.windows.net/{FABRIKAM}/"));
    assert_eq!(as_guest["client_info"], at_home["client_info"]);
    let guest = ada(&[("username", "eve_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com"), ("password", "eve-password")]);
    ask(&azure, TENANT, &guest).await.has_status(200);
}

//! An application finds the emulator, signs in with its secret, calls Resource Manager, and finds out why when it cannot.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

use adf_emulator::config::{Authentication, Config, KeptIn};
use adf_emulator_tests::{Answer, Azure, RG_FABRIKAM, RG_SHARED, TENANT};
use serde_json::Value;

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
const ARM: &str = "https://management.azure.com/.default";

fn factories(group: &str) -> String {
    format!("{group}/providers/Microsoft.DataFactory/factories")
}

fn strict() -> Config {
    Config { authentication: Authentication::Strict, ..Config::embedded() }
}

fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("grant_type", "client_credentials"), ("client_id", OWNER_APP), ("client_secret", "owner-secret"), ("scope", ARM)];
    form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    form.extend_from_slice(changes);
    form
}

#[tokio::test]
async fn discovery_gives_urls_of_the_clients_own_origin() {
    let azure = Azure::start().await;
    let url = azure.url();
    let one = azure.fetch("/metadata/endpoints?api-version=2022-09-01").await.has_status(200).json();
    assert_eq!(one["resourceManager"], url);
    assert_eq!(one["authentication"]["loginEndpoint"], url);
    assert_eq!(one["microsoftGraphResourceId"], format!("{url}/graph/"));
    let list = azure.fetch("//metadata/endpoints/?api-version=2019-05-01").await.has_status(200).json();
    assert_eq!(list[0], one);
    let flat = azure.fetch("/metadata/endpoints?api-version=2015-01-01").await.has_status(200).json();
    assert_eq!(flat["graphEndpoint"], format!("{url}/graph/"));
    azure.fetch("/metadata/endpoints").await.is_refused(400, "MissingApiVersionParameter");
    azure.fetch("/metadata/endpoints?api-version=newest").await.is_refused(400, "InvalidApiVersionParameter");

    for tenant in [TENANT, "contoso.onmicrosoft.com", "common", "organizations"] {
        let found = azure.fetch(&format!("/{tenant}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(found.header("strict-transport-security"), None);
        let found = found.has_status(200).json();
        assert!(found["issuer"].as_str().unwrap().starts_with(url));
        assert_eq!(found["token_endpoint"], format!("{url}/{tenant}/oauth2/v2.0/token"));
        let keys = found["jwks_uri"].as_str().unwrap().strip_prefix(url).unwrap().to_owned();
        assert_eq!(azure.fetch(&keys).await.has_status(200).json()["keys"][0]["kty"], "RSA");
        azure.fetch(&format!("/{tenant}/.well-known/openid-configuration")).await.has_status(200);
        azure.fetch(&format!("/{tenant}/discovery/keys")).await.has_status(200);
    }
    let unknown = azure.fetch("/nowhere.example/v2.0/.well-known/openid-configuration").await.has_status(400).json();
    assert_eq!((&unknown["error"], &unknown["error_codes"][0]), (&Value::from("invalid_tenant"), &Value::from(90002)));
    let asked = "/common/discovery/instance?api-version=1.1&authorization_endpoint=http%3A%2F%2F127.0.0.1%2Ft%2Foauth2%2Fv2.0%2Fauthorize";
    let instances = azure.fetch(asked).await.has_status(200).json();
    assert_eq!(instances["tenant_discovery_endpoint"], format!("{url}/t/v2.0/.well-known/openid-configuration"));
}

#[tokio::test]
async fn an_application_signs_in_and_calls() {
    let azure = Azure::with(strict()).await;
    let own = format!("{}/.default", azure.url());
    for scope in [ARM, "https://management.core.windows.net//.default", &own] {
        let token = azure.sign_in(1, "owner-secret", scope).await;
        azure.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);
        azure.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);
    }
    let resource = form(&[("scope", ""), ("resource", "https://management.azure.com/")]);
    let answer = azure.post_form(&format!("/{TENANT}/oauth2/token"), &resource).await;
    assert_eq!(answer.header("cache-control"), Some("no-store, no-cache"));
    let token = answer.has_status(200).json()["access_token"].as_str().unwrap().to_owned();
    azure.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);

    let stranger = azure.sign_in(6, "stranger-secret", ARM).await;
    let refused = azure.caller(&stranger).get(&factories(RG_SHARED)).await;
    refused.is_refused(403, "AuthorizationFailed");
    assert!(
        refused.text().contains("The client '33333333-3333-3333-3333-000000000006' with object id '44444444-4444-4444-4444-000000000006'")
    );
    azure.owner().get(&factories(RG_SHARED)).await.is_refused(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn a_basic_header_is_as_good_as_the_form() {
    let azure = Azure::start().await;
    let request = azure.client().post(format!("{}/{TENANT}/oauth2/v2.0/token", azure.url()));
    let form = "grant_type=client_credentials&scope=https%3A%2F%2Fmanagement.azure.com%2F.default";
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let answer = request.basic_auth(OWNER_APP, Some("owner-secret")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_in_is_said_as_entra_says_it() {
    let azure = Azure::start().await;
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let is_refused = |answer: Answer, status: u16, error: &str, number: u64| {
        let body = answer.has_status(status).json();
        assert_eq!((body["error"].as_str(), body["error_codes"][0].as_u64()), (Some(error), Some(number)), "{body}");
        assert_eq!(body["error_uri"], format!("{}/error?code={number}", azure.url()));
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        let tail = format!(
            " Trace ID: {} Correlation ID: {} Timestamp: {}",
            text(&body["trace_id"]),
            text(&body["correlation_id"]),
            text(&body["timestamp"])
        );
        assert!(description.ends_with(&tail), "{description}");
        assert_eq!(answer.header("strict-transport-security"), None);
    };
    for (changes, status, error, number) in [
        (vec![("client_secret", "wrong")], 401, "invalid_client", 7_000_215),
        (vec![("client_secret", "")], 401, "invalid_client", 7_000_218),
        (vec![("client_id", "nobody")], 400, "unauthorized_client", 700_016),
        (vec![("client_id", "33333333-3333-3333-3333-000000000009")], 400, "unauthorized_client", 700_016),
        (vec![("grant_type", "")], 400, "invalid_request", 900_144),
        (vec![("grant_type", "wish")], 400, "unsupported_grant_type", 70003),
        (vec![("scope", "openid")], 400, "invalid_scope", 70011),
        (vec![("scope", "https://unknown.example/.default")], 400, "invalid_resource", 500_011),
        (vec![("scope", ARM), ("scope", ARM)], 400, "invalid_request", 9_000_411),
    ] {
        is_refused(azure.post_form(&token, &form(&changes)).await, status, error, number);
    }
    is_refused(azure.post_form("/nowhere.example/oauth2/v2.0/token", &form(&[])).await, 400, "invalid_request", 90002);
    is_refused(azure.fetch(&token).await, 400, "invalid_request", 900_561);

    let on_behalf_of = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let refused = azure.post_form(&token, &form(&[("grant_type", on_behalf_of)])).await;
    refused.has_status(501);
    assert_eq!(refused.header("x-emulator-not-emulated"), Some(&*format!("the grant '{on_behalf_of}'")));
    for path in ["/common/saml2", "/adfs/ls", "/metadata/instance"] {
        assert!(azure.fetch(path).await.has_status(501).header("x-emulator-not-emulated").is_some());
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_request_without_a_good_token_is_told_what_to_do() {
    let azure = Azure::start().await;
    let (url, nobody) = (azure.url(), azure.nobody());
    let missing = nobody.get(&factories(RG_SHARED)).await;
    missing.is_refused(401, "AuthenticationFailed").says("Authentication failed. The 'Authorization' header is missing.");
    assert_eq!(missing.header("x-ms-failure-cause"), Some("gateway"));
    let challenge = format!(
        r#"Bearer authorization_uri="{url}/{TENANT}", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header.""#
    );
    assert_eq!(missing.header("www-authenticate"), Some(&*challenge));
    let outside = nobody.get("/subscriptions").await;
    assert!(
        outside
            .is_refused(401, "AuthenticationFailed")
            .header("www-authenticate")
            .unwrap()
            .starts_with(&format!(r#"Bearer authorization_uri="{url}/","#))
    );
    let basic = nobody.send_bytes(reqwest::Method::GET, &factories(RG_SHARED), None, &[("authorization", "Basic b3duZXI6")]).await;
    basic.is_refused(401, "AuthenticationFailedInvalidHeader");

    let vault = azure.sign_in(1, "owner-secret", "https://vault.azure.net/.default").await;
    let answer = azure.caller(&vault).get(&factories(RG_SHARED)).await;
    answer.is_refused(401, "InvalidAuthenticationTokenAudience");
    answer.says("The access token has been obtained for wrong audience or resource 'https://vault.azure.net'. It should exactly match with one of the allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'.");
    let graph = azure.sign_in(1, "owner-secret", &format!("{url}/graph//.default")).await;
    azure.caller(&graph).get(&factories(RG_SHARED)).await.is_refused(401, "InvalidAuthenticationTokenAudience");

    for other_tenant in ["owner", &azure.sign_in(1, "owner-secret", ARM).await] {
        let answer = azure.caller(other_tenant).get(&factories(RG_FABRIKAM)).await;
        answer.is_refused(401, "InvalidAuthenticationTokenTenant");
        assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with(&format!("The access token is from the wrong issuer 'https://sts.windows.net/{TENANT}/'. It must match the tenant 'https://sts.windows.net/{FABRIKAM}/' associated")));
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with(&format!(r#"Bearer authorization_uri="{url}/{FABRIKAM}", error="invalid_token","#))
        );
    }
    for bad in ["nobody", "a.b.c", "engineers"] {
        let answer = azure.caller(bad).get(&factories(RG_SHARED)).await;
        answer.is_refused(401, "InvalidAuthenticationToken").says("The access token is invalid.");
        assert!(answer.header("www-authenticate").unwrap().contains(r#"error="insufficient_claims", claims=""#));
    }
    azure.nobody().get("/subscriptions/00000000-0000-0000-0000-00000000dead").await.is_refused(404, "SubscriptionNotFound");
}

#[tokio::test]
async fn advancing_the_clock_expires_tokens_and_new_ones_are_good() {
    let azure = Azure::start().await;
    let token = azure.sign_in(1, "owner-secret", ARM).await;
    azure.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);
    azure.advance("PT2H").await;
    let expired = azure.caller(&token).get(&factories(RG_SHARED)).await;
    expired.is_refused(401, "ExpiredAuthenticationToken");
    assert!(expired.json()["error"]["message"].as_str().unwrap().starts_with("The access token expiry UTC time '"));
    assert!(expired.header("www-authenticate").unwrap().contains("insufficient_claims"));
    let token = azure.sign_in(1, "owner-secret", ARM).await;
    azure.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);
}

#[tokio::test]
async fn a_token_outlives_the_process_that_gave_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = || Config { kept_in: KeptIn::Folder(folder.path().to_owned()), ..strict() };
    let first = Azure::with(config()).await;
    assert!(!folder.path().join("signing-key.pem").exists(), "the key is made before anyone asks for it");
    let token = first.sign_in(1, "owner-secret", ARM).await;
    let second = Azure::with(config()).await;
    second.caller(&token).get(&factories(RG_SHARED)).await.has_status(200);
    Azure::with(strict()).await.caller(&token).get(&factories(RG_SHARED)).await.is_refused(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn relaxed_takes_any_token_but_wants_one() {
    let azure = Azure::with(Config { authentication: Authentication::Relaxed, ..Config::embedded() }).await;
    azure.caller("anything").get(&factories(RG_SHARED)).await.has_status(200);
    azure.caller("stranger").get(&factories(RG_SHARED)).await.is_refused(403, "AuthorizationFailed");
    azure.nobody().get(&factories(RG_SHARED)).await.is_refused(401, "AuthenticationFailed");
}

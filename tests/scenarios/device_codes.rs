//! A client without a browser shows a code; its user, a test or the world itself confirms it; the client polls.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>.

use adf_emulator_tests::{Answer, Azure, RG_SHARED, TENANT};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const ADA: &str = "55555555-5555-5555-5555-000000000001";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
/// The client of the Azure CLI, which no world has to declare.
const AZ: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const SCOPE: &str = "https://management.core.windows.net//.default offline_access openid profile";

async fn start(azure: &Azure, tenant: &str) -> Value {
    let form = [("client_id", AZ), ("scope", SCOPE)];
    azure.post_form(&format!("/{tenant}/oauth2/v2.0/devicecode"), &form).await.has_status(200).json()
}

async fn poll_as(azure: &Azure, code: &Value, client: &str) -> Answer {
    let code = text(code, "device_code");
    // What MSAL for Python sends: the code twice.
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("client_id", client), ("grant_type", grant), ("client_info", "1"), ("code", code), ("device_code", code)];
    azure.post_form("/organizations/oauth2/v2.0/token", &form).await
}

async fn poll(azure: &Azure, code: &Value) -> Answer {
    poll_as(azure, code, AZ).await
}

async fn answer(azure: &Azure, code: &Value, body: Value) -> Answer {
    azure.control(Method::POST, &format!("sign-ins/{}", text(code, "user_code")), &body).await
}

async fn states(azure: &Azure) -> Vec<String> {
    let list = azure.fetch("/_emulator/sign-ins").await.has_status(200).json();
    list["value"].as_array().unwrap().iter().map(|it| text(it, "state").to_owned()).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no '{name}' in {value}"))
}

#[track_caller]
fn is_refused(answer: &Answer, error: &str, number: Option<u64>) {
    let body = answer.has_status(400).json();
    assert_eq!((body["error"].as_str(), body["error_codes"][0].as_u64()), (Some(error), number), "{body}");
}

fn signed_in_by_itself(user: &str) -> Value {
    let mut world: Value = serde_json::from_str(adf_emulator_core::world_file::BUILT_IN).unwrap();
    world["settings"]["signInAs"] = json!(user);
    world
}

#[tokio::test]
async fn a_test_confirms_the_code_and_the_client_gets_its_tokens_once() {
    let azure = Azure::start().await;
    let code = start(&azure, "organizations").await;
    assert_eq!((text(&code, "user_code").len(), &code["expires_in"], &code["interval"]), (9, &json!(900), &json!(1)));
    assert_eq!(text(&code, "verification_uri"), format!("{}/devicelogin", azure.url()));
    let message = format!(
        "To sign in, use a web browser to open the page {}/devicelogin and enter the code {} to authenticate.",
        azure.url(),
        text(&code, "user_code")
    );
    assert_eq!(text(&code, "message"), message);
    let pending = poll(&azure, &code).await;
    is_refused(&pending, "authorization_pending", Some(70016));
    let description = pending.json()["error_description"].as_str().unwrap().to_owned();
    assert!(description.starts_with("AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling. Trace ID:"));

    let listed = azure.fetch("/_emulator/sign-ins").await.has_status(200).json();
    assert_eq!((&listed["value"][0]["userCode"], &listed["value"][0]["clientId"]), (&code["user_code"], &json!(AZ)));
    answer(&azure, &code, json!({ "principal": "ada" })).await.has_status(204);
    assert_eq!(states(&azure).await, ["confirmed"]);
    let tokens = poll(&azure, &code).await.has_status(200).json();
    assert!(["refresh_token", "id_token", "client_info"].iter().all(|name| tokens[name].is_string()), "{tokens}");
    azure.caller(text(&tokens, "access_token")).get(RG_SHARED).await.has_status(200);
    assert_eq!(azure.fetch_as("ada", "/graph/v1.0/me").await.has_status(200).json()["id"], ADA);
    let again = poll(&azure, &code).await;
    is_refused(&again, "invalid_grant", Some(90120));
    assert!(text(&again.json(), "error_description").starts_with("AADSTS90120: The request was already authorized or declined. Trace ID:"));
    assert_eq!(states(&azure).await, ["redeemed"]);
}

#[tokio::test]
async fn a_code_is_given_out_for_what_is_known_alone() {
    let azure = Azure::start().await;
    let resource = format!("https://{}.example/.default", "x".repeat(1000));
    let long = format!("https://management.azure.com/{}/.default", "x".repeat(1000));
    for tenant in ["organizations", TENANT] {
        for (scope, error, number) in [(&resource, "invalid_resource", 500_011), (&long, "invalid_scope", 70011)] {
            let form = [("client_id", AZ), ("scope", scope)];
            is_refused(&azure.post_form(&format!("/{tenant}/oauth2/v2.0/devicecode"), &form).await, error, Some(number));
        }
    }
    assert!(states(&azure).await.is_empty());
}

/// A poll that is refused for what the client sent with it leaves the code good.
#[tokio::test]
async fn a_refused_poll_leaves_the_code() {
    let azure = Azure::start().await;
    let code = start(&azure, "organizations").await;
    answer(&azure, &code, json!({ "principal": "ada" })).await.has_status(204);
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("client_id", AZ), ("grant_type", grant), ("device_code", text(&code, "device_code")), ("claims", "{")];
    is_refused(&azure.post_form("/organizations/oauth2/v2.0/token", &form).await, "invalid_request", Some(90013));
    assert_eq!(states(&azure).await, ["confirmed"]);
    poll(&azure, &code).await.has_status(200);
}

#[tokio::test]
async fn a_user_types_the_code_at_the_page_and_is_asked_for_no_password() {
    let azure = Azure::start().await;
    let code = start(&azure, TENANT).await;
    let page = azure.fetch(&format!("/devicelogin?otc={}", text(&code, "user_code"))).await;
    assert_eq!(page.has_status(200).header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!((page.header("strict-transport-security"), page.header("x-frame-options")), (None, Some("DENY")));
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let html = page.text();
    assert!(html.contains(&format!("value=\"{}\"", text(&code, "user_code"))) && html.contains("ada@contoso.onmicrosoft.com"));
    assert!(!html.contains("<script") && !html.contains("password"));
    let attack = azure.fetch("/devicelogin?otc=%22%3E%3Cscript%3E").await;
    assert!(attack.text().contains("&quot;&gt;&lt;script&gt;") && !attack.text().contains("<script>"));

    let typed = text(&code, "user_code").to_lowercase();
    for (form, problem) in [
        (vec![("otc", "NOSUCHONE"), ("principal", ADA)], "That code is not known."),
        (vec![("otc", &*typed)], "Choose one of the users."),
        (vec![("otc", &*typed), ("principal", OWNER_APP)], "Choose one of the users."),
    ] {
        assert!(azure.post_form("/devicelogin", &form).await.has_status(400).text().contains(problem), "{problem}");
    }
    let form = [("otc", &*typed), ("principal", ADA)];
    for (name, value, status) in [("origin", "https://evil.example", 403), ("origin", "null", 403), ("host", "evil.example:4443", 403)] {
        let foreign =
            azure.client().post(format!("{}/devicelogin", azure.url())).header(name, value).body(format!("otc={typed}&principal={ADA}"));
        assert_eq!(foreign.send().await.unwrap().status(), status, "{name}: {value}");
    }
    is_refused(&poll(&azure, &code).await, "authorization_pending", Some(70016));
    assert!(azure.post_form("/devicelogin", &form).await.has_status(200).text().contains("You have signed in"));
    assert!(azure.post_form("/devicelogin", &form).await.has_status(400).text().contains("That code was used before."));
    poll(&azure, &code).await.has_status(200);

    let refused = start(&azure, TENANT).await;
    azure.post_form("/devicelogin", &[("otc", text(&refused, "user_code")), ("deny", "true")]).await.has_status(200);
    is_refused(&poll(&azure, &refused).await, "authorization_declined", None);
}

#[tokio::test]
async fn a_code_is_refused_when_it_is_late_declined_or_somebody_elses() {
    let azure = Azure::start().await;
    let (late, declined, mine) = (start(&azure, TENANT).await, start(&azure, TENANT).await, start(&azure, TENANT).await);
    answer(&azure, &declined, json!({ "deny": true })).await.has_status(204);
    answer(&azure, &declined, json!({ "principal": "ada" })).await.is_refused(409, "AlreadyAnswered");
    is_refused(&poll(&azure, &declined).await, "authorization_declined", None);
    answer(&azure, &mine, json!({ "principal": "ada" })).await.has_status(204);
    is_refused(&poll_as(&azure, &mine, OWNER_APP).await, "bad_verification_code", Some(70018));
    is_refused(&poll(&azure, &json!({ "device_code": "ABCDEFGHJwrong" })).await, "bad_verification_code", Some(70018));
    is_refused(&poll(&azure, &json!({ "device_code": "ä" })).await, "bad_verification_code", Some(70018));
    is_refused(&poll(&azure, &json!({ "device_code": "" })).await, "invalid_request", Some(900_144));
    is_refused(&poll_as(&azure, &mine, "nobody").await, "unauthorized_client", Some(700_016));
    let elsewhere = Azure::start().await;
    is_refused(&poll(&elsewhere, &mine).await, "bad_verification_code", Some(70018));

    azure.advance("PT14M").await;
    is_refused(&poll(&azure, &late).await, "authorization_pending", Some(70016));
    azure.advance("PT2M").await;
    answer(&azure, &late, json!({ "principal": "ada" })).await.is_refused(409, "Expired");
    is_refused(&poll(&azure, &late).await, "expired_token", Some(70020));
    is_refused(&poll(&azure, &mine).await, "expired_token", Some(70020));
    assert_eq!(states(&azure).await, ["expired", "expired", "expired"]);
    azure.control(Method::POST, "reset", &json!({})).await.has_status(204);
    assert!(states(&azure).await.is_empty());
}

#[tokio::test]
async fn the_answer_to_a_code_names_a_user() {
    let azure = Azure::start().await;
    let code = start(&azure, TENANT).await;
    for (body, target) in [
        (json!({}), "principal"),
        (json!({ "principal": "nobody" }), "principal"),
        (json!({ "principal": "owner" }), "principal"),
        (json!({ "principal": 5 }), "principal"),
        (json!({ "deny": false }), "deny"),
        (json!({ "principal": "ada", "deny": true }), "deny"),
        (json!({ "user": "ada" }), "user"),
    ] {
        let refused = answer(&azure, &code, body.clone()).await.has_status(400).json();
        assert_eq!(refused["error"]["target"], target, "{body}");
    }
    answer(&azure, &json!({ "user_code": "nosuchone" }), json!({ "deny": true })).await.is_refused(404, "NotFound");
    assert_eq!(states(&azure).await, ["pending"]);
}

#[tokio::test]
async fn a_world_may_sign_its_users_in_by_itself() {
    let azure = Azure::with_world(&signed_in_by_itself("ada")).await;
    let code = start(&azure, TENANT).await;
    assert_eq!(states(&azure).await, ["confirmed"]);
    let tokens = poll(&azure, &code).await.has_status(200).json();
    azure.caller(text(&tokens, "access_token")).get(RG_SHARED).await.has_status(200);
    let exported: Value = serde_json::from_str(&azure.export()).unwrap();
    assert_eq!(exported["settings"]["signInAs"], "ada");
    let code = start(&azure, TENANT).await;
    answer(&azure, &code, json!({ "deny": true })).await.has_status(204);
    is_refused(&poll(&azure, &code).await, "authorization_declined", None);
    let elsewhere = start(&azure, FABRIKAM).await;
    let form = [("client_id", AZ), ("grant_type", "device_code"), ("device_code", text(&elsewhere, "device_code"))];
    is_refused(&azure.post_form(&format!("/{FABRIKAM}/oauth2/v2.0/token"), &form).await, "invalid_grant", Some(50020));
}

#[tokio::test]
async fn the_older_endpoint_and_adfs_have_their_own_shapes() {
    let azure = Azure::with_world(&signed_in_by_itself(ADA)).await;
    let form = [("client_id", AZ), ("resource", "https://management.azure.com/")];
    let one = azure.post_form("/common/oauth2/devicecode", &form).await.has_status(200).json();
    assert_eq!((&one["expires_in"], &one["interval"]), (&json!("900"), &json!("1")));
    assert_eq!(text(&one, "verification_url"), format!("{}/devicelogin", azure.url()));
    let form = [("client_id", AZ), ("grant_type", "device_code"), ("code", text(&one, "device_code"))];
    let tokens = azure.post_form("/common/oauth2/token", &form).await.has_status(200).json();
    assert_eq!((text(&tokens, "resource"), text(&tokens, "expires_in")), ("https://management.azure.com/", "3599"));
    let late =
        azure.post_form("/common/oauth2/devicecode", &[("client_id", AZ), ("resource", "https://management.azure.com/")]).await.json();
    azure.advance("PT16M").await;
    let form = [("client_id", AZ), ("grant_type", "device_code"), ("code", text(&late, "device_code"))];
    is_refused(&azure.post_form("/common/oauth2/token", &form).await, "code_expired", Some(70020));

    let adfs = azure.post_form("/adfs/oauth2/devicecode", &[("client_id", AZ), ("scope", SCOPE)]).await.has_status(200).json();
    let code = text(&adfs, "device_code");
    let form = [("client_id", AZ), ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("code", code), ("device_code", code)];
    let tokens = azure.post_form("/adfs/oauth2/token/", &form).await.has_status(200).json();
    let claims = text(&tokens, "id_token").split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["oid"], ADA);
    azure.fetch("/adfs/oauth2/deviceauth").await.has_status(200);

    for (form, error, number) in [
        (vec![("scope", SCOPE)], "invalid_request", 900_144),
        (vec![("client_id", AZ)], "invalid_request", 900_144),
        (vec![("client_id", "nobody"), ("scope", SCOPE)], "unauthorized_client", 700_016),
        (vec![("client_id", AZ), ("scope", "https://a/b https://c/d")], "invalid_scope", 70011),
    ] {
        is_refused(&azure.post_form(&format!("/{TENANT}/oauth2/v2.0/devicecode"), &form).await, error, Some(number));
    }
    is_refused(&azure.fetch("/common/oauth2/v2.0/devicecode").await, "invalid_request", Some(900_561));
}

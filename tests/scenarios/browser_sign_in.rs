//! A client sends its user's browser to the sign-in page, gets a code back, and trades it for tokens.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.

use adf_emulator_tests::{Answer, Azure, RG_SHARED, TENANT};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const ADA: &str = "55555555-5555-5555-5555-000000000001";
const AZ: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const POWERSHELL: &str = "1950a258-227b-4e31-a9cf-717495945fc2";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
const SCOPE: &str = "https://management.core.windows.net//.default offline_access openid profile";
const BACK: &str = "http://localhost:36337";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const WEB: &str = "https://app.example/signin-oidc";

/// What the Azure CLI sends the browser with.
fn az<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    changed(
        &[
            ("client_id", AZ),
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("scope", SCOPE),
            ("state", "st & te"),
            ("response_mode", "query"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
            ("nonce", "n-1"),
            ("client_info", "1"),
            ("prompt", "select_account"),
        ],
        changes,
    )
}

/// What it trades the code with.
fn trade<'a>(code: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let form = [
        ("client_id", AZ),
        ("grant_type", "authorization_code"),
        ("client_info", "1"),
        ("code_verifier", VERIFIER),
        ("code", code),
        ("redirect_uri", BACK),
        ("scope", SCOPE),
    ];
    changed(&form, changes)
}

fn changed<'a>(form: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().filter(|(_, value)| *value != "absent")).copied().collect()
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// A browser: it shows where it is sent instead of going there.
struct Browser<'a> {
    azure: &'a Azure,
    client: reqwest::Client,
}

impl<'a> Browser<'a> {
    fn new(azure: &'a Azure) -> Self {
        Self { azure, client: azure.client().clone() }
    }

    async fn open(&self, path: &str, query: &[(&str, &str)]) -> Shown {
        Shown::read(self.client.get(format!("{}{path}?{}", self.azure.url(), encoded(query)))).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)], origin: &str) -> Shown {
        let request = self.client.post(format!("{}{path}", self.azure.url())).header("origin", origin);
        Shown::read(request.header("content-type", "application/x-www-form-urlencoded").body(encoded(form))).await
    }

    /// Opens the page, chooses a user, and returns the code that the client gets.
    async fn code(&self, tenant: &str, query: &[(&str, &str)], user: &str) -> String {
        let path = format!("/{tenant}/oauth2/v2.0/authorize");
        let page = self.open(&path, query).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.chosen(self, user).await.parameter("code")
    }
}

/// What a browser shows.
struct Shown {
    status: u16,
    location: String,
    policy: String,
    body: String,
}

impl Shown {
    async fn read(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let header = |name: &str| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
        assert_eq!(header("strict-transport-security"), "");
        let (status, location, policy) = (response.status().as_u16(), header("location"), header("content-security-policy"));
        Self { status, location, policy, body: response.text().await.unwrap() }
    }

    /// The value of an attribute of the element that has this in it.
    fn attribute(&self, element: &str, name: &str) -> String {
        let rest = &self.body[self.body.find(element).unwrap_or_else(|| panic!("no {element} in {}", self.body))..];
        let value = rest.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap();
        value.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    /// Sends the page's form with a user chosen, as a browser does.
    async fn chosen(&self, browser: &Browser<'_>, user: &str) -> Shown {
        let hidden: Vec<Shown> = self.body.split("<input type=\"hidden\"").skip(1).map(|it| self.part(it)).collect();
        let mut form: Vec<(String, String)> =
            hidden.iter().map(|it| (it.attribute("name", "name"), it.attribute("value", "value"))).collect();
        form.push(("principal".to_owned(), user.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&self.attribute("<form", "action"), &form, browser.azure.url()).await
    }

    fn part(&self, element: &str) -> Shown {
        Shown { status: self.status, location: String::new(), policy: String::new(), body: element.to_owned() }
    }

    /// What the client gets at its redirect URI.
    fn parameter(&self, name: &str) -> String {
        assert_eq!(self.status, 302, "{}", self.body);
        let (_, parameters) = self.location.split_once(['?', '#']).unwrap();
        let found = form_urlencoded::parse(parameters.as_bytes()).find(|(key, _)| key == name);
        found.unwrap_or_else(|| panic!("no {name} in {}", self.location)).1.into_owned()
    }
}

async fn redeem(azure: &Azure, tenant: &str, form: &[(&str, &str)]) -> Answer {
    azure.post_form(&format!("/{tenant}/oauth2/v2.0/token"), form).await
}

#[track_caller]
fn is_refused(answer: &Answer, status: u16, error: &str, number: u64) {
    let body = answer.has_status(status).json();
    assert_eq!((body["error"].as_str(), body["error_codes"][0].as_u64()), (Some(error), Some(number)), "{body}");
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no '{name}' in {value}"))
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

/// The built-in world, with a web application and users of whom one is blocked.
fn world(settings: &Value) -> Value {
    let mut world: Value = serde_json::from_str(adf_emulator_core::world_file::BUILT_IN).unwrap();
    world["settings"] = settings.clone();
    let principals = world["tenants"][0]["principals"].as_array_mut().unwrap();
    principals[0]["redirectUris"] = json!([WEB, "http://localhost:5000/back"]);
    principals.push(json!({ "name": "dan", "type": "User", "objectId": "55555555-5555-5555-5555-0000000000dd", "disabled": true,
        "displayName": "<Dan>", "userPrincipalName": "dan@contoso.onmicrosoft.com" }));
    world
}

#[tokio::test]
async fn a_user_is_chosen_on_the_page_and_the_client_trades_the_code() {
    let azure = Azure::start().await;
    let browser = Browser::new(&azure);
    let path = "/organizations/oauth2/v2.0/authorize";
    let page = browser.open(path, &az(&[("login_hint", "EVE_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com")])).await;
    assert_eq!((page.status, page.location.as_str()), (200, ""));
    assert!(page.policy.starts_with("default-src 'none'") && !page.body.contains("<script") && !page.body.contains("type=\"password\""));
    let (ada, eve) = (page.body.find("ada@contoso").unwrap(), page.body.find("eve_fabrikam").unwrap());
    assert!(eve < ada, "the expected user stands first");
    assert!(azure.fetch("/_emulator/sign-ins").await.json()["value"].as_array().unwrap().is_empty());

    let back = page.chosen(&browser, ADA).await;
    assert!(back.location.starts_with("http://localhost:36337?code=1.A"), "{}", back.location);
    assert_eq!(back.parameter("state"), "st & te");
    assert!(!back.parameter("session_state").is_empty() && !back.parameter("client_info").is_empty());
    let code = back.parameter("code");
    // A refusal leaves the code as it was, also one for what is asked besides.
    is_refused(&redeem(&azure, "organizations", &trade(&code, &[("claims", "{")])).await, 400, "invalid_request", 90013);
    let tokens = redeem(&azure, "organizations", &trade(&code, &[])).await.has_status(200).json();
    let id = claims(text(&tokens, "id_token"));
    assert_eq!((&id["nonce"], &id["aud"], &id["oid"]), (&json!("n-1"), &json!(AZ), &json!(ADA)));
    assert_eq!(text(&tokens, "client_info"), back.parameter("client_info"));
    azure.caller(text(&tokens, "access_token")).get(RG_SHARED).await.has_status(200);
    let refreshed = [("grant_type", "refresh_token"), ("client_id", AZ), ("refresh_token", text(&tokens, "refresh_token"))];
    redeem(&azure, TENANT, &refreshed).await.has_status(200);
    is_refused(&redeem(&azure, "organizations", &trade(&code, &[])).await, 400, "invalid_grant", 54005);
}

#[tokio::test]
async fn the_answer_comes_as_query_fragment_or_form() {
    let azure = Azure::with_world(&world(&json!({ "signInAs": "ada" }))).await;
    let browser = Browser::new(&azure);
    for path in ["/common/oauth2/v2.0/authorize", "/adfs/oauth2/authorize/"] {
        let fragment = browser.open(path, &az(&[("response_mode", "fragment")])).await;
        assert!(fragment.location.starts_with("http://localhost:36337#code="), "{}", fragment.location);
        let silent =
            browser.open(path, &az(&[("response_mode", "absent"), ("prompt", "none"), ("redirect_uri", "http://127.0.0.1:1/?a=b")])).await;
        assert!(silent.location.starts_with("http://127.0.0.1:1/?a=b&code="), "{}", silent.location);
        let form = browser.open(path, &az(&[("response_mode", "form_post"), ("state", "\"><script>")])).await;
        assert_eq!((form.status, form.attribute("<form", "action").as_str()), (200, BACK));
        assert_eq!(form.attribute("name=\"state\"", "value"), "\"><script>");
        assert!(form.policy.contains("script-src 'sha256-") && form.body.matches("<script>").count() == 1);
        let code = form.attribute("name=\"code\"", "value");
        let token = path.replace("authorize", "token");
        azure.post_form(&token, &trade(&code, &[])).await.has_status(200);
    }
    let one = az(&[("scope", "absent"), ("resource", "https://management.azure.com/"), ("code_challenge", "absent")]);
    let code = browser.open("/common/oauth2/authorize", &one).await.parameter("code");
    let form = trade(&code, &[("scope", "absent"), ("code_verifier", "absent")]);
    let tokens = azure.post_form("/common/oauth2/token", &form).await.has_status(200).json();
    assert_eq!(text(&tokens, "resource"), "https://management.azure.com/");
    azure.fetch("/common/oauth2/nativeclient?code=x").await.has_status(200);
}

#[tokio::test]
async fn a_code_is_traded_only_as_it_was_asked_for() {
    let azure = Azure::with_world(&world(&json!({}))).await;
    let browser = Browser::new(&azure);
    let code = browser.code("organizations", &az(&[]), ADA).await;
    for (changes, status, error, number) in [
        (vec![("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")], 400, "invalid_grant", 501_481),
        (vec![("code_verifier", "absent")], 400, "invalid_grant", 501_481),
        (vec![("code_verifier", CHALLENGE)], 400, "invalid_grant", 501_481),
        (vec![("redirect_uri", "http://localhost:36338")], 400, "invalid_grant", 500_112),
        (vec![("redirect_uri", "absent")], 400, "invalid_request", 900_144),
        (vec![("client_id", OWNER_APP), ("client_secret", "owner-secret")], 400, "invalid_grant", 70000),
        (vec![("client_id", POWERSHELL)], 400, "invalid_grant", 70000),
        (vec![("client_id", "nobody")], 400, "unauthorized_client", 700_016),
        (vec![("code", "1.Awrong")], 400, "invalid_grant", 70000),
        (vec![("code", "absent")], 400, "invalid_request", 900_144),
        (vec![("scope", "https://unknown.example/.default")], 400, "invalid_resource", 500_011),
    ] {
        is_refused(&redeem(&azure, "organizations", &trade(&code, &changes)).await, status, error, number);
    }
    is_refused(&redeem(&azure, FABRIKAM, &trade(&code, &[])).await, 400, "invalid_grant", 50020);
    let other = Azure::start().await;
    is_refused(&redeem(&other, "organizations", &trade(&code, &[])).await, 400, "invalid_grant", 70000);
    let of_contoso = browser.code(TENANT, &az(&[]), ADA).await;
    is_refused(&redeem(&azure, FABRIKAM, &trade(&of_contoso, &[])).await, 400, "invalid_grant", 700_005);

    redeem(&azure, "organizations", &trade(&code, &[("scope", "absent")])).await.has_status(200);
    azure.advance("PT11M").await;
    is_refused(&redeem(&azure, TENANT, &trade(&of_contoso, &[])).await, 400, "invalid_grant", 70008);
    let code = browser.code(TENANT, &az(&[("code_challenge_method", "absent")]), ADA).await;
    redeem(&azure, TENANT, &trade(&code, &[("code_verifier", CHALLENGE)])).await.has_status(200);
}

#[tokio::test]
async fn a_web_application_proves_who_it_is() {
    let azure = Azure::with_world(&world(&json!({ "signInAs": "ada" }))).await;
    let browser = Browser::new(&azure);
    let code = async |redirect_uri| {
        let query = az(&[("client_id", OWNER_APP), ("redirect_uri", redirect_uri), ("code_challenge", "absent")]);
        browser.open(&format!("/{TENANT}/oauth2/v2.0/authorize"), &query).await
    };
    let sent = code(WEB).await;
    assert!(sent.location.starts_with("https://app.example/signin-oidc?code="), "{}", sent.location);
    let web = sent.parameter("code");
    let form =
        |secret| trade(&web, &[("client_id", OWNER_APP), ("redirect_uri", WEB), ("code_verifier", "absent"), ("client_secret", secret)]);
    is_refused(&redeem(&azure, TENANT, &form("absent")).await, 401, "invalid_client", 7_000_218);
    is_refused(&redeem(&azure, TENANT, &form("wrong")).await, 401, "invalid_client", 7_000_215);
    let tokens = redeem(&azure, TENANT, &form("owner-secret")).await.has_status(200).json();
    assert_eq!(claims(text(&tokens, "access_token"))["appidacr"], "1");
    assert!(tokens.get("foci").is_none());
    let usual =
        browser.open(&format!("/{TENANT}/oauth2/v2.0/authorize"), &az(&[("client_id", OWNER_APP), ("redirect_uri", "absent")])).await;
    assert!(usual.location.starts_with(WEB), "{}", usual.location);
    let public = code("http://localhost:1234/").await.parameter("code");
    let form = trade(&public, &[("client_id", OWNER_APP), ("redirect_uri", "http://localhost:1234/"), ("code_verifier", "absent")]);
    redeem(&azure, TENANT, &form).await.has_status(200);
    let exported: Value = serde_json::from_str(&azure.export()).unwrap();
    assert_eq!(exported["tenants"][0]["principals"][0]["redirectUris"][0], WEB);
    assert_eq!(Azure::with_world(&exported).await.export(), azure.export());
}

#[tokio::test]
async fn what_is_wrong_before_the_client_is_known_is_shown_to_the_user() {
    let azure = Azure::start().await;
    let browser = Browser::new(&azure);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    for (changes, number) in [
        (vec![("client_id", "absent")], 900_144),
        (vec![("client_id", "nobody")], 700_016),
        (vec![("redirect_uri", "https://evil.example/")], 50011),
        (vec![("redirect_uri", "http://localhost@evil.example/")], 50011),
        (vec![("redirect_uri", "absent")], 500_113),
        (vec![("response_mode", "web_message")], 70007),
        (vec![("state", "a"), ("state", "a")], 9_000_411),
    ] {
        let shown = browser.open(&path, &az(&changes)).await;
        assert_eq!((shown.status, shown.location.as_str()), (400, ""), "{changes:?}");
        assert!(shown.body.contains(&format!("AADSTS{number}: ")), "{number} is not in {}", shown.body);
    }
    let mismatch = browser.open(&path, &az(&[("redirect_uri", "https://evil.example/")])).await.body;
    assert!(mismatch.contains(&format!(
        "The redirect URI &#39;https://evil.example/&#39; specified in the request does not match the redirect URIs configured for the \
         application &#39;{AZ}&#39;."
    )));
    let nowhere = browser.open("/nowhere.example/oauth2/v2.0/authorize", &az(&[])).await;
    assert!(nowhere.status == 400 && nowhere.body.contains("AADSTS90002"));
    azure.fetch(&format!("{path}?{}", encoded(&az(&[("response_type", "id_token")])))).await.has_status(501);
}

#[tokio::test]
async fn what_is_wrong_after_that_is_told_to_the_client() {
    let azure = Azure::start().await;
    let browser = Browser::new(&azure);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    for (changes, error, number) in [
        (vec![("response_type", "absent")], "invalid_request", 900_144),
        (vec![("response_type", "wish")], "unsupported_response_type", 70005),
        (vec![("prompt", "none")], "login_required", 50058),
        (vec![("prompt", "please")], "invalid_request", 90023),
        (vec![("scope", "absent")], "invalid_request", 900_144),
        (vec![("scope", "https://a/b https://c/d")], "invalid_scope", 70011),
        (vec![("code_challenge", "short")], "invalid_request", 501_491),
        (vec![("code_challenge_method", "S512")], "invalid_request", 90023),
        (vec![("claims", "{")], "invalid_request", 90013),
    ] {
        let sent = browser.open(&path, &az(&changes)).await;
        assert_eq!((sent.parameter("error").as_str(), sent.parameter("state").as_str()), (error, "st & te"), "{changes:?}");
        assert!(sent.parameter("error_description").starts_with(&format!("AADSTS{number}: ")), "{}", sent.location);
        assert_eq!(sent.parameter("error_uri"), format!("{}/error?code={number}", azure.url()));
    }
    let back = browser.post(&path, &[az(&[]), vec![("cancel", "true")]].concat(), azure.url()).await;
    assert_eq!(back.parameter("error"), "access_denied");
}

#[tokio::test]
async fn only_the_page_itself_says_who_signs_in() {
    let azure = Azure::with_world(&world(&json!({}))).await;
    let browser = Browser::new(&azure);
    let path = format!("/{TENANT}/oauth2/v2.0/authorize");
    let chosen = [az(&[]), vec![("principal", ADA)]].concat();
    assert_eq!(browser.open(&path, &chosen).await.status, 200, "a link chooses nobody");
    for origin in ["https://evil.example", "null", "http://localhost:1"] {
        assert_eq!(browser.post(&path, &chosen, origin).await.status, 403, "{origin}");
        assert_eq!(browser.post(&path, &az(&[]), origin).await.status, 200, "{origin}");
    }
    let page = browser.open(&path, &az(&[])).await;
    assert!(page.body.contains("&lt;Dan&gt;") && !page.body.contains("<Dan>"));
    for (user, problem) in [
        ("55555555-5555-5555-5555-0000000000dd", "AADSTS50057"),
        ("nobody", "Choose one of the users."),
        (OWNER_APP, "Choose one of the users."),
    ] {
        let again = page.chosen(&browser, user).await;
        assert!(again.status == 400 && again.body.contains(problem), "{user}: {}", again.body);
    }
    let elsewhere = browser.open(&format!("/{FABRIKAM}/oauth2/v2.0/authorize"), &az(&[])).await;
    assert!(elsewhere.chosen(&browser, ADA).await.body.contains("AADSTS50020"));
    assert_eq!(page.chosen(&browser, ADA).await.status, 302);
}

#[tokio::test]
async fn signing_out_sends_the_browser_on() {
    let azure = Azure::with_world(&world(&json!({}))).await;
    let browser = Browser::new(&azure);
    for path in ["/common/oauth2/v2.0/logout", "/common/oauth2/logout", "/adfs/oauth2/logout"] {
        assert!(browser.open(path, &[]).await.body.contains("You signed out"));
        for address in ["http://localhost:5000/bye", WEB] {
            let sent = browser.open(path, &[("post_logout_redirect_uri", address), ("state", "a&b")]).await;
            assert_eq!((sent.status, sent.location), (302, format!("{address}?state=a%26b")));
        }
        let foreign = browser.open(path, &[("post_logout_redirect_uri", "https://evil.example/")]).await;
        assert_eq!((foreign.status, foreign.location.as_str()), (200, ""));
    }
}

//! Every way in which a token is no good, as tables: at Resource Manager and Graph, which take access tokens, and at the
//! token endpoint, which trades secrets, assertions, codes and refresh tokens for them.
//!
//! A row says what is shown and what is answered: status, code, message, and the challenge by which a client knows what to
//! do. `…` stands for text that differs each time. Certificates are tested beside the code, where they can be made.
//! Texts: `arm-wire` 1.5, `client-connection` 3.6 and 3.8;
//! <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

use adf_emulator::certificates::StateFolder;
use adf_emulator::config::{Config, KeptIn, LogForm, WorldText};
use adf_emulator::entra::signing_key::SigningKey;
use adf_emulator::log::Log;
use adf_emulator_tests::{Answer, Azure, RG_SHARED, TENANT};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const FABRIKAM: &str = "99999999-9999-9999-9999-999999999999";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
const ADA: &str = "55555555-5555-5555-5555-000000000001";
const EVE: &str = "55555555-5555-5555-5555-000000000002";
/// The client of the Azure CLI, which no world has to declare.
const AZ: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const ARM: &str = "https://management.azure.com/.default";
const BACK: &str = "http://localhost:36337";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const EXCHANGE: &str = "api://AzureADTokenExchange";
const ISSUER: &str = "https://token.example";

/// An emulator whose key is known here, and another issuer that it trusts.
struct Scene {
    azure: Azure,
    key: SigningKey,
    issuer_key: SigningKey,
    claims: Value,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kept_in = KeptIn::Folder(folder.path().to_owned());
        let key = SigningKey::load_or_create(&StateFolder::open(&kept_in, &Log::new(LogForm::Off))).unwrap();
        let issuer_key = SigningKey::fresh().unwrap();
        let mut world: Value = serde_json::from_str(adf_emulator_core::world_file::BUILT_IN).unwrap();
        world["settings"]["signInAs"] = json!("ada");
        world["issuers"] = json!([{ "issuer": ISSUER, "jwks": { "keys": [issuer_key.public()] } }]);
        world["tenants"][0]["principals"][0]["federatedCredentials"] =
            json!([{ "issuer": ISSUER, "subject": "ci", "audiences": [EXCHANGE] }]);
        let worlds = vec![WorldText { name: "world".to_owned(), text: world.to_string() }];
        let azure = Azure::with(Config { worlds, kept_in, ..Config::embedded() }).await;
        let claims = claims_of(&azure.sign_in(1, "owner-secret", ARM).await);
        Self { azure, key, issuer_key, claims, _folder: folder }
    }

    /// A good access token's claims for a service, with changes; null takes one away.
    fn changed(&self, audience: &str, changes: &Value) -> Value {
        let mut claims = self.claims.clone();
        claims["aud"] = json!(audience);
        change(claims, changes)
    }

    /// A federated assertion, good but for the changes.
    fn assertion(&self, changes: &Value) -> String {
        self.issuer_key.sign(&assertion_claims(changes)).unwrap()
    }

    async fn token(&self, form: &[(&str, &str)]) -> Answer {
        self.azure.post_form(&format!("/{TENANT}/oauth2/v2.0/token"), form).await
    }

    /// The code that ada's browser brings the client.
    async fn code(&self) -> String {
        let query = [
            ("client_id", AZ),
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("scope", ARM),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let sent = self.azure.fetch(&format!("/{TENANT}/oauth2/v2.0/authorize?{query}")).await;
        let location = sent.has_status(302).header("location").unwrap().to_owned();
        let (_, parameters) = location.split_once('?').unwrap();
        form_urlencoded::parse(parameters.as_bytes()).find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    /// The refresh token that a user of az gets for a password.
    async fn refresh_token(&self, user: &str, password: &str) -> String {
        let scope = format!("{ARM} offline_access");
        let form = [("grant_type", "password"), ("client_id", AZ), ("scope", &scope), ("username", user), ("password", password)];
        self.token(&form).await.has_status(200).json()["refresh_token"].as_str().unwrap().to_owned()
    }
}

fn change(mut claims: Value, changes: &Value) -> Value {
    let all = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => all.shift_remove(name),
            value => all.insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn assertion_claims(changes: &Value) -> Value {
    change(json!({ "iss": ISSUER, "sub": "ci", "aud": EXCHANGE, "iat": now(), "nbf": now(), "exp": now() + 600 }), changes)
}

fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The same token under another header, with the signature that it had.
fn under(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

fn without_signature(token: &str) -> String {
    format!("{}.", token.rsplit_once('.').unwrap().0)
}

/// What a verifier would take that lets the token choose the algorithm: signed with the public key as if it were a secret.
fn with_public_key(key: &SigningKey, secret: &[u8], claims: &Value) -> String {
    let header = Header { kid: Some(key.id().to_owned()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn public_text(key: &SigningKey) -> String {
    serde_json::to_string(&key.public()).unwrap()
}

fn modulus(key: &SigningKey) -> Vec<u8> {
    let public = serde_json::to_value(key.public()).unwrap();
    URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap()
}

/// Whether a text is the pattern, in which `…` is anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let mut rest = text.strip_prefix(parts.next().unwrap_or_default());
    for part in parts {
        rest = rest.and_then(|rest| if part.is_empty() { Some("") } else { rest.find(part).map(|at| &rest[at + part.len()..]) });
    }
    rest == Some("")
}

/// What an access token is that no service takes: what it is, the token, then Resource Manager's code and message, and
/// Graph's message.
type Row = (&'static str, String, &'static str, &'static str, &'static str);

const INVALID: &str = "InvalidAuthenticationToken";
const IS_INVALID: &str = "The access token is invalid.";
const AT_GRAPH: &str = "Access token validation failure.";

fn good_for_nobody(scene: &Scene, audience: &str) -> Vec<Row> {
    let Scene { key, .. } = scene;
    let stranger = SigningKey::fresh().unwrap();
    let claims = |changes: Value| scene.changed(audience, &changes);
    let good = key.sign(&claims(json!({}))).unwrap();
    let signed = |changes: Value| key.sign(&claims(changes)).unwrap();
    let foreign = stranger.sign(&claims(json!({}))).unwrap();
    let (ours, none) = (json!({ "typ": "JWT", "alg": "RS256", "kid": key.id() }), json!({ "alg": "none", "kid": key.id() }));
    let issued = |ago: u64, lifetime: u64| json!({ "iat": now() - ago, "nbf": now() - ago, "exp": now() - ago + lifetime });
    let other_claims = format!(
        "{}.{}.{}",
        good.split('.').next().unwrap(),
        URL_SAFE_NO_PAD.encode(claims(json!({ "oid": ADA })).to_string()),
        good.rsplit('.').next().unwrap()
    );
    let no_object_id = "The received access token is not valid: at least one of the claims 'puid' or 'altsecid' or 'oid' should be \
                        present. If you are accessing as application please make sure service principal is properly created in the tenant.";
    let expired = "The access token expiry UTC time '…' is earlier than current UTC time '…'.";
    vec![
        ("signed with another key", foreign.clone(), INVALID, IS_INVALID, AT_GRAPH),
        ("signed with another key, under the id of ours", under(&foreign, &ours), INVALID, IS_INVALID, AT_GRAPH),
        ("no algorithm", without_signature(&under(&good, &none)), INVALID, IS_INVALID, AT_GRAPH),
        ("no algorithm, and a signature", under(&good, &none), INVALID, IS_INVALID, AT_GRAPH),
        ("HS256 with the public key", with_public_key(key, public_text(key).as_bytes(), &claims(json!({}))), INVALID, IS_INVALID, AT_GRAPH),
        ("HS256 with the key's modulus", with_public_key(key, &modulus(key), &claims(json!({}))), INVALID, IS_INVALID, AT_GRAPH),
        ("truncated", good[..good.len() - 7].to_owned(), INVALID, IS_INVALID, AT_GRAPH),
        ("without its signature", without_signature(&good), INVALID, IS_INVALID, AT_GRAPH),
        ("changed after it was signed", other_claims, INVALID, IS_INVALID, AT_GRAPH),
        ("of another issuer", signed(json!({ "iss": "https://login.example/" })), INVALID, IS_INVALID, AT_GRAPH),
        (
            "of one tenant's issuer and another tenant",
            signed(json!({ "iss": format!("https://sts.windows.net/{FABRIKAM}/") })),
            INVALID,
            IS_INVALID,
            AT_GRAPH,
        ),
        (
            "of a tenant that is not there",
            signed(json!({ "tid": ADA, "iss": format!("https://sts.windows.net/{ADA}/") })),
            INVALID,
            IS_INVALID,
            AT_GRAPH,
        ),
        ("of a principal that is not there", signed(json!({ "oid": FABRIKAM })), INVALID, IS_INVALID, AT_GRAPH),
        ("of nobody", signed(json!({ "oid": null })), INVALID, no_object_id, AT_GRAPH),
        ("not good yet", signed(json!({ "nbf": now() + 600 })), INVALID, IS_INVALID, AT_GRAPH),
        (
            "expired",
            signed(issued(7_200, 3_600)),
            "ExpiredAuthenticationToken",
            expired,
            "Lifetime validation failed, the token is expired.",
        ),
    ]
}

/// Asserts that the challenge makes the client fetch a token that is younger than the answer.
fn asks_for_a_newer_token(challenge: &str, url: &str, what: &str) {
    let before = format!(r#"Bearer realm="", authorization_uri="{url}/common/oauth2/authorize", error="insufficient_claims", claims=""#);
    let claims = challenge.strip_prefix(&before).unwrap_or_else(|| panic!("{what}: {challenge}")).trim_end_matches('"');
    let claims: Value = serde_json::from_slice(&STANDARD.decode(claims).unwrap()).unwrap();
    let newer_than: u64 = claims["access_token"]["nbf"]["value"].as_str().unwrap().parse().unwrap();
    assert!(newer_than.abs_diff(now()) < 60, "{what}: {claims}");
}

#[tokio::test]
async fn an_access_token_that_is_no_good_is_refused_and_asked_for_again() {
    let scene = Scene::new().await;
    let (azure, url) = (&scene.azure, scene.azure.url());
    let before = azure.export();
    for (what, token, code, message, _) in good_for_nobody(&scene, "https://management.azure.com") {
        let answer = azure.caller(&token).get(RG_SHARED).await;
        let said = answer.is_refused(401, code).json()["error"]["message"].clone();
        assert!(is_like(said.as_str().unwrap(), message), "{what}: {said}");
        asks_for_a_newer_token(answer.header("www-authenticate").unwrap(), url, what);
    }
    for (what, token, _, _, message) in good_for_nobody(&scene, &format!("{url}/graph/")) {
        let answer = azure.fetch_as(&token, &format!("/graph/v1.0/users/{ADA}")).await;
        let said = answer.is_refused(401, INVALID).json()["error"]["message"].clone();
        assert_eq!(said, message, "{what}");
        asks_for_a_newer_token(answer.header("www-authenticate").unwrap(), url, what);
    }
    assert_eq!(azure.export(), before);
    for audience in ["https://management.azure.com", "https://management.core.windows.net/", url] {
        let good = scene.key.sign(&scene.changed(audience, &json!({}))).unwrap();
        azure.caller(&good).get(RG_SHARED).await.has_status(200);
    }
}

/// A good token, but not for this: another one of the same sort would be refused again, so the client is not told to ask.
#[tokio::test]
async fn an_access_token_for_something_else_is_refused_for_good() {
    let scene = Scene::new().await;
    let (azure, url) = (&scene.azure, scene.azure.url());
    let of_fabrikam = json!({ "oid": "44444444-4444-4444-4444-000000000009", "sub": "44444444-4444-4444-4444-000000000009",
        "appid": "33333333-3333-3333-3333-000000000009", "tid": FABRIKAM, "iss": format!("https://sts.windows.net/{FABRIKAM}/") });
    let bearer = |audience: &str, changes: &Value| format!("Bearer {}", scene.key.sign(&scene.changed(audience, changes)).unwrap());
    let audience = "The access token has been obtained for wrong audience or resource '…'. It should exactly match with one of the allowed \
                    audiences 'https://management.core.windows.net/','https://management.core.windows.net',\
                    'https://management.azure.com/','https://management.azure.com'.";
    let tenant = format!(
        "The access token is from the wrong issuer 'https://sts.windows.net/{FABRIKAM}/'. It must match the tenant \
         'https://sts.windows.net/{TENANT}/' associated with this subscription. …"
    );
    let for_audience = "The access token has been obtained for a wrong audience.";
    let for_tenant = "The access token is from the wrong issuer. It must match the tenant associated with this subscription.";
    let wrong_audience = "InvalidAuthenticationTokenAudience";
    for (what, shown, code, message, told) in [
        ("for another service", Some(bearer("https://vault.azure.net", &json!({}))), wrong_audience, audience, for_audience),
        ("for Graph", Some(bearer(&format!("{url}/graph/"), &json!({}))), wrong_audience, audience, for_audience),
        (
            "of another tenant",
            Some(bearer("https://management.azure.com", &of_fabrikam)),
            "InvalidAuthenticationTokenTenant",
            &*tenant,
            for_tenant,
        ),
        (
            "none",
            None,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing.",
            "The authentication failed because of missing 'Authorization' header.",
        ),
        (
            "a name and a password",
            Some("Basic b3duZXI6".to_owned()),
            "AuthenticationFailedInvalidHeader",
            "Authentication failed. The 'Authorization' header is provided in an invalid format.",
            "The authentication failed because the 'Authorization' header has an invalid format.",
        ),
    ] {
        let headers: Vec<(&str, &str)> = shown.iter().map(|shown| ("authorization", shown.as_str())).collect();
        let answer = azure.nobody().send_bytes(Method::GET, RG_SHARED, None, &headers).await;
        let said = answer.is_refused(401, code).json()["error"]["message"].clone();
        assert!(is_like(said.as_str().unwrap(), message), "{what}: {said}");
        let challenge = format!(r#"Bearer authorization_uri="{url}/{TENANT}", error="invalid_token", error_description="{told}""#);
        assert_eq!(answer.header("www-authenticate"), Some(&*challenge), "{what}");
    }
}

/// A row of the token endpoint: what is shown, the form, then status, error, number and text.
type Refusal<'a> = (&'static str, Vec<(&'static str, &'a str)>, u16, &'static str, u64, &'static str);

async fn are_refused(scene: &Scene, rows: Vec<Refusal<'_>>) {
    let before = scene.azure.export();
    for (what, form, status, error, number, text) in rows {
        let answer = scene.token(&form).await;
        let body = answer.json();
        let shown = (answer.status(), body["error"].as_str(), &body["error_codes"]);
        assert_eq!(shown, (status, Some(error), &json!([number])), "{what}: {body}");
        let description = body["error_description"].as_str().unwrap();
        let expected = format!("AADSTS{number}: {text} Trace ID: … Correlation ID: … Timestamp: …");
        assert!(is_like(description, &expected), "{what}: {description}");
        assert_eq!(body["error_uri"], format!("{}/error?code={number}", scene.azure.url()), "{what}");
        // A challenge is for who guards something, not for who gives tokens.
        assert_eq!(answer.header("www-authenticate"), None, "{what}");
        assert_eq!(answer.header("cache-control"), Some("no-store, no-cache"), "{what}");
    }
    assert_eq!(scene.azure.export(), before);
}

#[tokio::test]
async fn a_code_is_refused_to_whoever_has_no_right_to_it() {
    let scene = Scene::new().await;
    let (code, redeemed) = (scene.code().await, scene.code().await);
    let trade = |code, verifier| {
        vec![("grant_type", "authorization_code"), ("client_id", AZ), ("code", code), ("redirect_uri", BACK), ("code_verifier", verifier)]
    };
    let with = |changes: &[(&'static str, &'static str)]| {
        let mut form = trade(code.as_str(), VERIFIER);
        form.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        form.extend_from_slice(changes);
        form
    };
    scene.token(&trade(&redeemed, VERIFIER)).await.has_status(200);
    let not_issued = "The code or refresh token was not issued here, or not to this client.";
    let verifier = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
    let owner = [("client_id", OWNER_APP), ("client_secret", "owner-secret")];
    let rows: Vec<Refusal<'_>> = vec![
        (
            "redeemed",
            trade(&redeemed, VERIFIER),
            400,
            "invalid_grant",
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.",
        ),
        ("another verifier", trade(&code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"), 400, "invalid_grant", 501_481, verifier),
        ("the challenge as verifier", trade(&code, CHALLENGE), 400, "invalid_grant", 501_481, verifier),
        ("no verifier", with(&[("code_verifier", "")]), 400, "invalid_grant", 501_481, verifier),
        ("of another client", with(&owner), 400, "invalid_grant", 70000, not_issued),
        ("unknown", trade("1.Awrong", VERIFIER), 400, "invalid_grant", 70000, not_issued),
        ("truncated", trade(&code[..code.len() - 3], VERIFIER), 400, "invalid_grant", 70000, not_issued),
        (
            "another address",
            with(&[("redirect_uri", "http://localhost:36338")]),
            400,
            "invalid_grant",
            500_112,
            "The reply address 'http://localhost:36338' does not match the reply address 'http://localhost:36337' provided when requesting Authorization code.",
        ),
    ];
    are_refused(&scene, rows).await;
    scene.azure.advance("PT11M").await;
    let late = "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization \
                request for this user and resource.";
    are_refused(&scene, vec![("too late", trade(&code, VERIFIER), 400, "invalid_grant", 70008, late)]).await;
}

#[tokio::test]
async fn a_refresh_token_is_refused_to_whoever_has_no_right_to_it() {
    let scene = Scene::new().await;
    let of_ada = scene.refresh_token("ada@contoso.onmicrosoft.com", "ada-password").await;
    let of_eve = scene.refresh_token("eve_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com", "eve-password").await;
    let refresh = |token| vec![("grant_type", "refresh_token"), ("client_id", AZ), ("scope", ARM), ("refresh_token", token)];
    let by_owner = |token, secret| {
        let client = [("client_id", OWNER_APP), ("client_secret", secret)];
        [vec![("grant_type", "refresh_token"), ("scope", ARM), ("refresh_token", token)], client.to_vec()].concat()
    };
    scene.token(&refresh(&of_eve)).await.has_status(200);
    let password = json!({ "passwordProfile": { "password": "Another-1" } });
    scene.azure.graph("ada", Method::PATCH, &format!("users/{EVE}"), &password).await.has_status(204);
    let not_issued = "The code or refresh token was not issued here, or not to this client.";
    let rows: Vec<Refusal<'_>> = vec![
        (
            "revoked: another password",
            refresh(&of_eve),
            400,
            "invalid_grant",
            50173,
            "The refresh token was revoked: the user's password was changed, or the user is blocked or deleted.",
        ),
        ("of another client", by_owner(&of_ada, "owner-secret"), 400, "invalid_grant", 70000, not_issued),
        (
            "of another client, with a wrong secret",
            by_owner(&of_ada, "wrong"),
            401,
            "invalid_client",
            7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '33333333-3333-3333-3333-000000000001'.",
        ),
        ("unknown", refresh("1.Awrong"), 400, "invalid_grant", 70000, not_issued),
        ("truncated", refresh(&of_ada[..of_ada.len() - 3]), 400, "invalid_grant", 70000, not_issued),
    ];
    are_refused(&scene, rows).await;
    scene.token(&refresh(&of_ada)).await.has_status(200);
    scene.azure.advance("P91D").await;
    let late = "The refresh token has expired due to inactivity. It was issued on … and was good for 90 days.";
    are_refused(&scene, vec![("too late", refresh(&of_ada), 400, "invalid_grant", 700_082, late)]).await;
}

#[tokio::test]
async fn a_federated_assertion_is_refused_that_is_not_what_the_credential_says() {
    let scene = Scene::new().await;
    let key = &scene.issuer_key;
    let good = scene.assertion(&json!({}));
    let stranger = SigningKey::fresh().unwrap().sign(&assertion_claims(&json!({}))).unwrap();
    let ours = json!({ "alg": "RS256", "kid": key.id() });
    let no_record = "No matching federated identity record found for presented assertion … Please check your federated identity credential \
                     Subject, Audience and Issuer against the presented assertion. \
                     https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation";
    let signature = "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the expected \
                     signature value.]";
    let times = "Client assertion is not within its valid time range. Current time: …, assertion valid from …, expiry time of assertion …. \
                 Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";
    let malformed = "The client assertion is not a JSON Web Token with 'iss', 'sub', 'aud' and 'exp'.";
    let shown: Vec<(&'static str, String, u64, &'static str)> = vec![
        ("another issuer", scene.assertion(&json!({ "iss": "https://elsewhere.example" })), 700_211, no_record),
        ("another subject", scene.assertion(&json!({ "sub": "someone-else" })), 700_213, no_record),
        ("the subject in another case", scene.assertion(&json!({ "sub": "CI" })), 700_213, no_record),
        ("another audience", scene.assertion(&json!({ "aud": "api://elsewhere" })), 700_212, no_record),
        ("signed with another key", stranger.clone(), 700_027, signature),
        ("signed with another key, under the issuer's id", under(&stranger, &ours), 700_027, signature),
        ("signed with our own key", scene.key.sign(&assertion_claims(&json!({}))).unwrap(), 700_027, signature),
        ("no algorithm", without_signature(&under(&good, &json!({ "alg": "none", "kid": key.id() }))), 700_027, signature),
        ("HS256 with the public key", with_public_key(key, public_text(key).as_bytes(), &assertion_claims(&json!({}))), 700_027, signature),
        ("truncated", good[..good.len() - 7].to_owned(), 700_027, signature),
        ("without its signature", without_signature(&good), 700_027, signature),
        ("two parts of it", good.rsplit_once('.').unwrap().0.to_owned(), 50027, malformed),
        ("expired", scene.assertion(&json!({ "nbf": now() - 3_600, "exp": now() - 900 })), 700_024, times),
        ("not good yet", scene.assertion(&json!({ "nbf": now() + 900, "exp": now() + 1_800 })), 700_024, times),
    ];
    let form = |assertion| {
        vec![
            ("grant_type", "client_credentials"),
            ("client_id", OWNER_APP),
            ("scope", ARM),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ]
    };
    let rows = shown.iter().map(|(what, token, number, text)| (*what, form(token.as_str()), 401, "invalid_client", *number, *text));
    are_refused(&scene, rows.collect()).await;
    scene.token(&form(&good)).await.has_status(200);
}

#[tokio::test]
async fn a_secret_or_password_is_refused_that_is_not_the_one() {
    let scene = Scene::new().await;
    let application = |id, secret| vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", ARM)];
    let user =
        |name, password| vec![("grant_type", "password"), ("client_id", AZ), ("scope", ARM), ("username", name), ("password", password)];
    let rows: Vec<Refusal<'_>> = vec![
        (
            "another secret",
            application(OWNER_APP, "reader-secret"),
            401,
            "invalid_client",
            7_000_215,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '33333333-3333-3333-3333-000000000001'.",
        ),
        (
            "no secret",
            application(OWNER_APP, ""),
            401,
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ),
        (
            "an application of another tenant",
            application("33333333-3333-3333-3333-000000000009", "fabrikam-owner-secret"),
            400,
            "unauthorized_client",
            700_016,
            "Application with identifier '33333333-3333-3333-3333-000000000009' was not found in the directory '…'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
        ),
        (
            "another password",
            user("ada@contoso.onmicrosoft.com", "wrong"),
            400,
            "invalid_grant",
            50126,
            "Error validating credentials due to invalid username or password.",
        ),
        (
            "nobody",
            user("nobody@contoso.onmicrosoft.com", "x"),
            400,
            "invalid_grant",
            50034,
            "The user account nobody@contoso.onmicrosoft.com does not exist in the … directory.",
        ),
    ];
    are_refused(&scene, rows).await;
}

//! Tests of assertions: real certificates, real signatures, and every way in which an assertion is wrong.
//!
//! Apart from the code, because making keys and worlds takes lines of its own.

use std::sync::{Arc, LazyLock};

use adf_emulator_core::directory::credentials::Key;
use adf_emulator_core::world::World;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use rustls_pki_types::PrivatePkcs8KeyDer;
use serde_json::{Value, json};
use uuid::Uuid;

use super::digest;
use crate::arm::request::Body;
use crate::clock::host_now;
use crate::config::Authentication;
use crate::entra::Entra;
use crate::entra::discovery::{Version, tenant_named};
use crate::entra::form::Form;
use crate::entra::sign_in_error::SignInError;
use crate::entra::test_world::{CONTOSO, FABRIKAM, IDENTITY_APP, ORIGIN, OWNER, OWNER_APP, entra, is_ours, world};
use crate::entra::token_endpoint::{TokenRequest, token};
use crate::world_cell::{Moment, WorldCell};

/// A key and its certificate, as an application would have them.
pub(crate) struct Signer {
    pair: KeyPair,
    pub(crate) certificate: rcgen::Certificate,
}

pub(crate) static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = pair.as_der().unwrap();
    let key = PrivatePkcs8KeyDer::from(der.as_ref());
    let key = rcgen::KeyPair::from_pkcs8_der_and_sign_algo(&key, &rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["owner".to_owned()]).unwrap().self_signed(&key).unwrap();
    Signer { pair, certificate }
});

impl Signer {
    fn thumbprint(&self, algorithm: &'static digest::Algorithm) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(algorithm, self.certificate.der()))
    }

    pub(crate) fn sha1(&self) -> String {
        self.thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY)
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        if header["alg"] == "PS256" {
            self.pair.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
        } else {
            self.pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
        }
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn federated_world(entra: &Entra) -> World {
    let mut world = world();
    let mut owner = (**world.directory.application_of(OWNER_APP).unwrap()).clone();
    owner.credentials.keys = ["no certificate", &SIGNER.certificate.pem()].map(|certificate| Key::plain(Uuid::nil(), certificate)).into();
    let audiences = json!(["api://AzureADTokenExchange"]);
    owner.federated_credentials = Arc::new(vec![
        json!({ "issuer": "self", "subject": "ci", "audiences": audiences }),
        json!({ "issuer": "https://token.example", "subject": "repo:a/b", "audiences": audiences }),
        json!({ "issuer": "https://keyless.example", "subject": "repo:a/b", "audiences": audiences }),
        json!({ "issuer": 7 }),
    ]);
    world.directory.put_application(owner);
    let key = serde_json::to_value(entra.signing_key().unwrap().public()).unwrap();
    let issuer = json!({ "issuer": "https://token.example", "jwks": { "keys": [{ "kty": "unheard of" }, key] } });
    world.issuers = Arc::from([issuer.as_object().unwrap().clone()]);
    world
}

fn federated_cell(entra: &Entra) -> WorldCell {
    WorldCell::new(Moment { world: federated_world(entra), ..Moment::default() })
}

fn ask(entra: &Entra, client_id: &str, assertion: &str) -> Result<Value, SignInError> {
    ask_in(&federated_cell(entra), entra, client_id, assertion)
}

fn ask_in(cell: &WorldCell, entra: &Entra, client_id: &str, assertion: &str) -> Result<Value, SignInError> {
    let world = cell.read();
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("scope", "https://management.azure.com/.default"),
        ("client_assertion_type", super::ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let tenant_name = CONTOSO.to_string();
    let answer = token(&TokenRequest {
        form: &Form::read(&HeaderMap::new(), &Body::Whole(body.into())).unwrap(),
        version: Version::Two,
        tenant: tenant_named(&world, &tenant_name, "invalid_request").unwrap(),
        tenant_name: &tenant_name,
        world: &world,
        cell,
        world_now: cell.clock().now(),
        by_itself: None,
        tokens: &entra.tokens,
        origin: ORIGIN,
        is_ours: &is_ours,
        is_this_world: &is_ours,
        request_id: Uuid::from_u128(7),
        now: host_now(),
    })?;
    let answer = serde_json::to_value(answer).unwrap();
    let claims = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap())
}

#[expect(clippy::cast_precision_loss, reason = "seconds of this century are exact")]
fn own_claims(changes: &Value) -> Value {
    let now = host_now().seconds() as f64;
    let mut claims = json!({
        "aud": format!("{ORIGIN}/{CONTOSO}/oauth2/v2.0/token"), "iss": OWNER_APP, "sub": OWNER_APP, "jti": "1",
        "iat": now + 0.28, "nbf": now + 0.28, "exp": now + 600.28
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

#[test]
fn a_certificate_is_found_by_any_of_its_thumbprints() {
    let entra = entra(Authentication::Standard);
    let (sha1, sha256) = (SIGNER.sha1(), SIGNER.thumbprint(&digest::SHA256));
    let padded = URL_SAFE.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, SIGNER.certificate.der()));
    assert!(padded.ends_with('='));
    for header in [
        json!({ "alg": "RS256", "typ": "JWT", "x5t": padded, "x5c": ["ignored"] }),
        json!({ "alg": "RS256", "x5t": sha1 }),
        json!({ "alg": "RS256", "kid": padded }),
        json!({ "alg": "PS256", "x5t#S256": sha256 }),
        json!({ "alg": "PS256", "x5t#S256": format!("{sha256}=") }),
    ] {
        let claims = ask(&entra, &OWNER_APP.to_string(), &SIGNER.sign(&header, &own_claims(&json!({})))).unwrap();
        assert_eq!((&claims["appidacr"], &claims["oid"]), (&json!("2"), &json!(OWNER)), "{header}");
    }
}

#[test]
fn an_assertion_that_is_wrong_is_refused() {
    let entra = entra(Authentication::Standard);
    let client = OWNER_APP.to_string();
    let header = json!({ "alg": "RS256", "x5t": SIGNER.sha1() });
    let number = |assertion: &str| ask(&entra, &client, assertion).unwrap_err().number;
    let now = host_now().seconds();
    for (changes, expected) in [
        (json!({ "exp": now - 400 }), 700_024),
        (json!({ "nbf": now + 400 }), 700_024),
        (json!({ "exp": -1e300 }), 700_024),
        (json!({ "nbf": 1e300 }), 700_024),
        (json!({ "exp": "soon" }), 50027),
        (json!({ "aud": 5 }), 50027),
        (json!({ "aud": format!("{ORIGIN}/{FABRIKAM}/oauth2/v2.0/token") }), 700_023),
        (json!({ "aud": "https://elsewhere.example/common/oauth2/v2.0/token" }), 700_023),
        (json!({ "aud": ORIGIN }), 700_023),
        (json!({ "sub": IDENTITY_APP }), 700_021),
        (json!({ "iss": IDENTITY_APP }), 700_211),
    ] {
        assert_eq!(number(&SIGNER.sign(&header, &own_claims(&changes))), Some(expected), "{changes}");
    }
    let good = SIGNER.sign(&header, &own_claims(&json!({})));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let forged = |header: Value| {
        let (_, claims) = signed.split_once('.').unwrap();
        format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    let truncated: String = good.chars().take(good.len() - 9).collect();
    for (assertion, expected) in [
        (forged(json!({ "alg": "none", "x5t": SIGNER.sha1() })), 700_027),
        (forged(json!({ "alg": "HS256", "x5t": SIGNER.sha1() })), 700_027),
        (forged(json!({ "alg": "PS256", "x5t": SIGNER.sha1() })), 700_027),
        (forged(json!({ "alg": "RS256", "x5t": "unknown" })), 700_027),
        (forged(json!({ "alg": "RS256" })), 700_027),
        (forged(json!({ "x5t": "a" })), 50027),
        (truncated, 700_027),
        (format!("{signed}."), 700_027),
        (format!("{signed}.%"), 700_027),
        ("a.b".to_owned(), 50027),
        ("a.b.c.d".to_owned(), 50027),
        ("..".to_owned(), 50027),
    ] {
        let refused = ask(&entra, &client, &assertion).unwrap_err();
        assert_eq!((refused.status, refused.number), (401, Some(expected)), "{assertion}");
    }
    assert!(ask(&entra, &client, &forged(json!({ "alg": "RS256", "x5t": "zzz" }))).unwrap_err().text.contains("client: 'zzz'"));
    assert_eq!(ask(&entra, &IDENTITY_APP.to_string(), &good).unwrap_err().number, Some(700_211));
}

#[test]
fn a_federated_assertion_needs_a_record_and_the_issuers_key() {
    let entra = entra(Authentication::Standard);
    let client = OWNER_APP.to_string();
    let own = format!("{ORIGIN}/_emulator/oidc");
    let now = host_now().seconds();
    let claims = |changes: &Value| {
        let mut claims = json!({ "iss": own, "sub": "ci", "aud": "api://AzureADTokenExchange", "iat": now, "exp": now + 600 });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    };
    let cell = federated_cell(&entra);
    let signed = |changes: Value| {
        let claims = claims(&changes);
        let is_own = claims["iss"].as_str().unwrap().ends_with("/_emulator/oidc");
        let key = if is_own { cell.issuer_key() } else { entra.signing_key() };
        key.unwrap().sign(&claims).unwrap()
    };
    let ask = |entra: &Entra, client_id: &str, assertion: &str| ask_in(&cell, entra, client_id, assertion);
    for changes in [
        json!({}),
        json!({ "iss": "http://127.0.0.1:4443/_emulator/oidc", "aud": ["other", "api://AzureADTokenExchange"] }),
        json!({ "iss": "https://token.example", "sub": "repo:a/b" }),
    ] {
        assert_eq!(ask(&entra, &client, &signed(changes)).unwrap()["appidacr"], "2");
    }
    for (changes, expected) in [
        (json!({ "iss": "https://elsewhere.example" }), 700_211),
        (json!({ "iss": "https://elsewhere.example/_emulator/oidc" }), 700_211),
        (json!({ "iss": own.replace("https", "htt2ps") }), 700_211),
        (json!({ "iss": "self" }), 700_027),
        (json!({ "iss": "https://Token.example", "sub": "repo:a/b" }), 700_211),
        (json!({ "sub": "CI" }), 700_213),
        (json!({ "iss": "https://token.example" }), 700_213),
        (json!({ "aud": "api://azureadtokenexchange" }), 700_212),
        (json!({ "aud": [] }), 700_212),
        (json!({ "exp": now - 400, "iat": now - 900 }), 700_024),
        (json!({ "iss": "https://keyless.example", "sub": "repo:a/b" }), 700_027),
    ] {
        assert_eq!(ask(&entra, &client, &signed(changes.clone())).unwrap_err().number, Some(expected), "{changes}");
    }
    let other_key = entra.signing_key().unwrap().sign(&claims(&json!({}))).unwrap();
    assert_eq!(ask(&entra, &client, &other_key).unwrap_err().number, Some(700_027));
    for (key, issuer) in
        [(cell.issuer_key(), json!({})), (entra.signing_key(), json!({ "iss": "https://token.example", "sub": "repo:a/b" }))]
    {
        let kid = key.unwrap().id();
        for header in [json!({ "alg": "RS256", "kid": kid }), json!({ "alg": "none", "kid": kid }), json!({ "alg": "HS256", "kid": kid })] {
            assert_eq!(ask(&entra, &client, &SIGNER.sign(&header, &claims(&issuer))).unwrap_err().number, Some(700_027), "{header}");
        }
    }
    assert_eq!(ask(&entra, &IDENTITY_APP.to_string(), &signed(json!({}))).unwrap_err().number, Some(700_211));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(token in "\\PC*", header in "[ -~]{0,30}") {
        let _ = super::Assertion::parse(&token);
        let encoded = URL_SAFE_NO_PAD.encode(header);
        let _ = super::Assertion::parse(&format!("{encoded}.{encoded}.{encoded}"));
    }
}

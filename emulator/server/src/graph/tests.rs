//! Tests of what needs a real key: rolling the keys of an application with a proof.
//!
//! Everything else of Graph is tested over HTTP, in `tests/scenarios`.

use adf_emulator_core::directory::credentials::Key;
use adf_emulator_core::world::World;
use axum::http::{HeaderMap, Method};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Reply;
use super::failure::Failure;
use super::request::GraphRequest;
use super::secret;
use crate::app::HttpRequest;
use crate::arm::request::{Body, Caller, path};
use crate::clock::host_now;
use crate::entra::assertion::tests::SIGNER;
use crate::entra::test_world::{CONTOSO, ORIGIN, OWNER, OWNER_APP, world};
use crate::listen::Connection;

/// Answers a POST of the owner to its own application.
fn post(
    world: &mut World,
    action: &str,
    body: &Value,
    run: fn(&GraphRequest<'_>, &mut World) -> Result<Reply, Failure>,
) -> Result<Option<Value>, u16> {
    let url = format!("/graph/v1.0/applications(appId='{OWNER_APP}')/{action}");
    let http = HttpRequest {
        method: Method::POST,
        uri: url.parse().unwrap(),
        headers: HeaderMap::new(),
        body: Body::Whole(body.to_string().into()),
        origin: ORIGIN.to_owned(),
        connection: Connection { peer: ([127, 0, 0, 1], 50_000).into(), local: ([127, 0, 0, 1], 4443).into(), tls: true, azure_host: None },
    };
    let caller = Caller { object_id: OWNER, tenant_id: CONTOSO };
    let asked = GraphRequest::read(&http, &path(&url).unwrap(), caller).unwrap();
    match run(&asked, world) {
        Ok(Reply::Json(body)) => Ok(Some(body)),
        Ok(_) => Ok(None),
        Err(failure) => Err(failure.status.as_u16()),
    }
}

#[test]
fn keys_are_rolled_with_a_proof() {
    let mut world = world();
    let mut owner = (**world.directory.application_of(OWNER_APP).unwrap()).clone();
    owner.credentials.keys = vec![Key::plain(Uuid::from_u128(5), &SIGNER.certificate.pem())];
    let id = owner.object_id;
    world.directory.put_application(owner);
    let now = host_now().seconds();
    let claims = json!({ "aud": super::secret::PROOF_AUDIENCE, "iss": id, "nbf": now, "exp": now + 600 });
    let proof = |claims: &Value| SIGNER.sign(&json!({ "alg": "RS256", "x5t": SIGNER.sha1() }), claims);
    let new = json!({ "type": "AsymmetricX509Cert", "usage": "Verify", "key": STANDARD.encode(SIGNER.certificate.der()) });
    let body = |proof: &str| json!({ "keyCredential": new, "passwordCredential": null, "proof": proof });

    let made = post(&mut world, "addKey", &body(&proof(&claims)), secret::add_key).unwrap().unwrap();
    assert_eq!((&made["key"], made["customKeyIdentifier"].as_str().map(str::len)), (&Value::Null, Some(40)));
    let removal = |key: &Value| json!({ "keyId": key, "proof": proof(&claims) });
    let before = world.directory.application(id).cloned();
    for wrong in [
        json!({ "aud": "x", "iss": id, "nbf": now, "exp": now + 600 }),
        json!({ "aud": super::secret::PROOF_AUDIENCE, "iss": OWNER, "nbf": now, "exp": now + 600 }),
        json!({ "aud": super::secret::PROOF_AUDIENCE, "iss": id, "nbf": now - 9_000, "exp": now - 8_000 }),
    ] {
        assert_eq!(post(&mut world, "addKey", &body(&proof(&wrong)), secret::add_key), Err(401), "{wrong}");
    }
    assert_eq!(post(&mut world, "addKey", &body("x"), secret::add_key), Err(401));
    assert_eq!(post(&mut world, "addKey", &json!({ "keyCredential": new }), secret::add_key), Err(401));
    assert_eq!(post(&mut world, "removeKey", &removal(&json!("x")), secret::remove_key), Err(404));
    assert_eq!(world.directory.application(id).cloned(), before);

    assert_eq!(post(&mut world, "removeKey", &removal(&made["keyId"]), secret::remove_key), Ok(None));
    assert_eq!(world.directory.application(id).unwrap().credentials.keys.len(), 1);
}

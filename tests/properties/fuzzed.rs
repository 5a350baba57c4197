//! What must hold for any bytes at all: tokens, client assertions, lenient JSON, world files, conditions.
//!
//! Nothing here may panic, and what is accepted must be what it says. `fuzz/` runs these functions on bytes that it makes
//! up, `corpus.rs` on those that are kept; the folder `fuzz/corpus` has one file for each sort of bytes.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use adf_emulator::arm::request::Body;
use adf_emulator::certificates::StateFolder;
use adf_emulator::clock::{Clock, host_now};
use adf_emulator::config::{Authentication, KeptIn, LogForm};
use adf_emulator::entra::Entra;
use adf_emulator::entra::audience::Service;
use adf_emulator::entra::authenticate::Presented;
use adf_emulator::entra::discovery::{Version, tenant_named};
use adf_emulator::entra::form::Form;
use adf_emulator::entra::token::Tokens;
use adf_emulator::entra::token_endpoint::{TokenRequest, token};
use adf_emulator::log::Log;
use adf_emulator::world_cell::{Moment, WorldCell};
use adf_emulator_core::authorization::condition::{Attributes, Circumstances, Condition, Expression};
use adf_emulator_core::lenient_json as lenient;
use adf_emulator_core::rules::conditions::{condition_is_valid, permission_condition_is_valid};
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world_file::{BUILT_IN, ClockEntry, WorldText, export, read};
use axum::http::HeaderMap;
use serde_json::{Value, json};
use uuid::Uuid;

const ORIGIN: &str = "https://localhost:4443";
const TENANT: &str = "11111111-1111-1111-1111-111111111111";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";

/// What tokens and assertions are judged by; its keys are made once.
struct Scene {
    entra: Entra,
    tokens: Tokens,
    cell: WorldCell,
}

static SCENE: LazyLock<Scene> = LazyLock::new(|| {
    let folder = || Arc::new(StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off)));
    let mut world: Value = serde_json::from_str(BUILT_IN).unwrap();
    let credential = json!({ "issuer": "self", "subject": "ci", "audiences": ["api://AzureADTokenExchange"] });
    world["tenants"][0]["principals"][0]["federatedCredentials"] = json!([credential]);
    let text = world.to_string();
    let world = read(&[WorldText { name: "fuzz", text: &text }], host_now()).unwrap().world;
    Scene {
        entra: Entra::new(folder(), Authentication::Strict),
        tokens: Tokens::new(folder()),
        cell: WorldCell::new(Moment { world, ..Moment::default() }),
    }
});

fn is_ours(host: &str, port: u16) -> bool {
    host == "localhost" && port == 4443
}

/// A bearer token is refused, or it is one that our key signed for the principal that it names.
pub fn jwt(data: &[u8]) {
    let scene = &*SCENE;
    let claims: Option<Value> = serde_json::from_slice(data).ok();
    let signed = claims.as_ref().map(|claims| scene.entra.signing_key().unwrap().sign(claims).unwrap().into_bytes());
    for token in [Some(data), signed.as_deref()].into_iter().flatten() {
        let header = [b"Bearer ", token].concat();
        let presented = Presented {
            authorization: Some(&header),
            service: Service::ResourceManager,
            origin: ORIGIN,
            subscription_tenant: None,
            is_ours: &is_ours,
            clock: &Clock::default(),
            outside: &|| None,
        };
        if let Ok(known) = scene.entra.authenticate(&scene.cell.read(), &presented) {
            let claims = claims.as_ref().filter(|_| Some(token) == signed.as_deref()).expect("a token that nobody signed was accepted");
            assert_eq!(Uuid::try_parse(claims["oid"].as_str().unwrap()).ok(), Some(known.caller.object_id));
            assert_eq!(Uuid::try_parse(claims["tid"].as_str().unwrap()).ok(), Some(known.caller.tenant_id));
        }
    }
}

/// A client assertion is refused, or it is one that our issuer signed with the subject and audience of the credential.
pub fn assertion(data: &[u8]) {
    let scene = &*SCENE;
    let Ok(text) = std::str::from_utf8(data) else { return };
    let claims: Option<Value> = serde_json::from_slice(data).ok();
    let signed = claims.as_ref().map(|claims| scene.cell.issuer_key().unwrap().sign(claims).unwrap());
    for assertion in [Some(text), signed.as_deref()].into_iter().flatten() {
        if is_granted(scene, assertion) {
            let claims =
                claims.as_ref().filter(|_| Some(assertion) == signed.as_deref()).expect("an assertion that nobody signed was accepted");
            let issuer = claims["iss"].as_str().unwrap().to_ascii_lowercase();
            let own = ORIGIN.split_once("://").unwrap().1;
            assert!(["https", "http"].iter().any(|scheme| issuer == format!("{scheme}://{own}/_emulator/oidc")), "{claims}");
            assert_eq!(claims["sub"], "ci");
        }
    }
}

fn is_granted(scene: &Scene, assertion: &str) -> bool {
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_id", OWNER_APP),
        ("scope", "https://management.azure.com/.default"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let Ok(form) = Form::read(&HeaderMap::new(), &Body::Whole(body.into())) else { return false };
    let (cell, world) = (&scene.cell, scene.cell.read());
    let request = TokenRequest {
        form: &form,
        version: Version::Two,
        tenant: tenant_named(&world, TENANT, "invalid_request").unwrap(),
        tenant_name: TENANT,
        world: &world,
        cell,
        world_now: cell.clock().now(),
        by_itself: None,
        tokens: &scene.tokens,
        origin: ORIGIN,
        is_ours: &is_ours,
        is_this_world: &is_ours,
        request_id: Uuid::from_u128(7),
        now: host_now(),
    };
    token(&request).is_ok()
}

/// Strict JSON is read as it is, and what is read is JSON.
pub fn lenient_json(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let strict = serde_json::from_str::<Value>(text).ok();
    match lenient::parse(text) {
        Ok(value) => {
            assert!(strict.is_none_or(|strict| strict == value), "strict JSON was read as something else");
            let written = value.to_string();
            assert_eq!(lenient::parse(&written).as_ref(), Ok(&value));
        }
        Err(problem) => assert!(strict.is_none(), "strict JSON was refused: {problem}"),
    }
}

/// A file is refused with a line that says why, or the world that it makes exports itself.
pub fn world_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (at, clock) = (Timestamp::from_seconds(1_900_000_000), ClockEntry::FrozenAt(Timestamp::from_seconds(1_900_000_000)));
    match read(&[WorldText { name: "fuzz", text }], at) {
        Err(mistake) => assert!(!mistake.to_string().is_empty()),
        Ok(made) => {
            let exported = export(&made.world, clock).to_string();
            let again =
                read(&[WorldText { name: "export", text: &exported }], at).unwrap_or_else(|mistake| panic!("{mistake}: {exported}"));
            assert_eq!(export(&again.world, clock).to_string(), exported);
        }
    }
}

/// A condition is refused, or it prints as a text that says the same; what nests is bounded, and so is what it costs to
/// decide.
pub fn condition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let of = |text: &str| Condition::new(text.to_owned(), Cow::Borrowed("2.0"));
    let written = of(text);
    let is_valid = condition_is_valid(&written).is_ok();
    assert!(!is_valid || permission_condition_is_valid(&written).is_ok());
    let Some(expression) = written.expression() else {
        assert!(permission_condition_is_valid(&written).is_err());
        return;
    };
    assert!(depth(expression) <= 65, "{expression}");
    let printed = of(&expression.to_string());
    assert_eq!(printed.expression(), Some(expression), "{}", printed.text);
    if is_valid {
        let at = Circumstances { attributes: Attributes::NONE, now: Timestamp::from_seconds(1_900_000_000) };
        let action = "Microsoft.Authorization/roleAssignments/write";
        assert_eq!(written.is_met(action, at), printed.is_met(action, at));
    }
}

fn depth(expression: &Expression) -> usize {
    1 + match expression {
        Expression::All(terms) | Expression::Any(terms) => terms.iter().map(depth).max().unwrap_or_default(),
        Expression::Not(term) => depth(term),
        _ => 0,
    }
}

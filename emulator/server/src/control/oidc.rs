//! `oidc`: the emulator as an issuer of federated assertions, so that a test needs no other.
//!
//! A federated credential names it as `self`. Each world is an issuer of its own, with a key of its own, which lasts as long
//! as the world is served. Times are the host's, as those of all assertions.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, ok};
use crate::app::App;
use crate::clock::host_now;
use crate::entra::discovery::KeySet;
use crate::entra::federation::OWN_ISSUER_PATH;
use crate::entra::signing_key::KeyError;
use crate::world_cell::WorldCell;

/// How long a token is good when the request does not say: an hour.
pub const LIFETIME_SECONDS: i64 = 3_600;

/// The longest lifetime: a day, as for the tokens of most issuers of this sort.
const LIFETIME_SECONDS_MAX: i64 = 86_400;

/// Says where the keys are.
pub fn configuration(request: &ControlRequest<'_>) -> Answer {
    let issuer = issuer(&request.http.origin);
    Ok(ok(&json!({
        "issuer": issuer, "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]
    })))
}

/// Returns the keys.
pub fn keys(request: &ControlRequest<'_>) -> Answer {
    let key = request.cell.issuer_key().map_err(|_| no_key())?;
    Ok(ok(&serde_json::to_value(KeySet::of(key)).unwrap_or_default()))
}

/// Returns a token for a subject and an audience.
pub fn token(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["subject", "audience", "expiresIn"])?;
    let text = |name: &str| {
        let wrong = || Refusal::bad_request("InvalidField", format!("'{name}' must be a text.")).at(name);
        fields.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or_else(wrong)
    };
    let (subject, audience) = (text("subject")?, text("audience")?);
    let lifetime = match fields.get("expiresIn") {
        None => LIFETIME_SECONDS,
        Some(value) => {
            let wrong = || {
                let message = format!("{value} is not a number of seconds from 1 to {LIFETIME_SECONDS_MAX}.");
                Refusal::bad_request("InvalidField", message).at("expiresIn")
            };
            value.as_i64().filter(|seconds| (1..=LIFETIME_SECONDS_MAX).contains(seconds)).ok_or_else(wrong)?
        }
    };
    let token = signed(request.app, request.cell, &request.http.origin, Assertion { subject, audience, lifetime });
    Ok(ok(&json!({ "token": token.map_err(|_| no_key())? })))
}

/// What a token says.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// Of whom.
    pub subject: &'a str,
    /// For whom.
    pub audience: &'a str,
    /// For how many seconds.
    pub lifetime: i64,
}

/// Returns a token that the world at that base URL has signed.
///
/// # Errors
/// The machine gives no random numbers for a key.
pub fn signed(app: &App, cell: &WorldCell, origin: &str, assertion: Assertion<'_>) -> Result<String, KeyError> {
    let Assertion { subject, audience, lifetime } = assertion;
    let now = host_now().seconds();
    let claims = json!({
        "iss": issuer(origin), "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + lifetime,
        "jti": app.next_request_id()
    });
    cell.issuer_key().and_then(|key| key.sign(&claims))
}

fn issuer(origin: &str) -> String {
    format!("{origin}/{OWN_ISSUER_PATH}")
}

fn no_key() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "The emulator has no key to sign with.")
}

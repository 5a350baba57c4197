//! `oidc`: the emulator as an issuer of federated assertions, so that a test needs no other.
//!
//! A federated credential names it as `self`. Each world is an issuer of its own, with a key of its own, which lasts as long
//! as the world is served. Times are the host's, as those of all assertions.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, ok};
use crate::clock::host_now;
use crate::entra::discovery::KeySet;
use crate::entra::federation::OWN_ISSUER_PATH;

/// How long a token is good when the request does not say: an hour.
const LIFETIME_SECONDS: i64 = 3_600;

/// The longest lifetime: a day, as for the tokens of most issuers of this sort.
const LIFETIME_SECONDS_MAX: i64 = 86_400;

/// Says where the keys are.
pub fn configuration(request: &ControlRequest<'_>) -> Answer {
    let issuer = issuer(request);
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
    let now = host_now().seconds();
    let claims = json!({
        "iss": issuer(request), "sub": subject, "aud": audience, "iat": now, "nbf": now, "exp": now + lifetime,
        "jti": request.app.next_request_id()
    });
    let token = request.cell.issuer_key().and_then(|key| key.sign(&claims)).map_err(|_| no_key())?;
    Ok(ok(&json!({ "token": token })))
}

fn issuer(request: &ControlRequest<'_>) -> String {
    format!("{}/{OWN_ISSUER_PATH}", request.http.origin)
}

fn no_key() -> Refusal {
    Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", "The emulator has no key to sign with.")
}

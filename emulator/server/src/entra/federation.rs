//! Federated assertions: what another issuer says of a workload, checked against the federated credentials of an
//! application or of a user-assigned identity.
//!
//! Issuer, subject and audience are compared with regard to case. The keys of issuers are in the world file and are
//! never fetched; the emulator's own issuer is written `self`. Facts: `client-connection` 3.8;
//! <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.

use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::managed_identity::federated_identity_credential;
use adf_emulator_core::world::World;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::assertion::Assertion;
use super::audience::{authority_and_path, is_of_this_process};
use super::sign_in_error::SignInError;
use super::token_endpoint::TokenRequest;

/// How a world file writes the emulator's own issuer.
pub const OWN_ISSUER: &str = "self";

/// The path of the emulator's own issuer.
pub const OWN_ISSUER_PATH: &str = "_emulator/oidc";

/// A federated credential as it is compared.
struct Credential<'a> {
    issuer: &'a str,
    subject: &'a str,
    audiences: Vec<&'a str>,
}

/// Checks that a federated credential of the application matches, and that the issuer signed.
///
/// # Errors
/// 700211, 700212 and 700213 for an issuer, audience or subject without a record, 700024 for its times, 700027 for
/// its signature.
pub fn check(request: &TokenRequest<'_>, application: &Principal, assertion: &Assertion<'_>) -> Result<(), SignInError> {
    let claims = &assertion.claims;
    let own = is_own_issuer(request, &claims.iss);
    let credentials = credentials_of(request.world, application);
    let of_issuer = || credentials.iter().filter(|it| it.issuer == claims.iss || own && it.issuer == OWN_ISSUER);
    if of_issuer().next().is_none() {
        return Err(SignInError::no_federated_record(700_211, "issuer", &claims.iss));
    }
    let of_subject = || of_issuer().filter(|it| it.subject == claims.sub);
    if of_subject().next().is_none() {
        return Err(SignInError::no_federated_record(700_213, "subject", &claims.sub));
    }
    let audiences = claims.aud.all();
    if !of_subject().any(|it| audiences.iter().any(|audience| it.audiences.contains(&audience.as_str()))) {
        let shown = audiences.first().map(String::as_str).unwrap_or_default();
        return Err(SignInError::no_federated_record(700_212, "audience", shown));
    }
    let signed = if own { is_signed_by_us(request, assertion) } else { is_signed_by_issuer(request, assertion) };
    if signed != Some(true) {
        return Err(SignInError::assertion_signature());
    }
    assertion.is_in_time(request.now)
}

/// Each world is an issuer by itself: another one of this process is a stranger.
fn is_own_issuer(request: &TokenRequest<'_>, issuer: &str) -> bool {
    authority_and_path(issuer)
        .is_some_and(|(authority, path)| path == OWN_ISSUER_PATH && is_of_this_process(authority, request.origin, request.is_this_world))
}

fn credentials_of<'a>(world: &'a World, application: &'a Principal) -> Vec<Credential<'a>> {
    match &application.kind {
        PrincipalKind::ServicePrincipal(it) => {
            let application = world.directory.application_of(it.app_id);
            application.into_iter().flat_map(|it| it.federated_credentials.iter()).filter_map(credential).collect()
        }
        PrincipalKind::ManagedIdentity(it) => {
            let of_identity = federated_identity_credential::below(world, &it.resource);
            let compared = of_identity.map(|one| Credential {
                issuer: &one.issuer,
                subject: &one.subject,
                audiences: one.audiences.iter().map(|audience| &**audience).collect(),
            });
            compared.collect()
        }
        PrincipalKind::User(_) | PrincipalKind::Group(_) => Vec::new(),
    }
}

fn credential(entry: &Value) -> Option<Credential<'_>> {
    let audiences = entry.get("audiences").and_then(Value::as_array).into_iter().flatten();
    Some(Credential {
        issuer: entry.get("issuer")?.as_str()?,
        subject: entry.get("subject")?.as_str()?,
        audiences: audiences.filter_map(Value::as_str).collect(),
    })
}

fn is_signed_by_us(request: &TokenRequest<'_>, assertion: &Assertion<'_>) -> Option<bool> {
    let key = request.cell.issuer_key().ok()?;
    if assertion.header.alg != "RS256" || assertion.header.kid.as_deref() != Some(key.id()) {
        return Some(false);
    }
    is_signed_with(&key.decoding().ok()?, Algorithm::RS256, assertion)
}

/// Returns whether a key of the issuer signed; of several keys, the one that the header names.
fn is_signed_by_issuer(request: &TokenRequest<'_>, assertion: &Assertion<'_>) -> Option<bool> {
    // Never an algorithm whose key is a secret: the keys here are public.
    let algorithm = match &*assertion.header.alg {
        "RS256" => Algorithm::RS256,
        "PS256" => Algorithm::PS256,
        "ES256" => Algorithm::ES256,
        _ => return None,
    };
    let mut issuers = request.world.issuers.iter();
    let issuer = issuers.find(|it| it.get("issuer").and_then(Value::as_str) == Some(&assertion.claims.iss))?;
    let keys = issuer.get("jwks")?.get("keys")?.as_array()?;
    // A key of a sort that we do not know must not hide the others.
    let keys = keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    let is_named = |kid: Option<&str>| assertion.header.kid.is_none() || kid == assertion.header.kid.as_deref();
    let mut named = keys.filter(|key| is_named(key.common.key_id.as_deref())).filter_map(|key| DecodingKey::from_jwk(&key).ok());
    Some(named.any(|key| is_signed_with(&key, algorithm, assertion) == Some(true)))
}

fn is_signed_with(key: &DecodingKey, algorithm: Algorithm, assertion: &Assertion<'_>) -> Option<bool> {
    jsonwebtoken::crypto::verify(assertion.signature, assertion.signed.as_bytes(), key, algorithm).ok()
}

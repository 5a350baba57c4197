//! Client assertions: a JSON Web Token that an application shows instead of a secret.
//!
//! Either the application signed it with the key of a certificate that it is known to have, or another issuer did, and
//! a federated credential of the application says that this issuer may speak for it. Times are the host's: clients
//! compare them with their own clocks. Facts: `client-connection` 3.4 and 3.8;
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use adf_emulator_core::directory::Principal;
use adf_emulator_core::timestamp::{Duration, Timestamp};
use aws_lc_rs::digest;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use uuid::Uuid;
use x509_cert::der::{Decode as _, Encode as _};

use super::audience::{authority_and_path, is_of_this_process};
use super::client;
use super::discovery::{TenantNamed, tenant_named};
use super::federation;
use super::sign_in_error::SignInError;
use super::token_endpoint::TokenRequest;
use crate::azure_hosts::are_one_entra;

/// The only sort of assertions there is.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// By how much the clocks of client and emulator may differ: five minutes, as usual with Entra.
const CLOCK_SKEW: Duration = Duration::from_seconds(300);

/// An assertion, read but not believed.
#[derive(Debug)]
pub struct Assertion<'a> {
    /// What stands before the signature.
    pub signed: &'a str,
    /// The signature, as it was sent.
    pub signature: &'a str,
    /// The header.
    pub header: Header,
    /// The claims.
    pub claims: Claims,
}

/// How an assertion was signed.
#[derive(Debug, Deserialize)]
pub struct Header {
    /// The algorithm.
    pub alg: String,
    /// The id of the key.
    pub kid: Option<String>,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
}

/// What an assertion says. Times may have fractions.
#[derive(Debug, Deserialize)]
pub struct Claims {
    /// Who signed.
    pub iss: String,
    /// For whom it speaks; a proof of having a key says nothing.
    #[serde(default)]
    pub sub: String,
    /// Whom it is for.
    pub aud: Audiences,
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
}

/// The claim `aud`: one text or some.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Audiences {
    /// One.
    One(String),
    /// Some.
    Some(Vec<String>),
}

impl Audiences {
    /// Returns all of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Some(some) => some,
        }
    }
}

impl<'a> Assertion<'a> {
    /// Reads an assertion.
    ///
    /// # Errors
    /// 50027 for what is no JSON Web Token with the claims that are needed.
    pub fn parse(token: &'a str) -> Result<Self, SignInError> {
        let read = || {
            let (signed, signature) = token.rsplit_once('.')?;
            let (header, claims) = signed.split_once('.').filter(|(_, claims)| !claims.contains('.'))?;
            Some(Self { signed, signature, header: json_of(header)?, claims: json_of(claims)? })
        };
        read().ok_or_else(SignInError::assertion_malformed)
    }

    /// Checks that `now` is within the times of the assertion.
    ///
    /// # Errors
    /// 700024.
    pub fn is_in_time(&self, now: Timestamp) -> Result<(), SignInError> {
        let claims = &self.claims;
        let (from, until) = (instant(claims.nbf.or(claims.iat).unwrap_or(0.0)), instant(claims.exp));
        let begun = from <= now.plus(CLOCK_SKEW);
        if begun && now <= until.plus(CLOCK_SKEW) { Ok(()) } else { Err(SignInError::assertion_not_in_time(now, from, until)) }
    }

    /// Checks that the certificate that the header names is one of these, and signed.
    ///
    /// # Errors
    /// 700027.
    pub fn is_signed_with_one_of<'k>(&self, certificates: impl Iterator<Item = &'k str>) -> Result<(), SignInError> {
        let header = &self.header;
        let shown = [&header.x5t, &header.x5t_s256, &header.kid].into_iter().flatten().map(|text| text.trim_end_matches('='));
        let found = certificates.filter_map(certificate).find(|it| shown.clone().any(|shown| has_thumbprint(it, shown)));
        let certificate = found.ok_or_else(|| SignInError::assertion_key_not_found(shown.clone().next().unwrap_or_default()))?;
        let verification = match &*header.alg {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            _ => return Err(SignInError::assertion_signature()),
        };
        let signature = URL_SAFE_NO_PAD.decode(self.signature.trim_end_matches('=')).map_err(|_| SignInError::assertion_signature())?;
        // The Azure CLI makes certificates of the first version, which libraries for TLS do not read.
        let parsed = x509_cert::Certificate::from_der(&certificate).map_err(|_| SignInError::assertion_key_not_found(""))?;
        let key = parsed.tbs_certificate().subject_public_key_info().to_der().map_err(|_| SignInError::assertion_key_not_found(""))?;
        let key = UnparsedPublicKey::new(verification, key);
        key.verify(self.signed.as_bytes(), &signature).map_err(|_| SignInError::assertion_signature())
    }
}

fn json_of<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and an instant that far away is as good as any")]
fn instant(seconds: f64) -> Timestamp {
    // A hundred thousand years are enough for any claim, and leave room for the skew.
    Timestamp::from_ticks((seconds.clamp(0.0, 250_000_000_000.0) * 10_000_000.0) as i64)
}

/// Checks the assertion that a request shows for an application or a managed identity.
///
/// # Errors
/// Those of an assertion: 50027, 700021, 700023, 700024, 700027 and the federated ones.
pub fn check(request: &TokenRequest<'_>, application: &Principal, client_id: &str, token: &str) -> Result<(), SignInError> {
    if request.form.require("client_assertion_type")? != ASSERTION_TYPE {
        return Err(SignInError::unreadable("the parameter 'client_assertion_type' is not that of JSON Web Tokens"));
    }
    let assertion = Assertion::parse(token)?;
    if assertion.claims.sub.is_empty() {
        return Err(SignInError::assertion_malformed());
    }
    if !is_same_id(&assertion.claims.iss, client_id) {
        return federation::check(request, application, &assertion);
    }
    if !is_same_id(&assertion.claims.sub, client_id) {
        return Err(SignInError::assertion_of_another(client_id));
    }
    is_signed_with_a_certificate(request, application, &assertion)?;
    assertion.is_in_time(request.now)?;
    let audiences = assertion.claims.aud.all();
    if audiences.iter().any(|audience| is_this_authority(request, audience)) { Ok(()) } else { Err(SignInError::assertion_audience()) }
}

fn is_same_id(one: &str, other: &str) -> bool {
    matches!((Uuid::try_parse(one), Uuid::try_parse(other)), (Ok(one), Ok(other)) if one == other)
}

/// Returns whether an audience is an endpoint of the authority that was asked, such as its token endpoint.
fn is_this_authority(request: &TokenRequest<'_>, audience: &str) -> bool {
    let Some((authority, path)) = authority_and_path(audience) else { return false };
    let tenant = path.split('/').next().unwrap_or_default();
    let asked = request.origin.split_once("://").map_or("", |(_, host)| host);
    (is_of_this_process(authority, request.origin, request.is_ours) || are_one_entra(authority, asked))
        && tenant_named(request.world, tenant, "invalid_client")
            .is_ok_and(|named| named == request.tenant || named == TenantNamed::Any || request.tenant == TenantNamed::Any)
}

fn is_signed_with_a_certificate(request: &TokenRequest<'_>, application: &Principal, assertion: &Assertion<'_>) -> Result<(), SignInError> {
    let keys = client::credentials(request.world, application).flat_map(|it| &it.keys).filter(|key| key.is_good_at(request.world_now));
    assertion.is_signed_with_one_of(keys.map(|key| &*key.certificate))
}

/// Returns the certificate of a key: PEM as a world file has it, or DER in base64 as clients of Graph send it.
pub fn certificate(text: &str) -> Option<CertificateDer<'static>> {
    let pem = || CertificateDer::from_pem_slice(text.as_bytes()).ok();
    STANDARD.decode(text).map(CertificateDer::from).ok().or_else(pem)
}

/// Returns whether a certificate has this thumbprint: SHA-1 or SHA-256, in base64url or in hexadecimal digits.
fn has_thumbprint(certificate: &CertificateDer<'_>, shown: &str) -> bool {
    [&digest::SHA1_FOR_LEGACY_USE_ONLY, &digest::SHA256].into_iter().any(|algorithm| {
        let thumbprint = digest::digest(algorithm, certificate);
        let hexadecimal: String = thumbprint.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        URL_SAFE_NO_PAD.encode(thumbprint) == shown || hexadecimal.eq_ignore_ascii_case(shown)
    })
}

#[cfg(test)]
pub(crate) mod tests;

//! Access tokens: issued, checked, and remembered once they were checked.
//!
//! A signature is checked once; later the same text is one lookup in a bounded cache that compares the whole text.
//! What can change between two requests (clock, directory, audience) is never remembered: `authenticate.rs` looks.
//! Follows <https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-tokens>.

use std::sync::{Arc, OnceLock};

use adf_emulator_core::timestamp::{Duration, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use quick_cache::sync::Cache;
use serde::Serialize;
use uuid::Uuid;

use super::audience::Audience;
use super::claims::{IdentityType, Returned};
use super::signing_key::{KeyError, SigningKey};
use crate::certificates::StateFolder;

/// Tokens that are remembered. Each is about a kilobyte.
const VERIFIED_MAX: usize = 1_024;

/// The tokens of a process: its key, and the tokens that were found good.
#[derive(Debug)]
pub struct Tokens {
    folder: Arc<StateFolder>,
    key: OnceLock<Result<Key, KeyError>>,
    verified: Cache<Box<str>, Arc<Verified>>,
}

#[derive(Debug)]
struct Key {
    signing: SigningKey,
    decoding: DecodingKey,
}

/// What a token says whose signature is ours.
#[derive(Debug)]
pub struct Verified {
    /// Whom it is for.
    pub audience: Audience,
    /// The same as the token has it.
    pub audience_text: Box<str>,
    /// The host's instant of issue.
    pub issued: Timestamp,
    /// The host's instant from which it is good.
    pub not_before: Timestamp,
    /// How long it is good after its issue.
    pub lifetime: Duration,
    /// The tenant.
    pub tenant_id: Uuid,
    /// Its principal.
    pub object_id: Uuid,
    /// The application that it was given to.
    pub app_id: Uuid,
    /// Whether it is an application's or a user's.
    pub identity_type: IdentityType,
    /// The groups that held the principal when it was issued; none when they were too many to name.
    pub groups: Option<Arc<[Uuid]>>,
}

/// Why a token is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOurs {
    /// It cannot be read, or its signature, key, algorithm or issuer is not ours.
    Unverified,
    /// It is ours but names no principal.
    NoObjectId,
}

impl Tokens {
    /// Returns tokens signed with the key that `folder` keeps.
    pub fn new(folder: Arc<StateFolder>) -> Self {
        Self { folder, key: OnceLock::new(), verified: Cache::new(VERIFIED_MAX) }
    }

    /// Returns the key; the first to ask has it made or read.
    pub fn signing_key(&self) -> Result<&SigningKey, KeyError> {
        self.key().map(|key| &key.signing)
    }

    fn key(&self) -> Result<&Key, KeyError> {
        let load = || {
            let signing = SigningKey::load_or_create(&self.folder)?;
            let decoding = signing.decoding()?;
            Ok(Key { signing, decoding })
        };
        self.key.get_or_init(load).as_ref().map_err(|error| *error)
    }

    /// Returns a token with these claims.
    pub fn issue(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.signing_key()?.sign(claims)
    }

    /// Returns what a token says, after its signature was found to be ours, now or before.
    pub fn verify(&self, token: &str) -> Result<Arc<Verified>, NotOurs> {
        if let Some(verified) = self.verified.get(token) {
            return Ok(verified);
        }
        let verified = Arc::new(self.verify_signature(token)?);
        self.verified.insert(token.into(), verified.clone());
        Ok(verified)
    }

    fn verify_signature(&self, token: &str) -> Result<Verified, NotOurs> {
        // The header first: a token of somebody else must not have a key made for it.
        let header = jsonwebtoken::decode_header(token).map_err(|_| NotOurs::Unverified)?;
        if header.alg != Algorithm::RS256 {
            return Err(NotOurs::Unverified);
        }
        let key = self.key().map_err(|_| NotOurs::Unverified)?;
        if header.kid.as_deref() != Some(key.signing.id()) {
            return Err(NotOurs::Unverified);
        }
        // Times and audience are judged at each request, on the clock of its world.
        let mut signature_only = Validation::new(Algorithm::RS256);
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        signature_only.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Returned>(token, &key.decoding, &signature_only).map_err(|_| NotOurs::Unverified)?.claims;
        if !claims.is_ours() {
            return Err(NotOurs::Unverified);
        }
        Ok(Verified {
            audience: Audience::parse(&claims.aud),
            issued: claims.issued(),
            not_before: Timestamp::from_seconds(claims.nbf),
            lifetime: Timestamp::from_seconds(claims.exp).since(Timestamp::from_seconds(claims.iat)),
            tenant_id: claims.tid,
            object_id: claims.oid.ok_or(NotOurs::NoObjectId)?,
            app_id: claims.appid,
            identity_type: claims.idtyp,
            groups: claims.claim_names.is_none().then(|| claims.groups.into()),
            audience_text: claims.aud.into(),
        })
    }
}

/// Returns a text that nobody can guess and that says nothing: what refresh tokens and codes look like.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn opaque(prefix: &str) -> Result<String, KeyError> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError)?;
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// How many letters and digits a code has that people type; as Entra's.
pub const TYPED_LENGTH: usize = 9;

/// The letters and digits of codes that people type: none looks like another.
const TYPED: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// Returns a code that a person can type and nobody can guess: letters and digits.
///
/// # Errors
/// When the machine gives no random numbers.
pub fn typed() -> Result<String, KeyError> {
    let mut bytes = [0; TYPED_LENGTH];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError)?;
    Ok(bytes.iter().filter_map(|byte| TYPED.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::host_now;
    use crate::entra::claims::{AccessToken, Issue, Proof};
    use crate::entra::test_world::{OWNER, folder, world};

    #[test]
    fn a_verified_token_is_verified_once_and_a_bad_one_is_not_remembered() {
        let (tokens, world) = (Tokens::new(folder()), world());
        let issue = |number| {
            let issue = Issue {
                audience: "https://management.azure.com",
                at: host_now(),
                request_id: Uuid::from_u128(number),
                handles_claims_challenges: false,
                proof: Proof::Secret,
                groups: &[],
            };
            tokens.issue(&AccessToken::of_application(world.directory.principal(OWNER).unwrap(), &issue).unwrap()).unwrap()
        };
        let token = issue(0);
        let (first, second) = (tokens.verify(&token).unwrap(), tokens.verify(&token).unwrap());
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(tokens.verify(&format!("{token}A")).err(), Some(NotOurs::Unverified));
        assert_eq!(tokens.verified.len(), 1);
        assert!(host_now().since(first.issued) < Duration::from_seconds(5) && first.issued.ticks() % 10_000_000 != 0);
        for number in 1..1_200 {
            tokens.verify(&issue(number)).unwrap();
        }
        assert!(tokens.verified.len() <= VERIFIED_MAX);
    }
}

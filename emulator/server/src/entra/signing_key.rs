//! The RSA key that signs tokens.
//!
//! Kept beside the certificate authority, so that tokens outlive the process: clients cache them for an hour. Made
//! when first asked for, because making one takes a tenth of a second. Shown to clients as a JSON Web Key (RFC 7517).

use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Serialize;

use crate::certificates::{StateFolder, pem_of};

/// The file with the key, as PKCS#8 in PEM.
const SIGNING_KEY_FILE: &str = "signing-key.pem";

/// The key that signs tokens.
#[derive(Debug)]
pub struct SigningKey {
    pair: KeyPair,
    id: String,
    modulus: String,
    exponent: String,
}

/// The public half of a signing key, as a key set shows it.
#[derive(Debug, Serialize)]
pub struct JsonWebKey<'a> {
    kty: &'static str,
    r#use: &'static str,
    alg: &'static str,
    kid: &'a str,
    n: &'a str,
    e: &'a str,
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'static str,
    alg: &'static str,
    kid: &'a str,
}

/// The machine gave no random numbers, or the key cannot sign.
#[derive(Clone, Copy, Debug)]
pub struct KeyError;

impl SigningKey {
    /// Returns the key that the folder keeps, made on first use. A file that holds no such key is left as it is; this
    /// warns and makes one for this process.
    pub fn load_or_create(folder: &StateFolder) -> Result<Self, KeyError> {
        let kept = folder.create_once(SIGNING_KEY_FILE, || new_key().unwrap_or_default());
        if let Some(key) = Self::parse(&kept) {
            return Ok(key);
        }
        let fresh = new_key()?;
        let key = Self::parse(&fresh).ok_or(KeyError)?;
        folder.use_instead(SIGNING_KEY_FILE, "does not hold an RSA key", fresh);
        Ok(key)
    }

    /// Returns a key that nobody keeps.
    ///
    /// # Errors
    /// When the machine gives no random numbers.
    pub fn fresh() -> Result<Self, KeyError> {
        Self::parse(&new_key()?).ok_or(KeyError)
    }

    fn parse(pem: &[u8]) -> Option<Self> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).ok()?;
        let pair = KeyPair::from_pkcs8(der.secret_pkcs8_der()).ok()?;
        let modulus = URL_SAFE_NO_PAD.encode(pair.public_key().modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(pair.public_key().exponent().big_endian_without_leading_zero());
        // The thumbprint of RFC 7638: the members that matter, in this order, without blanks.
        let members = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
        let id = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()));
        Some(Self { pair, id, modulus, exponent })
    }

    /// Returns the key's id: what `kid` says.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the public half for clients.
    pub fn public(&self) -> JsonWebKey<'_> {
        JsonWebKey { kty: "RSA", r#use: "sig", alg: "RS256", kid: &self.id, n: &self.modulus, e: &self.exponent }
    }

    /// Returns the public half for checking a signature.
    pub fn decoding(&self) -> Result<DecodingKey, KeyError> {
        DecodingKey::from_rsa_components(&self.modulus, &self.exponent).map_err(|_| KeyError)
    }

    /// Returns a JSON Web Token (RFC 7519) with these claims, signed RS256.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        let encoded = |json: Result<Vec<u8>, serde_json::Error>| json.map(|json| URL_SAFE_NO_PAD.encode(json)).map_err(|_| KeyError);
        let header = encoded(serde_json::to_vec(&Header { typ: "JWT", alg: "RS256", kid: &self.id }))?;
        let mut token = format!("{header}.{}", encoded(serde_json::to_vec(claims))?);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature).map_err(|_| KeyError)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

fn new_key() -> Result<Vec<u8>, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
    let der = pair.as_der().map_err(|_| KeyError)?;
    Ok(pem_of("PRIVATE KEY", der.as_ref()).into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{KeptIn, LogForm};
    use crate::log::Log;

    #[test]
    fn the_key_outlives_the_process() {
        let home = tempfile::tempdir().unwrap();
        let folder = || StateFolder::open(&KeptIn::Folder(home.path().to_owned()), &Log::new(LogForm::Off));
        let first = SigningKey::load_or_create(&folder()).unwrap();
        let second = SigningKey::load_or_create(&folder()).unwrap();
        assert_eq!(first.id(), second.id());
        std::fs::write(home.path().join(SIGNING_KEY_FILE), "not a key").unwrap();
        let folder = folder();
        let third = SigningKey::load_or_create(&folder).unwrap();
        assert_ne!(third.id(), first.id());
        assert_eq!(SigningKey::load_or_create(&folder).unwrap().id(), third.id());
        assert_eq!(std::fs::read_to_string(home.path().join(SIGNING_KEY_FILE)).unwrap(), "not a key");
    }
}

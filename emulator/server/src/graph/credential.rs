//! Passwords and keys as Microsoft Graph shows them: never the secret, except once to who made it.
//!
//! Recorded answers to the Azure CLI give members and order. A key's thumbprint is worked out here, because the core
//! has no cryptography.

use adf_emulator_core::directory::credentials::{Credentials, Key, Password};
use adf_emulator_core::timestamp::Timestamp;
use aws_lc_rs::digest;
use serde_json::{Value, json};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::entra::assertion::certificate;

/// How long a world file's secret is good: for ever, which the directory writes as this.
const FOR_EVER: &str = "2299-12-31T00:00:00Z";

/// Returns an instant as Graph prints it: to the second.
pub fn time(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ")
}

/// Returns the passwords.
pub fn passwords(credentials: &Credentials) -> Vec<Value> {
    credentials.passwords.iter().map(|it| password(it, None)).collect()
}

/// Returns a password; with its secret, for who made it.
pub fn password(it: &Password, secret: Option<&str>) -> Value {
    let hint: String = it.secret.chars().take(3).collect();
    json!({ "customKeyIdentifier": null, "displayName": it.display_name.as_deref(), "endDateTime": end(it.ends_on), "hint": hint,
        "keyId": it.key_id, "secretText": secret, "startDateTime": it.starts_on.map(time) })
}

/// Returns the keys.
pub fn keys(credentials: &Credentials) -> Vec<Value> {
    credentials.keys.iter().map(key).collect()
}

/// Returns a key.
pub fn key(it: &Key) -> Value {
    json!({ "customKeyIdentifier": thumbprint(it), "displayName": it.display_name.as_deref().map_or_else(|| subject(it), |name| Some(name.to_owned())),
        "endDateTime": end(it.ends_on), "key": null,
        "keyId": it.key_id, "startDateTime": it.starts_on.map(time), "type": &*it.key_type, "usage": &*it.usage })
}

/// Returns the subject of a key's certificate, which is what a key without a name is called.
fn subject(it: &Key) -> Option<String> {
    let parsed = Certificate::from_der(&certificate(&it.certificate)?).ok()?;
    Some(parsed.tbs_certificate().subject().to_string())
}

fn end(at: Option<Timestamp>) -> String {
    at.map_or_else(|| FOR_EVER.to_owned(), time)
}

fn thumbprint(it: &Key) -> Option<String> {
    let print = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &certificate(&it.certificate)?);
    Some(print.as_ref().iter().map(|byte| format!("{byte:02X}")).collect())
}

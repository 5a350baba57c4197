//! The passwords and keys of an application or a service principal.
//!
//! What a world file gives as `secret` and `certificates` has no times and is good for ever. Whether a password is good
//! is judged on the world's clock. Follows <https://learn.microsoft.com/graph/api/resources/passwordcredential> and
//! <https://learn.microsoft.com/graph/api/resources/keycredential>.

use super::refusal::Refusal;
use crate::id_source::IdSource;
use crate::timestamp::{Duration, Timestamp};
use crate::world::Document;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// How long a password is good when nobody says otherwise: two years, as documented.
const LIFETIME: Duration = Duration::from_seconds(2 * 365 * 86_400);

/// Passwords, or keys, that one object may have. Entra bounds the whole object; this bounds memory.
const CREDENTIALS_MAX: usize = 1_000;

/// The type that refusals name.
const OF: &str = "Application";

/// Passwords and keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Credentials {
    /// Client secrets, oldest first.
    pub passwords: Vec<Password>,
    /// Certificates, oldest first.
    pub keys: Vec<Key>,
}

/// A client secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Password {
    /// Its id.
    pub key_id: Uuid,
    /// What it is for.
    pub display_name: Option<Arc<str>>,
    /// From when it is good; a world file's `secret` always was.
    pub starts_on: Option<Timestamp>,
    /// Until when it is good; a world file's `secret` always is.
    pub ends_on: Option<Timestamp>,
    /// The secret.
    pub secret: Arc<str>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its id.
    pub key_id: Uuid,
    /// What it is for.
    pub display_name: Option<Arc<str>>,
    /// From when it is good; not known of a world file's certificate.
    pub starts_on: Option<Timestamp>,
    /// Until when it is good; not known of a world file's certificate.
    pub ends_on: Option<Timestamp>,
    /// `AsymmetricX509Cert` for a certificate.
    pub key_type: Arc<str>,
    /// `Verify` for what signs assertions.
    pub usage: Arc<str>,
    /// The certificate: DER in base64, or PEM as a world file has it.
    pub certificate: Arc<str>,
}

/// What a secret that somebody shows is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// It is good.
    Good,
    /// It was good.
    Expired,
    /// Nobody knows it.
    Unknown,
}

impl Password {
    /// Returns the password that a world file gives as `secret`.
    pub fn plain(key_id: Uuid, secret: &str) -> Self {
        Self { key_id, display_name: None, starts_on: None, ends_on: None, secret: secret.into() }
    }

    /// Returns whether a world file writes it as `secret`.
    pub const fn is_plain(&self) -> bool {
        self.starts_on.is_none() && self.ends_on.is_none()
    }
}

impl Key {
    /// Returns the certificate that a world file has among `certificates`.
    pub fn plain(key_id: Uuid, pem: &str) -> Self {
        let (key_type, usage) = ("AsymmetricX509Cert".into(), "Verify".into());
        Self { key_id, display_name: None, starts_on: None, ends_on: None, key_type, usage, certificate: pem.into() }
    }

    /// Returns whether a world file writes it among `certificates`.
    pub const fn is_plain(&self) -> bool {
        self.starts_on.is_none() && self.ends_on.is_none()
    }

    /// Returns whether it is good at an instant.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.starts_on.is_none_or(|start| start <= now) && self.ends_on.is_none_or(|end| now < end)
    }
}

impl Credentials {
    /// Returns what a shown secret is worth.
    pub fn judge(&self, shown: &str, now: Timestamp) -> Shown {
        let known = || self.passwords.iter().filter(|it| &*it.secret == shown && it.starts_on.is_none_or(|start| start <= now));
        match known().next() {
            None => Shown::Unknown,
            Some(_) if known().any(|it| it.ends_on.is_none_or(|end| now < end)) => Shown::Good,
            Some(_) => Shown::Expired,
        }
    }

    /// Adds a password with a secret that the world makes up, as `addPassword` asks; returns it.
    ///
    /// # Errors
    /// For members that cannot be read, or an end before the start.
    pub fn add_password(&mut self, ids: &mut IdSource, now: Timestamp, asked: &Document) -> Result<Password, Refusal> {
        let name = "passwordCredential";
        let starts_on = time(asked, "startDateTime", name)?.unwrap_or(now);
        let ends_on = time(asked, "endDateTime", name)?.unwrap_or(starts_on.plus(LIFETIME));
        let display_name = text(asked, "displayName", name)?.map(Into::into);
        if ends_on <= starts_on {
            return Err(invalid(name));
        }
        if self.passwords.len() >= CREDENTIALS_MAX {
            return Err(Refusal::TooMany { what: "passwordCredentials", max: CREDENTIALS_MAX });
        }
        let secret = secret_text(ids).into();
        let password = Password { key_id: ids.next_guid(), display_name, starts_on: Some(starts_on), ends_on: Some(ends_on), secret };
        self.passwords.push(password.clone());
        Ok(password)
    }

    /// Takes a password away.
    ///
    /// # Errors
    /// When there is none with that id.
    pub fn remove_password(&mut self, key_id: &str) -> Result<(), Refusal> {
        let before = self.passwords.len();
        if let Ok(id) = Uuid::try_parse(key_id) {
            self.passwords.retain(|it| it.key_id != id);
        }
        if self.passwords.len() < before { Ok(()) } else { Err(Refusal::NoPassword(key_id.to_owned())) }
    }

    /// Takes `keyCredentials` and `passwordCredentials` out of a body and makes them what the object has: what is named
    /// by its id stays, what is not there goes, keys with a certificate are new.
    ///
    /// # Errors
    /// For keys without a certificate, and passwords that are not there: only `addPassword` makes them.
    pub fn replace(&mut self, ids: &mut IdSource, now: Timestamp, body: &mut Document) -> Result<(), Refusal> {
        if let Some(keys) = list(body, "keyCredentials")? {
            self.keys = self.replaced_keys(ids, now, &keys)?;
        }
        if let Some(passwords) = list(body, "passwordCredentials")? {
            let mut stay = Vec::new();
            for entry in &passwords {
                let id = guid(entry, "passwordCredentials")?.ok_or_else(|| invalid("passwordCredentials"))?;
                if !self.passwords.iter().any(|it| it.key_id == id) {
                    return Err(invalid("passwordCredentials"));
                }
                stay.push(id);
            }
            self.passwords.retain(|it| stay.contains(&it.key_id));
        }
        Ok(())
    }

    fn replaced_keys(&self, ids: &mut IdSource, now: Timestamp, entries: &[Document]) -> Result<Vec<Key>, Refusal> {
        let name = "keyCredentials";
        let (mut stay, mut new) = (Vec::new(), Vec::new());
        for entry in entries {
            let id = guid(entry, name)?;
            let known = id.and_then(|id| self.keys.iter().find(|it| it.key_id == id));
            match (known, text(entry, "key", name)?) {
                (Some(known), None) => stay.push(known.key_id),
                (Some(known), Some(_)) => return Err(Refusal::CredentialStays(known.key_id)),
                (None, None) => return Err(invalid(name)),
                (None, Some(key)) => new.push(read_key(ids, now, entry, id, &key)?),
            }
        }
        if stay.len() + new.len() > CREDENTIALS_MAX {
            return Err(Refusal::TooMany { what: name, max: CREDENTIALS_MAX });
        }
        // Those that stay keep their place, so that a world file gives the same order back.
        Ok(self.keys.iter().filter(|it| stay.contains(&it.key_id)).cloned().chain(new).collect())
    }

    /// Adds a certificate, as `addKey` asks; returns it.
    ///
    /// # Errors
    /// For members that cannot be read.
    pub fn add_key(&mut self, ids: &mut IdSource, now: Timestamp, asked: &Document) -> Result<Key, Refusal> {
        let id = guid(asked, "keyCredential")?;
        let key = text(asked, "key", "keyCredential")?.ok_or_else(|| invalid("keyCredential"))?;
        if self.keys.len() >= CREDENTIALS_MAX {
            return Err(Refusal::TooMany { what: "keyCredentials", max: CREDENTIALS_MAX });
        }
        let key = read_key(ids, now, asked, id, &key)?;
        self.keys.push(key.clone());
        Ok(key)
    }

    /// Takes a key away; returns whether it was there.
    pub fn remove_key(&mut self, key_id: Uuid) -> bool {
        let before = self.keys.len();
        self.keys.retain(|it| it.key_id != key_id);
        self.keys.len() < before
    }
}

fn read_key(ids: &mut IdSource, now: Timestamp, entry: &Document, id: Option<Uuid>, key: &str) -> Result<Key, Refusal> {
    let name = "keyCredentials";
    // The Azure CLI sends the lines of a PEM file without its first and last.
    let certificate: String = key.split_whitespace().collect();
    if STANDARD.decode(&certificate).is_err() || certificate.is_empty() {
        return Err(Refusal::NoCertificate);
    }
    let starts_on = time(entry, "startDateTime", name)?.unwrap_or(now);
    Ok(Key {
        key_id: id.unwrap_or_else(|| ids.next_guid()),
        display_name: text(entry, "displayName", name)?.map(Into::into),
        starts_on: Some(starts_on),
        ends_on: Some(time(entry, "endDateTime", name)?.unwrap_or(starts_on.plus(LIFETIME))),
        key_type: text(entry, "type", name)?.unwrap_or_else(|| "AsymmetricX509Cert".to_owned()).into(),
        usage: text(entry, "usage", name)?.unwrap_or_else(|| "Verify".to_owned()).into(),
        certificate: certificate.into(),
    })
}

/// A secret of 40 characters that looks like Entra's: letters, digits, and `8Q~` in the fourth place.
fn secret_text(ids: &mut IdSource) -> String {
    let drawn = STANDARD.encode(ids.next_key_bytes()).replace(['+', '/', '='], "~");
    let (head, tail): (String, String) = (drawn.chars().take(3).collect(), drawn.chars().skip(3).take(34).collect());
    format!("{head}8Q~{tail}")
}

fn invalid(property: &str) -> Refusal {
    Refusal::Invalid { property: property.to_owned(), of: OF }
}

fn text(entry: &Document, member: &str, property: &str) -> Result<Option<String>, Refusal> {
    match entry.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(property)),
    }
}

fn guid(entry: &Document, property: &str) -> Result<Option<Uuid>, Refusal> {
    text(entry, "keyId", property)?.map(|text| Uuid::try_parse(&text).map_err(|_| invalid(property))).transpose()
}

fn time(entry: &Document, member: &str, property: &str) -> Result<Option<Timestamp>, Refusal> {
    text(entry, member, property)?.map(|text| Timestamp::parse(&text).ok_or_else(|| invalid(property))).transpose()
}

fn list(body: &mut Document, property: &str) -> Result<Option<Vec<Document>>, Refusal> {
    let entry = |it: Value| match it {
        Value::Object(entry) => Ok(entry),
        _ => Err(invalid(property)),
    };
    match body.shift_remove(property) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(entries)) => entries.into_iter().map(entry).collect::<Result<_, _>>().map(Some),
        Some(_) => Err(invalid(property)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(value: Value) -> Document {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_password_is_good_between_its_times() {
        let mut credentials = Credentials::default();
        let at = Timestamp::from_seconds;
        let asked = document(json!({ "startDateTime": "1970-01-01T00:01:00Z", "endDateTime": "1970-01-01T00:02:00Z" }));
        let made = credentials.add_password(&mut IdSource::new(1), at(0), &asked).unwrap();
        assert_eq!((made.secret.len(), made.secret.contains("8Q~")), (40, true));
        assert_eq!(
            [59, 60, 119, 120].map(|second| credentials.judge(&made.secret, at(second))),
            [Shown::Unknown, Shown::Good, Shown::Good, Shown::Expired]
        );
        assert_eq!(credentials.judge("x", at(60)), Shown::Unknown);
        credentials.remove_password(&made.key_id.to_string()).unwrap();
        assert_eq!(credentials.judge(&made.secret, at(60)), Shown::Unknown);
        assert_eq!(credentials.remove_password("x"), Err(Refusal::NoPassword("x".to_owned())));
    }

    #[test]
    fn keys_stay_by_their_id_and_come_with_a_certificate() {
        let (mut credentials, mut ids) = (Credentials::default(), IdSource::new(1));
        let mut replace = |keys: Value| {
            credentials
                .replace(&mut ids, Timestamp::default(), &mut document(json!({ "keyCredentials": keys })))
                .map(|()| credentials.keys.clone())
        };
        let one = replace(json!([{ "key": "TUlJ\nRA==" }])).unwrap();
        assert_eq!((one.len(), &*one[0].certificate), (1, "TUlJRA=="));
        let both = replace(json!([{ "key": "TUlJRQ==", "displayName": "new" }, { "keyId": one[0].key_id, "key": null }])).unwrap();
        assert_eq!(both[0], one[0]);
        assert_eq!(both.len(), 2);
        assert_eq!(replace(json!([{ "keyId": one[0].key_id, "key": "TUlJRA==" }])), Err(Refusal::CredentialStays(one[0].key_id)));
        assert_eq!(replace(json!([{ "key": "not base64" }])), Err(Refusal::NoCertificate));
        assert!(replace(json!([])).unwrap().is_empty());
    }
}

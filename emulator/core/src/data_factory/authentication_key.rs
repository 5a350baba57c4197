//! Authentication keys: with either of two keys a node registers itself at its self-hosted runtime.
//!
//! A key is `IR@{task queue id}@{factory}@ServiceEndpoint={host}@{base64 of 32 bytes}`; both keys of a runtime share
//! all but the last part. Keys come from the world's id source; nothing here is secret.
//! Follows `datafactory-wire` 3.6.

use crate::fault::Fault;
use crate::id_source::IdSource;
use crate::rules::integration_runtimes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use uuid::Uuid;

/// The two keys of a self-hosted runtime, as `listAuthKeys` shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticationKeys {
    /// The first.
    pub auth_key_1: Arc<str>,
    /// The second.
    pub auth_key_2: Arc<str>,
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// `authKey1`.
    AuthKey1,
    /// `authKey2`.
    AuthKey2,
}

/// What all keys of a runtime have in common.
#[derive(Clone, Copy, Debug)]
pub struct Issuer<'a> {
    /// The runtime's queue, whose id a status shows.
    pub task_queue_id: Uuid,
    /// The factory's name, with its case.
    pub factory_name: &'a str,
    /// The host that nodes talk to.
    pub service_host: &'a str,
}

impl KeyName {
    /// Reads `authKey1` or `authKey2` without case: PowerShell sends `AuthKey1`.
    ///
    /// # Errors
    /// `key-name-is-known` for anything else.
    pub fn parse(sent: Option<&str>) -> Result<Self, Fault> {
        match sent {
            Some(name) if name.eq_ignore_ascii_case("authKey1") => Ok(Self::AuthKey1),
            Some(name) if name.eq_ignore_ascii_case("authKey2") => Ok(Self::AuthKey2),
            _ => Err(integration_runtimes::key_name_not_known(sent)),
        }
    }
}

impl Issuer<'_> {
    /// Makes a new key.
    pub fn issue(self, ids: &mut IdSource) -> Arc<str> {
        let secret = STANDARD.encode(ids.next_key_bytes());
        let Issuer { task_queue_id, factory_name, service_host } = self;
        format!("IR@{task_queue_id}@{factory_name}@ServiceEndpoint={service_host}@{secret}").into()
    }

    /// Makes both keys of a new runtime.
    pub fn issue_both(self, ids: &mut IdSource) -> AuthenticationKeys {
        AuthenticationKeys { auth_key_1: self.issue(ids), auth_key_2: self.issue(ids) }
    }
}

impl AuthenticationKeys {
    /// Returns whether `key` is one of the two. Keys compare with case.
    pub fn hold(&self, key: &str) -> bool {
        [&self.auth_key_1, &self.auth_key_2].into_iter().any(|own| **own == *key)
    }

    /// Returns the key with this name.
    pub const fn named(&self, name: KeyName) -> &Arc<str> {
        match name {
            KeyName::AuthKey1 => &self.auth_key_1,
            KeyName::AuthKey2 => &self.auth_key_2,
        }
    }

    /// Puts `key` in the place of the one with this name, which stops working.
    pub fn replace(&mut self, name: KeyName, key: Arc<str>) {
        match name {
            KeyName::AuthKey1 => self.auth_key_1 = key,
            KeyName::AuthKey2 => self.auth_key_2 = key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_share_all_but_their_last_part() {
        let mut ids = IdSource::new(1);
        let issuer = Issuer { task_queue_id: ids.next_guid(), factory_name: "Fa", service_host: "fa.eastus.datafactory.azure.net" };
        let keys = issuer.issue_both(&mut ids);
        let head = format!("IR@{}@Fa@ServiceEndpoint=fa.eastus.datafactory.azure.net@", issuer.task_queue_id);
        for key in [&keys.auth_key_1, &keys.auth_key_2] {
            let secret = key.strip_prefix(&head).unwrap();
            assert_eq!(STANDARD.decode(secret).unwrap().len(), 32);
            assert!(keys.hold(key));
        }
        assert_ne!(keys.auth_key_1, keys.auth_key_2);
    }

    #[test]
    fn a_replaced_key_is_held_no_longer_and_the_other_stays() {
        let mut ids = IdSource::new(1);
        let issuer = Issuer { task_queue_id: Uuid::nil(), factory_name: "f", service_host: "h" };
        let mut keys = issuer.issue_both(&mut ids);
        let before = keys.clone();
        keys.replace(KeyName::parse(Some("AUTHKEY1")).unwrap(), issuer.issue(&mut ids));
        assert!(!keys.hold(&before.auth_key_1) && keys.hold(&before.auth_key_2) && keys.hold(&keys.auth_key_1));
        assert_eq!(keys.named(KeyName::AuthKey2), &before.auth_key_2);
        assert!(KeyName::parse(Some("authKey3")).is_err() && KeyName::parse(None).is_err());
    }
}

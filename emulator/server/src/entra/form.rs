//! The form of a token request, read strictly: a parameter that is there twice or is not UTF-8 is an error.
//!
//! The client's id and secret may stand in HTTP Basic instead (RFC 6749, 2.3.1). Parameters that nobody knows are
//! ignored: clients add telemetry of their own.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::sign_in_error::SignInError;
use crate::arm::request::Body;

/// Bytes of a form above which it is refused; assertions are the longest values and have some kilobytes.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// Bytes of a parameter above which it is refused. Our own bounds: Entra's are not known.
const PARAMETER_BYTES_MAX: usize = 8 * 1024;

/// Parameters that are longer than others: tokens that somebody signed.
const TOKENS: [&str; 4] = ["assertion", "client_assertion", "id_token_hint", "subject_token"];

/// Bytes of a parameter that is remembered until a sign-in is over; many of them have room in a world.
pub const REMEMBERED_BYTES_MAX: usize = 1024;

/// Parameters that are remembered. Of `scope` that is its resource.
const REMEMBERED: [&str; 3] = ["nonce", "redirect_uri", "resource"];

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// The parameters of a token request.
#[derive(Clone, Debug, Default)]
pub struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a request's form. A body of another media type counts as none, as it does for Entra.
    ///
    /// # Errors
    /// 9000411 for a parameter that is there twice, 90013 for what cannot be read or is too long.
    pub fn read(headers: &HeaderMap, body: &Body) -> Result<Self, SignInError> {
        let Body::Whole(bytes) = body else { return Err(SignInError::unreadable("the body is too large")) };
        if bytes.len() > FORM_BYTES_MAX {
            return Err(SignInError::unreadable("the body is too large"));
        }
        let mut form = Self::default();
        if is_form(headers) {
            form.add_pairs(bytes)?;
        }
        form.add_basic(headers)?;
        Ok(form)
    }

    /// Reads the parameters of a query as those of a form.
    ///
    /// # Errors
    /// As `read`.
    pub fn of_query(query: &str) -> Result<Self, SignInError> {
        let mut form = Self::default();
        form.add_pairs(query.as_bytes())?;
        Ok(form)
    }

    /// Returns all parameters by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn add_pairs(&mut self, bytes: &[u8]) -> Result<(), SignInError> {
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(parts.next().unwrap_or_default())?;
            let value = decoded(parts.next().unwrap_or_default())?;
            if self.0.contains_key(&name) {
                return Err(SignInError::parameter_duplicated(&name));
            }
            has_its_length(&name, &value)?;
            self.0.insert(name, value);
        }
        Ok(())
    }

    fn add_basic(&mut self, headers: &HeaderMap) -> Result<(), SignInError> {
        let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(()) };
        let unreadable = || SignInError::unreadable("the 'Authorization' header is not HTTP Basic with a client's id and secret");
        let (scheme, encoded) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(unreadable)?;
        let pair = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic")).ok_or_else(unreadable)?;
        let mut parts = pair.splitn(2, |byte| *byte == b':');
        let (id, secret) = parts.next().zip(parts.next()).ok_or_else(unreadable)?;
        for (name, value) in [("client_id", decoded(id)?), ("client_secret", decoded(secret)?)] {
            match self.get(name) {
                Some(given) if *given != value => return Err(SignInError::unreadable("the form and HTTP Basic name different clients")),
                _ => self.0.insert(name.to_owned(), value),
            };
        }
        Ok(())
    }

    /// Returns a parameter; an empty one counts as missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a parameter.
    ///
    /// # Errors
    /// 900144 when it is missing.
    pub fn require(&self, name: &str) -> Result<&str, SignInError> {
        self.get(name).ok_or_else(|| SignInError::parameter_missing(name))
    }
}

fn has_its_length(name: &str, value: &str) -> Result<(), SignInError> {
    let max = match name {
        _ if TOKENS.contains(&name) => FORM_BYTES_MAX,
        _ if REMEMBERED.contains(&name) => REMEMBERED_BYTES_MAX,
        _ => PARAMETER_BYTES_MAX,
    };
    if value.len() <= max {
        return Ok(());
    }
    Err(SignInError::unreadable(&format!("the parameter '{name}' is longer than {max} bytes")))
}

fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let media_type = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case(MEDIA_TYPE)
}

fn decoded(text: &[u8]) -> Result<String, SignInError> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded = percent_encoding::percent_decode(&spaced).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| SignInError::unreadable("a parameter is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use bytes::Bytes;

    fn read(body: &'static [u8], headers: &[(header::HeaderName, &str)]) -> Result<Form, SignInError> {
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap())).collect();
        Form::read(&headers, &Body::Whole(Bytes::from_static(body)))
    }

    #[test]
    fn values_are_decoded() {
        let form = read(
            b"scope=a+b%20c&x&grant_type=%C3%A4&empty=",
            &[(header::CONTENT_TYPE, "Application/X-WWW-Form-Urlencoded; charset=utf-8")],
        );
        let form = form.unwrap();
        assert_eq!(form.get("scope"), Some("a b c"));
        assert_eq!(form.get("grant_type"), Some("ä"));
        assert_eq!(form.require("empty").unwrap_err().number, Some(900_144));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let number = |body, headers: &[_]| read(body, headers).unwrap_err().number;
        assert_eq!(number(b"scope=a&scope=a", &[]), Some(9_000_411));
        assert_eq!(number(b"scope=%FF", &[]), Some(90013));
        assert_eq!(number(b"\xFF=1", &[]), Some(90013));
        for header in ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer abc"] {
            assert_eq!(number(b"", &[(header::AUTHORIZATION, header)]), Some(90013), "{header}");
        }
        assert_eq!(number(b"client_id=other", &[(header::AUTHORIZATION, "Basic YTpi")]), Some(90013));
        assert_eq!(Form::read(&HeaderMap::new(), &Body::TooLarge).unwrap_err().number, Some(90013));
        let large = Body::Whole(Bytes::from(vec![b'a'; FORM_BYTES_MAX + 1]));
        assert_eq!(Form::read(&HeaderMap::new(), &large).unwrap_err().number, Some(90013));
    }

    #[test]
    fn parameters_have_a_length() {
        let refused = |name: &str, bytes: usize| {
            let body = Body::Whole(format!("{name}={}", "a".repeat(bytes)).into());
            Form::read(&HeaderMap::new(), &body).err().map(|error| (error.number, error.text))
        };
        for (name, max) in [("state", 8192), ("nonce", 1024), ("redirect_uri", 1024), ("resource", 1024)] {
            assert_eq!(refused(name, max), None, "{name}");
            let (number, text) = refused(name, max + 1).unwrap();
            assert_eq!(number, Some(90013));
            assert!(text.contains(&format!("the parameter '{name}' is longer than {max} bytes")), "{text}");
        }
        assert_eq!(refused("client_assertion", 100_000), None);
    }

    #[test]
    fn json_counts_as_no_form_and_basic_as_two_parameters() {
        let form = read(br#"{"grant_type":"client_credentials"}"#, &[(header::CONTENT_TYPE, "application/json")]).unwrap();
        assert_eq!(form.get("grant_type"), None);
        let form = read(b"client_id=a:", &[(header::AUTHORIZATION, "Basic YSUzQTpi")]).unwrap();
        assert_eq!((form.get("client_id"), form.get("client_secret")), (Some("a:"), Some("b")));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..64)) {
            let headers = HeaderValue::from_bytes(&bytes).into_iter().map(|value| (header::AUTHORIZATION, value)).collect();
            let _ = Form::read(&headers, &Body::Whole(Bytes::from(bytes)));
        }
    }
}

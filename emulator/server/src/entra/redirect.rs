//! Where the answer to a sign-in goes, and in which of three ways: query, fragment, or a form that posts itself.
//!
//! A code is sent to nobody who was not allowed to have it: to this machine, to a native client, or to an address that the
//! application has in the world file. Follows <https://learn.microsoft.com/entra/identity-platform/reply-url>.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use uuid::Uuid;

use super::page::posting;
use super::sign_in_error::{SignInError, Trace};
use crate::app::HttpResponse;

/// The path of the page on which native clients wait for their answer.
pub const NATIVE_CLIENT_PATH: &str = "/common/oauth2/nativeclient";

/// How the answer is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// Behind a question mark.
    Query,
    /// Behind a hash.
    Fragment,
    /// As a form.
    FormPost,
}

impl ResponseMode {
    /// Reads the parameter; a code goes into the query where nothing else is said.
    ///
    /// # Errors
    /// 70007.
    pub fn parse(text: Option<&str>) -> Result<Self, SignInError> {
        match text {
            None | Some("query") => Ok(Self::Query),
            Some("fragment") => Ok(Self::Fragment),
            Some("form_post") => Ok(Self::FormPost),
            Some(other) => Err(SignInError::response_mode(other)),
        }
    }
}

/// Where and how an answer is sent.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// An address that the client may use.
    pub redirect_uri: &'a str,
    /// How.
    pub mode: ResponseMode,
    /// What the client wants to have back.
    pub state: Option<&'a str>,
}

impl Destination<'_> {
    /// Sends the browser there with these parameters.
    pub fn send(&self, parameters: &[(&str, String)]) -> HttpResponse {
        let encoded = || form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        match self.mode {
            ResponseMode::FormPost => posting(self.redirect_uri, parameters),
            ResponseMode::Fragment => to(&format!("{}#{}", self.redirect_uri, encoded())),
            ResponseMode::Query => {
                let join = if self.redirect_uri.contains('?') { '&' } else { '?' };
                to(&format!("{}{join}{}", self.redirect_uri, encoded()))
            }
        }
    }

    /// Tells the client why there is no code.
    pub fn refuse(&self, error: &SignInError, trace: &Trace<'_>) -> HttpResponse {
        let mut parameters = vec![("error", error.error.to_owned()), ("error_description", error.description(trace))];
        parameters.extend(error.number.map(|number| ("error_uri", format!("{}/error?code={number}", trace.origin))));
        parameters.extend(self.state.map(|state| ("state", state.to_owned())));
        self.send(&parameters)
    }
}

/// Sends the browser to an address.
pub fn to(address: &str) -> HttpResponse {
    let mut response = HttpResponse::default();
    *response.status_mut() = StatusCode::FOUND;
    // Addresses are looked at before they get here, and what is added is encoded.
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(header::LOCATION, address);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    response
}

/// Returns whether a client may have its answer sent there.
pub fn is_allowed(uri: &str, client_id: Uuid, registered: &[&str], origin: &str) -> bool {
    let native = [
        format!("https://login.microsoftonline.com{NATIVE_CLIENT_PATH}"),
        format!("{origin}{NATIVE_CLIENT_PATH}"),
        format!("msal{client_id}://auth"),
    ];
    is_loopback(uri) || native.iter().any(|it| it == uri) || registered.iter().any(|it| **it == *uri)
}

/// Returns whether an address is a web address on this machine, and nothing that a browser could read in another way.
pub fn is_loopback(uri: &str) -> bool {
    let plain = uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\@\"<>".contains(&byte));
    let Some(parsed) = Some(uri).filter(|_| plain).and_then(|uri| uri.parse::<Uri>().ok()) else { return false };
    let is_web = matches!(parsed.scheme_str(), Some("http" | "https"));
    is_web && parsed.host().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&&*host.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_to_this_machine_to_native_clients_and_to_registered_addresses() {
        let client = Uuid::from_u128(7);
        let registered = ["https://app.example/back?x=1"];
        let is_allowed = |uri: &str| is_allowed(uri, client, &registered, "https://localhost:4443");
        for uri in [
            "http://localhost:36337",
            "http://localhost",
            "https://LOCALHOST:1/a/b?c=d",
            "http://127.0.0.1:80/",
            "http://[::1]:9/x",
            "https://login.microsoftonline.com/common/oauth2/nativeclient",
            "https://localhost:4443/common/oauth2/nativeclient",
            "msal00000000-0000-0000-0000-000000000007://auth",
            "https://app.example/back?x=1",
        ] {
            assert!(is_allowed(uri), "{uri}");
        }
        for uri in [
            "",
            "localhost:80",
            "//localhost/",
            "ftp://localhost/",
            "javascript://localhost/%0aalert(1)",
            "http://localhost@evil.example/",
            "http://evil.example\\@localhost/",
            "http://localhost.evil.example/",
            "http://evil.example/?http://localhost",
            "http://localhost/#a",
            "http://localhost/\r\nset-cookie: a",
            "http://localhost/ä",
            "http://127.0.0.2/",
            "https://app.example/back",
            "https://app.example/back?x=1&y=2",
            "HTTPS://app.example/back?x=1",
            "msal00000000-0000-0000-0000-000000000008://auth",
        ] {
            assert!(!is_allowed(uri), "{uri}");
        }
    }

    #[test]
    fn the_answer_is_joined_to_what_is_there() {
        let location = |redirect_uri, mode| {
            let sent = Destination { redirect_uri, mode, state: None }.send(&[("code", "a b&c".to_owned())]);
            sent.headers().get(header::LOCATION).map(|it| it.to_str().unwrap().to_owned())
        };
        assert_eq!(location("http://localhost", ResponseMode::Query).unwrap(), "http://localhost?code=a+b%26c");
        assert_eq!(location("http://localhost/?x=1", ResponseMode::Query).unwrap(), "http://localhost/?x=1&code=a+b%26c");
        assert_eq!(location("http://localhost/", ResponseMode::Fragment).unwrap(), "http://localhost/#code=a+b%26c");
        assert_eq!(location("http://localhost/", ResponseMode::FormPost), None);
    }
}

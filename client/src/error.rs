//! Why a call did not give what was asked for.
//!
//! One enum with a variant for each thing that a caller would do differently: the service refused,
//! signing in failed, nobody answered, the answer was not understood, or the input was wrong. What
//! the service said (status, code, message) is kept in the service's own words. How an error looks
//! to a person is decided by the command, not here.

use azure_core::{
    error::ErrorKind,
    http::{
        Url,
        headers::{HeaderName, Headers},
    },
};
use serde_json::Value;
use std::fmt;

const RULE: HeaderName = HeaderName::from_static("x-emulator-rule");
const NOT_EMULATED: HeaderName = HeaderName::from_static("x-emulator-not-emulated");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");

/// The outcome of every call of this client.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
#[derive(Debug)]
pub enum Error {
    /// The service answered with a failure.
    Service(Box<ServiceError>),
    /// No token was had, so nothing was asked of the service.
    SignIn {
        /// What the credential or Microsoft Entra ID said.
        message: String,
    },
    /// The service gave no answer at all.
    Unreachable {
        /// Scheme, host and port that were called.
        endpoint: String,
        /// The innermost reason, such as "Connection refused".
        problem: String,
    },
    /// The answer is not what the API description promises.
    UnexpectedAnswer {
        /// Method and path of the request.
        request: String,
        /// What was wrong with its answer.
        problem: String,
    },
    /// The factory has no system-assigned managed identity that could be given permission.
    NoIdentity {
        /// The factory's name.
        factory: String,
    },
    /// The input was wrong, and nothing was sent.
    Invalid {
        /// What was wrong, and what would be accepted.
        message: String,
    },
}

/// A failure in the service's own words.
///
/// Azure Resource Manager and Data Factory both answer
/// `{"error":{"code":…,"message":…}}`; Data Factory adds `target` and `details`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceError {
    /// The HTTP status.
    pub status: u16,
    /// The error code, such as `AuthorizationFailed`; the status in words where the body has none.
    pub code: String,
    /// The message; empty where the service sends null.
    pub message: String,
    /// The id of the document that the error is about, where the service names it.
    pub target: Option<String>,
    /// The documented rule that refused, from the header `x-emulator-rule`; Azure never sends it.
    pub rule: Option<String>,
    /// The operation that the emulator does not have, from `x-emulator-not-emulated`.
    pub not_emulated: Option<String>,
    /// The id under which the service logged the request.
    pub request_id: Option<String>,
    /// Method and path of the refused request.
    pub request: String,
}

impl ServiceError {
    /// Reads a failed answer. A body that is not the error envelope is kept as the message.
    pub(crate) fn read(status: u16, headers: &Headers, body: &[u8], request: String) -> Self {
        let document: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        // A few services leave the outer `error` out.
        let error = document.get("error").unwrap_or(&document);
        let text = |key: &str| error.get(key).and_then(Value::as_str).map(str::to_owned);
        let message = match text("message") {
            Some(message) => message,
            None if document.is_null() => String::from_utf8_lossy(body).trim().to_owned(),
            None => String::new(),
        };
        let header = |name: &HeaderName| headers.get_optional_string(name);
        Self {
            status,
            code: text("code").unwrap_or_else(|| format!("HTTP {status}")),
            message,
            target: text("target"),
            rule: header(&RULE),
            not_emulated: header(&NOT_EMULATED),
            request_id: header(&REQUEST_ID),
            request,
        }
    }
}

impl Error {
    /// Returns the service's failure, if it was the service that refused.
    pub fn service(&self) -> Option<&ServiceError> {
        match self {
            Self::Service(error) => Some(error),
            _ => None,
        }
    }

    /// Makes an [`Error::Invalid`] from its message.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid { message: message.into() }
    }

    /// Translates a failure of the pipeline, which is never the service's own refusal.
    pub(crate) fn from_pipeline(error: &azure_core::Error, url: &Url) -> Self {
        let problem = innermost(error);
        if had_no_connection(error) {
            return Self::Unreachable { endpoint: url.origin().ascii_serialization(), problem };
        }
        match error.kind() {
            ErrorKind::Credential => Self::SignIn { message: why_no_token(error) },
            ErrorKind::Connection | ErrorKind::Io => Self::Unreachable { endpoint: url.origin().ascii_serialization(), problem },
            _ => Self::UnexpectedAnswer { request: url.path().to_owned(), problem },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(error) => error.fmt(f),
            Self::SignIn { message } => write!(f, "signing in failed: {message}"),
            Self::Unreachable { endpoint, problem } => {
                write!(f, "no answer from {endpoint}: {problem}")
            }
            Self::UnexpectedAnswer { request, problem } => {
                write!(f, "the answer to {request} was not understood: {problem}")
            }
            Self::NoIdentity { factory } => write!(f, "factory '{factory}' has no system-assigned managed identity to share with"),
            Self::Invalid { message } => f.write_str(message),
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.code, self.status, self.message)
    }
}

impl std::error::Error for Error {}

impl std::error::Error for ServiceError {}

/// Returns the text at the end of the chain of causes: the outer ones only say "failed".
fn innermost(error: &azure_core::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// True when some cause is a connection that was not made or broke off.
///
/// A credential wraps the failure of its own request, so the outer kind alone does not tell.
fn had_no_connection(error: &azure_core::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(inner) = current.downcast_ref::<azure_core::Error>()
            && matches!(inner.kind(), ErrorKind::Connection | ErrorKind::Io)
        {
            return true;
        }
        cause = current.source();
    }
    false
}

/// Returns what the credential said. The pipeline wraps it in sentences of its own.
fn why_no_token(error: &azure_core::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(current) = cause {
        let message = current.to_string();
        if message.contains("uthenticat") {
            return entra_sentence(&message);
        }
        cause = current.source();
    }
    innermost(error)
}

/// Cuts what the credential adds around the sentence of Microsoft Entra ID.
fn entra_sentence(message: &str) -> String {
    let after_prefix = message.split_once("authentication failed.").map_or(message, |(_, rest)| rest);
    let before_link = after_prefix.split_once("\nTo troubleshoot").map_or(after_prefix, |(sentence, _)| sentence);
    before_link.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in pairs {
            headers.insert(*name, *value);
        }
        headers
    }

    #[test]
    fn the_data_factory_envelope_is_read_whole() {
        let body = br#"{"error":{"code":"NotFound","message":"The document could not be retrieved because it does not exist.","target":"/subscriptions/s","details":null}}"#;
        let error = ServiceError::read(404, &headers(&[("x-ms-request-id", "r1")]), body, "GET /x".into());
        assert_eq!(error.code, "NotFound");
        assert_eq!(error.target.as_deref(), Some("/subscriptions/s"));
        assert_eq!(error.request_id.as_deref(), Some("r1"));
        assert_eq!(error.to_string(), "NotFound (404): The document could not be retrieved because it does not exist.");
    }

    #[test]
    fn the_rule_comes_from_the_header() {
        let body = br#"{"error":{"code":"UnauthorizedIntegrationRuntimeAccess","message":"Access denied.","target":null,"details":null}}"#;
        let named = headers(&[("x-emulator-rule", "link-needs-grant")]);
        let error = ServiceError::read(401, &named, body, "PUT /x".into());
        assert_eq!(error.rule.as_deref(), Some("link-needs-grant"));
        assert_eq!(error.target, None);
    }

    #[test]
    fn a_null_message_is_empty_and_a_foreign_body_is_kept() {
        let null = br#"{"error":{"code":"UnsupportedVersionForSharableIR","message":null}}"#;
        let error = ServiceError::read(400, &Headers::new(), null, String::new());
        assert_eq!(error.message, "");
        let error = ServiceError::read(502, &Headers::new(), b"<h1>proxy</h1>\n", String::new());
        assert_eq!((error.code.as_str(), error.message.as_str()), ("HTTP 502", "<h1>proxy</h1>"));
    }

    #[test]
    fn what_the_credential_said_is_found_inside() {
        let entra = azure_core::Error::with_message(
            ErrorKind::Credential,
            "ClientSecretCredential authentication failed. AADSTS1: No.\nTo troubleshoot, visit x",
        );
        let wrapped = entra.with_context("non-transport error occurred which will not be retried");
        let url = Url::parse("https://localhost:1/x").unwrap();
        assert_eq!(Error::from_pipeline(&wrapped, &url).to_string(), "signing in failed: AADSTS1: No.");
    }

    #[test]
    fn the_sentence_of_a_sign_in_error_stands_alone() {
        let message = "ClientSecretCredential authentication failed. AADSTS7000215: Invalid client secret provided.\nTo troubleshoot, visit https://aka.ms/azsdk/rust/identity/troubleshoot#client-secret";
        assert_eq!(entra_sentence(message), "AADSTS7000215: Invalid client secret provided.");
    }
}

//! Errors of Microsoft Graph, in its envelope.
//!
//! Codes and texts: `client-connection` 7, `authorization-wire` 1.7 and
//! <https://learn.microsoft.com/graph/errors>; those about tokens are known from its answers in general.

use adf_emulator_core::rules::sharing;
use adf_emulator_core::timestamp::Timestamp;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

use crate::azure_hosts::entra_of;
use crate::entra::authenticate::TokenProblem;
use crate::entra::challenge::claims_challenge;

const RULE: HeaderName = HeaderName::from_static("x-emulator-rule");
const NOT_EMULATED: HeaderName = HeaderName::from_static("x-emulator-not-emulated");

/// Why Graph refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The status.
    pub status: StatusCode,
    /// The code.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// A header that says more.
    pub header: Option<(HeaderName, HeaderValue)>,
}

impl Failure {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), header: None }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.header = HeaderValue::from_str(value).ok().map(|value| (name, value));
        self
    }

    /// Returns the failure of a request whose token is no good. A token that is no longer good gets a claims challenge.
    pub fn of_token(problem: &TokenProblem, origin: &str, host_now: Timestamp) -> Self {
        let (message, is_stale) = match problem {
            TokenProblem::Missing => ("Access token is empty.", false),
            TokenProblem::InvalidHeader => ("The 'Authorization' header does not hold a bearer token.", false),
            TokenProblem::WrongAudience { .. } => ("Access token validation failure. Invalid audience.", false),
            TokenProblem::Expired { .. } => ("Lifetime validation failed, the token is expired.", true),
            TokenProblem::Invalid | TokenProblem::NoObjectId | TokenProblem::WrongTenant { .. } => {
                ("Access token validation failure.", true)
            }
        };
        let entra = entra_of(origin);
        let plain = || format!(r#"Bearer realm="", authorization_uri="{entra}/common/oauth2/authorize""#);
        let challenge = if is_stale { claims_challenge(entra, host_now) } else { plain() };
        Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message).with(header::WWW_AUTHENTICATE, &challenge)
    }

    /// A guest lists or searches.
    pub fn guest() -> Self {
        let rule = &sharing::GUEST_SHARES_BY_IDENTITY;
        let status = StatusCode::from_u16(rule.status).unwrap_or(StatusCode::FORBIDDEN);
        Self::new(status, rule.code, "Insufficient privileges to complete the operation.").with(RULE, rule.name)
    }

    /// There is no such object in the caller's tenant.
    pub fn not_found(id: &str) -> Self {
        let message = format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
        Self::new(StatusCode::NOT_FOUND, "Request_ResourceNotFound", message)
    }

    /// The request cannot be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// The body is larger than the server reads.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "The request body is too large.")
    }

    /// Graph has it and the emulator has not.
    pub fn not_emulated(what: &str) -> Self {
        let message = format!("The emulator does not have this part of Microsoft Graph: {what}.");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotEmulated", message).with(NOT_EMULATED, what)
    }

    /// Returns the body.
    pub fn body(&self, request_id: Uuid, client_request_id: &str, host_now: Timestamp) -> Vec<u8> {
        let inner = InnerError { date: host_now.format("%Y-%m-%dT%H:%M:%S"), request_id, client_request_id };
        let error = Error { code: self.code, message: &self.message, inner_error: inner };
        serde_json::to_vec(&Envelope { error }).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Error<'a> {
    code: &'a str,
    message: &'a str,
    inner_error: InnerError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InnerError<'a> {
    date: String,
    request_id: Uuid,
    client_request_id: &'a str,
}

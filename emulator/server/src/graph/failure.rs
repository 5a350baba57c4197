//! Errors of Microsoft Graph, in its envelope.
//!
//! Codes and texts: `client-connection` 7, `authorization-wire` 1.7, what users quote and
//! <https://learn.microsoft.com/graph/errors>; those about tokens are known from its answers in general. What is not
//! known is written in the same way; PARITY.md says which.

use adf_emulator_core::directory::refusal::Refusal;
use adf_emulator_core::rules::{Rule, sharing};
use adf_emulator_core::timestamp::Timestamp;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

use crate::answered::{Cause, Refused, See};
use crate::azure_hosts::entra_of;
use crate::entra::authenticate::TokenProblem;
use crate::entra::challenge::claims_challenge;

const RULE: HeaderName = HeaderName::from_static("x-emulator-rule");
const NOT_EMULATED: HeaderName = HeaderName::from_static("x-emulator-not-emulated");

/// Why Graph refuses.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The status.
    pub status: StatusCode,
    /// The code.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// The code of what is wrong with a property, and the property.
    pub detail: Option<(&'static str, &'static str)>,
    /// The rule that was broken, where it is one.
    pub rule: Option<&'static Rule>,
    /// What log and journal say where the message does not say it.
    pub reason: Option<String>,
    /// A header that says more.
    pub header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Failure {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), detail: None, rule: None, reason: None, header: None }
    }

    fn with_detail(mut self, code: &'static str, target: &'static str) -> Self {
        self.detail = Some((code, target));
        self
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.header = HeaderValue::from_str(value).ok().map(|value| Box::new((name, value)));
        self
    }

    /// Returns the failure of a request whose token is no good. A token that is no longer good gets a claims challenge.
    pub fn of_token(problem: &TokenProblem, origin: &str, now: Timestamp) -> Self {
        let (message, is_stale) = match problem {
            TokenProblem::Missing => ("Access token is empty.", false),
            TokenProblem::InvalidHeader | TokenProblem::InvalidAuxiliaryHeader => {
                ("The 'Authorization' header does not hold a bearer token.", false)
            }
            TokenProblem::WrongAudience { .. } => ("Access token validation failure. Invalid audience.", false),
            TokenProblem::Expired { .. } => ("Lifetime validation failed, the token is expired.", true),
            TokenProblem::Invalid | TokenProblem::Outside { .. } | TokenProblem::NoObjectId | TokenProblem::WrongTenant { .. } => {
                ("Access token validation failure.", true)
            }
        };
        let entra = entra_of(origin);
        let plain = || format!(r#"Bearer realm="", authorization_uri="{entra}/common/oauth2/authorize""#);
        let challenge = if is_stale { claims_challenge(entra, now) } else { plain() };
        let failure = Self::new(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
        Self { reason: Some(problem.reason()), ..failure.with(header::WWW_AUTHENTICATE, &challenge) }
    }

    /// Returns what log and journal say of it.
    pub fn refused(&self) -> Refused {
        let see = match self.status {
            StatusCode::UNAUTHORIZED => See::Doctor,
            StatusCode::NOT_IMPLEMENTED => See::Operations,
            _ => See::World,
        };
        match self.rule {
            Some(rule) => Refused { code: self.code.into(), by: Cause::Rule(rule) },
            None => Refused::told(self.code, self.reason.as_deref().unwrap_or(&self.message), see),
        }
    }

    /// A guest lists or searches.
    pub fn guest() -> Self {
        let rule = &sharing::GUEST_SHARES_BY_IDENTITY;
        let status = StatusCode::from_u16(rule.status).unwrap_or(StatusCode::FORBIDDEN);
        let failure = Self::new(status, rule.code, "Insufficient privileges to complete the operation.").with(RULE, rule.name);
        Self { rule: Some(rule), ..failure }
    }

    /// The caller may not write.
    pub fn forbidden() -> Self {
        let failure = Self::new(StatusCode::FORBIDDEN, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        let reason = "The caller may not write to the directory: users of it may, and applications to which a world file gives \"graph\": \"write\".";
        Self { reason: Some(reason.to_owned()), ..failure }
    }

    /// The directory refuses a value.
    pub fn request_bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// What should prove that the client has a key of the application does not.
    pub fn no_proof() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Authentication_MissingOrMalformed", "Access Token missing or malformed.")
    }

    /// The operator is answered only to requests that accept eventual consistency.
    pub fn unsupported_query(operator: &str) -> Self {
        let message = format!(
            "Operator '{operator}' is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to \
             https://aka.ms/graph-docs/advanced-queries for more information"
        );
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
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

    /// Returns what Graph says when the directory refuses.
    pub fn of(refusal: Refusal) -> Self {
        let bad = |message: String| Self::request_bad_request(message);
        match refusal {
            Refusal::NotAllowed => Self::forbidden(),
            Refusal::NotFound(id) => Self::not_found(&id),
            Refusal::Required { property, of } => bad(format!("A value is required for property '{property}' of resource '{of}'.")),
            Refusal::Invalid { property, of } => bad(format!("Invalid value specified for property '{property}' of resource '{of}'.")),
            Refusal::Unknown(property) => bad(format!("Invalid property '{property}'.")),
            Refusal::Taken(property) => bad(format!("Another object with the same value for property {property} already exists."))
                .with_detail("ObjectConflict", property),
            Refusal::AlreadyReferenced(property) => {
                bad(format!("One or more added object references already exist for the following modified properties: '{property}'."))
            }
            Refusal::NoBackingApplication(id) => {
                bad(format!("The appId '{id}' of the service principal does not reference a valid application object."))
                    .with_detail("NoBackingApplicationObject", "appId")
            }
            Refusal::HasServicePrincipal(id) => {
                let message = format!(
                    "The service principal cannot be created, updated, or restored because the service principal name {id} is already in use."
                );
                Self::new(StatusCode::CONFLICT, "Request_MultipleObjectsWithSameKeyValue", message)
            }
            Refusal::ApplicationOfAnotherTenant => {
                let message =
                    "When using this permission, the backing application of the service principal being created must in the local tenant";
                Self { message: message.to_owned(), ..Self::forbidden() }
            }
            Refusal::WrongDomain => Self::request_bad_request(
                "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your \
                     organization.",
            )
            .with_detail("InvalidValue", "userPrincipalName"),
            Refusal::SimplePassword => Self::request_bad_request(
                "The specified password does not comply with password complexity requirements. Please provide a different password.",
            )
            .with_detail("InvalidPassword", "password"),
            Refusal::NoCertificate => Self::request_bad_request("Key value is invalid certificate")
                .with_detail("KeyCredentialsInvalidCertificate", "keyCredentials"),
            Refusal::CredentialStays(id) => bad(format!("Update to existing credential with KeyId '{id}' is not allowed.")),
            Refusal::NoPassword(id) => bad(format!("No password credential found with keyId '{id}'.")),
            Refusal::TooMany { what, max } => bad(format!("The number of values of '{what}' exceeds the maximum of {max}.")),
            Refusal::NotEmulated(what) => Self::not_emulated(what),
        }
    }

    /// Returns the body.
    pub fn body(&self, request_id: Uuid, client_request_id: &str, now: Timestamp) -> Vec<u8> {
        let inner = InnerError { date: now.format("%Y-%m-%dT%H:%M:%S"), request_id, client_request_id };
        let detail = |(code, target)| Detail { code, message: &self.message, target, blocked_word: "", prefix: "", suffix: "" };
        let details = self.detail.map(detail).into_iter().collect();
        let error = Error { code: self.code, message: &self.message, details, inner_error: inner };
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail<'a>>,
    inner_error: InnerError<'a>,
}

/// What is wrong with a property, with the three members that Graph always leaves empty.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'a> {
    code: &'a str,
    message: &'a str,
    target: &'a str,
    blocked_word: &'a str,
    prefix: &'a str,
    suffix: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct InnerError<'a> {
    date: String,
    request_id: Uuid,
    client_request_id: &'a str,
}

//! Errors of sign-in, in Entra's shape.
//!
//! Each function is one error: its status, its code of OAuth 2.0, its number, and the text. Texts that users quote are
//! Azure's; the others say the documented meaning in our words. What is not emulated has no number.
//! Table: `client-connection` 3.8; <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.

use adf_emulator_core::timestamp::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::answered::{Refused, See};

/// Why a sign-in was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInError {
    /// The HTTP status.
    pub status: u16,
    /// The error code of OAuth 2.0.
    pub error: &'static str,
    /// The number behind `AADSTS`; `None` for what is not emulated.
    pub number: Option<u32>,
    /// The text behind the number.
    pub text: String,
    /// What is not emulated, where that is why.
    pub not_emulated: Option<String>,
}

/// What an error's body says besides the error.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a> {
    /// Scheme and host of the request.
    pub origin: &'a str,
    /// The id of the request.
    pub trace_id: Uuid,
    /// The id that the client gave, or one of our own.
    pub correlation_id: Uuid,
    /// The host's instant.
    pub now: Timestamp,
}

impl Trace<'_> {
    fn timestamp(&self) -> String {
        self.now.format("%Y-%m-%d %H:%M:%SZ")
    }
}

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    error_description: String,
    error_codes: Vec<u32>,
    timestamp: String,
    trace_id: Uuid,
    correlation_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_uri: Option<String>,
}

impl SignInError {
    fn new(status: u16, error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self { status, error, number: Some(number), text: text.into(), not_emulated: None }
    }

    /// Returns the name of the error for the log.
    pub fn code(&self) -> String {
        self.number.map_or_else(|| self.error.to_owned(), |number| format!("AADSTS{number}"))
    }

    /// Returns what log and journal say of it.
    pub fn refused(&self) -> Refused {
        let see = match (self.number, self.error) {
            (None, _) if self.not_emulated.is_some() => See::Operations,
            (_, "authorization_pending" | "authorization_declined") => See::SignIns,
            _ => See::Variables,
        };
        Refused::told(&self.code(), self.text.as_str(), see)
    }

    /// Returns what is said to people: number, text, and what finds the request again.
    pub fn description(&self, trace: &Trace<'_>) -> String {
        let Trace { trace_id, correlation_id, .. } = trace;
        let number = self.number.map(|number| format!("AADSTS{number}: ")).unwrap_or_default();
        let timestamp = trace.timestamp();
        format!("{number}{} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}", self.text)
    }

    /// Returns the body.
    pub fn body(&self, trace: &Trace<'_>) -> Vec<u8> {
        let Trace { origin, trace_id, correlation_id, .. } = *trace;
        let timestamp = trace.timestamp();
        let body = Body {
            error: self.error,
            error_description: self.description(trace),
            error_codes: self.number.into_iter().collect(),
            timestamp,
            trace_id,
            correlation_id,
            error_uri: self.number.map(|number| format!("{origin}/error?code={number}")),
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// A tenant that does not exist; `error` differs between discovery and the token endpoint.
    pub fn tenant_not_found(error: &'static str, tenant: &str) -> Self {
        Self::new(
            400,
            error,
            90002,
            format!(
                "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check \
                 with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
            ),
        )
    }

    /// An authority that is not this one.
    pub fn unknown_instance() -> Self {
        Self::new(400, "invalid_instance", 50049, "The authorization endpoint that was named is not one of this authority.")
    }

    /// A required parameter is missing from the form.
    pub fn parameter_missing(name: &str) -> Self {
        Self::new(400, "invalid_request", 900_144, format!("The request body must contain the following parameter: '{name}'."))
    }

    /// A parameter is there twice.
    pub fn parameter_duplicated(name: &str) -> Self {
        Self::new(
            400,
            "invalid_request",
            9_000_411,
            format!("The request is not properly formatted. The parameter '{name}' is duplicated."),
        )
    }

    /// The form or a parameter cannot be read.
    pub fn unreadable(what: &str) -> Self {
        Self::new(400, "invalid_request", 90013, format!("The request cannot be read: {what}."))
    }

    /// The v2 endpoint does not know `resource`.
    pub fn resource_not_supported() -> Self {
        Self::new(400, "invalid_request", 901_002, "The 'resource' request parameter is not supported.")
    }

    /// The endpoint was asked with another method than POST.
    pub fn method_not_supported(method: &str) -> Self {
        let text = format!("The endpoint only accepts POST requests. Received a {method} request.");
        Self::new(400, "invalid_request", 900_561, text)
    }

    /// No application with that id in the tenant.
    pub fn application_not_found(application: &str, tenant: &str) -> Self {
        Self::new(
            400,
            "unauthorized_client",
            700_016,
            format!(
                "Application with identifier '{application}' was not found in the directory '{tenant}'. This can happen if the application \
                 has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your \
                 authentication request to the wrong tenant."
            ),
        )
    }

    /// The application's sign-in is blocked.
    pub fn application_disabled(application: &str) -> Self {
        Self::new(400, "unauthorized_client", 7_000_112, format!("Application '{application}' is disabled."))
    }

    /// The secret was good once.
    pub fn expired_secret(application: &str) -> Self {
        let text = format!(
            "The provided client secret keys for app '{application}' are expired. Visit the Azure portal to create new keys for your app: \
             https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
        );
        Self::new(401, "invalid_client", 7_000_222, text)
    }

    /// The secret is not the application's.
    pub fn wrong_secret(application: &str) -> Self {
        Self::new(
            401,
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client \
                 secret ID, for a secret added to app '{application}'."
            ),
        )
    }

    /// The client showed nothing that proves who it is.
    pub fn no_credential() -> Self {
        let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::new(401, "invalid_client", 7_000_218, text)
    }

    /// The scope of a client that signs in by itself is not one resource and `/.default`.
    pub fn invalid_scope(scope: &str) -> Self {
        let text = format!("The scope '{scope}' is not valid. An application asks for one resource, followed by '/.default'.");
        Self::new(400, "invalid_scope", 70011, text)
    }

    /// Nobody in the tenant is known by that resource.
    pub fn unknown_resource(resource: &str, tenant: &str) -> Self {
        let text = format!("The resource '{resource}' was not found in the tenant '{tenant}'.");
        Self::new(400, "invalid_resource", 500_011, text)
    }

    /// A user asks for permissions of two resources at once, or for something that is no permission.
    pub fn invalid_scope_of_user(scope: &str) -> Self {
        let text = format!("The scope '{scope}' is not valid. A request asks for permissions of one resource.");
        Self::new(400, "invalid_scope", 70011, text)
    }

    /// No user with that name.
    pub fn user_not_found(name: &str, tenant: &str) -> Self {
        let text = format!("The user account {name} does not exist in the {tenant} directory.");
        Self::new(400, "invalid_grant", 50034, text)
    }

    /// The password is not the user's.
    pub fn wrong_password() -> Self {
        Self::new(400, "invalid_grant", 50126, "Error validating credentials due to invalid username or password.")
    }

    /// The user's sign-in is blocked.
    pub fn user_disabled() -> Self {
        Self::new(400, "invalid_grant", 50057, "The user account is disabled.")
    }

    /// The user is neither a member nor a guest of that tenant.
    pub fn not_in_tenant(name: &str, tenant: &str) -> Self {
        let text = format!("The user account '{name}' does not exist in the tenant '{tenant}' and cannot sign in there.");
        Self::new(400, "invalid_grant", 50020, text)
    }

    /// A refresh token or code that this world did not give to this client.
    pub fn unknown_grant() -> Self {
        Self::new(400, "invalid_grant", 70000, "The code or refresh token was not issued here, or not to this client.")
    }

    /// A refresh token that is too old.
    pub fn refresh_token_expired(issued: Timestamp) -> Self {
        let text = format!(
            "The refresh token has expired due to inactivity. It was issued on {} and was good for 90 days.",
            issued.with_seven_digits()
        );
        Self::new(400, "invalid_grant", 700_082, text)
    }

    /// A refresh token of a user whose password changed, or who is blocked or gone.
    pub fn revoked() -> Self {
        let text = "The refresh token was revoked: the user's password was changed, or the user is blocked or deleted.";
        Self::new(400, "invalid_grant", 50173, text)
    }

    /// The address that the answer should be sent to is not one of the client's.
    pub fn redirect_uri_mismatch(redirect_uri: &str, client_id: Uuid) -> Self {
        let text = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured for the application \
             '{client_id}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. \
             Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error."
        );
        Self::new(400, "invalid_request", 50011, text)
    }

    /// The request names no address for the answer, and the application has none.
    pub fn no_redirect_uri() -> Self {
        Self::new(400, "invalid_request", 500_113, "No reply address is registered for the application.")
    }

    /// A way of sending the answer that there is not.
    pub fn response_mode(mode: &str) -> Self {
        let text = format!("The response mode '{mode}' is not supported: it is query, fragment or form_post.");
        Self::new(400, "invalid_request", 70007, text)
    }

    /// A sort of answer that there is not.
    pub fn response_type(response_type: &str) -> Self {
        let text = format!("The response type '{response_type}' is not supported.");
        Self::new(400, "unsupported_response_type", 70005, text)
    }

    /// A value of a parameter that there is not.
    pub fn unsupported_value(parameter: &str, value: &str) -> Self {
        Self::new(400, "invalid_request", 90023, format!("Unsupported '{parameter}' value '{value}'."))
    }

    /// A code challenge that is too short or too long.
    pub fn challenge_size() -> Self {
        Self::new(400, "invalid_request", 501_491, "The code challenge has 43 to 128 characters.")
    }

    /// The client wants no page, and nobody is signed in.
    pub fn login_required() -> Self {
        Self::new(400, "login_required", 50058, "A silent sign-in request was sent but no user is signed in.")
    }

    /// The user went back.
    pub fn cancelled() -> Self {
        Self::new(400, "access_denied", 65004, "User declined to consent to access the app.")
    }

    /// An authorization code that is too old.
    pub fn code_expired() -> Self {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization \
                    request for this user and resource.";
        Self::new(400, "invalid_grant", 70008, text)
    }

    /// An authorization code of another tenant.
    pub fn code_of_another_tenant() -> Self {
        let text = "Provided Authorization Code is intended to use against other tenant, thus rejected.";
        Self::new(400, "invalid_grant", 700_005, text)
    }

    /// The redirect URI is not the one that the code was sent to.
    pub fn redirect_uri_changed(shown: &str, before: &str) -> Self {
        let text =
            format!("The reply address '{shown}' does not match the reply address '{before}' provided when requesting Authorization code.");
        Self::new(400, "invalid_grant", 500_112, text)
    }

    /// The proof key does not belong to the one that the client began with.
    pub fn verifier_mismatch() -> Self {
        let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        Self::new(400, "invalid_grant", 501_481, text)
    }

    /// The user has not answered the device code yet.
    pub fn authorization_pending() -> Self {
        let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
        Self::new(400, "authorization_pending", 70016, text)
    }

    /// The user refused the device code. No number is known.
    pub fn authorization_declined() -> Self {
        let text = "The user declined the sign-in.".to_owned();
        Self { status: 400, error: "authorization_declined", number: None, text, not_emulated: None }
    }

    /// The device code was not answered and redeemed in time; v1 has another error for it.
    pub fn device_code_expired(error: &'static str) -> Self {
        let text = "The provided value for the input parameter 'device_code' is not valid. This device code has expired.";
        Self::new(400, error, 70020, text)
    }

    /// A device code that this world did not give to this client.
    pub fn unknown_device_code() -> Self {
        let text = "The device code was not issued here, or not to this client.";
        Self::new(400, "bad_verification_code", 70018, text)
    }

    /// A device code whose client has its tokens. Assumed: the documentation gives the number to a device flow that is over,
    /// not to this poll.
    pub fn device_code_redeemed() -> Self {
        Self::new(400, "invalid_grant", 90120, "The request was already authorized or declined.")
    }

    /// An authorization code that its client has redeemed before.
    pub fn redeemed() -> Self {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.";
        Self::new(400, "invalid_grant", 54005, text)
    }

    /// A client assertion that is no JSON Web Token.
    pub fn assertion_malformed() -> Self {
        Self::new(401, "invalid_client", 50027, "The client assertion is not a JSON Web Token with 'iss', 'sub', 'aud' and 'exp'.")
    }

    /// A client assertion that one application signed for another.
    pub fn assertion_of_another(application: &str) -> Self {
        let text = format!("The issuer or subject of the client assertion is not the application '{application}'.");
        Self::new(401, "invalid_client", 700_021, text)
    }

    /// A client assertion for another authority or tenant.
    pub fn assertion_audience() -> Self {
        let text = "The audience of the client assertion is not the token endpoint of this authority and tenant.";
        Self::new(401, "invalid_client", 700_023, text)
    }

    /// A client assertion that is not good yet, or no longer.
    pub fn assertion_not_in_time(now: Timestamp, from: Timestamp, until: Timestamp) -> Self {
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time of assertion {}. \
             Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .",
            now.with_seven_digits(),
            from.with_seven_digits(),
            until.with_seven_digits()
        );
        Self::new(401, "invalid_client", 700_024, text)
    }

    /// A client assertion that was signed with another key, by another algorithm, or changed.
    pub fn assertion_signature() -> Self {
        let text = "Client assertion contains an invalid signature. [Reason - The provided signature value did not match the expected \
                    signature value.]";
        Self::new(401, "invalid_client", 700_027, text)
    }

    /// A client assertion that was signed with a certificate which the application does not have.
    pub fn assertion_key_not_found(thumbprint: &str) -> Self {
        let text = format!(
            "Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: \
             '{thumbprint}']"
        );
        Self::new(401, "invalid_client", 700_027, text)
    }

    /// No federated credential of the application has this issuer, subject or audience.
    pub fn no_federated_record(number: u32, what: &str, shown: &str) -> Self {
        let text = format!(
            "No matching federated identity record found for presented assertion {what} '{shown}'. Please check your federated identity \
             credential Subject, Audience and Issuer against the presented assertion. \
             https://docs.microsoft.com/en-us/azure/active-directory/develop/workload-identity-federation"
        );
        Self::new(401, "invalid_client", number, text)
    }

    /// There is no such grant.
    pub fn unsupported_grant_type(grant: &str) -> Self {
        Self::new(400, "unsupported_grant_type", 70003, format!("The grant type '{grant}' is not supported."))
    }

    /// Entra has it and the emulator has not.
    pub fn not_emulated(what: &str) -> Self {
        let text = format!("The emulator does not have this part of Microsoft Entra: {what}.");
        Self { status: 501, error: "not_emulated", number: None, text, not_emulated: Some(what.to_owned()) }
    }

    /// The emulator cannot sign.
    pub fn no_key() -> Self {
        let text = "The emulator has no key to sign with.".to_owned();
        Self { status: 500, error: "server_error", number: None, text, not_emulated: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_is_azures() {
        let trace = Trace {
            origin: "https://localhost:4443",
            trace_id: Uuid::from_u128(1),
            correlation_id: Uuid::from_u128(2),
            now: Timestamp::parse("2026-11-21T19:20:27Z").unwrap(),
        };
        let body = String::from_utf8(SignInError::parameter_missing("scope").body(&trace)).unwrap();
        assert_eq!(
            body,
            concat!(
                r#"{"error":"invalid_request","error_description":"AADSTS900144: The request body must contain the following parameter: 'scope'. "#,
                "Trace ID: 00000000-0000-0000-0000-000000000001 Correlation ID: 00000000-0000-0000-0000-000000000002 Timestamp: 2026-11-21 19:20:27Z\",",
                r#""error_codes":[900144],"timestamp":"2026-11-21 19:20:27Z","trace_id":"00000000-0000-0000-0000-000000000001","#,
                r#""correlation_id":"00000000-0000-0000-0000-000000000002","error_uri":"https://localhost:4443/error?code=900144"}"#
            )
        );
    }
}

//! How Resource Manager answers a request whose token is no good: 401, with a challenge.
//!
//! A token that is no longer good gets a *claims challenge*, because only then do clients drop it from their caches
//! and fetch a new one by themselves (`client-connection` 3.6). Codes and texts: `arm-wire` 1.5.

use adf_emulator_core::rules::{Rule, tokens};
use adf_emulator_core::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::audience::RESOURCE_MANAGER;
use super::authenticate::TokenProblem;
use super::claims::issuer;
use crate::azure_hosts::entra_named_by_resource_manager;

/// The answer to a request whose token is no good.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// The rule that was broken.
    pub rule: &'static Rule,
    /// The error's message.
    pub message: String,
    /// The header `WWW-Authenticate`.
    pub www_authenticate: String,
    /// What log and journal say of it: never on the wire.
    pub reason: String,
}

impl TokenProblem {
    /// Returns Resource Manager's answer at `origin` for a request about a subscription of that tenant. `now` is the
    /// world's, so that a history can be repeated: clients hand a challenge on unread, and no token is measured by it.
    pub fn challenge(&self, origin: &str, subscription_tenant: Option<Uuid>, now: Timestamp) -> Challenge {
        let entra = entra_named_by_resource_manager(origin);
        let www_authenticate = match self.description() {
            Some(description) => {
                let tenant = subscription_tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
                format!(r#"Bearer authorization_uri="{entra}/{tenant}", error="invalid_token", error_description="{description}""#)
            }
            None => claims_challenge(entra, now),
        };
        Challenge { rule: self.rule(), message: self.message(), www_authenticate, reason: self.reason() }
    }

    /// Returns what is wrong and what would be right, for log and journal.
    pub fn reason(&self) -> String {
        match self {
            Self::Missing => {
                "There is no 'Authorization' header; send 'Authorization: Bearer' with a token or the name of a principal.".to_owned()
            }
            Self::InvalidHeader => "The 'Authorization' header is not 'Bearer' and a token or the name of a principal.".to_owned(),
            Self::InvalidAuxiliaryHeader => {
                "The header 'x-ms-authorization-auxiliary' is not a list of at most three, each 'Bearer' and a token, between commas."
                    .to_owned()
            }
            Self::Invalid => {
                "The bearer value is neither a token of this emulator that is good now, nor the name of a principal that may sign in \
                              to this world, where names count (see --auth)."
                    .to_owned()
            }
            Self::Outside { why } => format!("{why} From there a token of the emulator is taken, but no name."),
            Self::NoObjectId => "The token names no principal.".to_owned(),
            Self::Expired { expiry, now } => format!("The token expired at {expiry}; the world's clock shows {now}."),
            Self::WrongAudience { audience } => format!("The token is for '{audience}', which is not the service that was asked."),
            Self::WrongTenant { token, subscription } => {
                format!("The caller is of the tenant {token}, the subscription of the tenant {subscription}.")
            }
        }
    }

    const fn rule(&self) -> &'static Rule {
        match self {
            Self::Missing => &tokens::TOKEN_IS_SENT,
            Self::InvalidHeader => &tokens::TOKEN_HEADER_SHAPE,
            Self::InvalidAuxiliaryHeader => &tokens::AUXILIARY_TOKEN_HEADER_SHAPE,
            Self::Invalid | Self::Outside { .. } | Self::NoObjectId => &tokens::TOKEN_IS_VALID,
            Self::Expired { .. } => &tokens::TOKEN_HAS_NOT_EXPIRED,
            Self::WrongAudience { .. } => &tokens::TOKEN_IS_FOR_RESOURCE_MANAGER,
            Self::WrongTenant { .. } => &tokens::TOKEN_IS_OF_THE_SUBSCRIPTIONS_TENANT,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Missing => "Authentication failed. The 'Authorization' header is missing.".to_owned(),
            Self::InvalidHeader => "Authentication failed. The 'Authorization' header is provided in an invalid format.".to_owned(),
            Self::InvalidAuxiliaryHeader => {
                "Authentication failed. The 'x-ms-authorization-auxiliary' header is provided in an invalid format.".to_owned()
            }
            Self::Invalid => "The access token is invalid.".to_owned(),
            Self::Outside { why } => format!("The access token is invalid. {why} From there a token of the emulator is taken, but no name."),
            Self::NoObjectId => "The received access token is not valid: at least one of the claims 'puid' or 'altsecid' or 'oid' should be present. If you are accessing as application please make sure service principal is properly created in the tenant.".to_owned(),
            Self::Expired { expiry, now } => {
                format!("The access token expiry UTC time '{}' is earlier than current UTC time '{}'.", in_us_form(*expiry), in_us_form(*now))
            }
            Self::WrongAudience { audience } => {
                let allowed = RESOURCE_MANAGER.map(|audience| format!("'{audience}'")).join(",");
                format!("The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with one of the allowed audiences {allowed}.")
            }
            Self::WrongTenant { token, subscription } => {
                let (token, right) = (issuer(*token), issuer(*subscription));
                format!("The access token is from the wrong issuer '{token}'. It must match the tenant '{right}' associated with this subscription. Please use the authority (URL) 'https://login.windows.net/{subscription}' to get the token. Note, if the subscription is transferred to another tenant there is no impact to the services, but information about new tenant could take time to propagate (up to an hour). If you just transferred your subscription and see this error message, please try back later.")
            }
        }
    }

    /// Returns the `error_description` of the challenge; `None` where a claims challenge is due. Only the first is
    /// known to be Azure's text.
    const fn description(&self) -> Option<&'static str> {
        match self {
            Self::Missing => Some("The authentication failed because of missing 'Authorization' header."),
            Self::InvalidHeader => Some("The authentication failed because the 'Authorization' header has an invalid format."),
            Self::InvalidAuxiliaryHeader => {
                Some("The authentication failed because the 'x-ms-authorization-auxiliary' header has an invalid format.")
            }
            Self::WrongAudience { .. } => Some("The access token has been obtained for a wrong audience."),
            Self::WrongTenant { .. } => {
                Some("The access token is from the wrong issuer. It must match the tenant associated with this subscription.")
            }
            Self::Invalid | Self::Outside { .. } | Self::NoObjectId | Self::Expired { .. } => None,
        }
    }
}

/// Returns a challenge that makes clients fetch a token younger than `now` from the Entra at that origin.
pub fn claims_challenge(entra: &str, now: Timestamp) -> String {
    let claims = format!(r#"{{"access_token":{{"nbf":{{"essential":true,"value":"{}"}}}}}}"#, now.seconds());
    let claims = STANDARD.encode(claims);
    format!(r#"Bearer realm="", authorization_uri="{entra}/common/oauth2/authorize", error="insufficient_claims", claims="{claims}""#)
}

/// Returns the instant as .NET writes it in the United States: `M/d/yyyy h:mm:ss tt`.
fn in_us_form(at: Timestamp) -> String {
    at.format("%-m/%-d/%Y %-I:%M:%S %p")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTOSO: Uuid = Uuid::from_u128(0x1111_1111_1111_1111_1111_1111_1111_1111);
    const FABRIKAM: Uuid = Uuid::from_u128(0x9999_9999_9999_9999_9999_9999_9999_9999);
    const NOW: Timestamp = Timestamp::from_seconds(1_534_866_525);

    fn challenge(problem: TokenProblem) -> Challenge {
        problem.challenge("https://localhost:4443", Some(CONTOSO), NOW)
    }

    #[test]
    fn a_request_without_a_token_learns_the_tenant() {
        let answer = challenge(TokenProblem::Missing);
        assert_eq!(answer.rule.code, "AuthenticationFailed");
        assert_eq!(
            answer.www_authenticate,
            r#"Bearer authorization_uri="https://localhost:4443/11111111-1111-1111-1111-111111111111", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header.""#
        );
    }

    #[test]
    fn at_azures_own_host_entra_has_a_host_of_its_own() {
        let answer = TokenProblem::Missing.challenge("https://management.azure.com", Some(CONTOSO), NOW);
        assert!(answer.www_authenticate.starts_with(r#"Bearer authorization_uri="https://login.windows.net/11111111-"#), "{answer:?}");
    }

    #[test]
    fn an_old_token_gets_a_claims_challenge() {
        let expiry = Timestamp::from_seconds(1_534_864_920);
        let answer = challenge(TokenProblem::Expired { expiry, now: NOW });
        assert_eq!(answer.rule.code, "ExpiredAuthenticationToken");
        assert_eq!(
            answer.message,
            "The access token expiry UTC time '8/21/2018 3:22:00 PM' is earlier than current UTC time '8/21/2018 3:48:45 PM'."
        );
        let (before, claims) = answer.www_authenticate.split_once("claims=\"").unwrap();
        assert_eq!(
            before,
            r#"Bearer realm="", authorization_uri="https://localhost:4443/common/oauth2/authorize", error="insufficient_claims", "#
        );
        let claims = STANDARD.decode(claims.trim_end_matches('"')).unwrap();
        assert_eq!(claims, br#"{"access_token":{"nbf":{"essential":true,"value":"1534866525"}}}"#);
    }

    #[test]
    fn wrong_audience_and_tenant_are_named() {
        let answer = challenge(TokenProblem::WrongAudience { audience: "https://vault.azure.net".into() });
        assert_eq!(answer.rule.code, "InvalidAuthenticationTokenAudience");
        assert!(answer.message.ends_with("allowed audiences 'https://management.core.windows.net/','https://management.core.windows.net','https://management.azure.com/','https://management.azure.com'."));
        let answer = challenge(TokenProblem::WrongTenant { token: FABRIKAM, subscription: CONTOSO });
        assert_eq!(answer.rule.code, "InvalidAuthenticationTokenTenant");
        assert!(answer.message.starts_with("The access token is from the wrong issuer 'https://sts.windows.net/99999999-9999-9999-9999-999999999999/'. It must match the tenant 'https://sts.windows.net/11111111-"));
        assert!(answer.www_authenticate.contains("https://localhost:4443/11111111-1111-1111-1111-111111111111"));
    }
}

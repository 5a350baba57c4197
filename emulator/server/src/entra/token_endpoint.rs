//! The token endpoint, v1 and v2: from a form to a token or an error.
//!
//! Each grant is a file of its own; this one knows which grants there are, and the shapes of both versions. Grants that
//! Entra has and the emulator has not are named in their refusal. Facts: `client-connection` 3.4.

use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use serde::Serialize;
use uuid::Uuid;

use super::audience::IsOurs;
use super::claims::{EXPIRES_IN_SECONDS, LIFETIME};
use super::client_credentials;
use super::discovery::{TenantNamed, Version};
use super::form::Form;
use super::sign_in_error::SignInError;
use super::token::Tokens;
use super::user_tokens::UserTokens;
use super::{authorization_code, device_code, password, refresh_token};
use crate::world_cell::WorldCell;

/// The grants of Entra that are not emulated.
const NOT_EMULATED: [&str; 2] = ["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:saml2-bearer"];

/// A request for a token, and what it is judged by.
pub struct TokenRequest<'a> {
    /// The form.
    pub form: &'a Form,
    /// Which endpoint.
    pub version: Version,
    /// The tenant that the URL names.
    pub tenant: TenantNamed,
    /// What the URL called it.
    pub tenant_name: &'a str,
    /// The world, as it is now.
    pub world: &'a World,
    /// Its cell: refresh tokens are remembered there.
    pub cell: &'a WorldCell,
    /// The world's instant.
    pub world_now: Timestamp,
    /// The user as whom the world confirms this sign-in by itself, if it does.
    pub by_itself: Option<Uuid>,
    /// What signs.
    pub tokens: &'a Tokens,
    /// Scheme and host of the request.
    pub origin: &'a str,
    /// Which hosts and ports are this process's.
    pub is_ours: &'a IsOurs<'a>,
    /// Which of them are this world's.
    pub is_this_world: &'a IsOurs<'a>,
    /// The id of the request, which no other request has.
    pub request_id: Uuid,
    /// The host's instant.
    pub now: Timestamp,
}

impl TokenRequest<'_> {
    /// Returns whether the client says, in `claims`, that it can handle claims challenges.
    ///
    /// # Errors
    /// 90013 for claims that are not JSON.
    pub fn handles_claims_challenges(&self) -> Result<bool, SignInError> {
        let Some(claims) = self.form.get("claims") else { return Ok(false) };
        let claims: serde_json::Value =
            serde_json::from_str(claims).map_err(|_| SignInError::unreadable("the parameter 'claims' is not JSON"))?;
        let capabilities = claims.pointer("/access_token/xms_cc/values").and_then(serde_json::Value::as_array);
        Ok(capabilities.is_some_and(|values| values.iter().any(|value| value == "CP1")))
    }
}

/// What a grant gives.
#[derive(Debug)]
pub struct Granted {
    /// The token.
    pub access_token: String,
    /// Whom it is for.
    pub resource: String,
    /// What a user's client gets besides.
    pub user: Option<UserTokens>,
}

/// The answer of the token endpoint.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum TokenResponse {
    /// Of v1: the numbers are text.
    One {
        /// `Bearer`.
        token_type: &'static str,
        /// What a user's token is good for.
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        /// Seconds.
        expires_in: String,
        /// Seconds, when Entra is down.
        ext_expires_in: String,
        /// The second from which it is no good.
        expires_on: String,
        /// The second from which it is good.
        not_before: String,
        /// Whom it is for.
        resource: String,
        /// The token.
        access_token: String,
        /// The rest of a user's.
        #[serde(flatten)]
        user: Option<UserTokens>,
    },
    /// Of v2.
    Two {
        /// `Bearer`.
        token_type: &'static str,
        /// What a user's token is good for.
        #[serde(skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        /// Seconds.
        expires_in: u32,
        /// Seconds, when Entra is down.
        ext_expires_in: u32,
        /// The token.
        access_token: String,
        /// The rest of a user's.
        #[serde(flatten)]
        user: Option<UserTokens>,
    },
}

/// Answers a request for a token.
///
/// # Errors
/// Those of the request's grant, 900144 without a grant, 70003 for one that does not exist.
pub fn token(request: &TokenRequest<'_>) -> Result<TokenResponse, SignInError> {
    let granted = match request.form.require("grant_type")? {
        "client_credentials" => client_credentials::grant(request)?,
        "authorization_code" => authorization_code::grant(request)?,
        "password" => password::grant(request)?,
        "refresh_token" => refresh_token::grant(request)?,
        // MSAL for JavaScript leaves the prefix out.
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device_code::grant(request)?,
        known if NOT_EMULATED.contains(&known) => return Err(SignInError::not_emulated(&format!("the grant '{known}'"))),
        other => return Err(SignInError::unsupported_grant_type(other)),
    };
    Ok(TokenResponse::of(granted, request))
}

impl TokenResponse {
    fn of(granted: Granted, request: &TokenRequest<'_>) -> Self {
        let Granted { access_token, resource, user } = granted;
        let token_type = "Bearer";
        let scope = user.as_ref().map(|user| user.scope.clone());
        match request.version {
            Version::One => Self::One {
                token_type,
                // v1 names the permissions alone: the resource stands beside them.
                scope: scope.map(|_| "user_impersonation".to_owned()),
                expires_in: EXPIRES_IN_SECONDS.to_string(),
                ext_expires_in: EXPIRES_IN_SECONDS.to_string(),
                expires_on: Timestamp::from_seconds(request.now.seconds()).plus(LIFETIME).seconds().to_string(),
                not_before: request.now.seconds().to_string(),
                resource,
                access_token,
                user,
            },
            Version::Two => {
                Self::Two { token_type, scope, expires_in: EXPIRES_IN_SECONDS, ext_expires_in: EXPIRES_IN_SECONDS, access_token, user }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arm::request::Body;
    use crate::clock::host_now;
    use crate::config::Authentication;
    use crate::entra::Entra;
    use crate::entra::discovery::tenant_named;
    use crate::entra::test_world::{CONTOSO, FABRIKAM, IDENTITY_APP, ORIGIN, OWNER, OWNER_APP, entra, is_ours, world};
    use crate::world_cell::Moment;
    use axum::http::HeaderMap;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    const ARM_SCOPE: &str = "https://management.core.windows.net//.default";

    fn ask(entra: &Entra, tenant_name: &str, version: Version, form: &[(&str, &str)]) -> Result<Value, SignInError> {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let cell = WorldCell::new(Moment { world: world(), ..Moment::default() });
        let world = cell.read();
        let request = TokenRequest {
            form: &Form::read(&HeaderMap::new(), &Body::Whole(body.into())).unwrap(),
            version,
            tenant: tenant_named(&world, tenant_name, "invalid_request").unwrap(),
            tenant_name,
            world: &world,
            cell: &cell,
            world_now: cell.clock().now(),
            by_itself: None,
            tokens: &entra.tokens,
            origin: ORIGIN,
            is_ours: &is_ours,
            is_this_world: &is_ours,
            request_id: Uuid::from_u128(7),
            now: host_now(),
        };
        token(&request).map(|answer| serde_json::to_value(answer).unwrap())
    }

    fn owner<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", "33333333-3333-3333-3333-000000000001"),
            ("client_secret", "owner-secret"),
            ("scope", ARM_SCOPE),
        ];
        form.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        form.extend(changes.iter().filter(|(_, value)| *value != "absent"));
        form
    }

    fn claims(answer: &Value) -> Value {
        let claims = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
    }

    #[test]
    fn a_token_has_all_claims() {
        let entra = entra(Authentication::Standard);
        let answer = ask(&entra, "contoso.onmicrosoft.com", Version::Two, &owner(&[])).unwrap();
        assert_eq!(
            (&answer["token_type"], &answer["expires_in"], &answer["ext_expires_in"]),
            (&json!("Bearer"), &json!(3599), &json!(3599))
        );
        let mut claims = claims(&answer);
        let seconds = claims["iat"].as_i64().unwrap();
        assert!((host_now().seconds() - seconds).abs() < 5);
        assert_eq!(claims["uti"].as_str().unwrap().len(), 22);
        claims["uti"] = json!("");
        let issuer = format!("https://sts.windows.net/{CONTOSO}/");
        let expected = json!({
            "aud": "https://management.core.windows.net/", "iss": issuer, "iat": seconds, "nbf": seconds, "exp": seconds + 3600,
            "appid": OWNER_APP, "appidacr": "1", "idp": issuer, "idtyp": "app", "oid": OWNER, "sub": OWNER, "tid": CONTOSO, "uti": "",
            "ver": "1.0", "xms_tcdt": 1_600_000_000
        });
        assert_eq!(claims, expected);
    }

    #[test]
    fn capabilities_are_repeated() {
        let entra = entra(Authentication::Standard);
        let with = |claims| ask(&entra, "common", Version::Two, &owner(&[("claims", claims)]));
        let answer = with(r#"{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"values":["CP1"]}}}"#).unwrap();
        assert_eq!(claims(&answer)["xms_cc"], json!(["CP1"]));
        assert!(claims(&with(r#"{"access_token":{}}"#).unwrap()).get("xms_cc").is_none());
        assert_eq!(with("{").unwrap_err().number, Some(90013));
    }

    #[test]
    fn the_audience_is_the_resource() {
        let entra = entra(Authentication::Standard);
        for (scope, audience) in [
            ("https://management.azure.com/.default", "https://management.azure.com"),
            ("openid offline_access https://localhost:4443/graph//.default", "https://localhost:4443/graph/"),
            ("https://localhost:4443/.default", ORIGIN),
            ("https://vault.azure.net/.default", "https://vault.azure.net"),
            ("33333333-3333-3333-3333-000000000001/.default", "33333333-3333-3333-3333-000000000001"),
        ] {
            let answer = ask(&entra, "common", Version::Two, &owner(&[("scope", scope)])).unwrap();
            assert_eq!(claims(&answer)["aud"], audience);
        }
        let form = owner(&[("scope", "absent"), ("resource", "https://management.azure.com/")]);
        let answer = ask(&entra, "common", Version::One, &form).unwrap();
        assert_eq!(claims(&answer)["aud"], "https://management.azure.com/");
        assert_eq!((&answer["expires_in"], &answer["resource"]), (&json!("3599"), &json!("https://management.azure.com/")));
    }

    #[test]
    fn refusals_are_azures() {
        let entra = entra(Authentication::Standard);
        let identity = IDENTITY_APP.to_string();
        let refused = |status, error, number, changes: &[(&str, &str)]| {
            let refused = ask(&entra, "contoso.onmicrosoft.com", Version::Two, &owner(changes)).unwrap_err();
            assert_eq!((refused.status, refused.error, refused.number), (status, error, number), "{changes:?}");
            refused.text
        };
        let unknown = "33333333-3333-3333-3333-00000000000f";
        for name in ["grant_type", "client_id", "scope"] {
            let text = refused(400, "invalid_request", Some(900_144), &[(name, "absent")]);
            assert_eq!(text, format!("The request body must contain the following parameter: '{name}'."));
        }
        let text = refused(400, "unauthorized_client", Some(700_016), &[("client_id", unknown)]);
        assert!(text.starts_with(&format!(
            "Application with identifier '{unknown}' was not found in the directory 'contoso.onmicrosoft.com'. This"
        )));
        refused(400, "unauthorized_client", Some(700_016), &[("client_id", "owner")]);
        refused(400, "unauthorized_client", Some(700_016), &[("client_id", "33333333-3333-3333-3333-000000000009")]);
        let text = refused(401, "invalid_client", Some(7_000_215), &[("client_secret", "wrong")]);
        assert!(text.ends_with("for a secret added to app '33333333-3333-3333-3333-000000000001'."));
        refused(401, "invalid_client", Some(7_000_215), &[("client_id", &identity)]);
        refused(401, "invalid_client", Some(7_000_218), &[("client_secret", "absent")]);
        refused(401, "invalid_client", Some(7_000_218), &[("client_secret", "")]);
        let blocked = [("client_id", "33333333-3333-3333-3333-000000000007"), ("client_secret", "blocked-secret")];
        refused(400, "unauthorized_client", Some(7_000_112), &blocked);
        for scope in [
            "https://management.azure.com",
            "openid",
            "/.default",
            "a/.default b/.default",
            "https://management.azure.com/user_impersonation",
        ] {
            refused(400, "invalid_scope", Some(70011), &[("scope", scope)]);
        }
        refused(400, "invalid_resource", Some(500_011), &[("scope", "https://example.com/.default")]);
        refused(400, "invalid_request", Some(901_002), &[("resource", "https://management.azure.com/")]);
        refused(400, "unsupported_grant_type", Some(70003), &[("grant_type", "magic")]);
        let on_behalf_of = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        assert!(refused(501, "not_emulated", None, &[("grant_type", on_behalf_of)]).contains(on_behalf_of));
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let assertion = [("client_secret", "absent"), ("client_assertion", "a.b.c"), ("client_assertion_type", kind)];
        refused(401, "invalid_client", Some(50027), &assertion);
        refused(400, "invalid_request", Some(900_144), &[("client_assertion", "a.b.c")]);
        let elsewhere = ask(&entra, &FABRIKAM.to_string(), Version::Two, &owner(&[])).unwrap_err();
        assert_eq!(elsewhere.number, Some(700_016));
        assert_eq!(ask(&entra, "common", Version::One, &owner(&[])).unwrap_err().number, Some(900_144));
    }
}

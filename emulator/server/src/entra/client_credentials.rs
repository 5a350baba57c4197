//! The grant `client_credentials`: an application signs in by itself, with its secret.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>; fields and errors:
//! `client-connection` 3.4 and 3.8.

use std::sync::Arc;

use adf_emulator_core::directory::{Principal, PrincipalKind};
use uuid::Uuid;

use super::audience::is_a_known_resource;
use super::claims::{AccessToken, Issue};
use super::discovery::{TenantNamed, Version};
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};

/// Returns a token for the application that the request names.
///
/// # Errors
/// Those of the table that an application can meet, in this order: parameters, the application, its secret, the
/// resource.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let client_id = request.form.require("client_id")?;
    let resource = resource(request)?;
    let handles_claims_challenges = handles_claims_challenges(request)?;
    let application = application(request, client_id)?;
    check_secret(request, application, client_id)?;
    if !is_a_known_resource(&resource, request.origin, request.is_ours) && !is_an_application(request, application.tenant_id, &resource) {
        return Err(SignInError::unknown_resource(&resource, request.tenant_name));
    }
    let issue = Issue { audience: &resource, at: request.now, request_id: request.request_id, handles_claims_challenges };
    let claims = AccessToken::of_application(application, &issue).ok_or_else(|| SignInError::wrong_secret(client_id))?;
    let access_token = request.tokens.issue(&claims).map_err(|_| SignInError::no_key())?;
    Ok(Granted { access_token, resource })
}

fn application<'w>(request: &TokenRequest<'w>, client_id: &str) -> Result<&'w Arc<Principal>, SignInError> {
    let not_found = || SignInError::application_not_found(client_id, request.tenant_name);
    let known = Uuid::try_parse(client_id).ok().and_then(|id| request.world.directory.by_app_id(id)).ok_or_else(not_found)?;
    match request.tenant {
        TenantNamed::One(tenant) if known.tenant_id != tenant => Err(not_found()),
        _ => Ok(known),
    }
}

fn check_secret(request: &TokenRequest<'_>, application: &Principal, client_id: &str) -> Result<(), SignInError> {
    if request.form.get("client_assertion").is_some() {
        return Err(SignInError::not_emulated("client assertions; sign in with a client secret"));
    }
    let shown = request.form.get("client_secret").ok_or_else(SignInError::no_credential)?;
    // A managed identity has no secret that anyone could show.
    let PrincipalKind::ServicePrincipal(it) = &application.kind else { return Err(SignInError::wrong_secret(client_id)) };
    if it.application.secret.as_deref() != Some(shown) {
        return Err(SignInError::wrong_secret(client_id));
    }
    if it.disabled { Err(SignInError::application_disabled(client_id)) } else { Ok(()) }
}

/// Returns what the token is for: `resource` in v1; in v2 the scope without its `/.default`, of which one is cut.
fn resource(request: &TokenRequest<'_>) -> Result<String, SignInError> {
    match request.version {
        Version::One => request.form.require("resource").map(str::to_owned),
        Version::Two if request.form.get("resource").is_some() => Err(SignInError::resource_not_supported()),
        Version::Two => {
            let scope = request.form.require("scope")?;
            let mut asked = scope.split_ascii_whitespace().filter(|scope| !["openid", "profile", "offline_access"].contains(scope));
            let (first, second) = (asked.next(), asked.next());
            let resource = first.filter(|_| second.is_none()).and_then(|scope| scope.strip_suffix("/.default"));
            resource.filter(|it| !it.is_empty()).map(str::to_owned).ok_or_else(|| SignInError::invalid_scope(scope))
        }
    }
}

/// An application can also ask for a token for an application of its tenant, by id.
fn is_an_application(request: &TokenRequest<'_>, tenant: Uuid, resource: &str) -> bool {
    let id = resource.strip_prefix("api://").unwrap_or(resource);
    let known = Uuid::try_parse(id).ok().and_then(|id| request.world.directory.by_app_id(id));
    known.is_some_and(|principal| principal.tenant_id == tenant)
}

/// Returns whether the client says, in `claims`, that it can handle claims challenges.
fn handles_claims_challenges(request: &TokenRequest<'_>) -> Result<bool, SignInError> {
    let Some(claims) = request.form.get("claims") else { return Ok(false) };
    let claims: serde_json::Value =
        serde_json::from_str(claims).map_err(|_| SignInError::unreadable("the parameter 'claims' is not JSON"))?;
    let capabilities = claims.pointer("/access_token/xms_cc/values").and_then(serde_json::Value::as_array);
    Ok(capabilities.is_some_and(|values| values.iter().any(|value| value == "CP1")))
}

//! The grant `client_credentials`: an application signs in by itself, with what it shows.
//!
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>; fields and errors:
//! `client-connection` 3.4 and 3.8.

use super::claims::{AccessToken, Issue};
use super::client;
use super::scope;
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};

/// Returns a token for the application that the request names.
///
/// # Errors
/// Those of the table that an application can meet, in this order: parameters, the application, what it shows, the
/// resource.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let client_id = request.form.require("client_id")?;
    let resource = scope::of_application(request)?;
    let handles_claims_challenges = request.handles_claims_challenges()?;
    let application = client::application(request, client_id)?;
    let proof = client::prove(request, application, client_id)?;
    scope::resource_is_known(request, application.tenant_id, &resource)?;
    let issue = Issue {
        audience: &resource,
        at: request.now,
        request_id: request.request_id,
        handles_claims_challenges,
        proof,
        groups: request.world.directory.groups_of(application.object_id),
    };
    let claims = AccessToken::of_application(application, &issue).ok_or_else(|| SignInError::wrong_secret(client_id))?;
    let access_token = request.tokens.issue(&claims).map_err(|_| SignInError::no_key())?;
    Ok(Granted { access_token, resource, user: None })
}

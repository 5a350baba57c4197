//! The grant `authorization_code`: a client trades the code that its user's browser brought it for tokens.
//!
//! A code is good for one trade, by the client that asked for it, with the redirect URI and the proof key (PKCE) that it
//! began with. A refusal leaves the code as it was.
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.

use adf_emulator_core::directory::Principal;
use adf_emulator_core::directory::sign_in::{Asked, AuthorizationCode, CODE_LIFETIME, Challenge};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::claims::Proof;
use super::client::{self, Client};
use super::discovery::{TenantNamed, Version};
use super::scope;
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};
use super::user_tokens::{self, Account};

/// Returns tokens for the user who signed in to get the code that the request shows.
///
/// # Errors
/// Those of parameters and client; 70000 for a code that this world did not give to this client, 54005 for one that was
/// redeemed, 70008 for one that is too old, 700005 for another tenant, 500112 for another redirect URI, 501481 for another
/// proof key, 7000218 for a web application that does not prove who it is; 50057 for a user who is blocked or gone.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let (text, redirect_uri) = (request.form.require("code")?, request.form.require("redirect_uri")?);
    let client = Client::of(request)?;
    let code = request.world.sign_ins.codes.get(text).filter(|code| code.client_id == client.id).ok_or_else(SignInError::unknown_grant)?;
    if code.redeemed {
        return Err(SignInError::redeemed());
    }
    if request.world_now.since(code.issued) > CODE_LIFETIME {
        return Err(SignInError::code_expired());
    }
    if matches!((code.tenant, request.tenant), (Some(one), TenantNamed::One(other)) if one != other) {
        return Err(SignInError::code_of_another_tenant());
    }
    if *code.redirect_uri != *redirect_uri {
        return Err(SignInError::redirect_uri_changed(redirect_uri, &code.redirect_uri));
    }
    if !code.challenge.as_ref().is_none_or(|challenge| is_met(challenge, request.form.get("code_verifier").unwrap_or_default())) {
        return Err(SignInError::verifier_mismatch());
    }
    must_prove(request, client, code)?;
    let account = Account::with_id(request.world, code.object_id).ok_or_else(SignInError::user_disabled)?;
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    let asked = asked(request, &code.asked)?;
    user_tokens::issue_for(request, account, client, &asked, code.nonce.as_deref(), |world| {
        // Of two trades at once, one finds the code redeemed.
        let kept = world.sign_ins.codes.get(text).filter(|kept| !kept.redeemed).ok_or_else(SignInError::redeemed)?;
        let redeemed = AuthorizationCode { redeemed: true, ..kept.clone() };
        world.sign_ins.codes.put(text, redeemed);
        Ok(())
    })
}

fn is_met(challenge: &Challenge, verifier: &str) -> bool {
    match challenge {
        Challenge::Plain(text) => **text == *verifier,
        Challenge::Sha256(text) => **text == *URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes())),
    }
}

/// An application that has its answers sent to an address of its own is a web application: it has a secret to show.
fn must_prove(request: &TokenRequest<'_>, client: Client, code: &AuthorizationCode) -> Result<(), SignInError> {
    let Some(application) = request.world.directory.by_app_id(client.id) else { return Ok(()) };
    let registered = request.world.directory.application_of(client.id);
    let is_web = registered.is_some_and(|it| it.web_redirect_uris().contains(&&*code.redirect_uri));
    let is_web = is_web && has_credentials(request, application);
    if is_web && client.proof == Proof::None { Err(SignInError::no_credential()) } else { Ok(()) }
}

fn has_credentials(request: &TokenRequest<'_>, application: &Principal) -> bool {
    let federated = application.app_id().and_then(|id| request.world.directory.application_of(id)).map(|it| &it.federated_credentials);
    let mut own = client::credentials(request.world, application);
    own.any(|it| !it.passwords.is_empty() || !it.keys.is_empty()) || federated.is_some_and(|it| !it.is_empty())
}

/// Clients may say once more what they ask for; what they said before still counts.
fn asked(request: &TokenRequest<'_>, before: &Asked) -> Result<Asked, SignInError> {
    if request.version == Version::Two && request.form.get("scope").is_none() {
        return Ok(before.clone());
    }
    let again = scope::of_user(request, Some(&before.resource))?;
    Ok(Asked { id_token: again.id_token || before.id_token, refresh_token: again.refresh_token || before.refresh_token, ..again })
}

//! The grant `refresh_token`: more tokens for a user who signed in before, also of other tenants and resources.
//!
//! A refresh token may be used many times; each use gives a new one and the old one stays good.
//! Follows <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use adf_emulator_core::directory::sign_in::REFRESH_TOKEN_LIFETIME;

use super::client::{Client, is_of_family};
use super::scope::{self, Asked};
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};
use super::user_tokens::{self, Account};

/// Returns tokens for the user whose refresh token the request shows.
///
/// # Errors
/// Those of parameters and client; 70000 for a token that this world did not give to this client, 700082 for one that
/// is too old on the world's clock, 50173 for one that was revoked, 50020 for a user who is nobody in the tenant.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let text = request.form.require("refresh_token")?;
    let client = Client::of(request)?;
    let remembered = request.world.sign_ins.refresh_tokens.get(text).ok_or_else(SignInError::unknown_grant)?;
    let same_family = is_of_family(client.id) && is_of_family(remembered.client_id);
    if remembered.client_id != client.id && !same_family {
        return Err(SignInError::unknown_grant());
    }
    if request.world_now.since(remembered.issued) > REFRESH_TOKEN_LIFETIME {
        return Err(SignInError::refresh_token_expired(remembered.issued));
    }
    let account = Account::with_id(request.world, remembered.object_id).filter(|account| !account.user.disabled);
    let account = account.filter(|account| account.user.password == remembered.password).ok_or_else(SignInError::revoked)?;
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    let asked = scope::of_user(request, Some(&remembered.resource))?;
    user_tokens::issue(request, account, client, Asked { refresh_token: true, ..asked }, None)
}

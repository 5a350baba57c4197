//! The grant `password`: a user's name and password, sent by the client.
//!
//! A user without a password in the world file cannot sign in like that; the sign-in page asks for none.
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth-ropc>.

use super::client::Client;
use super::discovery::TenantNamed;
use super::scope;
use super::sign_in_error::SignInError;
use super::token_endpoint::{Granted, TokenRequest};
use super::user_tokens::{self, Account};

/// Returns tokens for the user that the request names.
///
/// # Errors
/// Those of parameters and client, 50034 for a user that does not exist, 50126 for a wrong password, 50057 for a
/// blocked user, 50020 for one of another tenant.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let (username, password) = (request.form.require("username")?, request.form.require("password")?);
    let asked = scope::of_user(request, None)?;
    let client = Client::of(request)?;
    let account = find(request, username).ok_or_else(|| SignInError::user_not_found(username, request.tenant_name))?;
    if account.user.password.as_deref() != Some(password) {
        return Err(SignInError::wrong_password());
    }
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    user_tokens::issue(request, account, client, &asked, None)
}

/// Returns the user with this sign-in name. A guest may also use the name at home, where home is no tenant of the world.
fn find<'w>(request: &TokenRequest<'w>, username: &str) -> Option<Account<'w>> {
    let directory = &request.world.directory;
    let by_name = directory.by_user_principal_name(username).and_then(|principal| Account::of(principal));
    let home_name = username.to_lowercase();
    let is_guest = |account: &Account<'_>| {
        account.user.home_name() == home_name && matches!(request.tenant, TenantNamed::One(tenant) if account.principal.tenant_id == tenant)
    };
    by_name.or_else(|| directory.principals().filter_map(|principal| Account::of(principal)).find(is_guest))
}

//! The tokens of a user who signed in, by whichever grant: access, refresh and id token, and what clients cache them by.
//!
//! Who the user is, and whether it may sign in, each grant finds out; here that account becomes tokens.
//! Shapes: `client-connection` 3.4 and 3.5.

use adf_emulator_core::directory::Principal;
use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::directory::sign_in::{Asked, RefreshToken};
use adf_emulator_core::directory::user::User;
use adf_emulator_core::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use uuid::Uuid;

use super::claims::{AccessToken, IdToken, Issue};
use super::client::{Client, is_of_family};
use super::discovery::TenantNamed;
use super::scope;
use super::sign_in_error::SignInError;
use super::token::opaque;
use super::token_endpoint::{Granted, TokenRequest};

/// A user of one tenant.
#[derive(Clone, Copy, Debug)]
pub struct Account<'w> {
    /// The principal.
    pub principal: &'w Principal,
    /// The same as a user.
    pub user: &'w User,
}

impl<'w> Account<'w> {
    /// Returns the user with this object id.
    pub fn with_id(world: &'w World, object_id: Uuid) -> Option<Self> {
        world.directory.principal(object_id).and_then(|principal| Self::of(principal))
    }

    /// Returns a principal as a user, if it is one.
    pub fn of(principal: &'w Principal) -> Option<Self> {
        match &principal.kind {
            PrincipalKind::User(user) => Some(Self { principal, user }),
            _ => None,
        }
    }

    /// Returns what the user is in a tenant that a URL names, and may sign in to.
    ///
    /// # Errors
    /// 50057 when the user is blocked, here or there, 50020 when the user is nobody there.
    pub fn in_tenant(self, world: &'w World, tenant: TenantNamed, tenant_name: &str) -> Result<Self, SignInError> {
        let there = match tenant {
            TenantNamed::One(tenant) if self.principal.tenant_id != tenant => {
                world.directory.account_in(self.user, tenant).and_then(|principal| Self::of(principal))
            }
            _ => Some(self),
        };
        match there {
            _ if self.user.disabled => Err(SignInError::user_disabled()),
            Some(account) if account.user.disabled => Err(SignInError::user_disabled()),
            Some(account) => Ok(account),
            None => Err(SignInError::not_in_tenant(&self.user.user_principal_name, tenant_name)),
        }
    }
}

/// What a user's client gets besides the access token.
#[derive(Debug, Serialize)]
pub struct UserTokens {
    /// What the access token is good for, as scopes.
    #[serde(skip)]
    pub scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    foci: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_info: Option<String>,
}

/// Returns the tokens of a user for a client, and remembers the refresh token.
///
/// # Errors
/// 500011 for a resource that nobody knows.
pub fn issue(
    request: &TokenRequest<'_>,
    account: Account<'_>,
    client: Client,
    asked: &Asked,
    nonce: Option<&str>,
) -> Result<Granted, SignInError> {
    issue_for(request, account, client, asked, nonce, |_| Ok(()))
}

/// As `issue`, in trade for what `redeem` takes: where one of the two is refused, nothing is given and nothing is taken.
///
/// # Errors
/// As `issue`, and those of `redeem`.
pub fn issue_for(
    request: &TokenRequest<'_>,
    account: Account<'_>,
    client: Client,
    asked: &Asked,
    nonce: Option<&str>,
    redeem: impl FnOnce(&mut World) -> Result<(), SignInError>,
) -> Result<Granted, SignInError> {
    let Account { principal, user } = account;
    let handles_claims_challenges = request.handles_claims_challenges()?;
    scope::resource_is_known(request, principal.tenant_id, &asked.resource)?;
    let issue = Issue {
        audience: &asked.resource,
        at: request.now,
        request_id: request.request_id,
        handles_claims_challenges,
        proof: client.proof,
        groups: request.world.directory.groups_of(principal.object_id),
    };
    let no_key = |_| SignInError::no_key();
    let access_token = request.tokens.issue(&AccessToken::of_user(principal, user, client.id, &issue)).map_err(no_key)?;
    let id_token = IdToken::of(principal, user, client.id, nonce, request.origin, &issue);
    let id_token = asked.id_token.then(|| request.tokens.issue(&id_token).map_err(no_key)).transpose()?;
    let refresh_token = asked.refresh_token.then(|| opaque("1.A")).transpose().map_err(|_| SignInError::no_key())?;
    request.cell.update(|world| {
        redeem(world)?;
        if let Some(text) = &refresh_token {
            let resource = asked.resource.clone();
            let (client_id, object_id, password) = (client.id, principal.object_id, user.password.clone());
            let remembered = RefreshToken { client_id, object_id, password, issued: world.now, resource };
            world.sign_ins.refresh_tokens.put(text, remembered);
        }
        Ok::<_, SignInError>(())
    })?;
    let client_info = (request.form.get("client_info") == Some("1")).then(|| client_info(request.world, account));
    let user = UserTokens {
        scope: format!("{0}/user_impersonation {0}/.default", asked.resource),
        foci: refresh_token.as_ref().filter(|_| is_of_family(client.id)).map(|_| "1"),
        refresh_token,
        id_token,
        client_info,
    };
    Ok(Granted { access_token, resource: asked.resource.to_string(), user: Some(user) })
}

/// Returns what clients know an account by in all tenants: the user at home, where this world has it.
pub fn client_info(world: &World, account: Account<'_>) -> String {
    let Account { principal, user } = account;
    let home_tenant = user.home_tenant.unwrap_or(principal.tenant_id);
    let home = world.directory.account_in(user, home_tenant).map_or(principal.object_id, |home| home.object_id);
    URL_SAFE_NO_PAD.encode(serde_json::json!({ "uid": home, "utid": home_tenant }).to_string())
}

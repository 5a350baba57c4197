//! Microsoft Entra ID: discovery, keys, tokens, and who is calling.
//!
//! One value a process: its key and its verified tokens serve all worlds, because an access token names no world.
//! Never what a caller may do: that is the core's. Facts: `client-connection` 3.

pub mod answer;
pub mod assertion;
pub mod audience;
pub mod authenticate;
pub mod authorization_code;
pub mod authorize;
pub mod auxiliary;
pub mod challenge;
pub mod claims;
pub mod client;
pub mod client_credentials;
pub mod device_code;
pub mod device_page;
pub mod discovery;
pub mod federation;
pub mod form;
pub mod logout;
pub mod metadata;
pub mod page;
pub mod password;
pub mod redirect;
pub mod refresh_token;
pub mod scope;
pub mod sign_in_error;
pub mod signing_key;
#[cfg(test)]
pub(crate) mod test_world;
pub mod token;
pub mod token_endpoint;
pub mod user_tokens;

use crate::app::{App, HttpRequest};
use crate::arm::request::Caller;
use crate::certificates::StateFolder;
use crate::config::Authentication;
use crate::own_page;
use crate::world_cell::WorldCell;
use adf_emulator_core::world::World;
use audience::Service;
use authenticate::{Known, Presented, TokenProblem};
use axum::http::header;
use challenge::Challenge;
use signing_key::{KeyError, SigningKey};
use std::sync::Arc;
use token::Tokens;
use uuid::Uuid;

/// What a process needs to sign callers in and to know them again.
#[derive(Debug)]
pub struct Entra {
    authentication: Authentication,
    tokens: Tokens,
}

impl Entra {
    /// Returns an Entra whose signing key `folder` keeps.
    pub fn new(folder: Arc<StateFolder>, authentication: Authentication) -> Self {
        Self { authentication, tokens: Tokens::new(folder) }
    }

    /// Returns the key that signs tokens; the first to ask has it made or read.
    pub fn signing_key(&self) -> Result<&SigningKey, KeyError> {
        self.tokens.signing_key()
    }
}

/// Returns who sends this request to Resource Manager, about a subscription of that tenant, and which groups count.
///
/// # Errors
/// A 401 when there is no token or it is no good for this world, this service, or the subscription.
pub fn authenticate(
    app: &App,
    cell: &WorldCell,
    world: &World,
    http: &HttpRequest,
    subscription_tenant: Option<Uuid>,
) -> Result<Known, Challenge> {
    let own = http.headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    let known = known(app, cell, world, http, own, Service::ResourceManager, subscription_tenant);
    known.map_err(|problem| problem.challenge(&http.origin, subscription_tenant, cell.clock().now()))
}

/// Returns who the sender of this request is by its auxiliary credentials.
///
/// # Errors
/// What is wrong with the first that is no good.
pub fn authenticate_auxiliary(
    app: &App,
    cell: &WorldCell,
    world: &World,
    http: &HttpRequest,
    credentials: &[&str],
) -> Result<Vec<Uuid>, Challenge> {
    let one = |credential: &&str| {
        let known = known(app, cell, world, http, Some(credential.as_bytes()), Service::ResourceManager, None);
        known.map(|known| known.caller.object_id).map_err(|problem| match problem {
            TokenProblem::InvalidHeader => TokenProblem::InvalidAuxiliaryHeader,
            other => other,
        })
    };
    let all = credentials.iter().map(one).collect::<Result<_, _>>();
    all.map_err(|problem| problem.challenge(&http.origin, None, cell.clock().now()))
}

/// Returns who sends this request to `service`, about a subscription of that tenant.
///
/// # Errors
/// What is wrong with the token.
pub fn caller(
    app: &App,
    cell: &WorldCell,
    world: &World,
    http: &HttpRequest,
    service: Service,
    subscription_tenant: Option<Uuid>,
) -> Result<Caller, TokenProblem> {
    let own = http.headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
    known(app, cell, world, http, own, service, subscription_tenant).map(|known| known.caller)
}

fn known(
    app: &App,
    cell: &WorldCell,
    world: &World,
    http: &HttpRequest,
    authorization: Option<&[u8]>,
    service: Service,
    subscription_tenant: Option<Uuid>,
) -> Result<Known, TokenProblem> {
    let presented = Presented {
        authorization,
        service,
        origin: &http.origin,
        subscription_tenant,
        is_ours: &|host, port| app.is_served_at(host, port),
        clock: cell.clock(),
        outside: &|| own_page::outside(app, http),
    };
    app.entra().authenticate(world, &presented)
}

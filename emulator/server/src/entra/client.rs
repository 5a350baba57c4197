//! Which client asks for a token, and how it proves that.
//!
//! The clients of Azure's own tools are public and known everywhere without registration. An application of the world
//! is known in its tenant; what it shows is always checked, and for a user it need not show anything.
//! Follows <https://learn.microsoft.com/entra/identity-platform/msal-client-applications>.

use std::sync::Arc;

use adf_emulator_core::directory::credentials::{Credentials, Shown};
use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::world::World;
use uuid::{Uuid, uuid};

use super::assertion;
use super::claims::Proof;
use super::discovery::TenantNamed;
use super::sign_in_error::SignInError;
use super::token_endpoint::TokenRequest;

/// Azure CLI and the SDKs' own sign-in, Azure PowerShell, Visual Studio, Visual Studio Code. They are one family: each
/// may use the refresh tokens of the others.
const FAMILY: [Uuid; 4] = [
    uuid!("04b07795-8ddb-461a-bbee-02f9e1bf7b46"),
    uuid!("1950a258-227b-4e31-a9cf-717495945fc2"),
    uuid!("872cd9fa-d31f-45e0-9eab-6e460a02d1f1"),
    uuid!("aebc6443-996d-45c2-90f0-388ff96faa56"),
];

/// A client that signs a user in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its application id.
    pub id: Uuid,
    /// How it proved who it is.
    pub proof: Proof,
}

impl Client {
    /// Returns the client of a request for a user's token.
    ///
    /// # Errors
    /// 900144 without an id; 700016 for one that nobody knows; those of what it shows.
    pub fn of(request: &TokenRequest<'_>) -> Result<Self, SignInError> {
        let client_id = request.form.require("client_id")?;
        let id = known(request, client_id)?;
        if is_of_family(id) {
            return Ok(Self { id, proof: Proof::None });
        }
        let shows_something = ["client_secret", "client_assertion"].iter().any(|it| request.form.get(it).is_some());
        let proof = if shows_something { prove(request, application(request, client_id)?, client_id)? } else { Proof::None };
        Ok(Self { id, proof })
    }
}

/// Returns the id of a client that is known where the request is made.
///
/// # Errors
/// 700016.
pub fn known(request: &TokenRequest<'_>, client_id: &str) -> Result<Uuid, SignInError> {
    match Uuid::try_parse(client_id) {
        Ok(id) if is_of_family(id) => Ok(id),
        _ => application(request, client_id).map(|it| it.app_id().unwrap_or_default()),
    }
}

/// Returns whether a client is one of Azure's own tools.
pub fn is_of_family(id: Uuid) -> bool {
    FAMILY.contains(&id)
}

/// Returns the application or managed identity with this id, in the tenant of the request.
///
/// # Errors
/// 700016.
pub fn application<'w>(request: &TokenRequest<'w>, client_id: &str) -> Result<&'w Arc<Principal>, SignInError> {
    let not_found = || SignInError::application_not_found(client_id, request.tenant_name);
    let known = Uuid::try_parse(client_id).ok().and_then(|id| request.world.directory.by_app_id(id)).ok_or_else(not_found)?;
    match request.tenant {
        TenantNamed::One(tenant) if known.tenant_id != tenant => Err(not_found()),
        _ => Ok(known),
    }
}

/// Checks what an application shows: an assertion, else a secret.
///
/// # Errors
/// 7000218 for nothing, 7000215 for a wrong secret, 7000222 for one that has expired, those of assertions, 7000112 for an
/// application that is blocked.
pub fn prove(request: &TokenRequest<'_>, application: &Principal, client_id: &str) -> Result<Proof, SignInError> {
    let proof = match (request.form.get("client_assertion"), request.form.get("client_secret")) {
        (Some(assertion), _) => {
            assertion::check(request, application, client_id, assertion)?;
            Proof::Assertion
        }
        (None, Some(secret)) => match judge(request, application, secret) {
            Shown::Good => Proof::Secret,
            Shown::Expired => return Err(SignInError::expired_secret(client_id)),
            Shown::Unknown => return Err(SignInError::wrong_secret(client_id)),
        },
        (None, None) => return Err(SignInError::no_credential()),
    };
    match &application.kind {
        PrincipalKind::ServicePrincipal(it) if it.disabled => Err(SignInError::application_disabled(client_id)),
        _ => Ok(proof),
    }
}

/// What a secret is worth, of the application or of its service principal. A managed identity has none that anyone
/// could show.
fn judge(request: &TokenRequest<'_>, application: &Principal, shown: &str) -> Shown {
    let known = credentials(request.world, application).map(|it| it.judge(shown, request.world_now));
    known
        .min_by_key(|shown| match shown {
            Shown::Good => 0,
            Shown::Expired => 1,
            Shown::Unknown => 2,
        })
        .unwrap_or(Shown::Unknown)
}

/// Returns the credentials with which an application signs in: its own, and its service principal's.
pub fn credentials<'w>(world: &'w World, principal: &'w Principal) -> impl Iterator<Item = &'w Credentials> {
    let own = match &principal.kind {
        PrincipalKind::ServicePrincipal(it) => Some(&it.credentials),
        _ => None,
    };
    let application = own.and_then(|_| principal.app_id()).and_then(|id| world.directory.application_of(id));
    application.map(|it| &it.credentials).into_iter().chain(own)
}

//! Where a workload in Azure gets tokens of its managed identity: the instance metadata service and App Service.
//!
//! Which resource calls is told by `X-IDENTITY-HEADER` when it begins with `/subscriptions/`; any other value, and the
//! metadata service, mean the world's setting `managedIdentity`. Facts: `client-connection` 3.7;
//! <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>.

use adf_emulator_core::managed_identity::assigned::{self, Named, NoIdentity};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use axum::http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use crate::answered::{Refused, See};
use crate::arm::request::Query;
use crate::entra::Entra;
use crate::entra::audience::IsOurs;
use crate::entra::claims::{AccessToken, Issue, MANAGED_IDENTITY_LIFETIME, Proof};
use crate::entra::scope;

/// Names of the parameters that name an identity, in both services and all their versions.
const SELECTORS: [&str; 5] = ["client_id", "object_id", "principal_id", "msi_res_id", "mi_res_id"];

/// A service that hands out tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// `/metadata/identity/oauth2/token`.
    InstanceMetadata,
    /// `/msi/token`.
    AppService,
}

impl Service {
    /// Returns the header without which nobody gets a token. A page sends it only to where it comes from itself, which
    /// `outside` tells.
    const fn header(self) -> &'static str {
        match self {
            Self::InstanceMetadata => "Metadata",
            Self::AppService => "X-IDENTITY-HEADER",
        }
    }

    /// Returns the first version with this shape.
    const fn first_version(self) -> &'static str {
        match self {
            Self::InstanceMetadata => "2018-02-01",
            Self::AppService => "2019-08-01",
        }
    }
}

/// A request for a token, and what it is judged by.
pub struct TokenRequest<'a> {
    /// The service that is asked.
    pub service: Service,
    /// The method.
    pub method: &'a Method,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The query.
    pub query: &'a Query<'a>,
    /// The world.
    pub world: &'a World,
    /// What signs.
    pub entra: &'a Entra,
    /// Scheme and host of the request.
    pub origin: &'a str,
    /// Why the request may come from a page of somebody else, where it may.
    pub outside: Option<String>,
    /// Which hosts and ports are this process's.
    pub is_ours: &'a IsOurs<'a>,
    /// The id of the request, which no other request has.
    pub request_id: Uuid,
    /// The host's instant.
    pub now: Timestamp,
}

/// A token; all times are text.
#[derive(Debug, Serialize)]
pub struct TokenResponse {
    access_token: String,
    client_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_in: Option<String>,
    expires_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext_expires_in: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    resource: String,
    token_type: &'static str,
}

/// Why there is no token.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    #[serde(skip)]
    pub status: StatusCode,
    /// The error code of OAuth 2.0.
    pub error: &'static str,
    error_description: String,
}

/// What a caller without identity is told.
const NO_IDENTITY: &str = "Identity not found";

impl Refusal {
    /// Returns what log and journal say of it.
    pub fn refused(&self) -> Refused {
        let reason = match self.error_description.as_str() {
            NO_IDENTITY => "Neither the request nor the setting 'managedIdentity' names something of this world that has an identity.",
            description => description,
        };
        Refused::told(self.error, reason, See::World)
    }
}

fn invalid_request(description: impl Into<String>) -> Refusal {
    Refusal { status: StatusCode::BAD_REQUEST, error: "invalid_request", error_description: description.into() }
}

/// Returns a token of an identity of the caller.
///
/// # Errors
/// 403 for a request that may come from a page of somebody else, 400 for one that lacks something, for an identity that the caller does not have, and for a resource that
/// nobody knows.
pub fn token(request: &TokenRequest<'_>) -> Result<TokenResponse, Refusal> {
    let caller_header = admit(request)?;
    let query = |name: &str| request.query.get(name).filter(|value| !value.is_empty());
    let missing = |name: &str| invalid_request(format!("Required query variable '{name}' is missing"));
    let version = query("api-version").ok_or_else(|| missing("api-version"))?;
    if !is_a_version(version) || version < request.service.first_version() {
        let message = format!("The api-version '{version}' is not supported; use '{}'", request.service.first_version());
        return Err(invalid_request(message));
    }
    let resource = query("resource").ok_or_else(|| missing("resource"))?;
    let principal = match caller(request.world, caller_header) {
        Some(caller) => assigned::identity_of(request.world, &caller, named(request)?.as_ref()),
        None => Err(NoIdentity::NotFound),
    };
    let principal = principal.map_err(|problem| match problem {
        NoIdentity::NotFound => invalid_request(NO_IDENTITY),
        NoIdentity::Several => invalid_request(
            "Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request",
        ),
    })?;
    if !scope::is_known(request.world, principal.tenant_id, resource, request.origin, request.is_ours) {
        let error_description = format!("AADSTS500011: The resource '{resource}' was not found in the tenant '{}'.", principal.tenant_id);
        return Err(Refusal { status: StatusCode::BAD_REQUEST, error: "invalid_resource", error_description });
    }
    let issue = Issue {
        audience: resource,
        at: request.now,
        request_id: request.request_id,
        handles_claims_challenges: false,
        proof: Proof::Assertion,
        groups: request.world.directory.groups_of(principal.object_id),
    };
    let claims = AccessToken::of_managed_identity(principal, &issue).ok_or_else(|| invalid_request(NO_IDENTITY))?;
    let access_token = request.entra.signing_key().and_then(|key| key.sign(&claims)).map_err(|_| Refusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        error: "server_error",
        error_description: "The emulator has no key to sign with.".to_owned(),
    })?;
    Ok(response(request, access_token, principal.app_id().unwrap_or_default(), resource))
}

fn response(request: &TokenRequest<'_>, access_token: String, client_id: Uuid, resource: &str) -> TokenResponse {
    // App Service says less.
    let only_instance_metadata = |text: String| (request.service == Service::InstanceMetadata).then_some(text);
    let issued = Timestamp::from_seconds(request.now.seconds());
    let expires_in = || (MANAGED_IDENTITY_LIFETIME.ticks() / 10_000_000 - 1).to_string();
    TokenResponse {
        access_token,
        client_id,
        expires_in: only_instance_metadata(expires_in()),
        expires_on: issued.plus(MANAGED_IDENTITY_LIFETIME).seconds().to_string(),
        ext_expires_in: only_instance_metadata(expires_in()),
        not_before: only_instance_metadata(issued.seconds().to_string()),
        resource: resource.to_owned(),
        token_type: "Bearer",
    }
}

/// Returns the value of the header that each service wants.
fn admit<'a>(request: &TokenRequest<'a>) -> Result<&'a str, Refusal> {
    if *request.method != Method::GET {
        let error_description = format!("The method {} is not supported; use GET", request.method);
        return Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, error: "method_not_allowed", error_description });
    }
    if let Some(why) = &request.outside {
        return Err(Refusal { status: StatusCode::FORBIDDEN, error: "access_denied", error_description: why.clone() });
    }
    let name = request.service.header();
    let value = request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_there = match request.service {
        Service::InstanceMetadata => value.eq_ignore_ascii_case("true"),
        Service::AppService => !value.is_empty(),
    };
    if is_there { Ok(value) } else { Err(invalid_request(format!("Required header '{name}' not specified"))) }
}

fn is_a_version(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Returns the resource that calls.
fn caller(world: &World, header: &str) -> Option<ResourceId> {
    let is_an_id = header.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("/subscriptions/"));
    if is_an_id { ResourceId::parse(header) } else { world.settings.managed_identity.as_deref().and_then(ResourceId::parse) }
}

fn named(request: &TokenRequest<'_>) -> Result<Option<Named>, Refusal> {
    let mut given = SELECTORS.iter().filter_map(|name| request.query.get(name).filter(|it| !it.is_empty()).map(|value| (*name, value)));
    let Some((name, value)) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(invalid_request("An identity is named by one of client_id, object_id and its resource id"));
    }
    let not_found = || invalid_request(NO_IDENTITY);
    match name {
        "client_id" => Uuid::try_parse(value).map(Named::ClientId).map(Some).map_err(|_| not_found()),
        "object_id" | "principal_id" => Uuid::try_parse(value).map(Named::ObjectId).map(Some).map_err(|_| not_found()),
        _ => ResourceId::parse(value).map(Named::ResourceId).map(Some).ok_or_else(not_found),
    }
}

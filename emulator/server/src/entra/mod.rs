//! Microsoft Entra: who is calling.

use crate::app::{App, HttpRequest};
use crate::arm::request::Caller;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::World;
use axum::http::header;

/// Why a caller is not known: a 401 of Resource Manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRefusal {
    /// The error code.
    pub code: &'static str,
    /// The message.
    pub message: String,
    /// The value of `WWW-Authenticate`.
    pub challenge: Option<String>,
}

/// Returns the caller that the `Authorization` header names.
///
/// # Errors
/// A 401 when it is missing, not a bearer value, or means nobody in this world.
pub fn authenticate(_app: &App, world: &World, http: &HttpRequest, _path: &ResourceId) -> Result<Caller, TokenRefusal> {
    let refuse = |code, message: &str| TokenRefusal { code, message: message.to_owned(), challenge: None };
    let Some(value) = http.headers.get(header::AUTHORIZATION) else {
        return Err(refuse("AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."));
    };
    let name = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
    let principal = world.directory.named(name).ok_or_else(|| refuse("InvalidAuthenticationToken", "The access token is invalid."))?;
    Ok(Caller { object_id: principal.object_id, tenant_id: principal.tenant_id })
}

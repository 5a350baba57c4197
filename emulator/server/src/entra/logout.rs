//! The logout endpoint. There is no session to end, so all that it does is to send the browser on.
//!
//! It sends it to this machine or to an address that some application of the world has, and to nobody else's.
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request>.

use adf_emulator_core::world::World;
use axum::http::StatusCode;

use super::page::page;
use super::redirect::{is_loopback, to};
use crate::app::HttpResponse;

/// Sends the browser to the address that the client names, if it may go there; else says that nobody is signed in.
pub fn answer(world: &World, address: Option<&str>, state: Option<&str>) -> HttpResponse {
    let is_registered = |address: &str| world.directory.applications().any(|it| it.redirect_uris().contains(&address));
    match address.filter(|address| is_loopback(address) || is_registered(address)) {
        Some(address) => {
            let join = if address.contains('?') { '&' } else { '?' };
            let state = state
                .map(|state| format!("{join}{}", form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish()));
            to(&format!("{address}{}", state.unwrap_or_default()))
        }
        None => page(StatusCode::OK, "You signed out", "<p>You can close this window.</p>"),
    }
}

//! Who may use our own endpoints: this machine, or whoever has the token; never a web page.
//!
//! A page that a browser shows can send requests to localhost: under a name of its own that it lets mean 127.0.0.1
//! (hence the check of `Host`), from its own origin (hence that of `Origin`), and as a form (hence the media type).

use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, StatusCode, header};
use std::net::IpAddr;

use super::{ControlRequest, Refusal};

/// Lets the request in, or says why not.
pub fn admit(request: &ControlRequest<'_>) -> Result<(), Refusal> {
    let has_token = has_token(request);
    if !is_this_machine(request.http.connection.peer.ip()) && !has_token {
        return Err(match request.app.config().control_token {
            None => {
                Refusal::forbidden("From other machines '/_emulator/' is open only with a token: start the emulator with --control-token.")
            }
            Some(_) => Refusal::new(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "From other machines '/_emulator/' needs the header 'Authorization: Bearer TOKEN' with the token of --control-token.",
            )
            .with(header::WWW_AUTHENTICATE, "Bearer"),
        });
    }
    if !has_token {
        admit_host(request)?;
        admit_origin(request)?;
    }
    admit_media_type(request)
}

fn has_token(request: &ControlRequest<'_>) -> bool {
    let given = request.http.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let given = given.and_then(|value| value.strip_prefix(b"Bearer "));
    match (&request.app.config().control_token, given) {
        (Some(token), Some(given)) => aws_lc_rs::constant_time::verify_slices_are_equal(token.as_bytes(), given).is_ok(),
        _ => false,
    }
}

fn is_this_machine(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

fn admit_host(request: &ControlRequest<'_>) -> Result<(), Refusal> {
    let host = host(request);
    if host.as_ref().is_some_and(|host| is_own_name(request, host.host())) {
        return Ok(());
    }
    let host = host.map_or_else(String::new, |host| host.to_string());
    Err(Refusal::forbidden(format!("The host '{host}' is not this emulator: use localhost, or start it with --tls-name.")))
}

fn host(request: &ControlRequest<'_>) -> Option<Authority> {
    let header = request.http.headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(|host| host.parse().ok());
    header.or_else(|| request.http.uri.authority().cloned())
}

fn is_own_name(request: &ControlRequest<'_>, name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.is_ok_and(is_this_machine)
        || name.eq_ignore_ascii_case("localhost")
        || request.app.config().tls_names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// An origin is our own when it names us and our port, or is the host that the request was sent to.
fn admit_origin(request: &ControlRequest<'_>) -> Result<(), Refusal> {
    let Some(origin) = request.http.headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let authority: Option<Authority> = origin.split_once("://").and_then(|(_, authority)| authority.parse().ok());
    let is_own = authority.is_some_and(|authority| {
        let is_our_port = authority.port_u16() == Some(request.http.connection.local.port());
        let is_host = || host(request).is_some_and(|host| host.as_str().eq_ignore_ascii_case(authority.as_str()));
        is_own_name(request, authority.host()) && (is_our_port || is_host())
    });
    if is_own { Ok(()) } else { Err(Refusal::forbidden(format!("Pages of '{origin}' may not drive this emulator."))) }
}

fn admit_media_type(request: &ControlRequest<'_>) -> Result<(), Refusal> {
    if !matches!(request.http.method, Method::POST | Method::PUT | Method::PATCH) {
        return Ok(());
    }
    let said = request.http.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = said.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("{} needs the header 'Content-Type: application/json', also without a body.", request.http.method);
    Err(Refusal::forbidden(message))
}

//! Whether a browser's request was made by a page of this emulator, not by a page of somebody else.
//!
//! A page that a browser shows can send requests to localhost: under a name of its own that it lets mean 127.0.0.1
//! (hence the check of `Host`), and from its own origin (hence that of `Origin`). Whatever acts without a token looks here.

use axum::http::header;
use axum::http::uri::Authority;
use std::net::IpAddr;

use crate::app::{App, HttpRequest};

/// Returns why a request may come from a page of somebody else; `None` when it does not.
pub fn foreign(app: &App, http: &HttpRequest) -> Option<String> {
    if let Some(host) = http.connection.azure_host {
        // The certificate of the tunnel has told its name.
        let origin = http.headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
        return (origin != host.origin()).then(|| format!("Pages of '{origin}' may not drive this emulator."));
    }
    let host = host(http);
    if !host.as_ref().is_some_and(|host| is_own_name(app, host.host())) {
        let host = host.map_or_else(String::new, |host| host.to_string());
        return Some(format!("The host '{host}' is not this emulator: use localhost, or start it with --tls-name."));
    }
    let origin = http.headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
    if is_own_origin(app, http, origin) { None } else { Some(format!("Pages of '{origin}' may not drive this emulator.")) }
}

/// Returns whether an address is this machine's.
pub fn is_this_machine(peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
}

fn host(http: &HttpRequest) -> Option<Authority> {
    let header = http.headers.get(header::HOST).and_then(|host| host.to_str().ok()).and_then(|host| host.parse().ok());
    header.or_else(|| http.uri.authority().cloned())
}

fn is_own_name(app: &App, name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.is_ok_and(is_this_machine)
        || name.eq_ignore_ascii_case("localhost")
        || app.config().tls_names.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// An origin is our own when it names us and our port, or is the host that the request was sent to.
fn is_own_origin(app: &App, http: &HttpRequest, origin: &str) -> bool {
    let authority: Option<Authority> = origin.split_once("://").and_then(|(_, authority)| authority.parse().ok());
    authority.is_some_and(|authority| {
        let is_our_port = authority.port_u16() == Some(http.connection.local.port());
        let is_host = || host(http).is_some_and(|host| host.as_str().eq_ignore_ascii_case(authority.as_str()));
        is_own_name(app, authority.host()) && (is_our_port || is_host())
    })
}

//! Whether a browser's request was made by a page of this emulator, not by a page of somebody else.
//!
//! A page that a browser shows can send requests to localhost: under a name of its own that it lets mean 127.0.0.1
//! (hence the check of `Host`), and from its own origin (hence that of `Origin`). Whatever acts without a token looks here:
//! our own pages and endpoints take the names of this machine alone (`foreign`); Azure's surfaces, where a name is taken
//! for a principal or nobody is asked, take every name that no page of the internet can have (`outside`, `rebound`).

use axum::http::header;
use axum::http::uri::Authority;
use std::net::IpAddr;

use crate::app::{App, HttpRequest};
use crate::azure_hosts;

/// Top-level domains that nobody on the internet can have a name in: RFC 6761 and 6762, and ICANN's for private use.
const PRIVATE_DOMAINS: [&str; 4] = ["internal", "local", "localhost", "test"];

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

/// Returns why a request to one of Azure's surfaces may come from a page of somebody else; `None` when it does not.
pub fn outside(app: &App, http: &HttpRequest) -> Option<String> {
    let foreign_origin = || {
        let origin = http.headers.get(header::ORIGIN)?.to_str().unwrap_or_default();
        let is_own = origin.eq_ignore_ascii_case(&http.origin) || http.connection.azure_host.is_none() && is_own_origin(app, http, origin);
        (!is_own).then(|| format!("Pages of '{origin}' may not drive this emulator."))
    };
    rebound(app, http).or_else(foreign_origin)
}

/// Returns why the host that a request names may be a page's own, which it lets mean this machine; `None` when it cannot.
/// Addresses, names of one word such as a container's, those in private domains and Azure's own are nobody's else.
pub fn rebound(app: &App, http: &HttpRequest) -> Option<String> {
    let host = http.host();
    let is_nobody_elses = http.connection.azure_host.is_some()
        || is_own_name(app, host)
        || host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
        || is_private(host.trim_end_matches('.'))
        || azure_hosts::is_public(host);
    (!is_nobody_elses).then(|| format!("The host '{host}' is not known to be this emulator's: start it with --tls-name {host}."))
}

fn is_private(name: &str) -> bool {
    match name.rsplit_once('.') {
        Some((_, last)) => PRIVATE_DOMAINS.iter().any(|domain| domain.eq_ignore_ascii_case(last)),
        None => name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')),
    }
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

//! `GET health`, `GET ca.pem`: the two that answer everyone.
//!
//! Whoever waits for the emulator, or is to trust it, has no token yet.

use axum::http::{HeaderValue, header};
use bytes::Bytes;
use serde_json::json;

use super::{Answer, ControlRequest, ok};
use crate::app::HttpResponse;
use crate::clock::host_now;

/// Says that the emulator is ready, its version, how many worlds it has, and what time it is on its machine: the date of
/// an answer is the world's.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let version = env!("CARGO_PKG_VERSION");
    let (worlds, now) = (request.app.worlds_count(), host_now().to_string());
    Ok(ok(&json!({ "status": "ready", "version": version, "worlds": worlds, "hostTime": now })))
}

/// Hands out the certificate of the local authority.
pub fn ca_pem(request: &ControlRequest<'_>) -> Answer {
    let mut response = HttpResponse::new(Bytes::copy_from_slice(request.app.ca_pem().as_bytes()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"));
    Ok(response)
}

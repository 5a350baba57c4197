//! `GET health`, `GET ca.pem`: the two that answer everyone.
//!
//! Whoever waits for the emulator, or is to trust it, has no token yet.

use axum::http::{HeaderValue, header};
use bytes::Bytes;
use serde_json::json;

use super::{Answer, ControlRequest, ok};
use crate::app::HttpResponse;

/// Says that the emulator is ready, its version and how many worlds it has.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let version = env!("CARGO_PKG_VERSION");
    Ok(ok(&json!({ "status": "ready", "version": version, "worlds": request.app.worlds_count() })))
}

/// Hands out the certificate of the local authority.
pub fn ca_pem(request: &ControlRequest<'_>) -> Answer {
    let mut response = HttpResponse::new(Bytes::copy_from_slice(request.app.ca_pem().as_bytes()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"));
    Ok(response)
}

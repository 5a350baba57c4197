//! Who may use our own endpoints: this machine, or whoever has the token; never a web page.
//!
//! A page that a browser shows can send requests to localhost: from elsewhere (hence `own_page`), and as a form (hence
//! the media type).

use axum::http::{HeaderValue, Method, StatusCode, header};

use super::{ControlRequest, Refusal};
use crate::own_page;

/// Lets the request in, or says why not.
pub fn admit(request: &ControlRequest<'_>) -> Result<(), Refusal> {
    let has_token = has_token(request);
    if !own_page::is_this_machine(request.http.connection.peer.ip()) && !has_token {
        return Err(match request.app.config().control_token {
            None => {
                Refusal::forbidden("From other machines '/_emulator/' is open only with a token: start the emulator with --control-token.")
            }
            Some(_) => Refusal::new(
                StatusCode::UNAUTHORIZED,
                "Unauthorized",
                "From other machines '/_emulator/' needs the header 'Authorization: Bearer TOKEN' with the token of --control-token.",
            )
            .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        });
    }
    if !has_token && let Some(why) = own_page::foreign(request.app, request.http) {
        return Err(Refusal::forbidden(why));
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

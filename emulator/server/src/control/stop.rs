//! `POST stop`: ends the process, as SIGTERM does.
//!
//! For those who cannot send a signal: another container, another operating system. Who asks here gets an answer, so a
//! world that cannot be kept is told while it is still there.

use axum::http::StatusCode;

use super::{Answer, ControlRequest, Refusal, no_content};

/// Saves the world where it is kept across runs, and asks to stop; this answer is in flight and is sent.
pub fn post(request: &ControlRequest<'_>) -> Answer {
    request.fields(&[])?;
    request.app.save().map_err(|failure| {
        let message = format!("{failure}. The emulator goes on: make room for the file and stop again, or end the process by a signal.");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "WorldNotSaved", message)
    })?;
    request.app.stop();
    Ok(no_content())
}

//! `POST stop`: ends the process, as SIGTERM does.
//!
//! For those who cannot send a signal: another container, another operating system.

use super::{Answer, ControlRequest, no_content};

/// Asks to stop; this answer is in flight and is sent.
pub fn post(request: &ControlRequest<'_>) -> Answer {
    request.fields(&[])?;
    request.app.stop();
    Ok(no_content())
}

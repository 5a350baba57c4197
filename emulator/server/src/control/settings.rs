//! `GET settings`, `PATCH settings`: how the world behaves where Azure leaves a choice, or a test wants another.
//!
//! What the settings mean, and which values they take, is the core's. All of a PATCH is in force at once, or nothing.

use adf_emulator_core::directory::sign_in;
use adf_emulator_core::settings::Settings;
use serde_json::Value;

use super::{Answer, ControlRequest, Refusal, ok};

/// Returns every setting with its value.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    Ok(ok(&Value::Object(request.cell.read().settings.all())))
}

/// Changes the settings that the body names; returns all of them.
pub fn patch(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&Settings::names())?;
    request.cell.update(|world| {
        for (name, value) in &fields {
            world.settings.set(name, value).map_err(|problem| refused(name, &problem))?;
        }
        world.settings.check().map_err(|(name, problem)| refused(name, &problem))?;
        // Whom it named before may be gone since; that is no mistake of a request about something else.
        if fields.contains_key("signInAs") {
            sign_in::check_by_itself(world).map_err(|problem| refused("signInAs", &problem))?;
        }
        Ok(ok(&Value::Object(world.settings.all())))
    })
}

fn refused(name: &str, problem: &str) -> Refusal {
    Refusal::bad_request("InvalidField", format!("The setting '{name}': {problem}.")).at(name)
}

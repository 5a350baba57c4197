//! `GET clock`, `PATCH clock`: the world's time.
//!
//! How time passes is in `clock.rs` of the server; what becomes due with it, in the core's `settle.rs`.

use adf_emulator_core::timestamp::{Duration, Timestamp};
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, ok};
use crate::clock::{ClockGoesForward, Time};

/// Says what the clock shows and whether it stands still.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let clock = request.cell.clock();
    let frozen = matches!(clock.time(), Time::Frozen { .. });
    Ok(ok(&json!({ "now": clock.now().to_string(), "frozen": frozen })))
}

/// Moves the clock forward, sets it, stops it or lets it go; says what it then shows.
pub fn patch(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["advance", "set", "frozen"])?;
    let advance = fields.get("advance").map(duration).transpose()?;
    let set = fields.get("set").map(instant).transpose()?;
    let frozen = fields.get("frozen").map(truth).transpose()?;
    if advance.is_some() && set.is_some() {
        return Err(Refusal::bad_request("InvalidField", "Give 'advance' or 'set', not both.").at("set"));
    }
    let clock = request.cell.clock();
    let was_frozen = matches!(clock.time(), Time::Frozen { .. });
    // Stopped first, so that a clock that is set and stopped shows just that.
    if frozen == Some(true) {
        clock.freeze();
    }
    let moved = match (advance, set) {
        (Some(by), _) => clock.advance(by).map_err(|refused| goes_forward("advance", refused)),
        (None, Some(instant)) => clock.set(instant).map_err(|refused| goes_forward("set", refused)),
        (None, None) => Ok(()),
    };
    if frozen == Some(false) && moved.is_ok() || moved.is_err() && !was_frozen {
        clock.unfreeze();
    }
    moved?;
    get(request)
}

fn goes_forward(field: &str, refused: ClockGoesForward) -> Refusal {
    let message = format!("The clock shows {} and goes forward only; put a world file to begin at another time.", refused.now);
    Refusal::bad_request("ClockGoesForward", message).at(field)
}

fn duration(value: &Value) -> Result<Duration, Refusal> {
    let wrong = || Refusal::bad_request("InvalidField", format!("{value} is not a duration; write one such as \"PT10M\".")).at("advance");
    value.as_str().and_then(Duration::parse).ok_or_else(wrong)
}

fn instant(value: &Value) -> Result<Timestamp, Refusal> {
    let wrong =
        || Refusal::bad_request("InvalidField", format!("{value} is not a time; write one such as \"2030-01-01T00:00:00Z\".")).at("set");
    value.as_str().and_then(Timestamp::parse).ok_or_else(wrong)
}

fn truth(value: &Value) -> Result<bool, Refusal> {
    value.as_bool().ok_or_else(|| Refusal::bad_request("InvalidField", format!("{value} is not true or false.")).at("frozen"))
}

//! `GET clock`, `PATCH clock`: the world's time.
//!
//! How time passes is in `clock.rs` of the server; what becomes due with it, in the core's `settle.rs`.

use adf_emulator_core::timestamp::{Duration, Timestamp};
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, ok};
use crate::clock::{ClockChange, ClockRefusal, Moved, Time};

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
    let to = match (advance, set) {
        (Some(by), _) => Some((Moved::By(by), "advance")),
        (None, Some(instant)) => Some((Moved::To(instant), "set")),
        (None, None) => None,
    };
    let field = to.map_or("frozen", |(_, field)| field);
    let change = ClockChange { to: to.map(|(to, _)| to), frozen };
    request.cell.clock().change(change).map_err(|refused| refusal(refused).at(field))?;
    get(request)
}

fn refusal(refused: ClockRefusal) -> Refusal {
    match refused {
        ClockRefusal::GoesForward { now } => {
            let message = format!("The clock shows {now} and goes forward only; put a world file to begin at another time.");
            Refusal::bad_request("ClockGoesForward", message)
        }
        ClockRefusal::EndOfTime => Refusal::bad_request("InvalidField", "The clock goes to the end of the year 9998 and no further."),
    }
}

fn duration(value: &Value) -> Result<Duration, Refusal> {
    let wrong = || Refusal::bad_request("InvalidField", format!("{value} is not a duration; write one such as \"PT10M\".")).at("advance");
    value.as_str().and_then(Duration::parse).ok_or_else(wrong)
}

fn instant(value: &Value) -> Result<Timestamp, Refusal> {
    let wrong =
        || Refusal::bad_request("InvalidField", format!("{value} is not a time; write one such as \"2030-01-01T00:00:00Z\".")).at("set");
    let text = value.as_str().ok_or_else(wrong)?;
    // A time of the year 9999 is one that no clock shows, and that is all that is wrong with it.
    let is_late = || text.strip_prefix("9999").is_some_and(|rest| Timestamp::parse(&format!("9998{rest}")).is_some());
    let refused = || if is_late() { refusal(ClockRefusal::EndOfTime).at("set") } else { wrong() };
    Timestamp::parse(text).ok_or_else(refused)
}

fn truth(value: &Value) -> Result<bool, Refusal> {
    value.as_bool().ok_or_else(|| Refusal::bad_request("InvalidField", format!("{value} is not true or false.")).at("frozen"))
}

//! `snapshots`: keeps a world's state under a name, and brings a world back to one.
//!
//! In constant time, whatever the world holds. The names are the process's, so a state taken on one port can be
//! restored on another, and a world can be made from one.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, no_content, not_found, ok};
use crate::snapshots::{SNAPSHOTS_MAX, Snapshots};
use crate::world_cell::Moment;

/// Lists the names.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = request.app.snapshots().names().into_iter().map(|name| json!({ "name": name })).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Keeps the world as it is now, in place of what has that name.
pub fn put(request: &ControlRequest<'_>) -> Answer {
    request.fields(&[])?;
    let name = request.segment(1);
    if !Snapshots::is_a_name(name) {
        let message = format!("'{name}' is not a name for a snapshot: use up to 100 letters, digits, '-', '.' and '_'.");
        return Err(Refusal::bad_request("InvalidName", message).at("name"));
    }
    let too_many = |_| {
        let message = format!("There are {SNAPSHOTS_MAX} snapshots already: delete some.");
        Refusal::new(StatusCode::CONFLICT, "TooManySnapshots", message).at("name")
    };
    request.app.snapshots().put(name, request.cell.moment()).map_err(too_many)?;
    Ok(no_content())
}

/// Forgets the state of that name.
pub fn delete(request: &ControlRequest<'_>) -> Answer {
    let name = request.segment(1);
    if request.app.snapshots().remove(name) { Ok(no_content()) } else { Err(missing(name)) }
}

/// Brings the world back to the state of that name, clock included.
pub fn restore(request: &ControlRequest<'_>) -> Answer {
    request.fields(&[])?;
    request.cell.replace(named(request, request.segment(1))?);
    Ok(no_content())
}

/// Returns the state of that name.
///
/// # Errors
/// There is none.
pub fn named(request: &ControlRequest<'_>, name: &str) -> Result<Moment, Refusal> {
    request.app.snapshots().get(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Refusal {
    not_found(&format!("snapshot with the name '{name}'"), "name")
}

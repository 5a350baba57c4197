//! `worlds`: isolated worlds on ports of their own.
//!
//! What a world begins with is a fork of the world that is asked, of its start or of a snapshot, in constant time, or a
//! world file in the request.

use adf_emulator_core::world_file::{self, WorldText};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, created, no_content, not_found, ok, snapshots, world};
use crate::app::START_WORLD;
use crate::clock;
use crate::world_cell::Moment;
use crate::worlds::OpenWorld;

/// What a new world begins with. The world file stays the text that it is: its numbers and the order of its members are its own.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Beginning<'a> {
    from: Option<Value>,
    #[serde(borrow)]
    world: Option<&'a RawValue>,
}

/// Lists all worlds, the start world first.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = request.app.worlds().iter().map(|world| shape(request, world)).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Opens a world.
pub fn open(request: &ControlRequest<'_>) -> Answer {
    let start = beginning(request)?;
    let opened = request.app.open_world(start);
    let world = opened.map_err(|refused| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "NoPort", refused.to_string()))?;
    Ok(created(&shape(request, &world)))
}

/// Returns one world.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let id = request.segment(1);
    let world = number(id).and_then(|id| request.app.served(id));
    world.map(|world| ok(&shape(request, &world))).ok_or_else(|| missing(id))
}

/// Closes a world: its port at once, its connections when their answers are sent.
pub fn close(request: &ControlRequest<'_>) -> Answer {
    let id = request.segment(1);
    if number(id) == Some(START_WORLD) {
        let message = "The world that the process started with stays; end the process with POST stop, or POST reset.";
        return Err(Refusal::bad_request("StartWorldStays", message).at("id"));
    }
    let closed = number(id).is_some_and(|id| request.app.close_world(id));
    if closed { Ok(no_content()) } else { Err(missing(id)) }
}

fn shape(request: &ControlRequest<'_>, world: &OpenWorld) -> Value {
    let (http, https) = world.urls_at(request.http.host());
    json!({ "id": world.id.to_string(), "http": http, "https": https })
}

/// Reads an id as it is written: no sign, no leading zero.
fn number(id: &str) -> Option<u64> {
    id.parse().ok().filter(|number: &u64| number.to_string() == id)
}

fn missing(id: &str) -> Refusal {
    not_found(&format!("world with the id '{id}'"), "id")
}

fn beginning(request: &ControlRequest<'_>) -> Result<Moment, Refusal> {
    // Checks the form of the body; what it borrows is read below.
    let fields = request.fields(&["from", "world"]).map_err(of_world)?;
    let invalid = |message: &str| Refusal::bad_request("InvalidField", message).at("from");
    let form = r#"give "from": "start", "current" or "snapshot:NAME", or "world": a world file"#;
    if fields.is_empty() {
        return Err(invalid(&format!("Say what the world begins with: {form}.")));
    }
    let body: Beginning<'_> = serde_json::from_slice(request.bytes()?)
        .map_err(|problem| Refusal::bad_request("InvalidRequestContent", format!("The body is not as it should be: {problem}.")))?;
    match (body.from, body.world) {
        (Some(_), Some(_)) => Err(invalid("Give 'from' or 'world', not both.")),
        (None, Some(file)) => world_of(file),
        (Some(Value::String(from)), None) => match from.split_once(':') {
            None if from == "start" => Ok(request.cell.start()),
            None if from == "current" => Ok(request.cell.moment()),
            Some(("snapshot", name)) => snapshots::named(request, name).map_err(|refusal| refusal.at("from")),
            _ => Err(invalid(&format!("'{from}' is nothing that a world begins with: {form}."))),
        },
        (from, None) => Err(invalid(&format!("{} is nothing that a world begins with: {form}.", from.unwrap_or_default()))),
    }
}

/// A mistake inside the world file is one of the world file.
fn of_world(refusal: Refusal) -> Refusal {
    let is_inside = refusal.target.as_deref().is_some_and(|target| target.starts_with("world."));
    if is_inside { Refusal { code: "InvalidWorld", ..refusal } } else { refusal }
}

fn world_of(file: &RawValue) -> Result<Moment, Refusal> {
    let read = world_file::read(&[WorldText { name: "world", text: file.get() }], clock::host_now());
    let seeded = read.map_err(|mistake| {
        let target = mistake.target.clone().map_or_else(|| "world".to_owned(), |target| format!("world.{target}"));
        world::refused(mistake).at(target)
    })?;
    Ok(Moment { world: seeded.world, time: seeded.clock.into() })
}

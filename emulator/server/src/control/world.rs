//! `GET world`, `PUT world`, `POST reset`: the world as a world file, another in its place, back to the start.
//!
//! All or nothing: a world that cannot be read leaves the one that is there.

use adf_emulator_core::world_file::{self, SeedError, WorldText};
use serde_json::Value;

use super::{Answer, ControlRequest, Refusal, no_content, ok};
use crate::clock;
use crate::world_cell::{Moment, WorldCell};

/// What `GET world` may be asked with.
pub const PARAMETERS: [&str; 1] = ["state"];

/// In which form a world is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Whole: a world made from it answers the same bytes.
    Whole,
    /// As a person would write it: without what the server made.
    ByHand,
}

/// Returns the cell's world as a world file.
pub fn document(cell: &WorldCell, form: Form) -> Value {
    let Moment { world, time } = cell.moment();
    match form {
        Form::Whole => world_file::export(&world, time.into()),
        Form::ByHand => world_file::export_by_hand(&world, time.into()),
    }
}

/// Writes the world down.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let form = match request.query().get("state") {
        None | Some("true") => Form::Whole,
        Some("false") => Form::ByHand,
        Some(other) => {
            let message = format!("'{other}' is not true or false.");
            return Err(Refusal::bad_request("InvalidParameter", message).at("state"));
        }
    };
    Ok(ok(&document(request.cell, form)))
}

/// Puts the world that the body describes in place of this one, all or nothing.
pub fn put(request: &ControlRequest<'_>) -> Answer {
    let invalid = |message: String| Refusal::bad_request("InvalidWorld", message);
    let text = std::str::from_utf8(request.bytes()?).map_err(|_| invalid("The body is not UTF-8.".to_owned()))?;
    let read = world_file::read(&[WorldText { name: "body", text }], clock::host_now());
    let seeded = read.map_err(|mistake| match mistake.place {
        Some((line, column)) => refused(SeedError { problem: format!("{} (line {line}, column {column})", mistake.problem), ..mistake }),
        None => refused(mistake),
    })?;
    request.cell.replace(Moment { world: seeded.world, time: seeded.clock.into() });
    Ok(no_content())
}

/// Returns the refusal of a world file with a mistake.
pub fn refused(mistake: SeedError) -> Refusal {
    let refusal = Refusal::bad_request("InvalidWorld", mistake.problem);
    match mistake.target {
        Some(target) => refusal.at(target),
        None => refusal,
    }
}

/// Goes back to the start, clock included.
pub fn reset(request: &ControlRequest<'_>) -> Answer {
    request.fields(&[])?;
    request.cell.reset();
    Ok(no_content())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use adf_emulator_core::id_source::IdSource;
    use adf_emulator_core::timestamp::Timestamp;
    use adf_emulator_core::world::World;

    /// A world whose seed is the second at which its clock stands still.
    fn at(second: u32) -> Moment {
        let world = World { ids: IdSource::new(second.into()), ..World::default() };
        Moment { world, time: Time::Frozen { at: Timestamp::from_seconds(second.into()) } }
    }

    #[test]
    fn a_world_is_written_down_with_its_own_clock() {
        let cell = WorldCell::new(at(0));
        std::thread::scope(|scope| {
            scope.spawn(|| (1..2_000).for_each(|second| cell.replace(at(second))));
            for _ in 0..2_000 {
                let document = document(&cell, Form::Whole);
                let frozen_at = document["clock"]["frozenAt"].as_str().and_then(Timestamp::parse).unwrap();
                assert_eq!(document["seed"], frozen_at.seconds());
            }
        });
    }
}

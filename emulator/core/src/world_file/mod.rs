//! A world as a document, and back.
//!
//! `format` is the document's shape, read strictly; `apply` makes a world of it, as PUTs by an all-powerful caller;
//! `export` writes a world down so that a world made from it answers the same bytes. The shape is the contract's
//! ("World files"); a mistake in a file is named with its place and remedy.

mod apply;
mod export;
mod format;
mod principals;

pub use apply::read;
pub use export::{export, export_by_hand};

use crate::timestamp::{Duration, Timestamp};
use crate::world::World;
use std::fmt;

/// A world file's text and the name to call it by in errors.
#[derive(Clone, Copy, Debug)]
pub struct WorldText<'a> {
    /// Such as the file's path.
    pub name: &'a str,
    /// JSON.
    pub text: &'a str,
}

/// A world, and how its clock goes.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The world.
    pub world: World,
    /// The clock.
    pub clock: ClockEntry,
}

/// How the clock of a world file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEntry {
    /// As the host's, this much later.
    Offset(Duration),
    /// It stands still.
    FrozenAt(Timestamp),
}

impl Default for ClockEntry {
    fn default() -> Self {
        Self::Offset(Duration::ZERO)
    }
}

/// A mistake in a world file: one line that names the place, what is wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedError {
    /// The file, as its `WorldText` is named.
    pub file: String,
    /// What is wrong, where, and what to do.
    pub problem: String,
    /// The field that is wrong, such as `roleAssignments[2].role`, where one can be named.
    pub target: Option<String>,
    /// Line and column, of what has not the form of a world file.
    pub place: Option<(usize, usize)>,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "world file '{}'", self.file)?;
        if let Some((line, column)) = self.place {
            write!(f, ", line {line}, column {column}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for SeedError {}

/// The text of the built-in world, which is itself a world file.
pub const BUILT_IN: &str = include_str!("../../../../fixtures/worlds/built-in.json");

/// Returns the built-in world as a text to read.
pub const fn built_in() -> WorldText<'static> {
    WorldText { name: "built-in", text: BUILT_IN }
}

//! Reproducing: for each limitation the smallest world and the requests that meet it, and the change that mends it.
//!
//! A case is a plain value (`case`), listed by area (`cases`); it is run against an emulator of its own (`run`). It
//! knows no rule: what refuses is the emulator, over HTTP. It is told (`report`), written down for a shell (`script`), and
//! found by what a client printed (`pasted`).

pub mod case;
pub mod cases;
pub mod smallest_world;
pub mod wire;
pub mod run;
pub mod report;
pub mod script;
pub mod pasted;

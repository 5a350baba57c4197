//! Properties that hold for inputs nobody thought of: the core against naive models.
//!
//! `PROPTEST_CASES` says how many inputs; `./check.sh long` tries many more.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod corpus;
mod decisions;
mod fuzzed;
mod heartbeats;
mod links;
mod moments;
mod workers;
mod worlds;
#[path = "../matrix/slow_twin.rs"]
mod slow_twin;

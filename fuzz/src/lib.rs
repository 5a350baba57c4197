//! What fuzzing runs: the same functions that the tests of properties replay over the committed corpus.
//!
//! `cargo test` plays the committed corpus with the same code, without a nightly compiler.

#[path = "../../tests/properties/fuzzed.rs"]
pub mod fuzzed;

//! What fuzzing runs: the same functions that the tests of properties replay over the committed corpus.

#[path = "../../tests/properties/fuzzed.rs"]
pub mod fuzzed;

//! What fuzzing runs: the same functions that the tests of properties replay over the committed corpus.
//!
//! Outside the workspace, because it needs a nightly compiler.

#[path = "../../tests/properties/fuzzed.rs"]
pub mod fuzzed;

//! Conditions of role assignments.
//!
//! What is asked of each stands in `tests/properties/fuzzed.rs`.

#![no_main]

use adf_emulator_fuzz::fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzzed::condition(data));

//! JSON as Azure's own reader takes it.
//!
//! What is asked of each stands in `tests/properties/fuzzed.rs`.

#![no_main]

use adf_emulator_fuzz::fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzzed::lenient_json(data));

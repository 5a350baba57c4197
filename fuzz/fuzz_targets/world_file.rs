//! World files.

#![no_main]

use adf_emulator_fuzz::fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzzed::world_file(data));

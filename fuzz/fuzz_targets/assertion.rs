//! Client assertions: as they are, and as claims that our own issuer signed.

#![no_main]

use adf_emulator_fuzz::fuzzed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| fuzzed::assertion(data));

//! Looks for bytes that break `vigie_fuzz::snapshot`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vigie_fuzz::snapshot(bytes));

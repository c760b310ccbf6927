//! Looks for bytes that break `vigie_fuzz::record`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vigie_fuzz::record(bytes));

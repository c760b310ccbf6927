//! Bundles the console.
fn main() {}

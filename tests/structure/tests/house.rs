//! The house as it stands.

use std::fmt::Write;
use std::path::Path;

use vigie_structure::findings;

#[test]
fn the_house_is_in_order() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let findings = findings(&checkout).expect("the checkout is read");
    let mut told = String::new();
    for finding in &findings {
        let _ = writeln!(told, "{finding}");
    }
    assert!(told.is_empty(), "the house is not in order:\n{told}");
}

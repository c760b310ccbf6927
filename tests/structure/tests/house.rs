//! The house as it stands.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use vigie_structure::findings;

/// What is not in order yet, a finding a line, without line numbers.
const KNOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/known.txt");

#[test]
fn the_house_is_in_order() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let findings = findings(&checkout).expect("the checkout is read");
    let known = fs::read_to_string(KNOWN).expect("the list of known findings is read");
    let mut unmet: BTreeMap<&str, usize> = BTreeMap::new();
    for line in known.lines() {
        *unmet.entry(line).or_default() += 1;
    }
    let mut told = String::new();
    let mut left = Vec::new();
    for finding in &findings {
        let known_as = finding.known_as();
        match unmet.get_mut(known_as.as_str()) {
            Some(count) if *count > 0 => {
                *count -= 1;
                left.push(known_as);
            }
            _ => told += &format!("{finding}\n"),
        }
    }
    let mended = unmet.iter().filter(|(_, count)| **count > 0);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        left.sort();
        let lines: String = left.iter().map(|line| format!("{line}\n")).collect();
        fs::write(KNOWN, lines).expect("the list of known findings is written");
    } else {
        for (line, _) in mended {
            told += &format!("tests/structure/known.txt: strike off what is mended: {line}\n");
        }
    }
    assert!(told.is_empty(), "the house is not in order:\n{told}");
}

//! Every input that the fuzzer kept, once more. One that broke something is
//! kept under a name that says what.

use std::fs;
use std::panic;
use std::path::Path;

/// Goes through the inputs of a kind; tells the file of the one that breaks it.
fn replay(kind: &str, holds: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(kind);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(!names.is_empty(), "{folder:?} is empty");
    for path in names {
        let bytes = fs::read(&path).unwrap();
        if let Err(panic) = panic::catch_unwind(|| holds(&bytes)) {
            eprintln!("broken by {}", path.display());
            panic::resume_unwind(panic);
        }
    }
}

#[test]
fn records() {
    replay("record", vigie_fuzz::record);
}

#[test]
fn events() {
    replay("event", vigie_fuzz::event);
}

#[test]
fn frames() {
    replay("frame", vigie_fuzz::frame);
}

#[test]
fn snapshots() {
    replay("snapshot", vigie_fuzz::snapshot);
}

#[test]
fn directories() {
    replay("directory", vigie_fuzz::directory);
}

#[test]
fn settings() {
    replay("settings", vigie_fuzz::settings);
}

//! A saved state of each format, as a service of that format wrote it.
//!
//! Whoever changes what a state is made of, be it the order of an enum, meets
//! these tests: a state that is already on disks must be folded on as it was
//! meant, or its format must be another one. `UPDATE_GOLDEN=1` writes the state of
//! this format anew, which is for a change that only figures or estimates went
//! through.

use std::path::PathBuf;
use std::sync::Arc;

use vigie_contract::read::{self, Reading};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, View};
use vigie_model::{Directory, Fold, Input, Settings};

use super::{PartitionState, Snapshot, Unusable, VERSION, directories};

const EVENTS: &str = include_str!("golden/events.ndjson");
const DIRECTORY: &str = include_str!("golden/directory.toml");

/// Events go to as many partitions, by call.
const PARTITIONS: i32 = 2;

/// 2026-11-23T10:00:00Z
const SAVED_AT: i64 = 1_795_428_000;

/// 2026-11-23T11:00:00Z
const LOOKED_AT: i64 = SAVED_AT + 3_600;

/// The oldest format of which a state is kept.
const OLDEST: u32 = 6;

/// Where the state of a format is kept.
fn path(format: u32) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(format!("src/snapshot/golden/format-{format}.vigie"))
}

fn empty() -> Fold {
    let directory = Directory::parse(DIRECTORY).expect("a directory");
    Fold::new(Arc::new(directory), Settings::live(Clock::Event))
}

fn partition_of(call: &str) -> i32 {
    call.bytes().fold(0, |sum, byte| sum + i32::from(byte)) % PARTITIONS
}

/// Folds the events from second `from` on, up to before second `to`, and lets time
/// pass as far.
fn fold_on(fold: &mut Fold, from: i64, to: i64) {
    for (offset, line) in EVENTS.lines().enumerate() {
        let Ok(Reading::Event(event)) = read::structured(line.as_bytes()) else {
            panic!("not an event: {line}");
        };
        if !(from..to).contains(&event.time.second()) {
            continue;
        }
        fold.apply(Input::Event {
            partition: partition_of(&event.subject),
            offset: offset as i64,
            arrived: None,
            event: &event,
        });
        fold.apply(Input::Advance { to: event.time });
    }
    fold.apply(Input::Advance {
        to: Time::from_seconds(to),
    });
}

fn saved(fold: &Fold) -> Snapshot {
    let states = fold.partitions().filter_map(|(partition, progress)| {
        Some(PartitionState {
            partition,
            next_offset: progress.next_offset,
            state: fold.save(partition)?,
        })
    });
    Snapshot {
        topic: "calls".to_owned(),
        topic_id: Some("id".to_owned()),
        cluster: Some("cluster".to_owned()),
        build: "golden".to_owned(),
        key_check: fold.key_check(),
        as_of: fold.as_of(),
        directories: directories::saved(fold),
        partitions: states.collect(),
        judged: fold.save_judged(),
        refused: Vec::new(),
        lost: Vec::new(),
    }
}

fn loaded(snapshot: &Snapshot) -> Fold {
    let mut fold = empty();
    fold.resume_directory(directories::restored(snapshot.directories.clone()));
    for state in &snapshot.partitions {
        let loads = fold.load(state.partition, &state.state);
        loads.unwrap_or_else(|error| panic!("{error}: is it another format?"));
    }
    fold.load_judged(&snapshot.judged).unwrap();
    if let Some(to) = snapshot.as_of {
        fold.apply(Input::Advance { to });
    }
    fold
}

/// What every scope shows.
fn shown(fold: &Fold) -> Vec<View> {
    let scopes: Vec<Scope> = fold.scopes().map(|crumb| crumb.scope).collect();
    assert!(scopes.len() > 10, "{scopes:?}");
    scopes.iter().filter_map(|scope| fold.view(scope)).collect()
}

#[track_caller]
fn assert_same(restored: &Fold, whole: &Fold) {
    let [incidents, expected] = [restored, whole].map(|fold| fold.incidents(&Scope::All));
    assert!(expected.as_ref().is_some_and(|all| !all.is_empty()));
    assert_eq!(incidents, expected);
    let (restored, whole) = (shown(restored), shown(whole));
    assert_eq!(restored.len(), whole.len());
    for (one, other) in restored.iter().zip(&whole) {
        assert!(one == other, "{} as of {}", one.scope, one.as_of);
    }
}

#[test]
fn the_state_of_this_format_is_written_to_the_byte() {
    let mut fold = empty();
    fold_on(&mut fold, 0, SAVED_AT);
    let written = saved(&fold).to_bytes();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path(VERSION), &written).unwrap();
    }
    let golden = std::fs::read(path(VERSION)).unwrap_or_default();
    assert!(
        written == golden,
        "a state is written otherwise than format {VERSION} was: {} bytes, not {}. Where what it is \
         made of has changed, raise VERSION; then UPDATE_GOLDEN=1.",
        written.len(),
        golden.len(),
    );
}

#[test]
fn the_state_of_this_format_is_folded_on_as_it_was_meant() {
    let golden = std::fs::read(path(VERSION)).unwrap();
    let mut restored = loaded(&Snapshot::from_bytes(&golden).unwrap());
    let mut whole = empty();
    fold_on(&mut whole, 0, SAVED_AT);
    assert_same(&restored, &whole);
    fold_on(&mut restored, SAVED_AT, LOOKED_AT);
    fold_on(&mut whole, SAVED_AT, LOOKED_AT);
    assert_same(&restored, &whole);
    assert_eq!(saved(&restored).to_bytes(), saved(&whole).to_bytes());
}

#[test]
fn a_state_of_a_format_before_is_refused_with_both_numbers() {
    for older in OLDEST..VERSION {
        let before = std::fs::read(path(older)).unwrap();
        let refused = Snapshot::from_bytes(&before).unwrap_err();
        assert!(matches!(refused, Unusable::Format(format) if format == older));
        let said = format!("format {older}, this version reads format {VERSION}");
        assert_eq!(refused.to_string(), said);
    }
}

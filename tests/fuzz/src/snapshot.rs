//! Files of state, from any disk.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use vigie_contract::time::{Span, Time};
use vigie_contract::view::Clock;
use vigie_model::{Fold, Input, Settings, Version};
use vigie_server::snapshot::{Snapshot, directories};

use crate::figures;

/// Magic word and version: what a snapshot starts with, whatever it holds.
const START: usize = 12;

/// Whatever a file holds, it is refused or is a snapshot; and whatever a
/// snapshot holds that carries its right checksum, its states are refused, or
/// loaded into a fold that goes on within bounds, or ends in a panic, which
/// the service takes for a snapshot that cannot be used.
pub fn snapshot(bytes: &[u8]) {
    check_file(bytes);
    match check_file(&sealed(bytes)) {
        Some(snapshot) => {
            let states = snapshot.partitions.iter();
            load(
                states.map(|state| (state.partition, &*state.state)),
                &snapshot.judged,
                directories::restored(snapshot.directories.clone()),
            );
        }
        // So that the fuzzer gets at the state of a partition straight away.
        None => load([(0, bytes)].into_iter(), bytes, Vec::new()),
    }
}

fn check_file(bytes: &[u8]) -> Option<Snapshot> {
    let snapshot = Snapshot::from_bytes(bytes).ok()?;
    let back = Snapshot::from_bytes(&snapshot.to_bytes()).expect("it was just written");
    assert_eq!(back.to_bytes(), snapshot.to_bytes());
    Some(snapshot)
}

/// The bytes as the body of a file, with their right length and checksum.
fn sealed(body: &[u8]) -> Vec<u8> {
    let empty = Snapshot {
        topic: String::new(),
        topic_id: None,
        key_check: 0,
        cluster: None,
        build: String::new(),
        as_of: None,
        directories: Vec::new(),
        partitions: Vec::new(),
        judged: Vec::new(),
        refused: Vec::new(),
        lost: Vec::new(),
    };
    let mut file = empty.to_bytes();
    file.truncate(START);
    file.extend_from_slice(&(body.len() as u64).to_le_bytes());
    file.extend_from_slice(&crc32fast::hash(body).to_le_bytes());
    file.extend_from_slice(body);
    file
}

fn load<'a>(states: impl Iterator<Item = (i32, &'a [u8])>, judged: &[u8], versions: Vec<Version>) {
    let mut fold = Fold::new(figures::directory(), Settings::live(Clock::Wall));
    fold.resume_directory(versions);
    // Whether it is read or not, the fold goes on.
    let _ = fold.load_judged(judged);
    let mut loaded = Vec::new();
    for (partition, state) in states {
        match caught(|| fold.load(partition, state)) {
            Some(Ok(())) => loaded.push(partition),
            Some(Err(_)) => {}
            None => return,
        }
    }
    if !loaded.is_empty() {
        caught(|| go_on(&mut fold, &loaded));
    }
}

/// What a service does first with what it has loaded.
fn go_on(fold: &mut Fold, partitions: &[i32]) {
    let from = fold.newest().unwrap_or(Time::from_seconds(0));
    for seconds in [0, 1, 60] {
        fold.apply(Input::Advance {
            to: from + Span::from_seconds(seconds),
        });
    }
    figures::check(fold);
    for &partition in partitions {
        fold.save(partition);
    }
}

thread_local! {
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// What `run` gives, or `None` where it panics. The fuzzer's own hook would end
/// the process before the panic could be caught.
fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_CAUGHT.get() {
                others(panic);
            }
        }));
    });
    IS_CAUGHT.set(true);
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    IS_CAUGHT.set(false);
    result.ok()
}

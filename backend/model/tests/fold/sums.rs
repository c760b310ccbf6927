//! Sums are the currency: those of two processes, each with its partitions, sent and
//! added, show as those of one process with all of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;
use vigie_contract::event::Event;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Clock, View};
use vigie_model::{DecodeError, Input, ScopeSums, Settings, Sliding};

use crate::watched::Fold;

use crate::{by_agency, days, fold, give, instants};

/// All scopes of a process, as it would send them.
fn sent(process: &Fold) -> BTreeMap<String, Vec<u8>> {
    let scopes = process.scopes();
    scopes
        .filter_map(|crumb| {
            let sums = process.sums(&crumb.scope)?;
            Some((crumb.scope.to_string(), sums.to_bytes()))
        })
        .collect()
}

/// The sums of all scopes, of what several processes sent.
fn added(all: &[BTreeMap<String, Vec<u8>>]) -> BTreeMap<String, ScopeSums<'static>> {
    let mut sums: BTreeMap<String, ScopeSums<'static>> = BTreeMap::new();
    for (scope, bytes) in all.iter().flatten() {
        let more = ScopeSums::from_bytes(bytes).expect("what was sent reads back");
        match sums.get_mut(scope) {
            Some(known) => known.add(&more).expect("of the same windows"),
            None => {
                sums.insert(scope.clone(), more);
            }
        }
    }
    sums
}

fn scope(path: &str) -> Scope {
    path.parse().expect("the path of a scope")
}

/// The agencies below a network, a region or all.
fn agencies_below<'s>(
    above: &Scope,
    sums: &'s BTreeMap<String, ScopeSums<'static>>,
) -> Vec<(Scope, ScopeSums<'s>)> {
    let is_below = |agency: &Scope| match (above, agency) {
        (Scope::All, Scope::Agency(..)) => true,
        (Scope::Network(network), Scope::Agency(of, _, _)) => network == of,
        (Scope::Region(network, region), Scope::Agency(of, within, _)) => {
            (network, region) == (of, within)
        }
        _ => false,
    };
    let all = sums.iter().map(|(path, sums)| (scope(path), sums.clone()));
    all.filter(|(agency, _)| is_below(agency)).collect()
}

/// The view of each scope, from sums and the rules of a process that may have none
/// of its own.
fn shown(sums: &BTreeMap<String, ScopeSums<'static>>, rules: &Fold) -> BTreeMap<String, String> {
    let setting = rules.setting().expect("time has passed");
    let views = sums.iter().map(|(path, of_scope)| {
        let scope = scope(path);
        let agencies = agencies_below(&scope, sums);
        let agencies: Vec<_> = agencies
            .iter()
            .map(|(agency, sums)| (agency, sums.clone()))
            .collect();
        let view = vigie_model::view(&scope, of_scope, &agencies, setting);
        (path.clone(), written(&view))
    });
    views.collect()
}

fn written(view: &View) -> String {
    serde_json::to_string(view).expect("a view is JSON")
}

fn of_one_process(whole: &Fold) -> BTreeMap<String, String> {
    let scopes = whole.scopes();
    let views = scopes.filter_map(|crumb| {
        // Callers are no sums: a call may lie in two processes.
        let view = View {
            callers: None,
            ..whole.view(&crumb.scope)?
        };
        Some((crumb.scope.to_string(), written(&view)))
    });
    views.collect()
}

/// One process with all partitions, and two that share them.
fn one_and_two() -> (Fold, [Fold; 2]) {
    // Sums alone do not tell what was judged before.
    let new = || {
        fold(Settings {
            judge: false,
            ..Settings::live(Clock::Event)
        })
    };
    (new(), [new(), new()])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    #[test]
    fn what_two_processes_send_adds_up_to_what_one_shows(events in days::day()) {
        let (mut whole, mut parts) = one_and_two();
        let mut next = events.iter().enumerate().peekable();
        for to in instants() {
            while let Some((offset, event)) = next.next_if(|(_, event)| event.time < to) {
                let partition = by_agency(event);
                give(&mut whole, partition, offset, event);
                give(&mut parts[(partition.rem_euclid(2)) as usize], partition, offset, event);
            }
            whole.apply(Input::Advance { to });
            for part in &mut parts {
                part.apply(Input::Advance { to });
            }
            let sums = added(&parts.each_ref().map(sent));
            prop_assert_eq!(shown(&sums, &parts[0]), of_one_process(&whole), "as of {}", to);
        }
    }

    #[test]
    fn bytes_that_are_no_sums_are_refused_and_never_believed(
        events in days::evening(),
        flipped in prop::collection::vec(any::<(usize, u8)>(), 1..6),
        cut in any::<usize>(),
    ) {
        let (mut whole, _) = one_and_two();
        for (offset, event) in events.iter().enumerate() {
            give(&mut whole, 0, offset, event);
        }
        whole.apply(Input::Advance { to: Time::from_seconds(days::START + days::LENGTH) });
        let mut bytes = whole.sums(&Scope::All).expect("all is there").to_bytes();
        prop_assert!(ScopeSums::from_bytes(&bytes[..cut % bytes.len()]).is_err());
        for (at, bits) in flipped {
            let at = at % bytes.len();
            bytes[at] ^= bits;
        }
        // Either it is refused, or it is sums of something: never a panic.
        let Ok(whatever_it_is) = ScopeSums::from_bytes(&bytes) else {
            return Ok(());
        };
        let setting = whole.setting().expect("time has passed");
        let _view = vigie_model::view(&Scope::All, &whatever_it_is, &[], setting);
        let mut sums = whole.sums(&Scope::All).expect("all is there");
        let _added = sums.add(&whatever_it_is);
        let _view = vigie_model::view(&Scope::All, &sums, &[], setting);
    }
}

/// The sums of a process with some windows, as it would send them.
fn sums_of_windows(minutes: &[i64]) -> ScopeSums<'static> {
    let mut fold = fold(Settings {
        windows: minutes.iter().copied().map(Sliding::minutes).collect(),
        ..Settings::live(Clock::Event)
    });
    fold.apply(Input::Advance {
        to: Time::from_seconds(days::START),
    });
    let sums = fold.sums(&Scope::All).expect("all is there");
    ScopeSums::from_bytes(&sums.to_bytes()).expect("what was sent reads back")
}

#[test]
fn sums_of_today_alone_add_up() {
    let mut sums = sums_of_windows(&[]);
    sums.add(&sums_of_windows(&[]))
        .expect("of the same windows");
    assert_eq!(sums, sums_of_windows(&[]));
}

#[test]
fn sums_of_other_windows_are_not_added() {
    let new = sums_of_windows;
    let mut sums = new(&[5, 15]);
    let error = sums.add(&new(&[5])).unwrap_err().to_string();
    assert_eq!(
        error,
        "sums of the windows 5m (300 s) cannot be added to sums of the windows 5m (300 s), 15m (900 s)"
    );
    assert_eq!(sums, new(&[5, 15]));
}

/// The events of the golden file, a line each.
const EVENTS: &str = include_str!("golden/events.ndjson");

fn golden_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fold/golden/sums-3.vigie")
}

/// Whoever changes what sums are made of meets this: processes of two builds talk to
/// each other, so another layout needs another version, and another golden file.
#[test]
fn sums_are_written_to_the_byte_as_their_version_says() {
    let mut process = fold(Settings::live(Clock::Event));
    let events: Vec<Event<'_>> = EVENTS.lines().map(crate::event).collect();
    for (offset, event) in events.iter().enumerate() {
        give(&mut process, 0, offset, event);
    }
    let last = events.last().expect("there are events").time;
    process.apply(Input::Advance {
        to: Time::from_seconds(last.second() + 1),
    });
    let mut bytes = Vec::new();
    for (scope, sums) in sent(&process) {
        bytes.extend_from_slice(scope.as_bytes());
        bytes.extend_from_slice(&(sums.len() as u32).to_le_bytes());
        bytes.extend(sums);
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(golden_path(), &bytes).expect("the golden file can be written");
    }
    let golden = std::fs::read(golden_path()).expect("a golden file of this version");
    assert!(
        golden == bytes,
        "sums are laid out otherwise: VERSION of sums/scope.rs, and a golden file of it"
    );
    let error = ScopeSums::from_bytes(&[9, 0, 0]).unwrap_err();
    assert!(matches!(error, DecodeError::Version { found: 9 }));
    assert_eq!(error.to_string(), "sums of version 9; this is version 3");
}

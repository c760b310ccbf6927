//! The same days where there is hardly room for what the directory does not know.
//!
//! What has no place of its own counts under `other`: every sum above is what it is
//! with all the room there is, and a restart half-way changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use vigie_contract::scope::{Scope, UNASSIGNED};
use vigie_contract::time::Time;
use vigie_contract::unknown::OverKind;
use vigie_contract::view::{Counts, View};
use vigie_model::{Directory, Input, Limits, Settings};

use crate::watched::Fold;

use crate::drive::give;
use crate::generate::{self, Day};
use crate::invariants::every_count;

const DAYS: usize = 60;

/// Room for one of each, for no agency and no line, of which the days have no more
/// than one; and for all agents: an agent without a place is not followed, so that
/// those are no sums.
pub fn tight() -> Limits {
    Limits {
        agencies: 0,
        lines: 0,
        sources: 1,
        queues: 1,
        pause_reasons: 1,
        ..Limits::default()
    }
}

/// Less still: what the directory does not know has no place at all.
fn tightest() -> Limits {
    Limits {
        places: 1,
        ..tight()
    }
}

fn folded(day: &Day, limits: Limits, restarts: bool) -> Fold {
    let directory = Arc::new(Directory::parse(&day.country.toml()).expect("a directory"));
    let settings = Settings {
        limits,
        ..Settings::offline()
    };
    let mut fold = Fold::new(directory.clone(), settings.clone());
    for (at, arrival) in day.arrivals.iter().enumerate() {
        if restarts && at == day.arrivals.len() / 2 {
            let before =
                std::mem::replace(&mut fold, Fold::new(directory.clone(), settings.clone()));
            for (partition, _) in before.partitions() {
                let saved = before.save(partition).expect("a partition that there is");
                fold.load(partition, &saved).expect("what was saved loads");
            }
        }
        give(&mut fold, at, arrival);
    }
    fold
}

/// Every count of a view by book, window and family, but calls that ask in two
/// queues: two of them are told apart where there is no place for either.
fn counts(view: &View) -> BTreeMap<String, Vec<(&'static str, i64)>> {
    let books = [("windows", &view.windows), ("handled", &view.handled)];
    let windows = books.into_iter().flat_map(|(book, windows)| {
        windows
            .iter()
            .map(move |(name, window)| (book, name, window))
    });
    windows
        .map(|(book, name, window)| {
            let families: [&Counts; 3] = [&window.counts, &window.second_level, &window.callback];
            let all = families.into_iter().flat_map(every_count).collect();
            (format!("{book} {name}"), all)
        })
        .collect()
}

/// The counts in which two views differ.
fn apart(left: &View, right: &View) -> Vec<String> {
    let (left, right) = (counts(left), counts(right));
    left.iter()
        .flat_map(|(window, counts)| {
            let pairs = counts.iter().zip(&right[window]);
            pairs
                .filter(|(left, right)| left != right)
                .map(move |(left, right)| format!("{window}: {left:?}, not {right:?}"))
        })
        .collect()
}

#[test]
fn sums_are_the_same_with_hardly_any_room() {
    let mut runner = TestRunner::deterministic();
    let mut met = BTreeMap::new();
    for number in 0..DAYS {
        let sketch = generate::sketch().new_tree(&mut runner).expect("a day");
        let day = sketch.current().day();
        let mut wide = folded(&day, Limits::default(), false);
        for limits in [tight(), tightest()] {
            let mut tight = folded(&day, limits, false);
            assert_eq!(tight.counters(), wide.counters(), "day {number}");
            for &at in &day.instants {
                for fold in [&mut wide, &mut tight] {
                    fold.apply(Input::Advance { to: Time(at) });
                    fold.settle();
                }
                for scope in [Scope::All, Scope::Network(UNASSIGNED.to_owned())] {
                    let path = format!("day {number}, {scope} as of {}", Time(at));
                    let (Some(one), Some(other)) = (wide.view(&scope), tight.view(&scope)) else {
                        assert_eq!(wide.view(&scope), tight.view(&scope), "{path}");
                        continue;
                    };
                    assert_eq!(apart(&other, &one), [""; 0], "{path}");
                    assert_eq!(other.now.waiting, one.now.waiting, "{path}");
                    assert_eq!(other.now.promises, one.now.promises, "{path}");
                    assert_eq!(other.now.agents.staffed, one.now.agents.staffed, "{path}");
                }
            }
            for (kind, times) in tight.over_limit() {
                *met.entry(kind).or_insert(0) += times;
            }
            wide = folded(&day, Limits::default(), false);
        }
    }
    for kind in [
        OverKind::Agency,
        OverKind::Queue,
        OverKind::Line,
        OverKind::Source,
        OverKind::PauseReason,
        OverKind::Place,
    ] {
        assert!(met[&kind] > 0, "no day met the limit of {kind:?}: {met:?}");
    }
}

#[test]
fn who_has_a_place_does_not_hang_on_a_restart() {
    let mut runner = TestRunner::deterministic();
    for number in 0..DAYS {
        let sketch = generate::sketch().new_tree(&mut runner).expect("a day");
        let day = sketch.current().day();
        let [mut one, mut other] = [false, true].map(|restarts| folded(&day, tight(), restarts));
        for &at in &day.instants {
            for fold in [&mut one, &mut other] {
                fold.apply(Input::Advance { to: Time(at) });
                fold.settle();
            }
            let scopes: Vec<Scope> = one.scopes().map(|crumb| crumb.scope).collect();
            for scope in scopes {
                let path = format!("day {number}, {scope} as of {}", Time(at));
                assert_eq!(other.view(&scope), one.view(&scope), "{path}");
            }
            assert_eq!(
                other.unknown(0..1_000),
                one.unknown(0..1_000),
                "day {number}"
            );
        }
    }
}

//! What must hold of estimated waits: whatever the queue, they are in range; and
//! what was learned depends on the set of events alone.

mod edges;
mod queue;
mod staff;
#[path = "../watched/mod.rs"]
mod watched;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use queue::{Line, START};
use vigie_contract::read::{Reading, structured};
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Clock, Estimate, NoEstimate, View};
use vigie_model::estimate::Given;
use vigie_model::{Directory, Input, Settings};

use crate::watched::Fold;

/// The queues of the made calls, their agencies, their line.
const SCOPES: [&str; 6] = [
    "unassigned/unassigned/A/one",
    "unassigned/unassigned/A/two",
    "unassigned/unassigned/B/one",
    "unassigned/unassigned/A",
    "line/3949",
    "all",
];

/// One that is told when events arrive: none is held.
fn empty(settings: Settings) -> Fold {
    let settings = Settings {
        trusts_arrivals: true,
        ..settings
    };
    let mut fold = Fold::new(Arc::new(Directory::empty()), settings);
    fold.record_estimates();
    fold
}

fn give(fold: &mut Fold, lines: &[Line]) {
    for (offset, line) in lines.iter().enumerate() {
        let Ok(Reading::Event(event)) = structured(line.text.as_bytes()) else {
            panic!("no event: {}", line.text);
        };
        fold.apply(Input::Event {
            partition: 0,
            offset: offset as i64,
            arrived: Some(event.time),
            event: &event,
        });
    }
}

fn views(fold: &mut Fold) -> Vec<Option<View>> {
    fold.settle();
    SCOPES
        .iter()
        .map(|scope| fold.view(&scope.parse::<Scope>().expect("a scope")))
        .collect()
}

/// What was learned of some events.
struct Learned {
    /// Estimates and records of every scope, at instants at least 30 s behind
    /// the newest event.
    seen: BTreeMap<Time, Vec<Estimate>>,
    /// All that was given to calls.
    given: Vec<Given>,
}

/// Time passes in steps of so many seconds; a minute and a half behind what is
/// read, so that all of it has arrived.
fn learned(lines: &[Line], settings: &Settings, every: usize) -> Learned {
    let mut fold = empty(settings.clone());
    let mut seen = BTreeMap::new();
    let mut from = 0;
    let last = lines.iter().map(|line| line.arrives).max().unwrap_or(START);
    for second in (START + 600..last).step_by(every) {
        let upto = lines.partition_point(|line| line.arrives < second + 90);
        give(&mut fold, &lines[from..upto]);
        from = upto;
        let to = Time::from_seconds(second);
        fold.apply(Input::Advance { to });
        let is_promised = fold.newest() >= Some(to + Span::from_seconds(30));
        if (second - START) % 600 == 0 && is_promised {
            let views = views(&mut fold).into_iter().flatten();
            seen.insert(to, views.map(|view| view.estimate).collect());
        }
    }
    give(&mut fold, &lines[from..]);
    fold.settle_estimates();
    let given = fold.take_estimates();
    Learned { seen, given }
}

/// The first thing in which the two differ.
fn difference(one: &Learned, other: &Learned) -> Option<String> {
    let given = one
        .given
        .iter()
        .zip(&other.given)
        .find(|(one, other)| one != other);
    if let Some((one, other)) = given {
        return Some(format!("{one:?}\n{other:?}"));
    }
    if one.given.len() != other.given.len() {
        return Some(format!(
            "{} and {} given",
            one.given.len(),
            other.given.len()
        ));
    }
    let both = one
        .seen
        .iter()
        .filter_map(|(at, seen)| Some((at, seen, other.seen.get(at)?)));
    let mut compared = 0;
    for (at, seen, others) in both {
        if seen != others {
            let differ = seen.iter().zip(others).find(|(one, other)| one != other);
            return Some(format!("{at}: {differ:#?}"));
        }
        compared += 1;
    }
    (compared < 10).then(|| format!("only {compared} instants"))
}

#[test]
fn a_queue_is_learned_and_its_record_told() {
    let lines = queue::calls(1, 3_000, 1.15);
    let mut fold = empty(Settings::offline());
    give(&mut fold, &lines);
    fold.apply(Input::Advance {
        to: Time::from_seconds(lines[lines.len() - 1].arrives),
    });
    for view in views(&mut fold).into_iter().flatten() {
        let Estimate {
            p50_seconds,
            p90_seconds,
            reason,
            record_60m,
            ..
        } = view.estimate;
        assert_eq!(reason, None, "{}", view.scope);
        assert!(p50_seconds.unwrap() <= p90_seconds.unwrap());
        let held = record_60m
            .held
            .unwrap_or_else(|| panic!("{}: {:?}", view.scope, view.estimate));
        assert!(held.of[1] > 20, "{held:?}");
        assert!(
            (0.7..=1.0).contains(&held.value),
            "{}: {held:?}",
            view.scope
        );
        assert!(record_60m.error_p50_seconds.unwrap() >= 0.0);
    }
    let given = fold.take_estimates();
    let known = given.iter().filter(|given| given.estimate.is_ok()).count();
    assert!(known * 10 > given.len() * 9, "{known} of {}", given.len());
}

#[test]
fn a_queue_without_history_says_so() {
    let lines = queue::calls(2, 12, 1.0);
    let Learned { seen, given } = learned(&lines, &Settings::offline(), 60);
    let nothing = Err(NoEstimate::TooLittleHistory);
    assert!(given.iter().all(|given| given.estimate == nothing));
    assert!(!given.is_empty());
    for estimate in seen.into_values().flatten() {
        assert_eq!(estimate, Estimate::absent(NoEstimate::TooLittleHistory));
    }
}

#[test]
fn a_queue_without_agents_says_so() {
    let mut lines = queue::calls(3, 2_000, 1.0);
    let end = lines[lines.len() - 1].arrives + 60;
    lines.extend(queue::everyone_leaves("A", end));
    lines.push(queue::entry("A", "one", "late", end + 40));
    let mut fold = empty(Settings::offline());
    give(&mut fold, &lines);
    fold.apply(Input::Advance {
        to: Time::from_seconds(end + 50),
    });
    let [one, _, other_agency, ..] = &views(&mut fold)[..] else {
        panic!("as many views as scopes");
    };
    let reason = |view: &Option<View>| view.as_ref().and_then(|view| view.estimate.reason);
    assert_eq!(reason(one), Some(NoEstimate::NobodyStaffed));
    assert_eq!(reason(other_agency), None);
    fold.settle_estimates();
    let given = fold.take_estimates();
    assert_eq!(
        given[given.len() - 1].estimate,
        Err(NoEstimate::NobodyStaffed)
    );
}

#[test]
fn a_closed_queue_says_so() {
    let directory = Directory::parse(queue::MORNINGS).expect("a valid directory");
    let mut fold = Fold::new(Arc::new(directory), Settings::offline());
    give(&mut fold, &queue::calls(4, 1_000, 1.0));
    let scope: Scope = "line/3949".parse().expect("a scope");
    // The first of January 1970 was a Thursday: START is at 08:00.
    for (hour, expected) in [(11, None), (13, Some(NoEstimate::Closed))] {
        fold.apply(Input::Advance {
            to: Time::from_seconds(hour * 3_600),
        });
        fold.settle();
        let view = fold.view(&scope).expect("a line of the directory");
        assert_eq!(view.estimate.reason, expected, "at {hour}:00");
    }
}

#[test]
fn lines_that_differ_have_no_next_caller() {
    let mut lines = queue::calls(5, 1_500, 1.0);
    let end = lines[lines.len() - 1].arrives + 60;
    lines.push(queue::entry_on("3646", "B", "two", "other", end));
    let mut fold = empty(Settings::offline());
    give(&mut fold, &lines);
    fold.apply(Input::Advance {
        to: Time::from_seconds(end + 1),
    });
    let all = views(&mut fold).pop().flatten().expect("all has a view");
    assert_eq!(all.estimate.reason, Some(NoEstimate::SeveralLines));
    assert!(all.estimate.record_60m.held.is_some());
}

#[test]
fn a_saved_state_goes_on_as_if_nothing_had_been() {
    let lines = queue::calls(6, 3_000, 1.0);
    let (first, second) = lines.split_at(lines.len() / 2);
    let mut whole = empty(Settings::offline());
    give(&mut whole, first);
    let saved = whole.save(0).expect("partition 0 was read");
    let mut loaded = empty(Settings::offline());
    loaded.load(0, &saved).expect("it was saved here");
    loaded.record_estimates();
    for fold in [&mut whole, &mut loaded] {
        give(fold, second);
        fold.apply(Input::Advance {
            to: Time::from_seconds(lines[lines.len() - 1].arrives - 60),
        });
    }
    assert_eq!(views(&mut whole), views(&mut loaded));
    let [whole, loaded] = [whole, loaded].map(|mut fold| fold.take_estimates());
    let since = whole.len() - loaded.len();
    assert!(loaded.len() > 500);
    assert_eq!(whole[since..], loaded);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(12) })]

    /// Shuffled within the allowed lateness, sent twice, live or offline, second
    /// by second or in steps: the same estimates and the same record.
    #[test]
    fn what_is_learned_depends_on_the_set_of_events(seed in any::<u64>(), load in 0.6..1.4_f64) {
        let lines = queue::calls(seed, 1_200, load);
        let expected = learned(&lines, &Settings::offline(), 600);
        prop_assert!(expected.given.iter().any(|given| given.estimate.is_ok()));
        let mixed = queue::shuffled(&lines, seed);
        let offline = learned(&mixed, &Settings::offline(), 600);
        prop_assert_eq!(difference(&expected, &offline), None);
        let live = learned(&mixed, &Settings::live(Clock::Event), 1);
        prop_assert_eq!(difference(&expected, &live), None);
    }

    /// Whatever a queue does, an estimate is finite, not negative, and in order.
    #[test]
    fn absurd_queues_have_estimates_in_range(lines in queue::absurd()) {
        let mut fold = empty(Settings::offline());
        give(&mut fold, &lines);
        fold.settle_estimates();
        let in_range = |mean: f64, p50: f64, p90: f64| {
            [mean, p50, p90].iter().all(|one| (0.0..=7_200.0).contains(one)) && p50 <= p90
        };
        for given in fold.take_estimates() {
            if let Ok(waits) = given.estimate {
                prop_assert!(in_range(waits.mean_seconds, waits.p50_seconds, waits.p90_seconds), "{waits:?}");
            }
        }
        let newest = fold.newest().expect("there are events");
        for after in [0, 1, 3_600, 400 * 86_400] {
            fold.apply(Input::Advance { to: newest + Span::from_seconds(after) });
            for view in views(&mut fold).into_iter().flatten() {
                let Estimate { mean_seconds, p50_seconds, p90_seconds, reason, .. } = view.estimate;
                match (mean_seconds, p50_seconds, p90_seconds) {
                    (Some(mean), Some(p50), Some(p90)) => {
                        prop_assert!(in_range(mean, p50, p90), "{mean} {p50} {p90}");
                        prop_assert_eq!(reason, None);
                    }
                    (None, None, None) => prop_assert!(reason.is_some()),
                    other => prop_assert!(false, "half an estimate: {other:?}"),
                }
            }
        }
    }
}

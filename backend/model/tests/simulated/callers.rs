//! How callers fared, on each line and on all of them together: who reached an agent,
//! who asked again, who came back.

use std::collections::BTreeSet;

use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Callers, Mean, Rate};
use vigie_model::Fold;
use vigie_simulator::{CallerCounts, Settings, Truth};

const DAY: Span = Span::from_seconds(24 * 3_600);

/// A figure of callers: what is divided by what.
type Figure = (&'static str, [i64; 2]);

/// How many figures there are.
pub const FIGURES: usize = 7;

/// Compares the lines as of an instant, and takes note of the figures of which there was
/// something. All lines are in Paris.
pub fn compare(fold: &Fold, as_of: Time, truth: &Truth, seen: &mut BTreeSet<&'static str>) {
    let first = Settings::default().start;
    let days = (as_of - first).0.div_euclid(DAY.0);
    let midnight = first + Span(DAY.0 * days);
    let mut all = [[0; 2]; FIGURES];
    for crumb in fold.scopes() {
        let Scope::Line(line) = &crumb.scope else {
            continue;
        };
        let counted = in_truth(&truth.callers(line, midnight, as_of));
        assert_eq!(
            folded(fold, &crumb.scope),
            counted,
            "line {line} as of {as_of}"
        );
        for (sum, (name, [some, of])) in all.iter_mut().zip(counted) {
            *sum = [sum[0] + some, sum[1] + of];
            if some > 0 {
                seen.insert(name);
            }
        }
    }
    let of_all = folded(fold, &Scope::All).map(|(_, of)| of);
    assert_eq!(of_all, all, "all as of {as_of}");
}

fn folded(fold: &Fold, scope: &Scope) -> [Figure; FIGURES] {
    let view = fold.view(scope);
    let callers = view.and_then(|view| view.callers);
    let Callers {
        lived,
        ended_by_promise,
        attempts_per_episode,
        without_caller,
        repeat_calls,
        satisfied_and_back,
        satisfied_and_back_so_far,
    } = callers.unwrap_or_else(|| panic!("{scope} has no callers"));
    let rate = |rate: Option<Rate>| rate.map_or([0, 0], |rate| rate.of);
    let mean = |mean: Option<Mean>| mean.map_or([0, 0], |mean| mean.of);
    [
        ("lived", rate(lived)),
        ("ended_by_promise", rate(ended_by_promise)),
        ("attempts_per_episode", mean(attempts_per_episode)),
        ("without_caller", rate(without_caller)),
        ("repeat_calls", rate(repeat_calls)),
        ("satisfied_and_back", rate(satisfied_and_back)),
        ("satisfied_and_back_so_far", rate(satisfied_and_back_so_far)),
    ]
}

fn in_truth(counts: &CallerCounts) -> [Figure; FIGURES] {
    // Of nothing, there is no figure.
    let of = |some: i64, all: i64| if all == 0 { [0, 0] } else { [some, all] };
    [
        ("lived", of(counts.reached, counts.decided)),
        ("ended_by_promise", of(counts.promised, counts.decided)),
        ("attempts_per_episode", of(counts.attempts, counts.episodes)),
        ("without_caller", of(counts.without_caller, counts.calls)),
        ("repeat_calls", of(counts.repeated, counts.episodes)),
        (
            "satisfied_and_back",
            of(counts.settled_back, counts.settled),
        ),
        (
            "satisfied_and_back_so_far",
            of(counts.back, counts.satisfied),
        ),
    ]
}

//! Holds the calls behind counts to the count by brute force, and to the counts of the
//! view: a number can be opened, and has as many calls in it as it says.

use vigie_contract::lists::{Book, CallOutcome, CountedCalls, LegFamily};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Counts, View, Window};

use crate::drive::of_lists;
use crate::oracle::Moment;
use crate::watched::Fold;

/// Every count that can be opened, with what it is of a window.
fn all() -> impl Iterator<Item = CountedCalls> {
    let outcomes = [
        CallOutcome::Abandoned,
        CallOutcome::CutOff,
        CallOutcome::Lost,
        CallOutcome::Overflowed,
    ];
    let families = [
        LegFamily::FirstLevel,
        LegFamily::SecondLevel,
        LegFamily::Callback,
    ];
    outcomes.into_iter().flat_map(move |outcome| {
        [Book::Origin, Book::Handler]
            .into_iter()
            .flat_map(move |book| {
                families.map(|family| CountedCalls {
                    outcome,
                    book,
                    family,
                })
            })
    })
}

/// What a view counts of them.
fn counted_in(view: &View, counted: CountedCalls) -> i64 {
    let windows = match counted.book {
        Book::Origin => &view.windows,
        Book::Handler => &view.handled,
    };
    let window: &Window = &windows["60m"];
    let counts: &Counts = match counted.family {
        LegFamily::FirstLevel => &window.counts,
        LegFamily::SecondLevel => &window.second_level,
        LegFamily::Callback => &window.callback,
    };
    match counted.outcome {
        CallOutcome::Abandoned => counts.abandoned,
        CallOutcome::CutOff => counts.cut_off,
        CallOutcome::Lost => counts.lost,
        CallOutcome::Overflowed => counts.overflowed_out,
    }
}

/// Compares each list of what a view is of: call by call, in number, in order, and from
/// half the hour on.
pub fn of_calls(
    fold: &Fold,
    moment: &Moment<'_, '_>,
    view: &View,
    path: &str,
    differences: &mut Vec<String>,
) {
    let half = view.as_of - Span::from_seconds(1_800);
    let one = view.as_of.second().unsigned_abs() as usize;
    for (place, counted) in all().enumerate() {
        // Of those in which the view counts nothing, one at each instant.
        if counted_in(view, counted) == 0 && one % all().count() != place {
            continue;
        }
        let path = format!("{path}: {counted:?}");
        let list = |since: Option<Time>| fold.ended_calls(&view.scope, counted, since);
        let Ok((_, calls)) = list(None) else {
            differences.push(format!("{path}: no list"));
            continue;
        };
        let shown = counted_in(view, counted);
        if calls.len() as i64 != shown {
            differences.push(format!("{path}: {} calls, not {shown}", calls.len()));
        }
        if !calls.is_sorted_by(|one, other| one.ended_at >= other.ended_at) {
            differences.push(format!("{path}: not the latest first"));
        }
        let mut later = calls.clone();
        later.retain(|call| call.ended_at >= half);
        if !calls.is_empty() && list(Some(half)) != Ok((half, later)) {
            differences.push(format!("{path}: another list since {half}"));
        }
        let both = (Some(calls), moment.ended_calls(&view.scope, counted));
        of_lists(&path, both, differences);
    }
}

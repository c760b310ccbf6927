//! The indicators of a window (`indicators.md`): one function each, from sums.

use vigie_contract::view::{Counts, Rate, Rates, Times, Window};

use crate::histogram;
use crate::tally::{Extra, Family, Slot, Tally};

const MICROS: f64 = 1_000_000.0;

/// Everything of a window.
///
/// `short_abandons_count`: whether short abandons count against the pick-up
/// rates, a setting of the network.
pub(crate) fn window(tally: &Tally, short_abandons_count: bool) -> Window {
    Window {
        counts: counts(tally, Family::First),
        second_level: counts(tally, Family::SecondLevel),
        callback: counts(tally, Family::Callback),
        rates: Rates {
            pick_up_agent: pick_up_agent(tally, short_abandons_count),
            pick_up_presented: pick_up_presented(tally, short_abandons_count),
            pick_up_queue: pick_up_queue(tally, short_abandons_count),
            service_level: service_level(tally),
            service_level_without_short: service_level_without_short(tally),
            service_level_short_good: service_level_short_good(tally),
            abandon_rate: abandon_rate(tally),
            ..Rates::default()
        },
        times: times(tally),
        spread: None,
    }
}

/// Counts of a window.
pub(crate) fn counts(tally: &Tally, family: Family) -> Counts {
    Counts::from_counted(|count| tally.get(Slot::count(family, count)))
}

/// Pick-up rates, `agent`: (answered + promises_kept) ÷ (asked −
/// callbacks_accepted + promises_kept + promises_broken).
pub(crate) fn pick_up_agent(tally: &Tally, short_abandons_count: bool) -> Option<Rate> {
    let counts = counts(tally, Family::First);
    let settled = counts.promises_kept + counts.promises_broken;
    Rate::of(
        counts.answered + counts.promises_kept,
        counts.asked - counts.callbacks_accepted + settled
            - forgiven(&counts, short_abandons_count),
    )
}

/// Pick-up rates, `presented`: answered ÷ asked.
fn pick_up_presented(tally: &Tally, short_abandons_count: bool) -> Option<Rate> {
    let counts = counts(tally, Family::First);
    Rate::of(
        counts.answered,
        counts.asked - forgiven(&counts, short_abandons_count),
    )
}

/// Pick-up rates, `queue`: answered ÷ (answered + abandoned + cut_off + lost).
fn pick_up_queue(tally: &Tally, short_abandons_count: bool) -> Option<Rate> {
    let counts = counts(tally, Family::First);
    Rate::of(
        counts.answered,
        left_queue(&counts) - forgiven(&counts, short_abandons_count),
    )
}

/// Short abandons, where they do not count against a pick-up rate.
fn forgiven(counts: &Counts, short_abandons_count: bool) -> i64 {
    if short_abandons_count {
        0
    } else {
        counts.short_abandoned
    }
}

fn left_queue(counts: &Counts) -> i64 {
    counts.answered + counts.abandoned + counts.cut_off + counts.lost
}

/// Service level: answered within X ÷ (answered + abandoned + cut_off + lost)
/// with a known wait.
fn service_level(tally: &Tally) -> Option<Rate> {
    Rate::of(
        first(tally, Extra::AnsweredWithin),
        first(tally, Extra::KnownWaits),
    )
}

/// Service level, abandons within X left out.
fn service_level_without_short(tally: &Tally) -> Option<Rate> {
    let kept = first(tally, Extra::KnownWaits) - first(tally, Extra::AbandonedWithin);
    Rate::of(first(tally, Extra::AnsweredWithin), kept)
}

/// Service level, abandons within X counted as good.
fn service_level_short_good(tally: &Tally) -> Option<Rate> {
    let good = first(tally, Extra::AnsweredWithin) + first(tally, Extra::AbandonedWithin);
    Rate::of(good, first(tally, Extra::KnownWaits))
}

/// Abandon rate: abandoned ÷ (answered + abandoned + cut_off + lost).
fn abandon_rate(tally: &Tally) -> Option<Rate> {
    let counts = counts(tally, Family::First);
    Rate::of(counts.abandoned, left_queue(&counts))
}

fn times(tally: &Tally) -> Times {
    let quantile = |p| {
        histogram::nearest_rank(tally.answer_waits(Family::First), p)
            .map(|micros| micros as f64 / MICROS)
    };
    Times {
        answer_mean_seconds: answer_mean(tally),
        answer_p50_seconds: quantile(0.5),
        answer_p90_seconds: quantile(0.9),
        answer_p95_seconds: quantile(0.95),
        answer_longest_seconds: quantile(1.0),
        abandon_mean_seconds: mean(tally, Extra::AbandonMicros, Extra::AbandonWaits),
        handle_mean_seconds: mean(tally, Extra::HandleMicros, Extra::Ended),
        ..Times::default()
    }
}

/// Average speed of answer, in seconds: waits of answered legs.
pub(crate) fn answer_mean(tally: &Tally) -> Option<f64> {
    mean(tally, Extra::AnswerMicros, Extra::AnswerWaits)
}

/// A sum of microseconds over its number, in seconds; absent of nothing.
fn mean(tally: &Tally, sum: Extra, number: Extra) -> Option<f64> {
    let number = first(tally, number);
    (number > 0).then(|| first(tally, sum) as f64 / number as f64 / MICROS)
}

fn first(tally: &Tally, extra: Extra) -> i64 {
    tally.get(Slot::extra(Family::First, extra))
}

//! The indicators of a window (`indicators.md`): one function each, from sums.

use vigie_contract::view::{Cohort, Count, Counts, Rate, Rates, Record, Spread, Times, Window};

use crate::histogram;
use crate::tally::{Extra, Family, Slot, Tally};

const MICROS: f64 = 1_000_000.0;

/// Fewer calls than this say nothing of an agency's rate.
const SPREAD_LEAST_CALLS: i64 = 30;

/// What the figures of a window depend on beside its sums.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// Whether short abandons count against the pick-up rates, a setting of the
    /// network.
    pub short_abandons_count: bool,
    /// Today, in `all`, a network or a line: where calls received are known.
    pub is_wide_today: bool,
    /// What is needed to know how busy agents were; `None`: not shown.
    pub presence: Option<PresenceAtEnd>,
}

/// Agents at the end of a window, which with the changes within it tell how long
/// they were in a state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PresenceAtEnd {
    /// Of a sliding window.
    Sliding {
        /// Its end, and its length, in microseconds.
        end: i64,
        length: i64,
        busy: i64,
        ready: i64,
    },
    /// Of today: the sums of the microseconds since midnight, agent by agent.
    Today { busy: i64, ready: i64 },
}

/// Everything of a window but its spread.
pub(crate) fn window(tally: &Tally, context: Context) -> Window {
    let short = context.short_abandons_count;
    let mut all = counts(tally, Family::First);
    all.left_in_ivr = left_in_ivr(tally, context);
    Window {
        rates: Rates {
            pick_up_agent: pick_up_agent(tally, short),
            pick_up_presented: pick_up_presented(&all, short),
            pick_up_queue: pick_up_queue(&all, short),
            service_level: service_level(tally),
            service_level_without_short: service_level_without_short(tally),
            service_level_short_good: service_level_short_good(tally),
            abandon_rate: Rate::of(all.abandoned, left_queue(&all)),
            pick_up_with_ivr: pick_up_with_ivr(&all),
            pick_up_inbound: pick_up_inbound(&all),
            callbacks_called_within_time: callbacks(tally, Extra::CallbacksCalled),
            callbacks_reached_within_time: callbacks(tally, Extra::CallbacksReached),
            messages_handled_within_time: messages_handled(tally),
            announced_exceeded: announced_exceeded(tally),
            identification: Rate::of(all.identified, all.received),
            second_level_pick_up: second_level_pick_up(tally),
            satisfaction: satisfaction(tally),
            occupancy: context
                .presence
                .and_then(|presence| occupancy(tally, presence)),
        },
        times: times(tally),
        counts: all,
        second_level: counts(tally, Family::SecondLevel),
        callback: counts(tally, Family::Callback),
        spread: None,
    }
}

/// Counts of a window.
pub(crate) fn counts(tally: &Tally, family: Family) -> Counts {
    Counts::from_counted(|count| tally.get(Slot::count(family, count)))
}

/// The record of estimated waits: how often the wait stayed within the P90 given,
/// the median error, and the bias.
pub(crate) fn record(tally: &Tally) -> Record {
    let given = first(tally, Extra::Foreseen);
    Record {
        held: Rate::of(first(tally, Extra::ForeseenHeld), given),
        error_p50_seconds: histogram::nearest_rank(tally.estimate_errors(), 0.5)
            .map(|micros| micros as f64 / MICROS),
        bias_seconds: mean(tally, Extra::ForeseenBiasMicros, Extra::Foreseen),
        unscored: first(tally, Extra::ForeseenUnscored),
    }
}

/// What became of the first-level legs that entered in a quarter-hour.
pub(crate) fn cohort(tally: &Tally) -> Cohort {
    let of = |extra| first(tally, extra);
    let [entered, answered, abandoned, closed_otherwise] = [
        Extra::CohortEntered,
        Extra::CohortAnswered,
        Extra::CohortAbandoned,
        Extra::CohortOther,
    ]
    .map(of);
    Cohort {
        entered,
        answered,
        abandoned,
        closed_otherwise,
        waiting: entered - answered - abandoned - closed_otherwise,
    }
}

/// Pick-up rates, `agent`: (answered + promises_kept) ÷ (asked −
/// callbacks_accepted + promises_kept + promises_broken).
pub(crate) fn pick_up_agent(tally: &Tally, short_abandons_count: bool) -> Option<Rate> {
    let count = |one| tally.get(Slot::count(Family::First, one));
    let answered = count(Count::Answered);
    let kept = count(Count::PromisesKept);
    // asked − callbacks_accepted
    let asked = answered
        + count(Count::Abandoned)
        + count(Count::CutOff)
        + count(Count::Lost)
        + count(Count::Voicemails)
        + count(Count::DeflectedAsked);
    let forgiven = if short_abandons_count {
        0
    } else {
        count(Count::ShortAbandoned)
    };
    let settled = kept + count(Count::PromisesBroken);
    Rate::of(answered + kept, asked + settled - forgiven)
}

/// Pick-up rates, `presented`: answered ÷ asked.
fn pick_up_presented(counts: &Counts, short_abandons_count: bool) -> Option<Rate> {
    Rate::of(
        counts.answered,
        counts.asked - forgiven(counts, short_abandons_count),
    )
}

/// Pick-up rates, `queue`: answered ÷ (answered + abandoned + cut_off + lost).
fn pick_up_queue(counts: &Counts, short_abandons_count: bool) -> Option<Rate> {
    Rate::of(
        counts.answered,
        left_queue(counts) - forgiven(counts, short_abandons_count),
    )
}

/// Left in IVR: received − self_served − the three deflected − first `queued` of
/// reason asked; today, in `all`, networks and lines.
///
/// Absent where fewer were received than followed, as are the shares of the
/// received: some platform there sends no `call.received`.
fn left_in_ivr(tally: &Tally, context: Context) -> Option<i64> {
    let left = first(tally, Extra::LeftInIvr);
    (context.is_wide_today && left >= 0).then_some(left)
}

/// Pick-up rates, `with_ivr`: (answered + self_served_in_hours) ÷ (received −
/// received_out_of_hours); today, in `all`, networks and lines, where no fewer
/// were received than followed.
fn pick_up_with_ivr(counts: &Counts) -> Option<Rate> {
    let rate = Rate::of(
        counts.answered + counts.self_served_in_hours,
        counts.received - counts.received_out_of_hours,
    );
    rate.filter(|_| counts.left_in_ivr.is_some())
}

/// Pick-up rates, `inbound`: answered ÷ received; where `with_ivr` is.
fn pick_up_inbound(counts: &Counts) -> Option<Rate> {
    Rate::of(counts.answered, counts.received).filter(|_| counts.left_in_ivr.is_some())
}

/// Callbacks called (reached) within time: promises with an attempt (reached) by
/// `due_at` ÷ promises due.
fn callbacks(tally: &Tally, within_time: Extra) -> Option<Rate> {
    Rate::of(first(tally, within_time), first(tally, Extra::CallbacksDue))
}

/// Messages handled within time: messages and recontacts handled by `due_at` ÷
/// those due.
fn messages_handled(tally: &Tally) -> Option<Rate> {
    Rate::of(
        first(tally, Extra::MessagesHandled),
        first(tally, Extra::MessagesDue),
    )
}

/// Announced against actual: legs that waited longer than announced ÷ legs that
/// heard an announcement, those who left before that time aside.
fn announced_exceeded(tally: &Tally) -> Option<Rate> {
    Rate::of(
        first(tally, Extra::AnnouncedExceeded),
        first(tally, Extra::Announced),
    )
}

/// Second-level pick-up: the `queue` formula over legs of reason transfer.
fn second_level_pick_up(tally: &Tally) -> Option<Rate> {
    let counts = counts(tally, Family::SecondLevel);
    Rate::of(counts.answered, left_queue(&counts))
}

/// Satisfaction: scores 4 and 5 ÷ scores.
fn satisfaction(tally: &Tally) -> Option<Rate> {
    let surveys = tally.get(Slot::count(Family::First, Count::Surveys));
    Rate::of(first(tally, Extra::Satisfied), surveys)
}

/// Occupancy: (talking + holding + wrap-up) ÷ (that + ready), in microseconds of
/// all agents.
///
/// With n agents in a state at the end T of a window of length w, and changes by
/// dₖ at tₖ in it, the time spent in the state is n·w + (T − w)·Σdₖ − Σdₖ·tₖ. The
/// sums of instants wrap round; the result is in range.
fn occupancy(tally: &Tally, presence: PresenceAtEnd) -> Option<Rate> {
    let (busy, ready) = match presence {
        PresenceAtEnd::Sliding {
            end,
            length,
            busy,
            ready,
        } => {
            let spent = |now: i64, changes, instants| {
                let before = (end - length).wrapping_mul(first(tally, changes));
                now.wrapping_mul(length)
                    .wrapping_add(before)
                    .wrapping_sub(first(tally, instants))
            };
            (
                spent(busy, Extra::Busy, Extra::BusyMicros),
                spent(ready, Extra::Ready, Extra::ReadyMicros),
            )
        }
        PresenceAtEnd::Today { busy, ready } => (
            busy.wrapping_sub(first(tally, Extra::BusyToday)),
            ready.wrapping_sub(first(tally, Extra::ReadyToday)),
        ),
    };
    Rate::of(busy, busy + ready)
}

/// Spread: best, worst and interquartile range of the `agent` rates of agencies
/// with at least 30 calls. `None` where there is none.
pub(crate) fn spread(agencies: impl Iterator<Item = Option<Rate>>) -> Option<Spread> {
    let mut rates: Vec<f64> = agencies
        .flatten()
        .filter(|rate| rate.of[1] >= SPREAD_LEAST_CALLS)
        .map(|rate| rate.value)
        .collect();
    rates.sort_unstable_by(f64::total_cmp);
    let at = |p| {
        let rank = histogram::rank(rates.len() as i64, p)?;
        rates.get(rank as usize - 1).copied()
    };
    Some(Spread {
        agencies: rates.len() as i64,
        best: *rates.last()?,
        worst: *rates.first()?,
        interquartile_range: at(0.75)? - at(0.25)?,
    })
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

/// The longest wait of an answered leg, in microseconds: never below the truth.
///
/// No wait is longer than the last of its bin; nor than what is left of the sum
/// of all where every other is as short as its bin has them, which is exact where
/// there is one.
fn answer_longest(tally: &Tally) -> Option<i64> {
    let waits = tally.answer_waits(Family::First);
    let (bin, _) = waits.clone().next_back()?;
    let shortest: i64 = waits
        .map(|(bin, number)| number * histogram::first(bin))
        .sum();
    let others = shortest - histogram::first(bin);
    let left = first(tally, Extra::AnswerMicros) - others;
    Some(left.min(histogram::last(bin)))
}

fn times(tally: &Tally) -> Times {
    let seconds = |micros: i64| micros as f64 / MICROS;
    let longest = answer_longest(tally);
    let quantile = |p| {
        let micros = histogram::nearest_rank(tally.answer_waits(Family::First), p)?;
        // The middle of the last bin may be beyond what is known of the longest.
        Some(seconds(micros.min(longest?)))
    };
    Times {
        answer_mean_seconds: answer_mean(tally),
        answer_p50_seconds: quantile(0.5),
        answer_p90_seconds: quantile(0.9),
        answer_p95_seconds: quantile(0.95),
        answer_longest_seconds: longest.map(seconds),
        abandon_mean_seconds: mean(tally, Extra::AbandonMicros, Extra::AbandonWaits),
        handle_mean_seconds: mean(tally, Extra::HandleMicros, Extra::Ended),
        second_level_answer_mean_seconds: mean_of(
            Family::SecondLevel,
            tally,
            Extra::AnswerMicros,
            Extra::AnswerWaits,
        ),
        announced_error_p50_seconds: histogram::nearest_rank(tally.announced_errors(), 0.5)
            .map(seconds),
        satisfaction_mean: satisfaction_mean(tally),
    }
}

/// Average speed of answer, in seconds: waits of answered legs.
pub(crate) fn answer_mean(tally: &Tally) -> Option<f64> {
    mean(tally, Extra::AnswerMicros, Extra::AnswerWaits)
}

/// Mean score, from 1 to 5.
fn satisfaction_mean(tally: &Tally) -> Option<f64> {
    let surveys = tally.get(Slot::count(Family::First, Count::Surveys));
    (surveys > 0).then(|| first(tally, Extra::Score) as f64 / surveys as f64)
}

/// A sum of microseconds over its number, in seconds; absent of nothing.
fn mean(tally: &Tally, sum: Extra, number: Extra) -> Option<f64> {
    mean_of(Family::First, tally, sum, number)
}

fn mean_of(family: Family, tally: &Tally, sum: Extra, number: Extra) -> Option<f64> {
    let of = |extra| tally.get(Slot::extra(family, extra));
    let number = of(number);
    (number > 0).then(|| of(sum) as f64 / number as f64 / MICROS)
}

fn first(tally: &Tally, extra: Extra) -> i64 {
    tally.get(Slot::extra(Family::First, extra))
}

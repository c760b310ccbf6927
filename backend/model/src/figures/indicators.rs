//! The indicators of a window (`indicators.md`), from its sums: what has terms
//! is computed from those that the catalogue gives it.

use vigie_contract::indicator::{
    ANSWER_MEAN, CALLBACKS_REACHED_WITHIN_TIME, Distribution, Formula, INDICATORS, Indicator, Legs,
    PICK_UP_AGENT, Quantity, Scopes, Summand, Unit, Windows,
};
use vigie_contract::view::{
    Cohort, Count, Counts, PredictionRecord, Rate, Rates, Record, Spread, Times, Window,
};

use crate::histogram;
use crate::tally::{Extra, Family, Slot, Summed, Tally};

const MICROS: f64 = 1_000_000.0;

/// An agency with fewer calls than this is left out of the spread: they say nothing
/// of its rate.
const SPREAD_LEAST_CALLS: i64 = 30;

/// What the figures of a window depend on beside its sums.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context {
    /// Whether short abandons count against the pick-up rates, a setting of the
    /// network.
    pub short_abandons_count: bool,
    /// Whether the window is today, and the scope is `all`, a network or a line:
    /// there calls received are known.
    pub is_wide_today: bool,
    /// The agents at the end of the window, from which follows how busy they were;
    /// `None` if that is not shown.
    pub presence: Option<PresenceAtEnd>,
}

/// Agents at the end of a window, which with the changes within it tell how long
/// they were in a state.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PresenceAtEnd {
    /// The agents at the end of a sliding window.
    Sliding {
        /// The end of the window as an instant, and its length, both in
        /// microseconds.
        end: i64,
        length: i64,
        busy: i64,
        ready: i64,
    },
    /// Today: the microseconds since midnight of its busy and of its ready agents,
    /// summed agent by agent.
    Today { busy: i64, ready: i64 },
}

/// All figures of a window but its spread.
pub(crate) fn window(tally: &Tally, context: Context) -> Window {
    let left_in_ivr = left_in_ivr(tally, context);
    let is_known = |indicator: &Indicator| match indicator.scopes {
        Scopes::All => true,
        Scopes::Wide => left_in_ivr.is_some(),
    };
    Window {
        counts: Counts {
            left_in_ivr,
            ..counts(tally, Family::First)
        },
        second_level: counts(tally, Family::SecondLevel),
        callback: counts(tally, Family::Callback),
        rates: Rates::computed(|indicator| {
            rate(tally, context, indicator).filter(|_| is_known(indicator))
        }),
        times: times(tally),
        complete: None,
        spread: None,
    }
}

/// The counts of a window, for one family of legs.
pub(crate) fn counts(tally: &Tally, family: Family) -> Counts {
    Counts::from_counted(|count| tally.get(Slot::count(family, count)))
}

/// The record of estimated waits: how often the wait stayed within the P90 given,
/// the median error, and the bias.
pub(crate) fn record(tally: &Tally) -> Record {
    let given = first(tally, Extra::Foreseen);
    Record {
        held: Rate::of(first(tally, Extra::ForeseenHeld), given),
        error_p50_seconds: histogram::nearest_rank(tally.estimate_errors(), 0.5).map(seconds),
        bias_seconds: quotient(first(tally, Extra::ForeseenBiasMicros), given)
            .map(|micros| micros / MICROS),
        unscored: first(tally, Extra::ForeseenUnscored),
    }
}

/// The record of predictions of missed promises (`docs/predictions.md`).
pub(crate) fn prediction_record(tally: &Tally) -> PredictionRecord {
    let right = first(tally, Extra::MissedAsPredicted);
    PredictionRecord {
        precision: Rate::of(right, first(tally, Extra::PredictedMissed)),
        recall: Rate::of(right, first(tally, Extra::MissedKnownAhead)),
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

/// The pick-up rate `agent`: the headline rate.
pub(crate) fn pick_up_agent(tally: &impl Summed, short_abandons_count: bool) -> Option<Rate> {
    rate_alone(tally, short_abandons_count, &PICK_UP_AGENT)
}

/// Callbacks reached within time.
pub(crate) fn callbacks_reached(tally: &impl Summed) -> Option<Rate> {
    // No short abandon is in it.
    rate_alone(tally, true, &CALLBACKS_REACHED_WITHIN_TIME)
}

/// A rate of calls or promises, whatever the window.
fn rate_alone(
    tally: &impl Summed,
    short_abandons_count: bool,
    indicator: &Indicator,
) -> Option<Rate> {
    let context = Context {
        short_abandons_count,
        is_wide_today: false,
        presence: None,
    };
    rate(tally, context, indicator)
}

/// Computes a rate from the terms of its formula. It is absent if the denominator is
/// 0, or a term is not known.
fn rate(tally: &impl Summed, context: Context, indicator: &Indicator) -> Option<Rate> {
    let [numerator, denominator] = sides(tally, context.presence, indicator)?;
    let forgiven = match indicator.forgives_short_abandons(context.short_abandons_count) {
        true => tally.get(Slot::count(family(indicator), Count::ShortAbandoned)),
        false => 0,
    };
    Rate::of(numerator, denominator - forgiven)
}

/// Computes a mean from the terms of its formula, in the unit of the indicator.
fn mean(tally: &Tally, indicator: &Indicator) -> Option<f64> {
    let [sum, number] = sides(tally, None, indicator)?;
    let mean = quotient(sum, number)?;
    Some(match indicator.unit {
        Unit::Seconds => mean / MICROS,
        Unit::Count | Unit::Ratio | Unit::Score => mean,
    })
}

fn quotient(sum: i64, number: i64) -> Option<f64> {
    (number > 0).then(|| sum as f64 / number as f64)
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

// What is of today alone is known as such by its scopes being wide.
const _: () = {
    let mut at = 0;
    while at < INDICATORS.len() {
        let today = matches!(INDICATORS[at].windows, Windows::Today);
        assert!(today == matches!(INDICATORS[at].scopes, Scopes::Wide));
        at += 1;
    }
};

/// The numerator and the denominator of an indicator, no short abandon forgiven;
/// `None` where its formula is no quotient, and where a part of it is not known.
fn sides(
    tally: &impl Summed,
    presence: Option<PresenceAtEnd>,
    indicator: &Indicator,
) -> Option<[i64; 2]> {
    let Formula::Quotient { parts, .. } = indicator.formula else {
        return None;
    };
    let family = family(indicator);
    let [mut numerator, mut denominator] = [0, 0];
    for part in parts {
        let sum = match part.of {
            Summand::Count(count) => tally.get(Slot::count(family, count)),
            Summand::Quantity(quantity) => sum_of(tally, presence, family, quantity)?,
        };
        numerator += i64::from(part.numerator) * sum;
        denominator += i64::from(part.denominator) * sum;
    }
    Some([numerator, denominator])
}

const fn family(indicator: &Indicator) -> Family {
    match indicator.legs {
        Legs::First => Family::First,
        Legs::SecondLevel => Family::SecondLevel,
    }
}

/// The sum of a quantity; `None` of times of agents where none is known.
fn sum_of(
    tally: &impl Summed,
    presence: Option<PresenceAtEnd>,
    family: Family,
    quantity: Quantity,
) -> Option<i64> {
    let extra = match quantity {
        Quantity::KnownWaits => Extra::KnownWaits,
        Quantity::AnsweredWithin => Extra::AnsweredWithin,
        Quantity::AnsweredWithin20 => return Some(answered_within(tally, family, 20)),
        Quantity::AnsweredWithin60 => return Some(answered_within(tally, family, 60)),
        Quantity::AnsweredWithin180 => return Some(answered_within(tally, family, 180)),
        Quantity::AnsweredWithin300 => return Some(answered_within(tally, family, 300)),
        Quantity::AnsweredWithin600 => return Some(answered_within(tally, family, 600)),
        Quantity::AbandonedWithin => Extra::AbandonedWithin,
        Quantity::AnswerWaits => Extra::AnswerWaits,
        Quantity::AnswerMicros => Extra::AnswerMicros,
        Quantity::AbandonWaits => Extra::AbandonWaits,
        Quantity::AbandonMicros => Extra::AbandonMicros,
        Quantity::CallsEnded => Extra::Ended,
        Quantity::HandleMicros => Extra::HandleMicros,
        Quantity::CallbacksDue => Extra::CallbacksDue,
        Quantity::CallbacksCalled => Extra::CallbacksCalled,
        Quantity::CallbacksReached => Extra::CallbacksReached,
        Quantity::MessagesDue => Extra::MessagesDue,
        Quantity::MessagesHandled => Extra::MessagesHandled,
        Quantity::Announced => Extra::Announced,
        Quantity::AnnouncedExceeded => Extra::AnnouncedExceeded,
        Quantity::Satisfied => Extra::Satisfied,
        Quantity::Scores => Extra::Score,
        Quantity::LeftInIvr => Extra::LeftInIvr,
        Quantity::BusyMicros => return Some(busy_micros(tally, presence?)),
        Quantity::ReadyMicros => return Some(ready_micros(tally, presence?)),
    };
    Some(tally.get(Slot::extra(family, extra)))
}

/// Legs answered within so many seconds, one of those that
/// [`Extra::ANSWERED_TO`] has.
fn answered_within(tally: &impl Summed, family: Family, seconds: i64) -> i64 {
    let bands = Extra::ANSWERED_TO.iter().filter(|(to, _)| *to <= seconds);
    bands
        .map(|&(_, band)| tally.get(Slot::extra(family, band)))
        .sum()
}

/// Time that agents were talking, holding or wrapping up, in microseconds.
fn busy_micros(tally: &impl Summed, presence: PresenceAtEnd) -> i64 {
    match presence {
        PresenceAtEnd::Sliding {
            end, length, busy, ..
        } => {
            let changes = [Extra::Busy, Extra::BusyMicros].map(|extra| first(tally, extra));
            time_in_state(end, length, busy, changes)
        }
        PresenceAtEnd::Today { busy, .. } => busy.wrapping_sub(first(tally, Extra::BusyToday)),
    }
}

/// Time that agents were ready for a call, in microseconds.
fn ready_micros(tally: &impl Summed, presence: PresenceAtEnd) -> i64 {
    match presence {
        PresenceAtEnd::Sliding {
            end, length, ready, ..
        } => {
            let changes = [Extra::Ready, Extra::ReadyMicros].map(|extra| first(tally, extra));
            time_in_state(end, length, ready, changes)
        }
        PresenceAtEnd::Today { ready, .. } => ready.wrapping_sub(first(tally, Extra::ReadyToday)),
    }
}

/// Time that all agents spent in a state within a window, in microseconds.
///
/// With n agents in a state at the end T of a window of length w, and changes by
/// dₖ at tₖ in it, the time spent in the state is n·w + (T − w)·Σdₖ − Σdₖ·tₖ. The
/// sums of instants wrap round; the result is in range.
fn time_in_state(end: i64, length: i64, agents: i64, [changes, instants]: [i64; 2]) -> i64 {
    let before = (end - length).wrapping_mul(changes);
    agents
        .wrapping_mul(length)
        .wrapping_add(before)
        .wrapping_sub(instants)
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
    let longest = answer_longest(tally);
    Times::computed(|indicator| match indicator.formula {
        Formula::Quotient { .. } => mean(tally, indicator),
        Formula::Percentile { of, percent } => {
            let p = f64::from(percent) / 100.0;
            let micros = match of {
                // The middle of the last bin may be beyond what is known of the
                // longest.
                Distribution::AnswerWaits => {
                    histogram::nearest_rank(tally.answer_waits(Family::First), p)?.min(longest?)
                }
                Distribution::AnnouncedErrors => {
                    histogram::nearest_rank(tally.announced_errors(), p)?
                }
            };
            Some(seconds(micros))
        }
        Formula::LongestAnswerWait => longest.map(seconds),
        Formula::Counted(_) | Formula::Sum(_) => None,
    })
}

/// Average speed of answer, in seconds: waits of answered legs.
pub(crate) fn answer_mean(tally: &Tally) -> Option<f64> {
    mean(tally, &ANSWER_MEAN)
}

fn seconds(micros: i64) -> f64 {
    micros as f64 / MICROS
}

fn first(tally: &impl Summed, extra: Extra) -> i64 {
    tally.get(Slot::extra(Family::First, extra))
}

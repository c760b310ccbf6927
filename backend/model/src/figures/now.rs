//! What is going on in a scope at an instant (`indicators.md`, Now).

use vigie_contract::event::{AgentState, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{Agents, ByReason, Lever, Now, Promises, Sources};

use super::indicators;
use crate::books::By;
use crate::histogram;
use crate::sums::{self, Attendance, KNOWN_FOR, Present, ScopeSums};

/// A promise is due soon if it is due within this time.
const DUE_SOON: Span = Span::from_seconds(15 * 60);

/// A source that was last heard longer ago is silent.
const SILENT_AFTER: Span = Span::from_seconds(300);

/// Everything that is going on, but for the levers.
pub(crate) fn now(sums: &ScopeSums<'_>, as_of: Time) -> Now {
    let present = &*sums.present;
    // The youngest first: ages rise.
    let asked = present.waiting.iter();
    let mut asked: Vec<(Time, i64)> = asked.map(|((since, _), number)| (since, number)).collect();
    asked.reverse();
    let age = |p| age_at(&asked, p, as_of);
    let newest = sums.sources.iter().map(|source| source.newest).max();
    let within = |span: Span| {
        let sources = sums.sources.iter();
        sources.filter(move |source| as_of - source.heard <= span)
    };
    let complete_to = within(SILENT_AFTER).map(|source| source.newest).min();
    Now {
        waiting: waiting(present),
        waiting_by_reason: by_reason(present),
        longest_wait_seconds: age(1.0),
        wait_p50_seconds: age(0.5),
        wait_p90_seconds: age(0.9),
        agents: agents(&present.agents),
        promises: promises(sums, as_of),
        levers: None,
        data_age_seconds: newest.map(|newest| (as_of - newest).seconds()),
        sources: Sources {
            known: within(KNOWN_FOR).count() as i64,
            reporting: within(SILENT_AFTER).count() as i64,
        },
        complete_to,
    }
}

/// The part of the time from `start` to an instant that the sources have told of
/// ([`Window::complete`](vigie_contract::view::Window::complete)).
pub(crate) fn told(sources: &sums::Sources, start: Time, as_of: Time) -> Option<f64> {
    let length = (as_of - start).0;
    let known = sources
        .iter()
        .filter(|source| as_of - source.heard <= KNOWN_FOR);
    let told = known
        .clone()
        .map(|source| match as_of - source.heard <= SILENT_AFTER {
            true => length,
            false => (source.newest - start).0.clamp(0, length),
        });
    let number = known.clone().count();
    let is_something = number > 0 && length > 0;
    is_something.then(|| told.sum::<i64>() as f64 / (number as f64 * length as f64))
}

/// The levers as they stand, by agency, queue and kind.
pub(crate) fn levers(sums: &ScopeSums<'_>) -> Vec<Lever> {
    let mut levers = sums.levers.clone();
    levers.sort_by(|one, other| {
        (&one.agency, &one.queue, one.kind).cmp(&(&other.agency, &other.queue, other.kind))
    });
    levers
}

/// How many legs wait.
pub(crate) fn waiting(present: &Present) -> i64 {
    present.waiting.iter().map(|(_, number)| number).sum()
}

/// How long the leg that waits longest has waited, in seconds.
pub(crate) fn longest_wait(present: &Present, as_of: Time) -> Option<f64> {
    let ((first, _), _) = present.waiting.iter().next()?;
    Some((as_of - first).seconds())
}

fn by_reason(present: &Present) -> ByReason {
    let mut by_reason = ByReason::default();
    for ((_, reason), number) in present.waiting.iter() {
        let of_reason = match reason.word() {
            Some(QueueReason::Asked) => &mut by_reason.asked,
            Some(QueueReason::Overflow) => &mut by_reason.overflow,
            Some(QueueReason::Transfer) => &mut by_reason.transfer,
            Some(QueueReason::Callback) => &mut by_reason.callback,
            None => continue,
        };
        *of_reason += number;
    }
    by_reason
}

fn promises(sums: &ScopeSums<'_>, as_of: Time) -> Promises {
    let record = |window| {
        let place = sums::place_of(&sums.sliding, window)?;
        let window = sums.windows.of(By::Handler, place);
        Some(indicators::prediction_record(&window))
    };
    let mut promises = Promises {
        predicted_missed: sums.predicted_missed,
        record_60m: record("60m").unwrap_or_default(),
        record_today: record(sums::TODAY).unwrap_or_default(),
        ..Promises::default()
    };
    for (due, number) in sums.present.promises.iter() {
        promises.open += number;
        promises.overdue += if due < as_of { number } else { 0 };
        promises.due_15m += if (as_of..=as_of + DUE_SOON).contains(&due) {
            number
        } else {
            0
        };
    }
    promises
}

/// Agents by state, and the paused by reason.
fn agents(attendance: &Attendance) -> Agents {
    let of = |state| attendance.of(state);
    let mut agents = Agents {
        staffed: 0,
        available: of(AgentState::Ready),
        ready: of(AgentState::Ready),
        ringing: of(AgentState::Ringing),
        talking: of(AgentState::Talking),
        holding: of(AgentState::Holding),
        wrap_up: of(AgentState::WrapUp),
        paused: of(AgentState::Paused),
        offline: of(AgentState::Offline),
        pauses: attendance
            .pauses()
            .map(|(reason, number)| (reason.to_owned(), number))
            .collect(),
    };
    agents.staffed = agents.ready
        + agents.ringing
        + agents.talking
        + agents.holding
        + agents.wrap_up
        + agents.paused;
    agents
}

/// The age of the leg at a nearest rank among those waiting, the youngest first, in
/// seconds.
fn age_at(asked: &[(Time, i64)], p: f64, as_of: Time) -> Option<f64> {
    let total = asked.iter().map(|(_, number)| number).sum();
    let rank = histogram::rank(total, p)?;
    let mut seen = 0;
    asked
        .iter()
        .find(|(_, number)| {
            seen += number;
            seen >= rank
        })
        .map(|&(since, _)| (as_of - since).seconds())
}

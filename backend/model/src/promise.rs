//! A promise: to call back, to answer a message, that an expert will call.
//!
//! Like a leg, a history of events sorted by time and a machine of two states,
//! *none* —opened→ *open* —contact or cancellation→ *none*. It is broken at its
//! due time unless it was kept, whatever comes later; it is forgotten 24 hours
//! after it was due. Promises are few, so the whole history is walked at every
//! event.

use serde::{Deserialize, Serialize};
use vigie_contract::event::{AttemptOutcome, PromiseKind};
use vigie_contract::time::{Span, Time};

use crate::contribution::CellId;

/// A promise is forgotten this long after it was due.
pub(crate) const FORGOTTEN_AFTER: Span = Span::from_seconds(24 * 3_600);

/// An event of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PromiseEvent {
    pub time: Time,
    pub what: PromiseWhat,
    /// Id, then source.
    pub id: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum PromiseWhat {
    /// Made, due at an instant.
    Opened(Time),
    /// An agent answered the call back.
    CallAnswered,
    /// An attempt.
    Attempted(AttemptOutcome),
}

/// What an event, or the passing of time, meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Made, due at an instant.
    Opened(Time),
    /// Reached by its due time.
    Kept,
    /// Not reached by its due time, or cancelled before it.
    Broken,
    /// Reached after its due time.
    KeptLate,
    /// No longer open; it was due at an instant.
    Closed(Time),
    /// An attempt without promise.
    Unmatched,
}

/// The history of a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Promise {
    pub kind: PromiseKind,
    /// The cell of the queue that made it.
    pub cell: CellId,
    events: Vec<PromiseEvent>,
}

impl PromiseEvent {
    /// Order of the events that the state does not decide: time, type's name
    /// (`call.answered`, `call.callback_accepted` and the other openings,
    /// `promise.attempted`), id.
    fn key(&self) -> (Time, u8, &str) {
        let rank = match self.what {
            PromiseWhat::CallAnswered => 0,
            PromiseWhat::Opened(_) => 1,
            PromiseWhat::Attempted(_) => 2,
        };
        (self.time, rank, &self.id)
    }
}

impl Promise {
    pub(crate) fn new(kind: PromiseKind, cell: CellId) -> Self {
        Self {
            kind,
            cell,
            events: Vec::new(),
        }
    }

    /// Puts an event in its place and tells what changed: steps that no longer
    /// hold (−1), then steps that hold (+1).
    pub(crate) fn insert(&mut self, event: PromiseEvent, tell: &mut impl FnMut(i8, Time, Step)) {
        self.walk(&mut |at, step| tell(-1, at, step));
        let place = self
            .events
            .partition_point(|known| known.key() < event.key());
        self.events.insert(place, event);
        self.walk(&mut |at, step| tell(1, at, step));
    }

    /// Takes an event back; one that is not there changes nothing.
    pub(crate) fn remove(&mut self, event: &PromiseEvent, tell: &mut impl FnMut(i8, Time, Step)) {
        let Some(place) = self.events.iter().position(|known| known == event) else {
            return;
        };
        self.walk(&mut |at, step| tell(-1, at, step));
        self.events.remove(place);
        self.walk(&mut |at, step| tell(1, at, step));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// After this instant nothing can change what it means.
    pub(crate) fn over_at(&self) -> Option<Time> {
        self.events
            .iter()
            .map(|event| match event.what {
                PromiseWhat::Opened(due) => due.max(event.time) + FORGOTTEN_AFTER,
                _ => event.time,
            })
            .max()
    }

    fn walk(&self, tell: &mut impl FnMut(Time, Step)) {
        let mut open: Option<Time> = None;
        let mut left: Vec<&PromiseEvent> = self.events.iter().collect();
        while let Some(first) = left.first() {
            let time = first.time;
            forget_before(&mut open, time, tell);
            let takes = |event: &PromiseEvent| {
                matches!(event.what, PromiseWhat::Opened(_)) == open.is_none()
            };
            let next = left
                .iter()
                .take_while(|event| event.time == time)
                .position(|event| takes(event))
                .unwrap_or(0);
            step(&mut open, left.remove(next), tell);
        }
        if let Some(due) = open {
            tell(due, Step::Broken);
            tell(due + FORGOTTEN_AFTER, Step::Closed(due));
        }
    }
}

fn forget_before(open: &mut Option<Time>, time: Time, tell: &mut impl FnMut(Time, Step)) {
    if let Some(due) = *open
        && due + FORGOTTEN_AFTER <= time
    {
        tell(due, Step::Broken);
        tell(due + FORGOTTEN_AFTER, Step::Closed(due));
        *open = None;
    }
}

fn step(open: &mut Option<Time>, event: &PromiseEvent, tell: &mut impl FnMut(Time, Step)) {
    use AttemptOutcome::{Cancelled, Handled, Reached, Unreachable};
    let at = event.time;
    match (event.what, *open) {
        (PromiseWhat::Opened(due), None) => {
            // A promise cannot have been broken before it was made.
            let due = due.max(at);
            *open = Some(due);
            tell(at, Step::Opened(due));
        }
        (PromiseWhat::Opened(_), Some(_))
        | (PromiseWhat::Attempted(Unreachable), Some(_))
        | (PromiseWhat::CallAnswered, None) => {}
        (PromiseWhat::Attempted(_), None) => tell(at, Step::Unmatched),
        (PromiseWhat::CallAnswered | PromiseWhat::Attempted(Reached | Handled), Some(due)) => {
            *open = None;
            if at <= due {
                tell(at, Step::Kept);
            } else {
                tell(due, Step::Broken);
                tell(at, Step::KeptLate);
            }
            tell(at, Step::Closed(due));
        }
        (PromiseWhat::Attempted(Cancelled), Some(due)) => {
            *open = None;
            tell(at.min(due), Step::Broken);
            tell(at, Step::Closed(due));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(second: i64, what: PromiseWhat) -> PromiseEvent {
        PromiseEvent {
            time: Time::from_seconds(second),
            what,
            id: "x".into(),
        }
    }

    fn opened(second: i64, due: i64) -> PromiseEvent {
        event(second, PromiseWhat::Opened(Time::from_seconds(due)))
    }

    fn attempted(second: i64, outcome: AttemptOutcome) -> PromiseEvent {
        event(second, PromiseWhat::Attempted(outcome))
    }

    #[track_caller]
    fn check(events: &[PromiseEvent], expected: &[(i64, &str)]) {
        for turned in [false, true] {
            let mut promise = Promise::new(PromiseKind::Callback, CellId(0));
            let mut held: Vec<(i64, String)> = Vec::new();
            let mut events = events.to_vec();
            if turned {
                events.reverse();
            }
            for event in events {
                promise.insert(event, &mut |sign, at, step| {
                    let word = match step {
                        Step::Opened(_) => "opened".to_owned(),
                        Step::Closed(_) => "closed".to_owned(),
                        other => format!("{other:?}"),
                    };
                    if sign > 0 {
                        held.push((at.second(), word));
                    } else {
                        let told = (at.second(), word);
                        let place = held.iter().position(|known| *known == told).unwrap();
                        held.remove(place);
                    }
                });
            }
            held.sort();
            let mut expected: Vec<(i64, String)> = expected
                .iter()
                .map(|&(at, word)| (at, word.to_owned()))
                .collect();
            expected.sort();
            assert_eq!(held, expected, "turned: {turned}");
        }
    }

    const DAY: i64 = 86_400;

    #[test]
    fn a_promise_is_kept_by_its_due_time() {
        for contact in [50, 100] {
            check(
                &[opened(10, 100), attempted(contact, AttemptOutcome::Reached)],
                &[(10, "opened"), (contact, "Kept"), (contact, "closed")],
            );
        }
    }

    #[test]
    fn a_promise_is_broken_at_its_due_time_and_forgotten_a_day_later() {
        check(
            &[opened(10, 100)],
            &[(10, "opened"), (100, "Broken"), (100 + DAY, "closed")],
        );
    }

    #[test]
    fn a_contact_after_the_due_time_keeps_it_late() {
        check(
            &[opened(10, 100), attempted(101, AttemptOutcome::Reached)],
            &[
                (10, "opened"),
                (100, "Broken"),
                (101, "KeptLate"),
                (101, "closed"),
            ],
        );
    }

    #[test]
    fn an_attempt_that_reached_nobody_leaves_it_open() {
        check(
            &[
                opened(10, 100),
                attempted(40, AttemptOutcome::Unreachable),
                attempted(60, AttemptOutcome::Reached),
            ],
            &[(10, "opened"), (60, "Kept"), (60, "closed")],
        );
    }

    #[test]
    fn a_cancelled_promise_is_broken_when_it_was_cancelled() {
        check(
            &[opened(10, 100), attempted(40, AttemptOutcome::Cancelled)],
            &[(10, "opened"), (40, "Broken"), (40, "closed")],
        );
        check(
            &[opened(10, 100), attempted(140, AttemptOutcome::Cancelled)],
            &[(10, "opened"), (100, "Broken"), (140, "closed")],
        );
    }

    #[test]
    fn an_attempt_without_promise_is_unmatched() {
        check(
            &[
                attempted(5, AttemptOutcome::Reached),
                opened(10, 100),
                event(20, PromiseWhat::CallAnswered),
                attempted(30, AttemptOutcome::Reached),
            ],
            &[
                (5, "Unmatched"),
                (10, "opened"),
                (20, "Kept"),
                (20, "closed"),
                (30, "Unmatched"),
            ],
        );
    }

    #[test]
    fn an_answered_call_without_promise_is_nothing() {
        check(&[event(20, PromiseWhat::CallAnswered)], &[]);
    }
}

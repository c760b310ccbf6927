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
    /// Id, then source; empty for what follows from a step of a leg.
    pub id: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum PromiseWhat {
    /// Made by a queue, due at an instant.
    Opened { due: Time, by: CellId },
    /// An agent answered the call back.
    CallAnswered,
    /// An attempt.
    Attempted(AttemptOutcome),
}

/// What an event, or the passing of time, meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Made, due at an instant.
    Opened { due: Time },
    /// Reached by its due time.
    Kept,
    /// Not reached by its due time, or cancelled before it.
    Broken,
    /// Reached after its due time.
    KeptLate,
    /// No longer open; it was due at an instant.
    Closed { due: Time },
}

/// Tells a step with its time and the cell of the queue that made the promise;
/// signed where it may be taken back.
pub(crate) trait Tell: FnMut(i8, Time, CellId, Step) {}
impl<F: FnMut(i8, Time, CellId, Step)> Tell for F {}

/// The history of a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Promise {
    pub kind: PromiseKind,
    /// A cell of its agency, for its days.
    pub cell: CellId,
    events: Vec<PromiseEvent>,
}

impl PromiseEvent {
    /// What follows from a step of a leg.
    pub(crate) fn derived(time: Time, what: PromiseWhat) -> Self {
        Self {
            time,
            what,
            id: Box::default(),
        }
    }

    /// Order of the events that the state does not decide: time, type's name
    /// (`call.answered`, `call.callback_accepted` and the other openings,
    /// `promise.attempted`), id.
    fn key(&self) -> (Time, u8, &str, PromiseWhat) {
        let rank = match self.what {
            PromiseWhat::CallAnswered => 0,
            PromiseWhat::Opened { .. } => 1,
            PromiseWhat::Attempted(_) => 2,
        };
        (self.time, rank, &self.id, self.what)
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
    pub(crate) fn insert(&mut self, event: PromiseEvent, tell: &mut impl Tell) {
        self.walk(-1, tell);
        let place = self
            .events
            .partition_point(|known| known.key() < event.key());
        self.events.insert(place, event);
        self.walk(1, tell);
    }

    /// Takes an event back; one that is not there changes nothing.
    pub(crate) fn remove(&mut self, event: &PromiseEvent, tell: &mut impl Tell) {
        let Some(place) = self.events.iter().position(|known| known == event) else {
            return;
        };
        self.walk(-1, tell);
        self.events.remove(place);
        self.walk(1, tell);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// After this instant nothing can change what it means.
    pub(crate) fn over_at(&self) -> Option<Time> {
        self.events
            .iter()
            .map(|event| match event.what {
                PromiseWhat::Opened { due, .. } => due.max(event.time) + FORGOTTEN_AFTER,
                _ => event.time,
            })
            .max()
    }

    fn walk(&self, sign: i8, tell: &mut impl Tell) {
        let mut ledger = Ledger {
            kind: self.kind,
            open: None,
            sign,
            tell,
        };
        let mut left: Vec<&PromiseEvent> = self.events.iter().collect();
        while let Some(first) = left.first() {
            let time = first.time;
            ledger.forget_before(time);
            let next = left
                .iter()
                .take_while(|event| event.time == time)
                .position(|event| ledger.takes(event.what))
                .unwrap_or(0);
            ledger.step(left.remove(next));
        }
        ledger.run_out();
    }
}

/// A promise that is open.
#[derive(Clone, Copy)]
struct Open {
    due: Time,
    by: CellId,
}

/// The machine that the events of a promise walk.
struct Ledger<'t, T> {
    kind: PromiseKind,
    open: Option<Open>,
    sign: i8,
    tell: &'t mut T,
}

impl<T: Tell> Ledger<'_, T> {
    /// Whether the present state can take the event.
    fn takes(&self, what: PromiseWhat) -> bool {
        matches!(what, PromiseWhat::Opened { .. }) == self.open.is_none()
    }

    fn step(&mut self, event: &PromiseEvent) {
        use AttemptOutcome::{Cancelled, Handled, Reached, Unreachable};
        match (event.what, self.open) {
            (PromiseWhat::Opened { due, by }, None) => {
                // A promise cannot have been broken before it was made.
                let due = due.max(event.time);
                self.open = Some(Open { due, by });
                (self.tell)(self.sign, event.time, by, Step::Opened { due });
            }
            (PromiseWhat::Opened { .. }, Some(_)) | (_, None) => {}
            (PromiseWhat::Attempted(Unreachable), Some(_)) => {}
            // Handling something else does not call anybody back.
            (PromiseWhat::Attempted(Handled), Some(_)) if self.kind == PromiseKind::Callback => {}
            (PromiseWhat::CallAnswered, Some(open))
            | (PromiseWhat::Attempted(Reached | Handled), Some(open)) => {
                self.contact(event.time, open);
            }
            (PromiseWhat::Attempted(Cancelled), Some(open)) => {
                self.open = None;
                self.told(event.time.min(open.due), open, Step::Broken);
                self.told(event.time, open, Step::Closed { due: open.due });
            }
        }
    }

    fn contact(&mut self, at: Time, open: Open) {
        self.open = None;
        if at <= open.due {
            self.told(at, open, Step::Kept);
        } else {
            self.told(open.due, open, Step::Broken);
            self.told(at, open, Step::KeptLate);
        }
        self.told(at, open, Step::Closed { due: open.due });
    }

    fn forget_before(&mut self, time: Time) {
        if self
            .open
            .is_some_and(|open| open.due + FORGOTTEN_AFTER <= time)
        {
            self.run_out();
        }
    }

    /// Nobody came back to it.
    fn run_out(&mut self) {
        if let Some(open) = self.open.take() {
            self.told(open.due, open, Step::Broken);
            self.told(
                open.due + FORGOTTEN_AFTER,
                open,
                Step::Closed { due: open.due },
            );
        }
    }

    fn told(&mut self, at: Time, open: Open, step: Step) {
        (self.tell)(self.sign, at, open.by, step);
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
        event(
            second,
            PromiseWhat::Opened {
                due: Time::from_seconds(due),
                by: CellId(1),
            },
        )
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
                promise.insert(event, &mut |sign: i8, at: Time, by: CellId, step: Step| {
                    assert_eq!(by, CellId(1));
                    let word = match step {
                        Step::Opened { .. } => "opened".to_owned(),
                        Step::Closed { .. } => "closed".to_owned(),
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
    fn an_attempt_without_promise_changes_nothing() {
        check(
            &[
                attempted(5, AttemptOutcome::Reached),
                opened(10, 100),
                event(20, PromiseWhat::CallAnswered),
                attempted(30, AttemptOutcome::Reached),
            ],
            &[(10, "opened"), (20, "Kept"), (20, "closed")],
        );
    }

    #[test]
    fn handling_something_else_calls_nobody_back() {
        check(
            &[opened(10, 100), attempted(40, AttemptOutcome::Handled)],
            &[(10, "opened"), (100, "Broken"), (100 + DAY, "closed")],
        );
    }

    #[test]
    fn an_answered_call_without_promise_is_nothing() {
        check(&[event(20, PromiseWhat::CallAnswered)], &[]);
    }
}

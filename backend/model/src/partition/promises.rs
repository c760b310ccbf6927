//! Promises: what a new event, or one taken back, changes of a promise's
//! history, as contributions.

use vigie_contract::event::PromiseKind;
use vigie_contract::unknown::OverKind;
use vigie_contract::view::Count;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::aliases;
use super::state::Partition;
use crate::changed;
use crate::contribution::{CellId, What};
use crate::promise::{DatedPromiseStep, Promise, PromiseEvent, PromiseStep, PromiseWhat};
use crate::tally::Family;

impl Partition {
    /// Puts an event into the history of its promise, or takes it back.
    pub(super) fn fold_promise(
        &mut self,
        subject: &str,
        kind: PromiseKind,
        cell: CellId,
        event: PromiseEvent,
        sign: i8,
    ) {
        let key = self.promise_key(subject, kind, cell);
        let event = self.due_in_time(event, subject, sign);
        let at = event.time;
        let known = self.promises.remove(&key);
        let limits = &self.register.limits;
        let over = match &known {
            None if self.promises.len() as u64 >= limits.promises => Some(OverKind::Promise),
            Some(known) if known.len() as u64 >= limits.events_of_one => {
                Some(OverKind::EventsOfOne)
            }
            None | Some(_) => None,
        };
        if let Some(over) = over.filter(|_| sign > 0) {
            let call = aliases::call_of(subject);
            self.register.over(over, call, None, self.clock);
            self.promises.extend(known.map(|known| (key, known)));
            return;
        }
        let mut promise = known.unwrap_or_else(|| Promise::new(kind, subject, cell));
        let before = promise.steps();
        if sign > 0 {
            promise.insert(event);
        } else {
            promise.remove(&event);
        }
        let after = promise.steps();
        self.follow_promise(key, (kind, cell), promise.spells(), at);
        if !promise.is_empty() {
            self.promises.insert(key, promise);
        }
        let (before, after) = changed::between(&before, &after);
        for told in before {
            self.tell_promise(kind, -1, told);
        }
        for told in after {
            self.tell_promise(kind, 1, told);
        }
    }

    /// Limits how far ahead a promise may be due. One that is due later is followed
    /// until the latest due time there may be.
    fn due_in_time(&mut self, event: PromiseEvent, subject: &str, sign: i8) -> PromiseEvent {
        let PromiseWhat::Opened { due, by } = event.what else {
            return event;
        };
        let latest = event.time + self.register.limits.due_within;
        if due > latest && sign > 0 {
            let call = aliases::call_of(subject);
            self.register
                .over(OverKind::DueDate, call, None, self.clock);
        }
        PromiseEvent {
            what: PromiseWhat::Opened {
                due: due.min(latest),
                by,
            },
            ..event
        }
    }

    fn promise_key(&self, subject: &str, kind: PromiseKind, cell: CellId) -> u64 {
        let key = self.cells[cell.0 as usize].key;
        let place = |name: Option<crate::names::NameId>| name.map_or(u64::MAX, |id| id.0.into());
        let seed = (place(key.agency) << 34) ^ (place(key.queue) << 2) ^ kind as u64;
        xxh3_64_with_seed(subject.as_bytes(), seed)
    }

    /// Turns a step of a promise into contributions. Of every kind it is known
    /// how many are open and came due; of those to call back, how they ended.
    pub(super) fn tell_promise(&mut self, kind: PromiseKind, sign: i8, told: &DatedPromiseStep) {
        let count = |count| What::Count(Family::First, count);
        let is_callback = kind == PromiseKind::Callback;
        let what = match told.step {
            PromiseStep::Opened { due } => What::PromiseOpened { due },
            PromiseStep::Closed { due } => What::PromiseClosed { due },
            PromiseStep::Due(due) => What::PromiseDue(due),
            PromiseStep::Forgotten => count(Count::PromisesForgotten),
            PromiseStep::WithoutPromise => count(Count::AttemptsWithoutPromise),
            PromiseStep::Kept
            | PromiseStep::Broken
            | PromiseStep::KeptLate
            | PromiseStep::Cancelled
                if !is_callback =>
            {
                return;
            }
            PromiseStep::Kept => count(Count::PromisesKept),
            PromiseStep::Broken => count(Count::PromisesBroken),
            PromiseStep::KeptLate => count(Count::PromisesKeptLate),
            PromiseStep::Cancelled => count(Count::PromisesCancelled),
        };
        self.contribute_signed(told.by, told.at, sign, what);
    }
}

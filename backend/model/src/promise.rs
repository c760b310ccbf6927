//! A promise: to call back, to answer a message, that an expert will call.
//!
//! Like a leg, a history of events sorted by time and a machine of two states,
//! *none* —opened→ *open* —contact or cancellation→ *none*. It is broken at its
//! due time unless it was kept, whatever comes later; it is forgotten 24 hours
//! after it was due. Promises are few, so the whole history is walked at every
//! event, and the difference told.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::event::{AttemptOutcome, PromiseKind};
use vigie_contract::time::{Span, Time};

use crate::codes;
use crate::contribution::{CellId, DuePromise};

/// A promise is forgotten this long after it was due.
pub(crate) const FORGOTTEN_AFTER: Span = Span::from_seconds(24 * 3_600);

/// An event of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PromiseEvent {
    pub time: Time,
    pub what: PromiseWhat,
    /// The id of the event, followed by its source.
    pub id: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum PromiseWhat {
    /// Made by a queue, due at an instant.
    Opened { due: Time, by: CellId },
    /// An agent of a queue answered the call back.
    CallAnswered { own: CellId },
    /// An attempt, told by a queue.
    Attempted {
        #[serde(with = "codes::attempt")]
        outcome: AttemptOutcome,
        own: CellId,
    },
}

/// What one event of a promise, or the passing of time, meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PromiseStep {
    /// The promise was made, and is due at an instant.
    Opened { due: Time },
    /// The promise came due, and was not cancelled by then.
    Due(DuePromise),
    /// The caller was reached by the due time.
    Kept,
    /// The caller was not reached by the due time, or the promise was cancelled
    /// before it.
    Broken,
    /// The caller was reached after the due time.
    KeptLate,
    /// The promise was cancelled.
    Cancelled,
    /// Nobody came back to it within a day of its due time.
    Forgotten,
    /// The promise is no longer open; it was due at an instant.
    Closed { due: Time },
    /// An attempt without a promise.
    WithoutPromise,
}

/// A step of a promise with its instant and the cell that it counts at: that of the
/// queue which made the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DatedPromiseStep {
    pub at: Time,
    pub by: CellId,
    pub step: PromiseStep,
}

pub(crate) type PromiseSteps = SmallVec<[DatedPromiseStep; 6]>;

/// The spells of a promise: it is made again only after it has closed.
pub(crate) type Spells = SmallVec<[Spell; 1]>;

/// The history of a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Promise {
    #[serde(with = "codes::promise_kind")]
    pub kind: PromiseKind,
    /// The call that it was made to.
    pub call: Box<str>,
    /// A cell of its agency, whose time zone says when its day ends.
    pub cell: CellId,
    events: Vec<PromiseEvent>,
    /// The due times that it was predicted to miss: what
    /// [`missed`](crate::rules::missed) said when each was to be predicted.
    predicted: Vec<Time>,
}

/// An open promise as it stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StandingPromise {
    pub made: Time,
    pub due: Time,
    pub by: CellId,
    /// Attempts that reached nobody.
    pub unreachable: i64,
    /// When it was first attempted.
    attempted: Option<Time>,
}

impl StandingPromise {
    fn closed(self, at: Time) -> Spell {
        Spell {
            made: self.made,
            due: self.due,
            by: self.by,
            attempted: self.attempted,
            closed: at,
        }
    }
}

impl PromiseEvent {
    /// The order of events that the state does not decide: by time, then by the name
    /// of the type (`call.answered`, `call.callback_accepted` and the other
    /// openings, `promise.attempted`), then by id.
    fn key(&self) -> (Time, u8, &str) {
        let rank = match self.what {
            PromiseWhat::CallAnswered { .. } => 0,
            PromiseWhat::Opened { .. } => 1,
            PromiseWhat::Attempted { .. } => 2,
        };
        (self.time, rank, &self.id)
    }
}

impl Promise {
    pub(crate) fn new(kind: PromiseKind, call: &str, cell: CellId) -> Self {
        Self {
            kind,
            call: call.into(),
            cell,
            events: Vec::new(),
            predicted: Vec::new(),
        }
    }

    /// Puts an event in its place.
    pub(crate) fn insert(&mut self, event: PromiseEvent) {
        let place = self
            .events
            .partition_point(|known| known.key() < event.key());
        self.events.insert(place, event);
    }

    /// Takes an event back; one that is not there changes nothing.
    pub(crate) fn remove(&mut self, event: &PromiseEvent) {
        if let Some(place) = self.events.iter().position(|known| known == event) {
            self.events.remove(place);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// How many events it has.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// The cells that the promise and its events name.
    pub(crate) fn cells(&self) -> impl Iterator<Item = CellId> + '_ {
        let of_events = self.events.iter().map(|event| match event.what {
            PromiseWhat::Opened { by, .. } => by,
            PromiseWhat::CallAnswered { own } | PromiseWhat::Attempted { own, .. } => own,
        });
        of_events.chain([self.cell])
    }

    /// The instant after which nothing can change what it means.
    pub(crate) fn over_at(&self) -> Option<Time> {
        self.events
            .iter()
            .map(|event| match event.what {
                PromiseWhat::Opened { due, .. } => due.max(event.time) + FORGOTTEN_AFTER,
                PromiseWhat::CallAnswered { .. } | PromiseWhat::Attempted { .. } => event.time,
            })
            .max()
    }

    /// The steps that its events mean, and those that the passing of time adds after
    /// the last of them.
    pub(crate) fn steps(&self) -> PromiseSteps {
        let mut machine = self.walk(Time(i64::MAX));
        machine.run_out();
        machine.told
    }

    /// When it was open, each time that it was made.
    pub(crate) fn spells(&self) -> Spells {
        let mut machine = self.walk(Time(i64::MAX));
        machine.run_out();
        machine.spells
    }

    /// Takes note whether it is predicted to miss a due time; answers whether that is
    /// new.
    pub(crate) fn predict(&mut self, due: Time, is_missed: bool) -> bool {
        let known = self.predicted.iter().position(|known| *known == due);
        match known {
            Some(place) if !is_missed => {
                self.predicted.remove(place);
            }
            None if is_missed => {
                let place = self.predicted.partition_point(|known| *known < due);
                self.predicted.insert(place, due);
            }
            Some(_) | None => return false,
        }
        true
    }

    /// How the promise stands by the events before an instant; `None` if it is not
    /// open then.
    pub(crate) fn open_at(&self, as_of: Time) -> Option<StandingPromise> {
        let mut machine = self.walk(as_of);
        // Forgotten only after the instant of it: figures as of T hold what was
        // before T.
        machine.forget_by(as_of - Span(1));
        machine.open
    }

    fn walk(&self, before: Time) -> PromiseMachine<'_> {
        let mut machine = PromiseMachine {
            kind: self.kind,
            predicted: &self.predicted,
            open: None,
            told: PromiseSteps::new(),
            spells: Spells::new(),
        };
        let mut left: SmallVec<[&PromiseEvent; 6]> = self
            .events
            .iter()
            .filter(|event| event.time < before)
            .collect();
        while let Some(first) = left.first() {
            let time = first.time;
            machine.forget_by(time);
            let next = left
                .iter()
                .take_while(|event| event.time == time)
                .position(|event| machine.takes(event.what))
                .unwrap_or(0);
            machine.step(left.remove(next));
        }
        machine
    }
}

/// The machine that the events of a promise walk.
struct PromiseMachine<'p> {
    kind: PromiseKind,
    predicted: &'p [Time],
    open: Option<StandingPromise>,
    told: PromiseSteps,
    spells: Spells,
}

impl PromiseMachine<'_> {
    /// Whether the event fits the present state: an opening where no promise is
    /// open, anything else where one is.
    fn takes(&self, what: PromiseWhat) -> bool {
        matches!(what, PromiseWhat::Opened { .. }) == self.open.is_none()
    }

    fn step(&mut self, event: &PromiseEvent) {
        match (event.what, self.open) {
            (PromiseWhat::Opened { due, by }, None) => {
                // A promise cannot have been broken before it was made.
                let due = due.max(event.time);
                self.open = Some(StandingPromise {
                    made: event.time,
                    due,
                    by,
                    unreachable: 0,
                    attempted: None,
                });
                self.tell(event.time, by, PromiseStep::Opened { due });
            }
            (PromiseWhat::Opened { .. }, Some(_)) => {}
            (PromiseWhat::CallAnswered { own } | PromiseWhat::Attempted { own, .. }, None) => {
                self.tell(event.time, own, PromiseStep::WithoutPromise);
            }
            (PromiseWhat::CallAnswered { .. }, Some(open)) => self.contact(event.time, open),
            (PromiseWhat::Attempted { outcome, .. }, Some(open)) => {
                self.attempt(event.time, outcome, open);
            }
        }
    }

    fn attempt(&mut self, at: Time, outcome: AttemptOutcome, open: StandingPromise) {
        match outcome {
            AttemptOutcome::Unreachable => {
                self.open = Some(StandingPromise {
                    unreachable: open.unreachable + 1,
                    attempted: open.attempted.or(Some(at)),
                    ..open
                });
            }
            // Handling something else does not call anybody back.
            AttemptOutcome::Handled if self.kind == PromiseKind::Callback => {}
            AttemptOutcome::Reached | AttemptOutcome::Handled => self.contact(at, open),
            AttemptOutcome::Cancelled => {
                let spell = open.closed(at);
                if at > open.due {
                    self.came_due(spell, false);
                }
                self.tell(at.min(open.due), open.by, PromiseStep::Broken);
                self.tell(at, open.by, PromiseStep::Cancelled);
                self.close(spell);
            }
        }
    }

    fn contact(&mut self, at: Time, open: StandingPromise) {
        let attempted = open.attempted.or(Some(at));
        let spell = StandingPromise { attempted, ..open }.closed(at);
        let in_time = at <= open.due;
        self.came_due(spell, in_time);
        if in_time {
            self.tell(at, open.by, PromiseStep::Kept);
        } else {
            self.tell(open.due, open.by, PromiseStep::Broken);
            self.tell(at, open.by, PromiseStep::KeptLate);
        }
        self.close(spell);
    }

    fn came_due(&mut self, spell: Spell, reached: bool) {
        let foretold_at = spell.foretold_at();
        let due = DuePromise {
            kind: self.kind,
            called: spell.is_attempted_in_time(),
            reached,
            known_ahead: spell.made < foretold_at,
            predicted: self.predicted.contains(&spell.due) && spell.waits_at(foretold_at),
        };
        self.tell(spell.due, spell.by, PromiseStep::Due(due));
    }

    fn close(&mut self, spell: Spell) {
        self.open = None;
        let closed = PromiseStep::Closed { due: spell.due };
        self.tell(spell.closed, spell.by, closed);
        self.spells.push(spell);
    }

    fn forget_by(&mut self, time: Time) {
        if self
            .open
            .is_some_and(|open| open.due + FORGOTTEN_AFTER <= time)
        {
            self.run_out();
        }
    }

    /// Ends the open promise as forgotten, a day after its due time.
    fn run_out(&mut self) {
        if let Some(open) = self.open {
            let spell = open.closed(open.due + FORGOTTEN_AFTER);
            self.came_due(spell, false);
            self.tell(open.due, open.by, PromiseStep::Broken);
            self.tell(spell.closed, open.by, PromiseStep::Forgotten);
            self.close(spell);
        }
    }

    fn tell(&mut self, at: Time, by: CellId, step: PromiseStep) {
        self.told.push(DatedPromiseStep { at, by, step });
    }
}

mod spell;

pub(crate) use spell::{PREDICTED_EVERY, Spell};

#[cfg(test)]
mod tests;

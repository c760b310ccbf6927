//! A leg: one stay of a call in a queue, and the machine its events walk.
//!
//! Two states, *out* —`queued`→ *in* —an outcome→ *out* (`events.md`, Legs).
//! What a leg means depends on the set of its events, not on the order in which
//! they came: an event that is not the newest is put in its place and the whole
//! history is walked again, the old steps taken back. The common case, an event
//! after all others, takes one step from where the machine stands.

use serde::{Deserialize, Serialize};
use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};

use crate::contribution::{CellId, Ending};

/// A leg without outcome closes as lost this long after its entry, and an
/// outcome is superseded only within this long of an event of its leg.
pub(crate) const LOST_AFTER: Span = Span::from_seconds(2 * 3_600);

/// An event of a leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LegEvent {
    pub time: Time,
    pub what: LegWhat,
    /// Id, then source: the last word between events of one type at one time.
    pub id: Box<str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LegWhat {
    Queued(Entry),
    Outcome(Outcome),
}

/// What an outcome says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub ending: Ending,
    /// The cell of the queue that tells it, by the directory's line.
    pub own: CellId,
    /// The due time of the promise that it makes.
    pub due: Option<Time>,
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub reason: QueueReason,
    /// Since when the caller has asked: `asked_at`, else the entry.
    pub asked: Time,
    /// The cell of the queue entered.
    pub handler: CellId,
    /// The cell where the caller first asked.
    pub origin: CellId,
}

/// What an event meant, given those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Opened the leg.
    Entered(Entry),
    /// Closed it.
    Closed(Entry, Outcome),
    /// An entry of a leg that was waiting already, since this entry.
    Repeated(Entry),
    /// An outcome without entry.
    Orphan(Outcome),
    /// An outcome of a leg that had closed before, and its last entry.
    Superseded(Entry),
}

/// The history of a leg, in order, and where the machine stands behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Leg {
    /// A cell of its agency, for its days.
    pub cell: CellId,
    events: Vec<LegEvent>,
    machine: Machine,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Machine {
    /// The entry of the open leg, and when it was.
    open: Option<(Entry, Time)>,
    /// The last entry, while events follow within two hours of each other.
    last_entry: Option<Entry>,
    /// The newest event of the leg, a close as lost included.
    newest: Option<Time>,
}

impl LegEvent {
    /// Place in the order of a leg's events that the state does not decide: by
    /// time, type's name, id.
    fn key(&self) -> (Time, u8, &str) {
        (self.time, self.what.rank(), &self.id)
    }
}

impl LegWhat {
    /// Rank of the type's name among those of a leg, in lexical order.
    fn rank(self) -> u8 {
        let LegWhat::Outcome(outcome) = self else {
            return 5;
        };
        match outcome.ending {
            Ending::Abandoned => 0,
            Ending::Answered => 1,
            Ending::CallbackAccepted => 2,
            Ending::CutOff => 3,
            Ending::Overflowed => 4,
            Ending::VoicemailLeft => 6,
            // Follows from the passing of time, never from an event.
            Ending::Lost => 7,
        }
    }
}

impl Machine {
    /// Whether the present state can take the event.
    fn takes(&self, what: LegWhat) -> bool {
        matches!(what, LegWhat::Queued(_)) == self.open.is_none()
    }

    /// Closes the open leg as lost where two hours have passed before `time`.
    fn lose_before(&mut self, time: Time, tell: &mut impl FnMut(Time, Step)) {
        if let Some((entry, since)) = self.open
            && since + LOST_AFTER <= time
        {
            self.open = None;
            self.newest = self.newest.max(Some(since + LOST_AFTER));
            let lost = Outcome {
                ending: Ending::Lost,
                own: entry.handler,
                due: None,
            };
            tell(since + LOST_AFTER, Step::Closed(entry, lost));
        }
    }

    fn step(&mut self, time: Time, what: LegWhat, tell: &mut impl FnMut(Time, Step)) {
        self.lose_before(time, tell);
        if self.newest.is_some_and(|newest| newest < time - LOST_AFTER) {
            self.last_entry = None;
        }
        let step = match (what, self.open) {
            (LegWhat::Queued(entry), None) => {
                self.open = Some((entry, time));
                self.last_entry = Some(entry);
                Step::Entered(entry)
            }
            (LegWhat::Queued(_), Some((entry, _))) => Step::Repeated(entry),
            (LegWhat::Outcome(outcome), Some((entry, _))) => {
                self.open = None;
                Step::Closed(entry, outcome)
            }
            (LegWhat::Outcome(outcome), None) => match self.last_entry {
                Some(entry) => Step::Superseded(entry),
                None => Step::Orphan(outcome),
            },
        };
        self.newest = self.newest.max(Some(time));
        tell(time, step);
    }
}

impl Leg {
    pub(crate) fn new(cell: CellId) -> Self {
        Self {
            cell,
            events: Vec::new(),
            machine: Machine::default(),
        }
    }

    /// Puts an event in its place. `tell` is given every step that is new (+1)
    /// or no longer holds (−1), with its time.
    ///
    /// `lost_before`: legs whose two hours ended before this instant have been
    /// told as lost ([`Leg::lose`]).
    pub(crate) fn insert(
        &mut self,
        event: LegEvent,
        lost_before: Time,
        tell: &mut impl FnMut(i8, Time, Step),
    ) {
        if self.is_next(&event) {
            self.machine
                .step(event.time, event.what, &mut |at, step| tell(1, at, step));
            self.place(event);
        } else {
            self.walk(lost_before, &mut |at, step| tell(-1, at, step));
            self.place(event);
            self.machine = self.walk(lost_before, &mut |at, step| tell(1, at, step));
        }
        // An open leg that arrives two hours late is lost at once.
        if self
            .machine
            .open
            .is_some_and(|(_, since)| since + LOST_AFTER < lost_before)
        {
            self.lose(lost_before, &mut |at, step| tell(1, at, step));
        }
    }

    fn place(&mut self, event: LegEvent) {
        let place = self
            .events
            .partition_point(|known| known.key() < event.key());
        self.events.insert(place, event);
    }

    /// Whether the machine would take the event after all those it has.
    fn is_next(&self, event: &LegEvent) -> bool {
        let Some((last, before)) = self.events.split_last() else {
            return true;
        };
        if last.time != event.time {
            return last.time < event.time
                // A close as lost that was told is no event of the history.
                && self.machine.newest.is_none_or(|newest| newest <= event.time);
        }
        // An entry and its outcome at one instant, alone there: taken in this
        // order, though the outcome's type sorts before the entry's.
        let entered_then = self
            .machine
            .open
            .is_some_and(|(_, since)| since == event.time);
        entered_then
            && matches!(event.what, LegWhat::Outcome(_))
            && before.last().is_none_or(|known| known.time < event.time)
    }

    /// Closes an open leg as lost where its two hours ended before `time`.
    pub(crate) fn lose(&mut self, time: Time, tell: &mut impl FnMut(Time, Step)) {
        if let Some((_, since)) = self.machine.open
            && since + LOST_AFTER < time
        {
            self.machine.lose_before(since + LOST_AFTER, tell);
        }
    }

    /// When the open leg will be lost, if no outcome comes.
    pub(crate) fn deadline(&self) -> Option<Time> {
        self.machine.open.map(|(_, since)| since + LOST_AFTER)
    }

    /// The newest event, a close as lost included.
    pub(crate) fn newest(&self) -> Option<Time> {
        self.machine.newest
    }

    /// Walks the whole history, and tells a trailing loss that has come due.
    fn walk(&self, lost_before: Time, tell: &mut impl FnMut(Time, Step)) -> Machine {
        let mut machine = Machine::default();
        let mut rest = &self.events[..];
        while let Some(first) = rest.first() {
            let same = rest
                .iter()
                .take_while(|event| event.time == first.time)
                .count();
            let (group, after) = rest.split_at(same);
            walk_ties(&mut machine, group, tell);
            rest = after;
        }
        if let Some((_, since)) = machine.open
            && since + LOST_AFTER < lost_before
        {
            machine.lose_before(since + LOST_AFTER, tell);
        }
        machine
    }
}

/// Events at one instant: first what the present state can take, then by type,
/// then by id.
fn walk_ties(machine: &mut Machine, group: &[LegEvent], tell: &mut impl FnMut(Time, Step)) {
    if let [event] = group {
        return machine.step(event.time, event.what, tell);
    }
    machine.lose_before(group[0].time, tell);
    let mut left: Vec<&LegEvent> = group.iter().collect();
    while !left.is_empty() {
        let next = left
            .iter()
            .position(|event| machine.takes(event.what))
            .unwrap_or(0);
        let event = left.remove(next);
        machine.step(event.time, event.what, tell);
    }
}

#[cfg(test)]
mod tests;

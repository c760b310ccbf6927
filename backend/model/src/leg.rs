//! A leg: one stay of a call in a queue, and the machine its events walk.
//!
//! Two states, *out* —`queued`→ *in* —an outcome→ *out* (`events.md`, Legs).
//! Servers of one platform differ by fractions of a second: an outcome that finds
//! the leg out waits for the first entry of the 2 s after it that no outcome
//! before it waits for, and is the outcome of that entry, told at its instant.
//! What a leg means is a function of the sorted list of its events, [`walk`]:
//! whoever adds an event walks the list before and after, and tells the
//! difference. So figures depend on the set of the events, never on the order
//! in which they came. Rejected: a machine kept per leg and patched, which costs
//! a hundred bytes a leg and is wrong for the tenth case; a walk over the two or
//! three events of most legs takes some nanoseconds.

use smallvec::SmallVec;
use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};

use crate::contribution::CellId;
use crate::ending::Ending;
use crate::event_id::EventId;

/// A leg without outcome closes as lost this long after its entry, and an
/// outcome is superseded only within this long of an event of its leg.
pub(crate) const LOST_AFTER: Span = Span::from_seconds(2 * 3_600);

/// An outcome may be stamped this long before the entry that it is of.
pub(crate) const SKEW: Span = Span::from_seconds(2);

/// An event of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegEvent<'a> {
    pub time: Time,
    pub what: LegWhat,
    /// Decides the order of events that have the same type and time.
    pub id: EventId<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegWhat {
    Queued(LegEntry),
    /// A wait was announced, at a queue.
    Announced(CellId, Span),
    Outcome(LegOutcome),
}

/// What an outcome event says: how the leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegOutcome {
    pub ending: Ending,
    /// The cell of the queue that tells it, by the directory's line.
    pub own: CellId,
    /// The due time of the promise that it makes.
    pub due: Option<Time>,
}

/// What an entry event says: how the leg opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LegEntry {
    pub reason: QueueReason,
    /// Since when the caller has asked: `asked_at`, else the entry.
    pub asked: Time,
    /// The cell of the queue entered.
    pub handler: CellId,
    /// The cell where the caller first asked.
    pub origin: CellId,
    /// The wait announced to the caller at the entry.
    pub announced: Option<Span>,
}

impl LegEntry {
    /// An entry of a caller who asks at the instant of the entry, in this queue, and
    /// to whom no wait is announced.
    pub(crate) fn asked(handler: CellId, at: Time) -> Self {
        Self {
            reason: QueueReason::Asked,
            asked: at,
            handler,
            origin: handler,
            announced: None,
        }
    }
}

/// A leg while it is open: its entry, when that was, and the wait first announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub entry: LegEntry,
    pub since: Time,
    /// The first announcement: when, and what it said.
    pub announced: Option<(Time, Span)>,
}

/// What one event of a leg meant, given the events before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LegStep {
    /// The event opened the leg.
    Entered(LegEntry),
    /// The event closed the leg.
    Closed(Stay, LegOutcome),
    /// A further entry of a leg that was already open; it holds the entry that
    /// opened the leg.
    Repeated(LegEntry),
    /// An outcome without any entry.
    Orphan(LegOutcome),
    /// An outcome of a leg that was already closed by another; it holds the entry of
    /// that leg.
    Superseded(LegEntry),
}

/// A step of a leg with its instant and the id of the event that made it. A leg that
/// is lost has no such event: its step has the id of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DatedLegStep<'a> {
    pub at: Time,
    pub step: LegStep,
    pub id: EventId<'a>,
}

/// The result of walking the events of a leg: what they meant, and whether the leg
/// is open at the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Walk<'a> {
    pub told: SmallVec<[DatedLegStep<'a>; 2]>,
    /// The stay that is open at the end.
    pub open: Option<Stay>,
}

#[derive(Clone, Default)]
struct LegMachine<'a> {
    told: SmallVec<[DatedLegStep<'a>; 2]>,
    open: Option<(Stay, EventId<'a>)>,
    /// Outcomes that were stamped up to 2 s before their entry, and wait for it.
    /// There are none while the leg is open.
    early: SmallVec<[(LegOutcome, EventId<'a>); 1]>,
    /// When an outcome last found the leg closed, with no entry in the next 2 s to
    /// wait for.
    stray: Option<Time>,
    /// The last entry. It is forgotten once two hours pass without an event.
    last_entry: Option<LegEntry>,
    /// Time of the newest entry or outcome. The close of a lost leg is one, too.
    newest: Option<Time>,
}

impl LegWhat {
    /// The cell of the queue that the event names.
    pub(crate) fn own(self) -> CellId {
        match self {
            LegWhat::Queued(entry) => entry.handler,
            LegWhat::Announced(own, _) => own,
            LegWhat::Outcome(outcome) => outcome.own,
        }
    }

    /// Whether it is an entry of a caller who asks for an agent.
    pub(crate) fn asks(self) -> bool {
        matches!(self, LegWhat::Queued(entry) if entry.reason == QueueReason::Asked)
    }

    /// The rank of the event's type among the types of a leg, in the lexical order
    /// of their names.
    pub(crate) fn rank(self) -> u8 {
        match self {
            LegWhat::Announced(..) => 1,
            LegWhat::Queued(_) => 6,
            LegWhat::Outcome(outcome) => outcome.ending.meaning().rank,
        }
    }
}

impl<'a> LegMachine<'a> {
    /// Whether the event fits the present state: an entry where the leg is closed,
    /// anything else where it is open.
    fn takes(&self, what: LegWhat) -> bool {
        matches!(what, LegWhat::Queued(_)) == self.open.is_none()
    }

    /// Closes the open leg as lost if its two hours have passed by `time`.
    fn lose_by(&mut self, time: Time) {
        if let Some((stay, id)) = self.open
            && stay.since + LOST_AFTER <= time
        {
            let at = stay.since + LOST_AFTER;
            let lost = LegOutcome {
                ending: Ending::Lost,
                own: stay.entry.handler,
                due: None,
            };
            self.open = None;
            self.tell(at, LegStep::Closed(stay, lost), id);
        }
    }

    fn tell(&mut self, at: Time, step: LegStep, id: EventId<'a>) {
        self.newest = self.newest.max(Some(at));
        self.told.push(DatedLegStep { at, step, id });
    }

    /// Takes one event. `later` are the events after its instant, in order.
    fn step(&mut self, event: &LegEvent<'a>, later: &[LegEvent<'a>]) {
        let time = event.time;
        self.lose_by(time);
        if self.newest.is_some_and(|newest| newest < time - LOST_AFTER) {
            self.last_entry = None;
        }
        let step = match (event.what, &mut self.open) {
            (LegWhat::Announced(_, wait), open) => {
                if let Some((stay, _)) = open {
                    stay.announced.get_or_insert((time, wait));
                }
                return;
            }
            (LegWhat::Queued(entry), None) => return self.enter(entry, event),
            (LegWhat::Queued(_), Some((stay, _))) => LegStep::Repeated(stay.entry),
            (LegWhat::Outcome(outcome), Some((stay, _))) => {
                let stay = *stay;
                self.open = None;
                LegStep::Closed(stay, outcome)
            }
            (LegWhat::Outcome(outcome), None) => {
                let mut entries = entries_within(later, time + SKEW);
                let first = entries.next();
                if first.is_some() && self.early.len() <= entries.count() {
                    self.early.push((outcome, event.id));
                    self.newest = Some(time);
                    return;
                }
                self.stray = Some(time);
                match self.last_entry.or(first) {
                    Some(entry) => LegStep::Superseded(entry),
                    None => LegStep::Orphan(outcome),
                }
            }
        };
        self.tell(time, step, event.id);
    }

    /// Opens the leg. It closes at once if its outcome came before the entry.
    fn enter(&mut self, entry: LegEntry, event: &LegEvent<'a>) {
        let time = event.time;
        let stay = Stay {
            entry,
            since: time,
            announced: entry.announced.map(|wait| (time, wait)),
        };
        self.last_entry = Some(entry);
        self.tell(time, LegStep::Entered(entry), event.id);
        if self.early.is_empty() {
            self.open = Some((stay, event.id));
        } else {
            let (outcome, id) = self.early.remove(0);
            self.tell(time, LegStep::Closed(stay, outcome), id);
        }
    }

    fn step_all(&mut self, events: &[LegEvent<'a>]) {
        let mut passed = 0;
        for group in events.chunk_by(|one, next| one.time == next.time) {
            passed += group.len();
            let later = &events[passed..];
            match group {
                [event] => self.step(event, later),
                _ => self.step_ties(group, later),
            }
        }
    }

    /// Whether the leg is open and its two hours ended before `lost_before`.
    fn is_lost(&self, lost_before: Time) -> bool {
        self.open
            .is_some_and(|(stay, _)| stay.since + LOST_AFTER < lost_before)
    }

    fn end(mut self, lost_before: Time) -> Walk<'a> {
        if self.is_lost(lost_before) {
            self.lose_by(lost_before);
        }
        Walk {
            told: self.told,
            open: self.open.map(|(stay, _)| stay),
        }
    }

    /// Takes the events of one instant: first those that fit the present state, then
    /// the others by type and id.
    fn step_ties(&mut self, group: &[LegEvent<'a>], later: &[LegEvent<'a>]) {
        self.lose_by(group[0].time);
        let mut left: SmallVec<[&LegEvent<'a>; 4]> = group.iter().collect();
        while !left.is_empty() {
            let next = left
                .iter()
                .position(|event| self.takes(event.what))
                .unwrap_or(0);
            let event = left.remove(next);
            self.step(event, later);
        }
    }
}

/// The entries among sorted events, up to an instant (included).
fn entries_within(events: &[LegEvent<'_>], to: Time) -> impl Iterator<Item = LegEntry> {
    let within = events.iter().take_while(move |event| event.time <= to);
    within.filter_map(|event| match event.what {
        LegWhat::Queued(entry) => Some(entry),
        LegWhat::Announced(..) | LegWhat::Outcome(_) => None,
    })
}

/// Walks the events of a leg, which are in order. An open leg counts as lost if its
/// two hours ended before `lost_before`.
pub(crate) fn walk<'a>(events: &[LegEvent<'a>], lost_before: Time) -> Walk<'a> {
    let mut machine = LegMachine::default();
    machine.step_all(events);
    machine.end(lost_before)
}

/// Walks the events of a leg twice: without `next`, and with it. `next` comes after
/// all of them, and at the instant of none. Nearly always the second walk begins
/// with all steps of the first; where that is sure, these steps are left out of
/// both, so that only what is new is told.
pub(crate) fn walk_on<'a>(
    events: &[LegEvent<'a>],
    next: &LegEvent<'a>,
    lost_before: Time,
) -> (Walk<'a>, Walk<'a>) {
    let mut machine = LegMachine::default();
    machine.step_all(events);
    let is_entry = matches!(next.what, LegWhat::Queued(_));
    if is_entry && machine.stray.is_some_and(|stray| next.time <= stray + SKEW) {
        // That outcome may have been of this entry.
        let mut all: SmallVec<[LegEvent<'a>; 4]> = events.into();
        all.push(*next);
        return (machine.end(lost_before), walk(&all, lost_before));
    }
    if !machine.is_lost(lost_before) {
        machine.told.clear();
        machine.step(next, &[]);
        return (Walk::default(), machine.end(lost_before));
    }
    let mut after = machine.clone();
    after.step(next, &[]);
    (machine.end(lost_before), after.end(lost_before))
}

/// The entries at which a call asked for an agent for the first time: those of
/// reason asked that do not follow another within two hours. Each is given by its
/// instant and its cell.
///
/// `events` are those of all legs of the call, in order.
pub(crate) fn first_askings<'e, 'a>(
    events: &'e [LegEvent<'a>],
) -> impl Iterator<Item = (Time, CellId)> + use<'e, 'a> {
    let asking = events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.what.asks());
    asking.filter_map(|(at, event)| {
        is_first_asking(&events[..at], event).then_some((event.time, event.what.own()))
    })
}

/// Whether an entry of reason asked is a first asking, given the events before it.
pub(crate) fn is_first_asking(before: &[LegEvent<'_>], entry: &LegEvent<'_>) -> bool {
    let last = before.iter().rev().find(|event| event.what.asks());
    last.is_none_or(|last| last.time < entry.time - LOST_AFTER)
}

#[cfg(test)]
mod tests;

//! Calls in their queues: what a new event, or two hours, change of a call's
//! history, as contributions.

use smallvec::SmallVec;
use vigie_contract::event::{PromiseKind, QueueReason};
use vigie_contract::time::{Span, Time};
use vigie_contract::unknown::OverKind;
use vigie_contract::view::Count;
use xxhash_rust::xxh3::xxh3_64;

use super::aliases;
use super::cell::CellKey;
use super::state::Partition;
use crate::call::{self, CallEvents};
use crate::changed;
use crate::contribution::{AgainstAnnounced, CellId, Closed, Contribution, Wait, What, family};
use crate::ending::Ending;
use crate::event_id::EventId;
use crate::leg::{
    DatedLegStep, LOST_AFTER, LegEvent, LegOutcome, LegStep, LegWhat, Stay, Walk, first_askings,
    is_first_asking, walk, walk_on,
};
use crate::promise::{PromiseEvent, PromiseWhat};
use crate::tally::Family;
use crate::terms::Terms;

impl Partition {
    /// Puts an event into the history of its call.
    pub(super) fn fold_call(&mut self, subject: &str, event: LegEvent<'_>, terms: &mut Terms) {
        let key = xxh3_64(subject.as_bytes());
        // Copied, so that the events can be looked at while the state changes.
        let kept = self.calls.history(key);
        let before = call::unpack(&kept, subject);
        if before.len() as u64 >= self.register.limits.events_of_one {
            let call = aliases::call_of(subject);
            return self
                .register
                .over(OverKind::EventsOfOne, call, None, self.clock);
        }
        let queue = self.queue_of(event.what.own());
        let passed = self.passed();
        let of_leg;
        let is_one_leg = self.is_one_leg(&before, queue);
        let leg: &[LegEvent<'_>] = match is_one_leg {
            true => &before,
            false => {
                of_leg = self.leg(&before, queue);
                &of_leg
            }
        };
        let asks = event.what.asks();
        let (old, new) = match before.last() {
            Some(last) if last.time >= event.time => {
                let mut after = before.clone();
                self.place(&mut after, event);
                if asks {
                    self.tell_first_askings(&before, &after);
                }
                self.calls.replace(key, &call::pack(&after));
                (walk(leg, passed), walk(&self.leg(&after, queue), passed))
            }
            // The common case: later than all that is known of the call.
            last => {
                let last = last.map_or(Time(0), |last| last.time);
                call::pack_next(&event, last, |bytes| self.calls.append(key, bytes));
                if asks && is_first_asking(&before, &event) {
                    self.contribute(event.what.own(), event.time, What::FirstAsked);
                }
                walk_on(leg, &event, passed)
            }
        };
        if is_one_leg && new.open.is_none() {
            self.calls.settle(key);
        }
        self.tell_difference(&old, &new, subject, terms);
        if matches!(event.what, LegWhat::Queued(_)) {
            self.await_loss(key, event.time);
        }
        if !matches!(event.what, LegWhat::Announced(..)) {
            self.retrace(subject);
        }
    }

    /// Puts an event in its place among those of its call.
    fn place<'a>(&self, events: &mut CallEvents<'a>, event: LegEvent<'a>) {
        let place = events.partition_point(|known| call::order(known, &event, &self.names).is_lt());
        events.insert(place, event);
    }

    /// The agency and the queue of a cell, which tell the legs of a call apart.
    pub(super) fn queue_of(&self, cell: CellId) -> CellKey {
        CellKey {
            line: None,
            ..self.cells[cell.0 as usize].key
        }
    }

    fn is_one_leg(&self, events: &[LegEvent<'_>], queue: CellKey) -> bool {
        events
            .iter()
            .all(|event| self.queue_of(event.what.own()) == queue)
    }

    /// The queues that the events of a call name, each once.
    pub(super) fn queues_of_call(&self, events: &[LegEvent<'_>]) -> SmallVec<[CellKey; 2]> {
        let mut queues = SmallVec::new();
        for event in events {
            let queue = self.queue_of(event.what.own());
            if !queues.contains(&queue) {
                queues.push(queue);
            }
        }
        queues
    }

    /// The events of one leg of a call.
    pub(super) fn leg<'a>(&self, events: &[LegEvent<'a>], queue: CellKey) -> CallEvents<'a> {
        events
            .iter()
            .filter(|event| self.queue_of(event.what.own()) == queue)
            .copied()
            .collect()
    }

    fn tell_difference(
        &mut self,
        old: &Walk<'_>,
        new: &Walk<'_>,
        subject: &str,
        terms: &mut Terms,
    ) {
        let (old, new) = changed::between(&old.told, &new.told);
        for told in old {
            self.tell_step(-1, told, subject, terms);
        }
        for told in new {
            self.tell_step(1, told, subject, terms);
        }
    }

    fn tell_first_askings(&mut self, before: &CallEvents<'_>, after: &CallEvents<'_>) {
        let old: SmallVec<[(Time, CellId); 2]> = first_askings(before).collect();
        let new: SmallVec<[(Time, CellId); 2]> = first_askings(after).collect();
        for &(at, cell) in old.iter().filter(|told| !new.contains(told)) {
            self.contribute_signed(cell, at, -1, What::FirstAsked);
        }
        for &(at, cell) in new.iter().filter(|told| !old.contains(told)) {
            self.contribute(cell, at, What::FirstAsked);
        }
    }

    /// Adds a deadline for the two hours of an entry, even if it is known already
    /// how the leg ended: as of an earlier instant it may be open.
    fn await_loss(&mut self, call: u64, entered: Time) {
        let deadline = (entered + LOST_AFTER, call);
        if deadline.0 >= self.passed() {
            self.deadlines.push(deadline);
        }
    }

    /// Makes the contributions of the legs whose two hours ended before an instant.
    pub(super) fn lose_legs_before(&mut self, time: Time, terms: &mut Terms) {
        while let Some((deadline, key)) = self.deadlines.pop_before(time) {
            // Nearly all of them: their leg has closed.
            if self.calls.is_settled(key) {
                continue;
            }
            let kept = self.calls.history(key);
            let events = call::unpack(&kept, "");
            for queue in self.queues_of_call(&events) {
                let leg = self.leg(&events, queue);
                let old = walk(&leg, deadline);
                let new = walk(&leg, Time(deadline.0 + 1));
                self.tell_difference(&old, &new, "", terms);
            }
        }
    }

    /// Turns a step of a leg into contributions.
    fn tell_step(&mut self, sign: i8, told: &DatedLegStep<'_>, subject: &str, terms: &mut Terms) {
        let at = told.at;
        match told.step {
            LegStep::Entered(entry) => {
                let what = What::Entered {
                    reason: entry.reason,
                    asked: entry.asked,
                };
                self.tell_of(entry.handler, entry.origin, at, sign, what);
            }
            LegStep::Repeated(entry) => {
                let what = What::Count(family(entry.reason), Count::Repeated);
                self.tell_of(entry.handler, entry.origin, at, sign, what);
            }
            LegStep::Superseded(entry) => {
                let what = What::Count(family(entry.reason), Count::Superseded);
                self.tell_of(entry.handler, entry.origin, at, sign, what);
            }
            LegStep::Orphan(outcome) => {
                let what = if self.is_open(outcome.own, at, terms) {
                    What::Orphan(outcome.ending)
                } else {
                    What::Count(Family::First, Count::OutOfHours)
                };
                let contribution = Contribution {
                    at,
                    handler: outcome.own,
                    origin: outcome.own,
                    sign,
                    what,
                };
                self.tell_end(&contribution, None);
                self.tell_promised(subject, outcome.own, sign, told, outcome);
            }
            LegStep::Closed(stay, outcome) => {
                self.tell_close(stay, outcome.ending, sign, at, terms);
                self.tell_promised(subject, stay.entry.handler, sign, told, outcome);
                let answered = outcome.ending == Ending::Answered;
                if answered && stay.entry.reason == QueueReason::Callback {
                    let what = PromiseWhat::CallAnswered { own: outcome.own };
                    let event = self.derived(told, what);
                    self.fold_promise(subject, PromiseKind::Callback, outcome.own, event, sign);
                }
            }
        }
    }

    fn tell_of(&mut self, handler: CellId, origin: CellId, at: Time, sign: i8, what: What) {
        self.push(Contribution {
            at,
            handler,
            origin,
            sign,
            what,
        });
    }

    /// Tells how a leg ended, or that an outcome has none, which may be listed.
    fn tell_end(&mut self, contribution: &Contribution, announced: Option<Span>) {
        self.note_ended(contribution, announced);
        self.push(*contribution);
    }

    /// The event of a promise that follows from a step of a leg.
    fn derived(&self, told: &DatedLegStep<'_>, what: PromiseWhat) -> PromiseEvent {
        PromiseEvent {
            time: told.at,
            what,
            id: EventId::text(&told.id, &self.names),
        }
    }

    /// The promise that an outcome makes.
    fn tell_promised(
        &mut self,
        subject: &str,
        by: CellId,
        sign: i8,
        told: &DatedLegStep<'_>,
        outcome: LegOutcome,
    ) {
        let kind = outcome.ending.meaning().promise;
        if let Some((kind, due)) = kind.zip(outcome.due) {
            let event = self.derived(told, PromiseWhat::Opened { due, by });
            self.fold_promise(subject, kind, by, event, sign);
        }
    }

    fn tell_close(&mut self, stay: Stay, ending: Ending, sign: i8, at: Time, terms: &mut Terms) {
        let entry = stay.entry;
        let facts = self.counting(entry.handler, at);
        let opened = terms
            .calendar
            .first_open(facts.hours, facts.zone, entry.asked, at);
        let wait = opened.map(|opened| {
            let waited = at - opened;
            Wait {
                waited,
                within_origin: waited <= self.counting(entry.origin, at).answer_within,
                within_handler: waited <= facts.answer_within,
                short: waited < facts.short_abandon,
                announced: against_announced(stay, ending, at),
            }
        });
        let what = What::Closed(Closed {
            ending,
            reason: entry.reason,
            asked: entry.asked,
            entered: stay.since,
            wait,
        });
        let contribution = Contribution {
            at,
            handler: entry.handler,
            origin: entry.origin,
            sign,
            what,
        };
        self.tell_end(&contribution, stay.announced.map(|(_, wait)| wait));
    }
}

/// Compares the wait since the first announcement with what was announced. A leg
/// that left before that time, by another way than an agent, cannot be judged:
/// `None`.
fn against_announced(stay: Stay, ending: Ending, closed: Time) -> Option<AgainstAnnounced> {
    let (announced_at, wait) = stay.announced?;
    let actual = closed - announced_at;
    let exceeded = actual > wait;
    (exceeded || ending.meaning().stayed).then(|| AgainstAnnounced {
        exceeded,
        error: Span((actual.0 - wait.0).abs()),
    })
}

/// Whether no event to come can change a call: the day that holds its newest
/// event + 2 h has closed, no later than that can an event be superseded by it,
/// and every event of an earlier day is too late.
pub(super) fn is_over(
    history: &[u8],
    passed: Time,
    is_over: &mut impl FnMut(CellId, Time) -> bool,
) -> bool {
    let events = call::unpack(history, "");
    let Some(last) = events.last() else {
        return true;
    };
    // A loss at + 2 h is an event of the history as well.
    let lost = last.time + LOST_AFTER;
    lost < passed
        && events
            .iter()
            .all(|event| is_over(event.what.own(), lost + LOST_AFTER))
}

//! What each type of event does.

use vigie_contract::event::{
    Body, CallDeflected, CallQueued, DeflectReason, Event, PromiseKind, QueueStateChanged,
};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use super::named::codes_of;
use super::state::Partition;
use crate::contribution::{CellId, CellKind, What};
use crate::ending::Ending;
use crate::event_id::EventId;
use crate::leg::{LegEntry, LegEvent, LegOutcome, LegWhat};
use crate::names::NameId;
use crate::promise::{PromiseEvent, PromiseWhat};
use crate::tally::Family;
use crate::terms::Terms;

/// No caller has asked longer before the entry.
const ASKED_WITHIN: Span = Span::from_seconds(24 * 3_600);

impl Partition {
    /// The cell that an event is about.
    ///
    /// An event that names no line has the directory's for its queue.
    pub(super) fn cell_of(&mut self, event: &Event<'_>, terms: &Terms) -> CellId {
        let (agency, queue, line) = codes_of(&event.body);
        let of_queue = || terms.versions.line_of_queue(agency?, queue?, event.time);
        let line = line.or_else(of_queue);
        self.cell((agency, queue, line), CellKind::Calls, terms)
    }

    /// Folds an event that was taken in.
    pub(super) fn dispatch(
        &mut self,
        event: &Event<'_>,
        cell: CellId,
        source: NameId,
        terms: &mut Terms,
    ) {
        let at = event.time;
        let id = EventId::new(&event.id, &event.subject, source);
        let outcome = |ending, due| {
            LegWhat::Outcome(LegOutcome {
                ending,
                own: cell,
                due,
            })
        };
        let leg = match &event.body {
            Body::CallQueued(queued) => LegWhat::Queued(self.entry(queued, cell, at, terms)),
            Body::CallAnnounced(announced) => {
                LegWhat::Announced(cell, announced.announced_wait_seconds)
            }
            Body::CallAnswered(_) => outcome(Ending::Answered, None),
            Body::CallAbandoned(_) => outcome(Ending::Abandoned, None),
            Body::CallOverflowed(_) => outcome(Ending::Overflowed, None),
            Body::CallCutOff(_) => outcome(Ending::CutOff, None),
            Body::CallCallbackAccepted(accepted) => {
                outcome(Ending::CallbackAccepted, Some(accepted.due_at))
            }
            Body::CallVoicemailLeft(left) => outcome(Ending::VoicemailLeft, left.due_at),
            Body::CallReceived(received) => {
                let in_hours = self.is_open(cell, at, terms);
                let identified = received.identified == Some(true);
                let what = What::Received {
                    in_hours,
                    identified,
                };
                return self.contribute(cell, at, what);
            }
            Body::CallSelfServed(_) => {
                let in_hours = self.is_open(cell, at, terms);
                return self.contribute(cell, at, What::SelfServed { in_hours });
            }
            Body::CallDeflected(deflected) => {
                let count = self.deflected_as(deflected, cell, at, terms);
                return self.contribute(cell, at, What::Deflected(count));
            }
            Body::CallRangUnanswered(_) => {
                let what = What::Count(Family::First, Count::RangUnanswered);
                return self.contribute(cell, at, what);
            }
            Body::CallEnded(ended) => {
                let hold = ended.hold_seconds.unwrap_or_default();
                let handled = Span(ended.talk_seconds.0 + hold.0);
                return self.contribute(cell, at, What::Ended { handled });
            }
            Body::CallWrappedUp(wrapped) => {
                let worked = wrapped.wrap_up_seconds;
                return self.contribute(cell, at, What::WrappedUp { worked });
            }
            Body::SurveyAnswered(survey) => {
                return self.contribute(cell, at, What::Rated(survey.score.get()));
            }
            Body::CallRecontactPromised(promised) => {
                let due = promised.due_at;
                let opened = PromiseWhat::Opened { due, by: cell };
                return self.promise_event(event, cell, PromiseKind::Recontact, opened, id);
            }
            Body::PromiseAttempted(attempted) => {
                let what = PromiseWhat::Attempted {
                    outcome: attempted.outcome,
                    own: cell,
                };
                return self.promise_event(event, cell, attempted.kind, what, id);
            }
            Body::AgentStateChanged(changed) => {
                // The agent is at hand whenever its events are unpacked.
                let id = EventId::new(&event.id, &changed.agent, id.source);
                return self.fold_agent(changed, cell, (at, id), terms);
            }
            Body::QueueStateChanged(changed) => return self.pull(changed, cell, at, id),
            // The leg that it opens is told by the `queued` that follows.
            Body::CallTransferred(_) => return,
        };
        let event_of_leg = LegEvent {
            time: at,
            what: leg,
            id,
        };
        self.fold_call(&event.subject, event_of_leg, terms);
    }

    fn pull(&mut self, changed: &QueueStateChanged<'_>, cell: CellId, at: Time, id: EventId<'_>) {
        let id = id.text(&self.names);
        self.levers
            .entry(cell.0)
            .or_default()
            .insert(at, &id, changed);
    }

    /// Turned away: as asked for where it had asked, or where the directory
    /// says open, so that closing early improves nothing.
    fn deflected_as(
        &self,
        deflected: &CallDeflected<'_>,
        cell: CellId,
        at: Time,
        terms: &mut Terms,
    ) -> Count {
        if deflected.after_request == Some(true) {
            return Count::DeflectedAsked;
        }
        match deflected.reason {
            DeflectReason::Closed if self.is_open(cell, at, terms) => Count::DeflectedAsked,
            DeflectReason::Closed => Count::DeflectedClosed,
            DeflectReason::Saturated => Count::DeflectedSaturated,
        }
    }

    /// Whether the place of a cell is open at an instant.
    pub(super) fn is_open(&self, cell: CellId, at: Time, terms: &mut Terms) -> bool {
        let facts = self.counting(cell, at);
        terms
            .calendar
            .first_open(facts.hours, facts.zone, at, at)
            .is_some()
    }

    fn entry(
        &mut self,
        queued: &CallQueued<'_>,
        handler: CellId,
        at: Time,
        terms: &Terms,
    ) -> LegEntry {
        let origin = match &queued.origin {
            Some(origin) => self.cell(
                (
                    Some(&origin.agency),
                    Some(&origin.queue),
                    Some(&queued.line),
                ),
                CellKind::Calls,
                terms,
            ),
            None => handler,
        };
        let asked = queued.asked_at.unwrap_or(at);
        let asked = if is_plausible(asked, at) {
            asked
        } else {
            self.contribute(handler, at, What::Count(Family::First, Count::Implausible));
            at
        };
        LegEntry {
            reason: queued.reason,
            asked,
            handler,
            origin,
            announced: queued.announced_wait_seconds,
        }
    }

    fn promise_event(
        &mut self,
        event: &Event<'_>,
        cell: CellId,
        kind: PromiseKind,
        what: PromiseWhat,
        id: EventId<'_>,
    ) {
        let event_of_promise = PromiseEvent {
            time: event.time,
            what,
            id: id.text(&self.names),
        };
        self.fold_promise(&event.subject, kind, cell, event_of_promise, 1);
    }
}

/// Whether a caller can have asked at an instant, who enters a queue at another:
/// not after that, and not a day and more before. Else the entry counts for both.
fn is_plausible(asked: Time, entered: Time) -> bool {
    asked <= entered && entered - asked <= ASKED_WITHIN
}

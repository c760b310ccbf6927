//! What each type of event does.

use vigie_contract::event::{
    Body, CallDeflected, CallQueued, CallReceived, CallSelfServed, DeflectReason, Event,
    PromiseKind,
};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Count;

use super::{Partition, Rules, leg_key};
use crate::contribution::{CellId, Ending, What};
use crate::leg::{Entry, LegEvent, LegWhat, Outcome};
use crate::promise::{PromiseEvent, PromiseWhat};
use crate::tally::Family;

impl Partition {
    /// The cell that an event is about.
    ///
    /// An event that names no line has the directory's for its queue.
    pub(super) fn cell_of(&mut self, event: &Event<'_>, rules: &Rules) -> CellId {
        let (agency, queue, line) = places(&event.body);
        let line = line.or_else(|| rules.directory.line_of_queue(agency?, queue?));
        self.cell(agency, queue, line, rules)
    }

    /// Folds an event that was taken in.
    pub(super) fn dispatch(&mut self, event: &Event<'_>, cell: CellId, rules: &mut Rules) {
        let at = event.time;
        match &event.body {
            Body::CallReceived(received) => self.received(received, cell, at, rules),
            Body::CallSelfServed(CallSelfServed { .. }) => {
                self.contribute(cell, at, What::Count(Family::First, Count::SelfServed));
                if self.is_open(cell, at, rules) {
                    self.contribute(
                        cell,
                        at,
                        What::Count(Family::First, Count::SelfServedInHours),
                    );
                }
            }
            Body::CallDeflected(deflected) => self.deflected(deflected, cell, at, rules),
            Body::CallQueued(queued) => {
                let entry = self.entry(queued, cell, at, rules);
                self.leg_event(event, cell, LegWhat::Queued(entry), rules);
            }
            Body::CallAnswered(_) => self.outcome(event, cell, Ending::Answered, rules),
            Body::CallAbandoned(_) => self.outcome(event, cell, Ending::Abandoned, rules),
            Body::CallOverflowed(_) => self.outcome(event, cell, Ending::Overflowed, rules),
            Body::CallCutOff(_) => self.outcome(event, cell, Ending::CutOff, rules),
            Body::CallCallbackAccepted(accepted) => {
                let due = Some(accepted.due_at);
                self.outcome_with(event, cell, Ending::CallbackAccepted, due, rules);
            }
            Body::CallVoicemailLeft(left) => {
                self.outcome_with(event, cell, Ending::VoicemailLeft, left.due_at, rules);
            }
            Body::CallRecontactPromised(promised) => {
                let opened = PromiseWhat::Opened {
                    due: promised.due_at,
                    by: cell,
                };
                self.promise_event(event, cell, PromiseKind::Recontact, opened);
                self.contribute(cell, at, What::Seen);
            }
            Body::PromiseAttempted(attempted) => {
                let what = PromiseWhat::Attempted(attempted.outcome);
                self.promise_event(event, cell, attempted.kind, what);
                self.contribute(cell, at, What::Seen);
            }
            Body::CallRangUnanswered(_) => {
                self.contribute(cell, at, What::Count(Family::First, Count::RangUnanswered));
            }
            Body::CallEnded(ended) => {
                let hold = ended.hold_seconds.unwrap_or_default();
                let handled = Span(ended.talk_seconds.0 + hold.0);
                self.contribute(cell, at, What::Ended { handled });
            }
            Body::CallWrappedUp(wrapped) => {
                self.contribute(
                    cell,
                    at,
                    What::WrappedUp {
                        worked: wrapped.wrap_up_seconds,
                    },
                );
            }
            Body::CallAnnounced(_)
            | Body::CallTransferred(_)
            | Body::AgentStateChanged(_)
            | Body::QueueStateChanged(_)
            | Body::SurveyAnswered(_) => self.contribute(cell, at, What::Seen),
        }
    }

    fn received(&mut self, received: &CallReceived<'_>, cell: CellId, at: Time, rules: &mut Rules) {
        self.contribute(cell, at, What::Count(Family::First, Count::Received));
        if !self.is_open(cell, at, rules) {
            self.contribute(
                cell,
                at,
                What::Count(Family::First, Count::ReceivedOutOfHours),
            );
        }
        if received.identified == Some(true) {
            self.contribute(cell, at, What::Count(Family::First, Count::Identified));
        }
    }

    /// Turned away: as asked for where it had asked, or where the directory
    /// says open, so that closing early improves nothing.
    fn deflected(
        &mut self,
        deflected: &CallDeflected<'_>,
        cell: CellId,
        at: Time,
        rules: &mut Rules,
    ) {
        let count = match deflected.reason {
            _ if deflected.after_request == Some(true) => Count::DeflectedAsked,
            DeflectReason::Closed if self.is_open(cell, at, rules) => Count::DeflectedAsked,
            DeflectReason::Closed => Count::DeflectedClosed,
            DeflectReason::Saturated => Count::DeflectedSaturated,
        };
        self.contribute(cell, at, What::Count(Family::First, count));
    }

    fn is_open(&self, cell: CellId, at: Time, rules: &mut Rules) -> bool {
        let facts = self.rules_of(cell);
        rules
            .calendar
            .first_open(facts.hours, facts.zone, at, at)
            .is_some()
    }

    fn entry(
        &mut self,
        queued: &CallQueued<'_>,
        handler: CellId,
        at: Time,
        rules: &Rules,
    ) -> Entry {
        let origin = match &queued.origin {
            Some(origin) => self.cell(
                Some(&origin.agency),
                Some(&origin.queue),
                Some(&queued.line),
                rules,
            ),
            None => handler,
        };
        // Nobody can have asked after entering: the entry counts then.
        let asked = queued.asked_at.map_or(at, |asked| asked.min(at));
        Entry {
            reason: queued.reason,
            asked,
            handler,
            origin,
        }
    }

    fn outcome(&mut self, event: &Event<'_>, cell: CellId, ending: Ending, rules: &mut Rules) {
        self.outcome_with(event, cell, ending, None, rules);
    }

    /// An outcome that makes a promise.
    fn outcome_with(
        &mut self,
        event: &Event<'_>,
        cell: CellId,
        ending: Ending,
        due: Option<Time>,
        rules: &mut Rules,
    ) {
        self.leg_event(
            event,
            cell,
            LegWhat::Outcome(Outcome {
                ending,
                own: cell,
                due,
            }),
            rules,
        );
    }

    fn leg_event(&mut self, event: &Event<'_>, cell: CellId, what: LegWhat, rules: &mut Rules) {
        let Some(key) = self.key_of(event, cell) else {
            return;
        };
        let event = LegEvent {
            time: event.time,
            what,
            id: full_id(event),
        };
        self.fold_leg(key, cell, event, rules);
    }

    fn promise_event(
        &mut self,
        event: &Event<'_>,
        cell: CellId,
        kind: PromiseKind,
        what: PromiseWhat,
    ) {
        let Some(leg) = self.key_of(event, cell) else {
            return;
        };
        let event = PromiseEvent {
            time: event.time,
            what,
            id: full_id(event),
        };
        self.fold_promise(leg, kind, cell, event, 1);
    }

    /// The key of the leg that an event is about.
    fn key_of(&self, event: &Event<'_>, cell: CellId) -> Option<u64> {
        let key = self.cells()[cell.0 as usize].key;
        Some(leg_key(&event.subject, key.agency?, key.queue?))
    }
}

/// Id and source in one: ids are unique within a source.
fn full_id(event: &Event<'_>) -> Box<str> {
    format!("{}\u{0}{}", event.id, event.source).into()
}

/// Agency, queue and line that an event names.
fn places<'e>(body: &'e Body<'_>) -> (Option<&'e str>, Option<&'e str>, Option<&'e str>) {
    macro_rules! of_queue {
        ($data:expr) => {
            (Some(&*$data.agency), Some(&*$data.queue), None)
        };
    }
    match body {
        Body::CallReceived(data) => (None, None, Some(&*data.line)),
        Body::CallSelfServed(data) => (None, None, Some(&*data.line)),
        Body::CallDeflected(data) => (
            data.agency.as_deref(),
            data.queue.as_deref(),
            Some(&*data.line),
        ),
        Body::CallQueued(data) => (Some(&*data.agency), Some(&*data.queue), Some(&*data.line)),
        Body::CallAnnounced(data) => of_queue!(data),
        Body::CallRangUnanswered(data) => of_queue!(data),
        Body::CallAnswered(data) => of_queue!(data),
        Body::CallAbandoned(data) => of_queue!(data),
        Body::CallOverflowed(data) => of_queue!(data),
        Body::CallCutOff(data) => of_queue!(data),
        Body::CallCallbackAccepted(data) => of_queue!(data),
        Body::CallVoicemailLeft(data) => of_queue!(data),
        Body::CallRecontactPromised(data) => of_queue!(data),
        Body::PromiseAttempted(data) => of_queue!(data),
        Body::CallTransferred(data) => of_queue!(data),
        Body::CallEnded(data) => of_queue!(data),
        Body::CallWrappedUp(data) => of_queue!(data),
        Body::QueueStateChanged(data) => of_queue!(data),
        Body::AgentStateChanged(data) => (Some(&*data.agency), None, None),
        Body::SurveyAnswered(data) => (Some(&*data.agency), data.queue.as_deref(), None),
    }
}

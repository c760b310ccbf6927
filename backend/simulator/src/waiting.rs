//! Calls that wait for an agent: what they hear, and how they leave.

use vigie_contract::event::{
    Body, CallAbandoned, CallAnnounced, CallCallbackAccepted, CallCutOff, CallOverflowed,
    CallQueued, CallVoicemailLeft, CutOffReason, Place, PromiseKind, QueueReason,
};
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use crate::agenda::Action;
use crate::calls::{Key, Promise, pseudonym};
use crate::levers::Kind;
use crate::network::AgencyId;
use crate::simulation::Simulation;
use crate::truth::{Closing, Outcome};

/// Beyond this estimated wait a call back is offered, and a message where the
/// queue takes them.
const OFFERS_CALLBACK_SECONDS: f64 = 180.0;
const LEAVES_VOICEMAIL: f64 = 0.08;
/// A call back is promised within two hours.
const CALLBACK_WITHIN: Span = Span::from_seconds(7_200);
/// Below this, no wait is announced.
const ANNOUNCED_FROM_SECONDS: f64 = 45.0;
/// Seconds between announcements.
const ANNOUNCES_EVERY_SECONDS: f64 = 110.0;
/// A call that could not overflow tries again after so many seconds.
const OVERFLOW_EVERY_SECONDS: f64 = 60.0;
/// An installation takes no overflow with a longer wait ahead.
const OVERFLOWS_BELOW_SECONDS: f64 = 420.0;
/// A leg without outcome counts as lost so long after its entry.
const LOST_AFTER: Span = Span::from_seconds(7_200);
/// An agency that closes early lets those who wait go on so long.
const CLOSES_EARLY_WITHIN_SECONDS: f64 = 120.0;
/// Share of those who leave a queue whom the system dropped.
const OUTAGES: f64 = 0.002;
/// Installations end a wait that has lasted so long.
const LONGEST_WAIT: Span = Span::from_seconds(2_400);

impl Simulation {
    /// A call enters a queue: its leg opens.
    pub(crate) fn enter(&mut self, slot: u32, agency: AgencyId, reason: QueueReason) {
        let estimate = self.estimate_seconds(agency);
        let announced = self.announcement(agency, estimate);
        let now = self.now;
        let call = self.calls.get_mut(slot);
        call.agency = agency;
        call.reason = reason;
        call.stamp += 1;
        call.is_waiting = true;
        call.entered = now;
        call.estimate_seconds = estimate;
        call.announced = announced
            .filter(|_| !call.is_orphan)
            .map(|wait| (now, wait));
        if matches!(reason, QueueReason::Callback | QueueReason::Transfer) {
            call.asked = now;
            call.origin = agency;
        }
        let is_orphan = call.is_orphan;
        if !is_orphan {
            self.send_entry(slot, announced);
            self.truth.enter(agency, reason);
        }
        let key = self.calls.key(slot);
        let desk = &mut self.desks[usize::from(agency)];
        desk.waiting += 1;
        if matches!(reason, QueueReason::Callback | QueueReason::Transfer) {
            desk.queue.push_front(key);
        } else {
            desk.queue.push_back(key);
        }
        let queue = self.calls.get(slot).queue;
        self.look_at_levers(agency, queue, estimate);
        self.plan_leg(key);
        self.find_work(agency);
    }

    fn send_entry(&mut self, slot: u32, announced: Option<Span>) {
        let call = self.calls.get(slot);
        let (caller, is_identified) = (pseudonym(call.caller), call.is_identified);
        let is_overflow = call.reason == QueueReason::Overflow;
        let (origin, asked) = (call.origin, call.asked);
        let body = Body::CallQueued(CallQueued {
            line: self.line(slot).into(),
            agency: self.code(call.agency),
            queue: self.queue_code(slot),
            reason: call.reason,
            origin: is_overflow.then(|| Place {
                agency: self.code(origin),
                queue: self.queue_code(slot),
            }),
            asked_at: is_overflow.then_some(asked),
            announced_wait_seconds: announced,
            caller,
            identified: Some(is_identified),
        });
        self.send(slot, body);
    }

    /// Plans what may happen to a leg while it waits.
    fn plan_leg(&mut self, key: Key) {
        let call = self.calls.get(key.slot);
        let (agency, queue) = (call.agency, call.queue);
        let (reason, entered, gives_up_at, estimate, is_orphan) = (
            call.reason,
            call.entered,
            call.gives_up_at,
            call.estimate_seconds,
            call.is_orphan,
        );
        let home = self.network.agency(call.home);
        let may_overflow = reason != QueueReason::Callback
            && home.queue(call.queue).overflows
            && self.network.agency(call.agency).overflow_to.is_some();
        let overflow_after = home.kind().overflow_after_seconds;
        // A hop further on takes longer.
        let overflow_after = if call.agency == call.home {
            overflow_after
        } else {
            2.5 * overflow_after
        };
        let leaves_at = gives_up_at.max(self.after(0.1)).min(entered + LONGEST_WAIT);
        self.agenda.plan(leaves_at, Action::HangsUp(key));
        if reason != QueueReason::Callback {
            let seconds = ANNOUNCES_EVERY_SECONDS + self.random.between(0.0, 20.0);
            self.agenda
                .plan(self.after(seconds), Action::Announces(key));
        }
        if may_overflow {
            self.agenda
                .plan(self.after(overflow_after), Action::Overflows(key));
        }
        if reason == QueueReason::Asked && estimate > OFFERS_CALLBACK_SECONDS && !is_orphan {
            self.meet_lever(agency, queue, Kind::OfferingCallback, None);
            let seconds = self.random.between(9.0, 18.0);
            self.agenda.plan(self.after(seconds), Action::Chooses(key));
        }
    }

    /// The wait of who joins a queue now, as the installation reckons it: work
    /// ahead over agents present.
    pub(crate) fn estimate_seconds(&self, agency: AgencyId) -> f64 {
        let desk = &self.desks[usize::from(agency)];
        if desk.present == 0 {
            return 900.0;
        }
        if desk.waiting == 0 && self.has_free_agent(agency) {
            return 0.0;
        }
        f64::from(desk.waiting + 1) * desk.handle_seconds / f64::from(desk.present)
    }

    /// What is announced for an estimate: whole minutes, more or less right.
    fn announcement(&mut self, agency: AgencyId, estimate: f64) -> Option<Span> {
        if estimate < ANNOUNCED_FROM_SECONDS {
            return None;
        }
        let halves = self.network.agency(agency).announces_half;
        let told = estimate * self.random.between(0.75, 1.2) * if halves { 0.5 } else { 1.0 };
        Some(Span::from_seconds(((told / 60.0) as i64 + 1) * 60))
    }

    fn is_waiting(&self, key: Key) -> bool {
        self.calls.is_current(key) && self.calls.get(key.slot).is_waiting
    }

    /// Whether a call waits and no set rings for it.
    fn is_in_line(&self, key: Key) -> bool {
        self.is_waiting(key) && self.calls.get(key.slot).agent.is_none()
    }

    pub(crate) fn announce(&mut self, key: Key) {
        if !self.is_in_line(key) {
            return;
        }
        let agency = self.calls.get(key.slot).agency;
        // Those who joined after it are not ahead of it.
        let estimate = 0.6 * self.estimate_seconds(agency);
        if let Some(announced) = self.announcement(agency, estimate)
            && !self.calls.get(key.slot).is_orphan
        {
            let body = Body::CallAnnounced(CallAnnounced {
                agency: self.code(agency),
                queue: self.queue_code(key.slot),
                announced_wait_seconds: announced,
            });
            self.send(key.slot, body);
            let now = self.now;
            let first = &mut self.calls.get_mut(key.slot).announced;
            first.get_or_insert((now, announced));
        }
        let next = self.after(ANNOUNCES_EVERY_SECONDS);
        self.agenda.plan(next, Action::Announces(key));
    }

    /// The caller was told of a long wait, and may choose.
    pub(crate) fn choose(&mut self, key: Key) {
        if !self.is_in_line(key) {
            return;
        }
        let call = self.calls.get(key.slot);
        let agency = self.network.agency(call.agency);
        let queue = agency.queue(call.queue);
        let drawn = self.random.unit();
        let takes_callback = agency.kind().takes_callback;
        let closes_late = agency.is_open(queue.line, Time(self.now.0 + 2_700 * MICROS_PER_SECOND));
        if drawn < takes_callback {
            if closes_late {
                self.accept_callback(key);
            }
        } else if queue.voicemail && drawn < takes_callback + LEAVES_VOICEMAIL {
            let body = Body::CallVoicemailLeft(CallVoicemailLeft {
                agency: self.code(call.agency),
                queue: self.queue_code(key.slot),
                due_at: Some(self.message_due()),
            });
            self.close_leg(key.slot, body, Outcome::VoicemailLeft);
            self.promise_more(key.slot, PromiseKind::Message, self.message_due());
            self.calls.end(key.slot);
        }
    }

    fn accept_callback(&mut self, key: Key) {
        let slot = key.slot;
        let due = self.now + CALLBACK_WITHIN;
        let body = Body::CallCallbackAccepted(CallCallbackAccepted {
            agency: self.code(self.calls.get(slot).agency),
            queue: self.queue_code(slot),
            due_at: due,
        });
        self.close_leg(slot, body, Outcome::CallbackAccepted);
        let call = self.calls.get_mut(slot);
        call.promise = Some(Promise {
            stamp: call.stamp,
            due,
            attempts: 0,
            is_settled: false,
            is_cancelled: false,
            was_called: false,
            was_unreachable: false,
            is_overdue: false,
            is_given_up: false,
        });
        let agency = call.agency;
        self.truth
            .count(agency, |counts| counts.callbacks_promised += 1);
        self.truth.open_promise(agency);
        self.plan_callback(slot);
    }

    /// Passes a call on, if whoever takes it is open and not worse off.
    pub(crate) fn overflow(&mut self, key: Key) {
        if !self.is_in_line(key) {
            return;
        }
        let slot = key.slot;
        let call = self.calls.get(slot);
        let Some(to) = self.network.agency(call.agency).overflow_to else {
            return;
        };
        let is_open = self.answers(to, self.line(slot));
        let elsewhere = self.estimate_seconds(to);
        if !is_open
            || elsewhere > OVERFLOWS_BELOW_SECONDS
            || elsewhere > self.estimate_seconds(call.agency)
        {
            let next = self.after(OVERFLOW_EVERY_SECONDS);
            self.agenda.plan(next, Action::Overflows(key));
            return;
        }
        let (from, queue) = (call.agency, call.queue);
        let body = Body::CallOverflowed(CallOverflowed {
            agency: self.code(call.agency),
            queue: self.queue_code(slot),
            to: Place {
                agency: self.code(to),
                queue: self.queue_code(slot),
            },
        });
        self.meet_lever(from, queue, Kind::Overflow, Some(to));
        self.close_leg(slot, body, Outcome::Overflowed);
        // What follows is told by another installation, which has it all.
        self.calls.get_mut(slot).is_orphan = false;
        self.enter(slot, to, QueueReason::Overflow);
    }

    /// The caller's patience ends, or the installation's, while the call waits or
    /// while a set rings.
    pub(crate) fn hang_up(&mut self, key: Key) {
        if !self.is_waiting(key) {
            return;
        }
        let slot = key.slot;
        let agency = self.code(self.calls.get(slot).agency);
        let queue = self.queue_code(slot);
        let (body, outcome) = match self.cuts_off(slot) {
            Some(reason) => (
                Body::CallCutOff(CallCutOff {
                    agency,
                    queue,
                    reason,
                }),
                Outcome::CutOff,
            ),
            None => (
                Body::CallAbandoned(CallAbandoned { agency, queue }),
                Outcome::Abandoned,
            ),
        };
        self.leave_unanswered(slot, body, outcome);
    }

    /// Why it is the system that ends a wait now; `None` where it is the caller.
    fn cuts_off(&mut self, slot: u32) -> Option<CutOffReason> {
        let is_outage = self.random.chance(OUTAGES);
        let call = self.calls.get(slot);
        if call.gives_up_at > self.now {
            return Some(CutOffReason::Timeout);
        }
        // Half of what breaks does not say that it did.
        is_outage.then_some(match call.caller % 2 {
            0 => CutOffReason::Other,
            _ => CutOffReason::Outage,
        })
    }

    /// Some minutes after a line closed: who still waits is cut off.
    pub(crate) fn close_lines(&mut self, id: AgencyId, is_last: bool) {
        let waiting: Vec<Key> = self.desks[usize::from(id)].queue.iter().copied().collect();
        for key in waiting {
            if !self.is_in_line(key) || self.answers(id, self.line(key.slot)) {
                continue;
            }
            let body = Body::CallCutOff(CallCutOff {
                agency: self.code(id),
                queue: self.queue_code(key.slot),
                reason: CutOffReason::Closing,
            });
            self.leave_unanswered(key.slot, body, Outcome::CutOff);
        }
        if is_last {
            self.drop_callbacks(id);
        }
        if self.desks[usize::from(id)].is_closed_early {
            self.send_home(id);
        }
    }

    /// An agency closes for the day before its hours are over: what waits is cut
    /// off after a while, and agents leave.
    pub(crate) fn close_early(&mut self, id: AgencyId) {
        self.desks[usize::from(id)].is_closed_early = true;
        self.turn_key(id);
        let at = self.after(CLOSES_EARLY_WITHIN_SECONDS);
        self.agenda.plan(at, Action::Closes(id, true));
    }

    /// A leg closes without an agent; the caller may call again, or be called
    /// again.
    fn leave_unanswered(&mut self, slot: u32, body: Body<'static>, outcome: Outcome) {
        let ringing = self.calls.get(slot).agent;
        self.close_leg(slot, body, outcome);
        if let Some(agent) = ringing {
            self.stop_ringing(agent);
        }
        let call = self.calls.get(slot);
        if call.reason == QueueReason::Callback {
            self.callback_failed(slot);
            return;
        }
        let (home, queue, caller, tries) = (call.home, call.asked_queue, call.caller, call.tries);
        self.calls.end(slot);
        self.may_try_again(home, queue, caller, tries);
    }

    /// Closes the leg of a call: sends its outcome and counts it.
    ///
    /// An outcome that gets lost on the way is not sent; the leg is counted
    /// when whoever folds the events takes it for lost.
    pub(crate) fn close_leg(&mut self, slot: u32, body: Body<'static>, outcome: Outcome) {
        let call = self.calls.get(slot);
        let may_be_lost = matches!(outcome, Outcome::Answered | Outcome::Abandoned)
            && call.reason != QueueReason::Callback
            && !call.is_orphan;
        if may_be_lost && self.random.chance(self.settings.lost_events) {
            let closing = self.closing(slot, Outcome::Lost);
            self.agenda
                .plan(closing.at, Action::LosesLeg(Box::new(closing)));
        } else {
            self.send(slot, body);
            self.truth.close(&self.closing(slot, outcome));
        }
        let now = self.now;
        let call = self.calls.get_mut(slot);
        if outcome == Outcome::Answered {
            call.waited = now - call.asked;
        }
        let is_in_line = call.agent.is_none();
        call.is_waiting = false;
        call.agent = None;
        call.stamp += 1;
        if is_in_line {
            self.desks[usize::from(call.agency)].waiting -= 1;
        }
    }

    /// What the bookkeeping needs to know of a leg that closes.
    fn closing(&self, slot: u32, outcome: Outcome) -> Closing {
        let call = self.calls.get(slot);
        let at = match outcome {
            Outcome::Lost => call.entered + LOST_AFTER,
            _ => self.now,
        };
        let asked = if call.is_orphan { at } else { call.asked };
        let handler = self.network.agency(call.agency);
        Closing {
            handler: call.agency,
            origin: call.origin,
            reason: call.reason,
            outcome,
            at,
            counts_from: handler
                .hours_of(self.line(slot))
                .counts_from(handler.zone, asked, at),
            announced: call.announced,
            is_orphan: call.is_orphan,
        }
    }
}

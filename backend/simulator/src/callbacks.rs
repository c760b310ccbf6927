//! Promises to call back: who dials, when, and what comes of it.

use vigie_contract::event::{AttemptOutcome, Body, PromiseAttempted, PromiseKind, QueueReason};
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::agenda::{Action, AgentId};
use crate::calls::{Key, Promise};
use crate::doing::Doing;
use crate::network::AgencyId;
use crate::network::kinds::CallbackStyle;
use crate::pledges::FORGOTTEN_AFTER;
use crate::simulation::Simulation;

/// A person called back picks up with this probability.
const REACHED: f64 = 0.78;
/// Share of promises that nobody ever tries to keep: lost between two
/// installations, or read too late.
const FORGOTTEN: f64 = 0.05;
const MOST_ATTEMPTS: u8 = 3;
/// Nobody is called back sooner than this.
const SOONEST_SECONDS: f64 = 600.0;
/// Time between attempts.
const RETRY_SECONDS: f64 = 1_200.0;
/// A promise presses when it is due in less than this.
const PRESSING_MICROS: i64 = 45 * 60 * MICROS_PER_SECOND;
/// A machine that found no room looks again after so many seconds.
const LOOK_AGAIN_SECONDS: f64 = 300.0;
/// Share of the promises left at closing that are cancelled by hand.
const CANCELLED: f64 = 0.3;

impl Simulation {
    fn promise(&self, key: Key) -> Option<&Promise> {
        self.calls
            .get(key.slot)
            .promise
            .as_ref()
            .filter(|promise| promise.stamp == key.stamp)
    }

    fn promise_mut(&mut self, slot: u32) -> Option<&mut Promise> {
        self.calls.get_mut(slot).promise.as_mut()
    }

    fn promise_key(&self, slot: u32) -> Option<Key> {
        let stamp = self.calls.get(slot).promise.as_ref()?.stamp;
        Some(Key { slot, stamp })
    }

    fn style(&self, slot: u32) -> CallbackStyle {
        self.network
            .agency(self.calls.get(slot).home)
            .kind()
            .callback
    }

    /// Plans the first attempt of a promise just made, and its due time.
    pub(crate) fn plan_callback(&mut self, slot: u32) {
        let Some(key) = self.promise_key(slot) else {
            return;
        };
        if let Some(promise) = self.promise(key) {
            // A contact at the due time itself keeps it.
            let after_due = Time(promise.due.0 + 1);
            self.agenda.plan(after_due, Action::PromiseDue(key));
        }
        if !self.random.chance(FORGOTTEN) {
            self.plan_attempt(key, SOONEST_SECONDS);
        } else if let Some(promise) = self.promise_mut(slot) {
            promise.is_given_up = true;
        }
    }

    fn plan_attempt(&mut self, key: Key, seconds: f64) {
        let at = self.after(seconds);
        let agency = self.calls.get(key.slot).agency;
        if self.style(key.slot) == CallbackStyle::AgentDials {
            self.desks[usize::from(agency)]
                .callbacks
                .push_back((at, key));
            self.agenda.plan(at, Action::LooksForWork(agency));
        } else {
            self.agenda.plan(at, Action::Dials(key));
        }
    }

    /// Lets a free agent dial the oldest promise, or one that presses.
    pub(crate) fn dial_next(&mut self, agency: AgencyId, agent: AgentId, pressing: bool) -> bool {
        while let Some(&(not_before, key)) = self.desks[usize::from(agency)].callbacks.front() {
            let Some(promise) = self
                .promise(key)
                .filter(|p| !p.is_given_up && !p.is_settled)
            else {
                self.desks[usize::from(agency)].callbacks.pop_front();
                continue;
            };
            let presses = promise.due.0 - self.now.0 < PRESSING_MICROS;
            if not_before > self.now || (pressing && !presses) {
                return false;
            }
            self.desks[usize::from(agency)].callbacks.pop_front();
            self.dial(agent, key.slot);
            return true;
        }
        false
    }

    fn dial(&mut self, agent: AgentId, slot: u32) {
        self.turn(agent, Doing::Dialling);
        self.calls.get_mut(slot).agent = Some(agent);
        let is_reached = self.random.chance(REACHED);
        let seconds = if is_reached {
            self.random.between(5.0, 22.0)
        } else {
            self.random.between(22.0, 35.0)
        };
        let ends = self.after(seconds);
        let stamp = self.take_call(agent, slot);
        self.agenda
            .plan(ends, Action::DialEnds(agent, stamp, is_reached));
    }

    pub(crate) fn dial_ends(&mut self, agent: AgentId, stamp: u32, is_reached: bool) {
        let Some(slot) = self.call_in_hand(agent, stamp) else {
            return;
        };
        if is_reached {
            self.report(slot, AttemptOutcome::Reached);
            self.keep_promise(slot);
            self.talk(agent, slot);
        } else {
            self.calls.get_mut(slot).agent = None;
            self.report(slot, AttemptOutcome::Unreachable);
            self.callback_failed(slot);
            self.stop_ringing(agent);
        }
    }

    /// A machine dials when there is room for another call, or time presses.
    pub(crate) fn machine_dials(&mut self, key: Key) {
        let Some(promise) = self
            .promise(key)
            .filter(|p| !p.is_given_up && !p.is_settled)
        else {
            return;
        };
        let slot = key.slot;
        let presses = promise.due.0 - self.now.0 < PRESSING_MICROS;
        let agency = self.calls.get(slot).agency;
        let is_overdue = promise.is_overdue;
        let is_open = self.answers(agency, self.line(slot));
        if !is_open && is_overdue {
            self.give_up(slot);
            return;
        }
        let desk = &self.desks[usize::from(agency)];
        let has_room = desk.present > 0 && 2 * desk.waiting < desk.present;
        if !is_open || (!has_room && !presses) {
            let at = self.after(LOOK_AGAIN_SECONDS);
            self.agenda.plan(at, Action::Dials(key));
        } else if self.random.chance(REACHED) {
            if self.style(slot) == CallbackStyle::DiallerReports {
                self.report(slot, AttemptOutcome::Reached);
                self.keep_promise(slot);
            }
            let patience = self.random.between(60.0, 300.0);
            self.calls.get_mut(slot).gives_up_at = self.after(patience);
            self.enter(slot, agency, QueueReason::Callback);
        } else {
            self.report(slot, AttemptOutcome::Unreachable);
            self.callback_failed(slot);
        }
    }

    fn report(&mut self, slot: u32, outcome: AttemptOutcome) {
        let body = Body::PromiseAttempted(PromiseAttempted {
            agency: self.code(self.calls.get(slot).agency),
            queue: self.queue_code(slot),
            kind: PromiseKind::Callback,
            outcome,
        });
        self.send(slot, body);
        if let Some(promise) = self.promise_mut(slot).filter(|p| !p.is_overdue) {
            let is_unreachable = outcome == AttemptOutcome::Unreachable;
            promise.was_unreachable |= is_unreachable;
            promise.was_called |= is_unreachable;
        }
    }

    /// An agent answered the person called back: a contact.
    pub(crate) fn meet_promise(&mut self, slot: u32) {
        let agency = self.calls.get(slot).agency;
        if self.promise_mut(slot).is_none_or(|p| p.is_settled) {
            // The machine had reported the contact before.
            self.truth
                .count(agency, |counts| counts.attempts_without_promise += 1);
        }
        self.keep_promise(slot);
    }

    /// The person was reached: kept, or kept late.
    pub(crate) fn keep_promise(&mut self, slot: u32) {
        let agency = self.calls.get(slot).agency;
        let Some(promise) = self.promise_mut(slot).filter(|p| !p.is_settled) else {
            return;
        };
        promise.is_settled = true;
        let is_late = promise.is_overdue;
        promise.was_called |= !is_late;
        self.truth.count(agency, |counts| {
            counts.promises_kept += u32::from(!is_late);
            counts.promises_kept_late += u32::from(is_late);
        });
        self.truth.end_promise(agency);
    }

    /// An attempt failed: another one later, or none any more.
    pub(crate) fn callback_failed(&mut self, slot: u32) {
        let Some(promise) = self.promise_mut(slot) else {
            return;
        };
        promise.attempts += 1;
        if promise.is_settled || promise.attempts >= MOST_ATTEMPTS {
            self.give_up(slot);
        } else if let Some(key) = self.promise_key(slot) {
            self.plan_attempt(key, RETRY_SECONDS);
        }
    }

    fn give_up(&mut self, slot: u32) {
        if let Some(promise) = self.promise_mut(slot) {
            promise.is_given_up = true;
        }
        self.finish_call(slot);
    }

    /// Ends a call, unless its promise is still to come due: what became of it
    /// counts then.
    pub(crate) fn finish_call(&mut self, slot: u32) {
        let agency = self.calls.get(slot).agency;
        if let Some(promise) = self.promise_mut(slot) {
            if !promise.is_overdue {
                promise.is_given_up = true;
                return;
            }
            if !promise.is_settled {
                let at = promise.due + FORGOTTEN_AFTER;
                self.agenda.plan(at, Action::ForgetsPromise(agency));
            }
        }
        self.calls.end(slot);
    }

    /// The due time of a promise has passed.
    pub(crate) fn promise_due(&mut self, key: Key) {
        let Some(&promise) = self.promise(key) else {
            return;
        };
        let agency = self.calls.get(key.slot).agency;
        let is_broken = !promise.is_settled;
        if !promise.is_cancelled {
            self.truth.count(agency, |counts| {
                counts.promises_broken += u32::from(is_broken);
                counts.promises_unreachable += u32::from(is_broken && promise.was_unreachable);
                counts.callbacks_due += 1;
                counts.callbacks_called_in_time += u32::from(promise.was_called);
                counts.callbacks_reached_in_time += u32::from(!is_broken);
            });
        }
        if let Some(promise) = self.promise_mut(key.slot) {
            promise.is_overdue = true;
            if promise.is_given_up {
                self.finish_call(key.slot);
            }
        }
    }

    /// The day ends: promises that agents would have dialled are given up,
    /// some are cancelled by hand.
    pub(crate) fn drop_callbacks(&mut self, id: AgencyId) {
        let left = std::mem::take(&mut self.desks[usize::from(id)].callbacks);
        for (_, key) in left {
            let Some(promise) = self
                .promise(key)
                .filter(|p| !p.is_given_up && !p.is_settled)
            else {
                continue;
            };
            let is_broken = u32::from(!promise.is_overdue);
            if self.random.chance(CANCELLED) {
                self.report(key.slot, AttemptOutcome::Cancelled);
                if let Some(promise) = self.promise_mut(key.slot) {
                    promise.is_settled = true;
                    promise.is_cancelled = true;
                }
                self.truth.count(id, |counts| {
                    counts.promises_broken += is_broken;
                    counts.promises_cancelled += 1;
                });
                self.truth.end_promise(id);
            }
            self.give_up(key.slot);
        }
    }
}

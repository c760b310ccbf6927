//! Promises to call back: when somebody dials, and what becomes of them.

use vigie_contract::event::{AttemptOutcome, Body, PromiseAttempted, PromiseKind};
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use super::attendance;
use super::pledges::FORGOTTEN_AFTER;
use crate::network::AgencyId;
use crate::network::kinds::CallbackStyle;
use crate::world::{Action, AgentId, CallKey, CallbackPromise, Doing, World};

/// A person called back picks up with this probability.
pub(crate) const REACHED: f64 = 0.78;
/// Share of promises that nobody ever tries to keep: lost between two
/// installations, or read too late.
const FORGOTTEN: f64 = 0.05;
const MOST_ATTEMPTS: u8 = 3;
/// Nobody is called back sooner than this.
const SOONEST_SECONDS: f64 = 600.0;
/// Time between attempts.
const RETRY_SECONDS: f64 = 1_200.0;
/// A promise presses when it is due in less than this.
pub(crate) const PRESSING_MICROS: i64 = 45 * 60 * MICROS_PER_SECOND;
/// Share of the promises left at closing that are cancelled by hand.
const CANCELLED: f64 = 0.3;

/// The promise that a key is about, unless the call has another by now.
pub(crate) fn promise(world: &World, key: CallKey) -> Option<&CallbackPromise> {
    world
        .calls
        .get(key.slot)
        .promise
        .as_ref()
        .filter(|promise| promise.stamp == key.stamp)
}

fn promise_mut(world: &mut World, slot: u32) -> Option<&mut CallbackPromise> {
    world.calls.get_mut(slot).promise.as_mut()
}

fn promise_key(world: &World, slot: u32) -> Option<CallKey> {
    let stamp = world.calls.get(slot).promise.as_ref()?.stamp;
    Some(CallKey { slot, stamp })
}

/// How the network of a call calls back.
pub(crate) fn style(world: &World, slot: u32) -> CallbackStyle {
    world
        .network
        .agency(world.calls.get(slot).home)
        .kind()
        .callback
}

/// Plans the first attempt of a promise just made, and its due time.
pub(crate) fn plan(world: &mut World, slot: u32) {
    let Some(key) = promise_key(world, slot) else {
        return;
    };
    if let Some(promise) = promise(world, key) {
        // A contact at the due time itself keeps it.
        let after_due = Time(promise.due.0 + 1);
        world.agenda.plan(after_due, Action::PromiseDue(key));
    }
    if !world.random.chance(FORGOTTEN) {
        plan_attempt(world, key, SOONEST_SECONDS);
    } else if let Some(promise) = promise_mut(world, slot) {
        promise.is_given_up = true;
    }
}

/// Plans an attempt some seconds from now: by an agent, or a machine.
fn plan_attempt(world: &mut World, key: CallKey, seconds: f64) {
    let at = world.after(seconds);
    let agency = world.calls.get(key.slot).agency;
    if style(world, key.slot) == CallbackStyle::AgentDials {
        world.desks[agency].callbacks.push_back((at, key));
        world.agenda.plan(at, Action::LooksForWork(agency));
    } else {
        world.agenda.plan(at, Action::Dials(key));
    }
}

/// Lets a free agent dial the oldest promise, or one that presses.
pub(crate) fn dial_next(
    world: &mut World,
    agency: AgencyId,
    agent: AgentId,
    pressing: bool,
) -> bool {
    while let Some(&(not_before, key)) = world.desks[agency].callbacks.front() {
        let Some(promise) = promise(world, key).filter(|p| p.is_pursued()) else {
            world.desks[agency].callbacks.pop_front();
            continue;
        };
        let presses = promise.due.0 - world.now.0 < PRESSING_MICROS;
        if not_before > world.now || (pressing && !presses) {
            return false;
        }
        world.desks[agency].callbacks.pop_front();
        dial(world, agent, key.slot);
        return true;
    }
    false
}

/// An agent dials.
fn dial(world: &mut World, agent: AgentId, slot: u32) {
    attendance::turn(world, agent, Doing::Dialling);
    world.calls.get_mut(slot).agent = Some(agent);
    let is_reached = world.random.chance(REACHED);
    let seconds = if is_reached {
        world.random.between(5.0, 22.0)
    } else {
        world.random.between(22.0, 35.0)
    };
    let ends = world.after(seconds);
    let stamp = world.agents.take_call(agent, slot);
    world
        .agenda
        .plan(ends, Action::DialEnds(agent, stamp, is_reached));
}

/// Says what came of an attempt.
pub(crate) fn report(world: &mut World, slot: u32, outcome: AttemptOutcome) {
    let body = Body::PromiseAttempted(PromiseAttempted {
        agency: world.code(world.calls.get(slot).agency),
        queue: world.queue_code(slot),
        kind: PromiseKind::Callback,
        outcome,
    });
    world.send(slot, body);
    if let Some(promise) = promise_mut(world, slot).filter(|p| !p.is_overdue) {
        let is_unreachable = outcome == AttemptOutcome::Unreachable;
        promise.was_unreachable |= is_unreachable;
        promise.was_called |= is_unreachable;
    }
}

/// An agent answered the person called back: a contact.
pub(crate) fn meet(world: &mut World, slot: u32) {
    let agency = world.calls.get(slot).agency;
    if promise_mut(world, slot).is_none_or(|p| p.is_settled) {
        // The machine had reported the contact before.
        world
            .truth
            .count(agency, |counts| counts.attempts_without_promise += 1);
    }
    keep(world, slot);
}

/// The person was reached: kept, or kept late.
pub(crate) fn keep(world: &mut World, slot: u32) {
    let agency = world.calls.get(slot).agency;
    let Some(promise) = promise_mut(world, slot).filter(|p| !p.is_settled) else {
        return;
    };
    promise.is_settled = true;
    let is_late = promise.is_overdue;
    promise.was_called |= !is_late;
    world.truth.count(agency, |counts| {
        counts.promises_kept += u32::from(!is_late);
        counts.promises_kept_late += u32::from(is_late);
    });
    world.truth.end_promise(agency);
}

/// An attempt failed: another one later, or none any more.
pub(crate) fn fail(world: &mut World, slot: u32) {
    let Some(promise) = promise_mut(world, slot) else {
        return;
    };
    promise.attempts += 1;
    if promise.is_settled || promise.attempts >= MOST_ATTEMPTS {
        give_up(world, slot);
    } else if let Some(key) = promise_key(world, slot) {
        plan_attempt(world, key, RETRY_SECONDS);
    }
}

/// Nobody will try again.
pub(crate) fn give_up(world: &mut World, slot: u32) {
    if let Some(promise) = promise_mut(world, slot) {
        promise.is_given_up = true;
    }
    finish_call(world, slot);
}

/// Ends a call, unless its promise is still to come due: what became of it
/// counts then.
pub(crate) fn finish_call(world: &mut World, slot: u32) {
    let agency = world.calls.get(slot).agency;
    if let Some(promise) = promise_mut(world, slot) {
        if !promise.is_overdue {
            promise.is_given_up = true;
            return;
        }
        if !promise.is_settled {
            let at = promise.due + FORGOTTEN_AFTER;
            world.agenda.plan(at, Action::ForgetsPromise(agency));
        }
    }
    world.calls.end(slot);
}

/// The due time of a promise has passed.
pub(crate) fn come_due(world: &mut World, key: CallKey) {
    let Some(&promise) = promise(world, key) else {
        return;
    };
    let agency = world.calls.get(key.slot).agency;
    let is_broken = !promise.is_settled;
    if !promise.is_cancelled {
        world.truth.count(agency, |counts| {
            counts.promises_broken += u32::from(is_broken);
            counts.promises_unreachable += u32::from(is_broken && promise.was_unreachable);
            counts.callbacks_due += 1;
            counts.callbacks_called_in_time += u32::from(promise.was_called);
            counts.callbacks_reached_in_time += u32::from(!is_broken);
        });
    }
    if let Some(promise) = promise_mut(world, key.slot) {
        promise.is_overdue = true;
        if promise.is_given_up {
            finish_call(world, key.slot);
        }
    }
}

/// The day ends: promises that agents would have dialled are given up,
/// some are cancelled by hand.
pub(crate) fn drop_all(world: &mut World, id: AgencyId) {
    let left = std::mem::take(&mut world.desks[id].callbacks);
    for (_, key) in left {
        let Some(promise) = promise(world, key).filter(|p| p.is_pursued()) else {
            continue;
        };
        let is_broken = u32::from(!promise.is_overdue);
        if world.random.chance(CANCELLED) {
            report(world, key.slot, AttemptOutcome::Cancelled);
            if let Some(promise) = promise_mut(world, key.slot) {
                promise.is_settled = true;
                promise.is_cancelled = true;
            }
            world.truth.count(id, |counts| {
                counts.promises_broken += is_broken;
                counts.promises_cancelled += 1;
            });
            world.truth.end_promise(id);
        }
        give_up(world, key.slot);
    }
}

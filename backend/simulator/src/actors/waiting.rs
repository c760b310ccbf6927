//! Calls that wait for an agent: what they hear, and how they leave.

use vigie_contract::event::{
    Body, CallAbandoned, CallAnnounced, CallCallbackAccepted, CallCutOff, CallOverflowed,
    CallQueued, CallVoicemailLeft, CutOffReason, Place, PromiseKind, QueueReason,
};
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::{agents, callbacks, legs, levers, pledges, redials};
use crate::network::AgencyId;
use crate::truth::{Ending, LeverKind};
use crate::world::{Action, CallKey, CallbackPromise, World, pseudonym};

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
/// Share of those who leave a queue whom the system dropped.
const OUTAGES: f64 = 0.002;
/// Installations end a wait that has lasted so long.
const LONGEST_WAIT: Span = Span::from_seconds(2_400);

/// A call enters a queue: its leg opens.
pub(crate) fn enter(world: &mut World, slot: u32, agency: AgencyId, reason: QueueReason) {
    let estimate = legs::estimate_seconds(world, agency);
    let announced = announcement(world, agency, estimate);
    let now = world.now;
    let call = world.calls.get_mut(slot);
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
        send_entry(world, slot, announced);
        world.truth.enter(agency, reason);
        if matches!(reason, QueueReason::Asked | QueueReason::Overflow) {
            ask(world, slot);
        }
    }
    let key = world.calls.key(slot);
    let desk = &mut world.desks[agency];
    desk.waiting += 1;
    if matches!(reason, QueueReason::Callback | QueueReason::Transfer) {
        desk.queue.push_front(key);
    } else {
        desk.queue.push_back(key);
    }
    let queue = world.calls.get(slot).queue;
    levers::look_at(world, agency, queue, estimate);
    plan_leg(world, key);
    agents::find_work(world, agency);
}

/// Takes note that a caller asks for an agent.
pub(super) fn ask(world: &mut World, slot: u32) {
    let call = world.calls.get(slot);
    let line = world.line(slot);
    let is_open = world.network.agency(call.agency).is_open(line, world.now);
    let who = (call.number, call.caller);
    world.truth.ask(who, line, world.now, is_open);
}

/// Says that a call waits.
fn send_entry(world: &mut World, slot: u32, announced: Option<Span>) {
    let call = world.calls.get(slot);
    let (caller, is_identified) = (pseudonym(call.caller), call.is_identified);
    let is_overflow = call.reason == QueueReason::Overflow;
    let (origin, asked) = (call.origin, call.asked);
    let body = Body::CallQueued(CallQueued {
        line: world.line(slot).into(),
        agency: world.code(call.agency),
        queue: world.queue_code(slot),
        reason: call.reason,
        origin: is_overflow.then(|| Place {
            agency: world.code(origin),
            queue: world.queue_code(slot),
        }),
        asked_at: is_overflow.then_some(asked),
        announced_wait_seconds: announced,
        caller,
        identified: Some(is_identified),
    });
    world.send(slot, body);
}

/// Plans what may happen to a leg while it waits.
fn plan_leg(world: &mut World, key: CallKey) {
    let call = world.calls.get(key.slot);
    let (agency, queue) = (call.agency, call.queue);
    let (reason, entered, gives_up_at, estimate, is_orphan) = (
        call.reason,
        call.entered,
        call.gives_up_at,
        call.estimate_seconds,
        call.is_orphan,
    );
    let home = world.network.agency(call.home);
    let may_overflow = reason != QueueReason::Callback
        && home.queue(call.queue).overflows
        && world.network.agency(call.agency).overflow_to.is_some();
    let overflow_after = home.kind().overflow_after_seconds;
    // A hop further on takes longer.
    let overflow_after = if call.agency == call.home {
        overflow_after
    } else {
        2.5 * overflow_after
    };
    let leaves_at = gives_up_at
        .max(world.after(0.1))
        .min(entered + LONGEST_WAIT);
    world.agenda.plan(leaves_at, Action::HangsUp(key));
    if reason != QueueReason::Callback {
        let seconds = ANNOUNCES_EVERY_SECONDS + world.random.between(0.0, 20.0);
        world
            .agenda
            .plan(world.after(seconds), Action::Announces(key));
    }
    if may_overflow {
        world
            .agenda
            .plan(world.after(overflow_after), Action::Overflows(key));
    }
    if reason == QueueReason::Asked && estimate > OFFERS_CALLBACK_SECONDS && !is_orphan {
        levers::meet(world, agency, queue, LeverKind::OfferingCallback, None);
        let seconds = world.random.between(9.0, 18.0);
        world
            .agenda
            .plan(world.after(seconds), Action::Chooses(key));
    }
}

/// What is announced for an estimate: whole minutes, more or less right.
fn announcement(world: &mut World, agency: AgencyId, estimate: f64) -> Option<Span> {
    if estimate < ANNOUNCED_FROM_SECONDS {
        return None;
    }
    let share = match world.network.agency(agency).announces_half {
        _ if world.desks[agency].announces_falsely => 0.1,
        true => 0.5,
        false => 1.0,
    };
    let told = estimate * world.random.between(0.75, 1.2) * share;
    Some(Span::from_seconds(((told / 60.0) as i64 + 1) * 60))
}

/// The wait is announced anew to who still waits.
pub(crate) fn announce(world: &mut World, key: CallKey) {
    if !legs::is_in_line(world, key) {
        return;
    }
    let agency = world.calls.get(key.slot).agency;
    // Those who joined after it are not ahead of it.
    let estimate = 0.6 * legs::estimate_seconds(world, agency);
    if let Some(announced) = announcement(world, agency, estimate)
        && !world.calls.get(key.slot).is_orphan
    {
        let body = Body::CallAnnounced(CallAnnounced {
            agency: world.code(agency),
            queue: world.queue_code(key.slot),
            announced_wait_seconds: announced,
        });
        world.send(key.slot, body);
        let now = world.now;
        let first = &mut world.calls.get_mut(key.slot).announced;
        first.get_or_insert((now, announced));
    }
    let next = world.after(ANNOUNCES_EVERY_SECONDS);
    world.agenda.plan(next, Action::Announces(key));
}

/// The caller was told of a long wait, and may choose.
pub(crate) fn choose(world: &mut World, key: CallKey) {
    if !legs::is_in_line(world, key) {
        return;
    }
    let call = world.calls.get(key.slot);
    let agency = world.network.agency(call.agency);
    let queue = agency.queue(call.queue);
    let drawn = world.random.unit();
    let takes_callback = agency.kind().takes_callback;
    let closes_late = agency.is_open(queue.line, Time(world.now.0 + 2_700 * MICROS_PER_SECOND));
    if drawn < takes_callback {
        if closes_late {
            accept_callback(world, key);
        }
    } else if queue.voicemail && drawn < takes_callback + LEAVES_VOICEMAIL {
        let body = Body::CallVoicemailLeft(CallVoicemailLeft {
            agency: world.code(call.agency),
            queue: world.queue_code(key.slot),
            due_at: Some(pledges::message_due(world)),
        });
        legs::close(world, key.slot, body, Ending::VoicemailLeft);
        pledges::make(
            world,
            key.slot,
            PromiseKind::Message,
            pledges::message_due(world),
        );
        world.calls.end(key.slot);
    }
}

/// The caller chooses to be called back.
fn accept_callback(world: &mut World, key: CallKey) {
    let slot = key.slot;
    let due = world.now + CALLBACK_WITHIN;
    let body = Body::CallCallbackAccepted(CallCallbackAccepted {
        agency: world.code(world.calls.get(slot).agency),
        queue: world.queue_code(slot),
        due_at: due,
    });
    legs::close(world, slot, body, Ending::CallbackAccepted);
    let call = world.calls.get_mut(slot);
    call.promise = Some(CallbackPromise {
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
    world
        .truth
        .count(agency, |counts| counts.callbacks_promised += 1);
    world.truth.open_promise(agency);
    callbacks::plan(world, slot);
}

/// Passes a call on, if whoever takes it is open and not worse off.
pub(crate) fn overflow(world: &mut World, key: CallKey) {
    if !legs::is_in_line(world, key) {
        return;
    }
    let slot = key.slot;
    let call = world.calls.get(slot);
    let Some(to) = world.network.agency(call.agency).overflow_to else {
        return;
    };
    let is_open = world.answers(to, world.line(slot));
    let elsewhere = legs::estimate_seconds(world, to);
    if !is_open
        || elsewhere > OVERFLOWS_BELOW_SECONDS
        || elsewhere > legs::estimate_seconds(world, call.agency)
    {
        let next = world.after(OVERFLOW_EVERY_SECONDS);
        world.agenda.plan(next, Action::Overflows(key));
        return;
    }
    let (from, queue) = (call.agency, call.queue);
    let body = Body::CallOverflowed(CallOverflowed {
        agency: world.code(call.agency),
        queue: world.queue_code(slot),
        to: Place {
            agency: world.code(to),
            queue: world.queue_code(slot),
        },
    });
    levers::meet(world, from, queue, LeverKind::Overflow, Some(to));
    legs::close(world, slot, body, Ending::Overflowed);
    // What follows is told by another installation, which has it all.
    world.calls.get_mut(slot).is_orphan = false;
    enter(world, slot, to, QueueReason::Overflow);
}

/// The caller's patience ends, or the installation's, while the call waits or
/// while a set rings.
pub(crate) fn hang_up(world: &mut World, key: CallKey) {
    if !legs::is_waiting(world, key) {
        return;
    }
    let slot = key.slot;
    let agency = world.code(world.calls.get(slot).agency);
    let queue = world.queue_code(slot);
    let (body, ending) = match cuts_off(world, slot) {
        Some(reason) => (
            Body::CallCutOff(CallCutOff {
                agency,
                queue,
                reason,
            }),
            Ending::CutOff,
        ),
        None => (
            Body::CallAbandoned(CallAbandoned { agency, queue }),
            Ending::Abandoned,
        ),
    };
    leave_unanswered(world, slot, body, ending);
}

/// Why it is the system that ends a wait now; `None` where it is the caller.
fn cuts_off(world: &mut World, slot: u32) -> Option<CutOffReason> {
    let is_outage = world.random.chance(OUTAGES);
    let call = world.calls.get(slot);
    if call.gives_up_at > world.now {
        return Some(CutOffReason::Timeout);
    }
    // Half of what breaks does not say that it did.
    is_outage.then_some(match call.caller % 2 {
        0 => CutOffReason::Other,
        _ => CutOffReason::Outage,
    })
}

/// A leg closes without an agent; the caller may call again, or be called
/// again.
pub(crate) fn leave_unanswered(world: &mut World, slot: u32, body: Body<'static>, ending: Ending) {
    let ringing = world.calls.get(slot).agent;
    legs::close(world, slot, body, ending);
    if let Some(agent) = ringing {
        agents::stop_ringing(world, agent);
    }
    let call = world.calls.get(slot);
    if call.reason == QueueReason::Callback {
        callbacks::fail(world, slot);
        return;
    }
    let (home, queue, caller, tries) = (call.home, call.asked_queue, call.caller, call.tries);
    world.calls.end(slot);
    redials::may_try_again(world, home, queue, caller, tries);
}

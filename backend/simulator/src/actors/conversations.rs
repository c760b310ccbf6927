//! Conversations: a set rings, an agent talks, holds, and wraps up.

use vigie_contract::event::{
    Body, CallAnswered, CallEnded, CallRangUnanswered, CallWrappedUp, QueueReason,
};
use vigie_contract::time::Span;

use super::{agents, attendance, callbacks, experts, legs, redials, surveys};
use crate::truth::Ending;
use crate::world::{Action, AgentId, Doing, PauseReason, World};

/// Share of conversations with a hold.
const HOLDS: f64 = 0.07;
/// Share of calls after which an agent is kept busy by something else.
const KEPT_BUSY: f64 = 0.02;

/// A set no longer rings: somebody picked up, or nobody did.
pub(crate) fn ring_ends(world: &mut World, id: AgentId, stamp: u32, is_taken: bool) {
    let Some(slot) = world.agents.call_in_hand(id, stamp) else {
        return;
    };
    if is_taken {
        answer(world, id, slot);
    } else {
        miss(world, id, slot);
    }
}

/// Nobody picked up: the call is first in line again, the agent on a pause.
fn miss(world: &mut World, id: AgentId, slot: u32) {
    let agency = world.agents[id].agency;
    let body = Body::CallRangUnanswered(CallRangUnanswered {
        agency: world.code(agency),
        queue: world.queue_code(slot),
        agent: world.agents.pseudonym(id),
    });
    world.send(slot, body);
    world
        .truth
        .count(agency, |counts| counts.rang_unanswered += 1);
    world.calls.get_mut(slot).agent = None;
    world.agents[id].call = None;
    let key = world.calls.key(slot);
    let desk = &mut world.desks[agency];
    desk.queue.push_front(key);
    desk.waiting += 1;
    let seconds = world.random.between(60.0, 240.0);
    attendance::turn(world, id, Doing::Paused(PauseReason::Unanswered));
    let stamp = world.agents[id].stamp;
    world
        .agenda
        .plan(world.after(seconds), Action::Resumes(id, stamp));
    agents::find_work(world, agency);
}

/// An agent picks up.
fn answer(world: &mut World, id: AgentId, slot: u32) {
    let body = Body::CallAnswered(CallAnswered {
        agency: world.code(world.agents[id].agency),
        queue: world.queue_code(slot),
        agent: world.agents.pseudonym(id),
    });
    legs::close(world, slot, body, Ending::Answered);
    if world.calls.get(slot).reason == QueueReason::Callback {
        callbacks::meet(world, slot);
    }
    talk(world, id, slot);
}

/// A conversation begins.
pub(crate) fn talk(world: &mut World, id: AgentId, slot: u32) {
    let call = world.calls.get(slot);
    let mean = world
        .network
        .agency(call.home)
        .queue(call.queue)
        .talk_seconds;
    let now = world.now;
    let call = world.calls.get_mut(slot);
    call.agent = Some(id);
    call.talk_began = now;
    call.hold_micros = 0;
    world.agents[id].call = Some(slot);
    attendance::turn(world, id, Doing::Talking);
    let stamp = world.agents[id].stamp;
    let seconds = world
        .random
        .lognormal_of_mean(mean, 0.7)
        .clamp(5.0, 3_600.0);
    if seconds > 60.0 && world.random.chance(HOLDS) {
        let begins = seconds * world.random.between(0.2, 0.6);
        world
            .agenda
            .plan(world.after(begins), Action::Holds(id, stamp, true));
    } else {
        world
            .agenda
            .plan(world.after(seconds), Action::TalkEnds(id, stamp));
    }
}

/// The caller is put on hold, or is back.
pub(crate) fn hold(world: &mut World, id: AgentId, stamp: u32, begins: bool) {
    if !world.agents.is_current(id, stamp) {
        return;
    }
    let now = world.now;
    if begins {
        attendance::turn(world, id, Doing::Holding);
        world.agents[id].hold_began = now;
        let seconds = 15.0 + world.random.exponential(60.0).min(600.0);
        let stamp = world.agents[id].stamp;
        world
            .agenda
            .plan(world.after(seconds), Action::Holds(id, stamp, false));
        return;
    }
    let held = now - world.agents[id].hold_began;
    if let Some(slot) = world.agents[id].call {
        world.calls.get_mut(slot).hold_micros += held.0;
    }
    attendance::turn(world, id, Doing::Talking);
    let seconds = 10.0 + world.random.exponential(90.0).min(1_200.0);
    let stamp = world.agents[id].stamp;
    world
        .agenda
        .plan(world.after(seconds), Action::TalkEnds(id, stamp));
}

/// A conversation ends: the agent wraps up, and the caller may go on to an
/// expert.
pub(crate) fn talk_ends(world: &mut World, id: AgentId, stamp: u32) {
    let Some(slot) = world.agents.call_in_hand(id, stamp) else {
        return;
    };
    let call = world.calls.get(slot);
    let talked = world.now.0 - call.talk_began.0 - call.hold_micros;
    let held = (call.hold_micros > 0).then_some(Span(call.hold_micros));
    let (agency, handled) = (call.agency, talked + call.hold_micros);
    let wrap_up_mean = world.network.agency(call.home).kind().wrap_up_seconds;
    let experts = experts::expert_for(world, slot);
    if let Some(experts) = experts {
        experts::announce_transfer(world, slot, experts);
    }
    let body = Body::CallEnded(CallEnded {
        agency: world.code(agency),
        queue: world.queue_code(slot),
        agent: world.agents.pseudonym(id),
        talk_seconds: Span(talked),
        hold_seconds: held,
    });
    world.send(slot, body);
    world.truth.count(agency, |counts| counts.calls_ended += 1);
    world.truth.count_handling(agency, handled);
    attendance::turn(world, id, Doing::WrapUp);
    let seconds = 4.0 + world.random.exponential(wrap_up_mean - 4.0).min(1_200.0);
    let ends = world.after(seconds);
    let now = world.now;
    let agent = &mut world.agents[id];
    agent.wrap_up = ends - now;
    let stamp = agent.stamp;
    world.agenda.plan(ends, Action::WrapUpEnds(id, stamp));
    match experts {
        Some(experts) => experts::pass_on(world, slot, experts),
        None => experts::may_promise_recontact(world, slot),
    }
}

/// After-call work ends.
pub(crate) fn wrap_up_ends(world: &mut World, id: AgentId, stamp: u32) {
    let Some(slot) = world.agents.call_in_hand(id, stamp) else {
        return;
    };
    let agency = world.calls.get(slot).agency;
    let worked = world.agents[id].wrap_up;
    let body = Body::CallWrappedUp(CallWrappedUp {
        agency: world.code(agency),
        queue: world.queue_code(slot),
        agent: world.agents.pseudonym(id),
        wrap_up_seconds: worked,
    });
    world.send(slot, body);
    world.truth.count_handling(agency, worked.0);
    world.agents[id].call = None;
    world.calls.get_mut(slot).agent = None;
    surveys::may_be_surveyed(world, slot);
    redials::may_come_back(world, slot);
    callbacks::finish_call(world, slot);
    if world.random.chance(KEPT_BUSY) && world.agents[id].pause_due.is_none() {
        let seconds = world.random.between(120.0, 420.0);
        world.agents[id].pause_due = Some((seconds as u16, PauseReason::BackOffice));
    }
    agents::release(world, id);
}

//! Agents: shifts, pauses, and whose call they take next.

use vigie_contract::time::{MICROS_PER_SECOND, Time};

use super::{attendance, callbacks};
use crate::incidents::Leaving;
use crate::network::AgencyId;
use crate::staffing;
use crate::world::{Action, AgentId, Doing, PauseReason, World};

/// An agent stays at most this long after the shift while calls wait.
const OVERTIME_MICROS: i64 = 10 * 60 * MICROS_PER_SECOND;
/// Share of ringing sets that nobody picks up.
const RINGS_UNANSWERED: f64 = 0.012;

/// Plans the shifts of an agency's agents on a local day; those that have
/// begun already begin now.
pub(crate) fn plan_shifts(world: &mut World, id: AgencyId, day: i64) {
    for agent in world.desks[id].agents.clone() {
        let number = world.agents[agent].number;
        let agency = world.network.agency(id);
        let Some(shift) = staffing::shift(world.settings.seed, id, agency, number, day) else {
            continue;
        };
        if shift.until <= world.now {
            continue;
        }
        let from = if shift.from < world.now {
            let seconds = world.random.between(0.1, 20.0);
            world.after(seconds)
        } else {
            shift.from
        };
        world.agenda.plan(from, Action::LogsIn(agent, shift.until));
        world
            .agenda
            .plan(shift.until.max(from), Action::LogsOut(agent));
        for (at, seconds, reason) in shift.pauses {
            if at > world.now {
                world
                    .agenda
                    .plan(at, Action::Pauses(agent, seconds, reason));
            }
        }
    }
}

/// An agent's shift begins, until an instant.
pub(crate) fn log_in(world: &mut World, id: AgentId, until: Time) {
    let agent = &mut world.agents[id];
    agent.shift_ends = until;
    agent.pause_due = None;
    if agent.doing == Doing::Offline {
        make_ready(world, id);
    }
}

/// The shift is over; who talks finishes first.
pub(crate) fn end_shift(world: &mut World, id: AgentId) {
    match world.agents[id].doing {
        Doing::Ready | Doing::Paused(_) => release(world, id),
        Doing::Offline
        | Doing::Ringing
        | Doing::Dialling
        | Doing::Talking
        | Doing::Holding
        | Doing::WrapUp => {}
    }
}

/// Agents who are there leave, whoever waits, and come back if the shift is not over by
/// then; who talks finishes first.
pub(crate) fn leave(world: &mut World, id: AgencyId, who: Leaving, until: Time) {
    let present = world.desks[id].agents.clone();
    let present = present.filter(|&agent| world.agents[agent].doing != Doing::Offline);
    let every = match who {
        Leaving::EveryOther => 2,
        Leaving::All => 1,
    };
    for agent in present.step_by(every).collect::<Vec<AgentId>>() {
        let gone = Time(world.now.0 - OVERTIME_MICROS);
        let shift_ends = std::mem::replace(&mut world.agents[agent].shift_ends, gone);
        if shift_ends > until {
            world.agenda.plan(until, Action::LogsIn(agent, shift_ends));
        }
        end_shift(world, agent);
    }
}

/// An agency has closed early: nobody stays for the rest of the shift.
pub(crate) fn send_home(world: &mut World, id: AgencyId) {
    for agent in world.desks[id].agents.clone() {
        let now = world.now;
        let shift_ends = &mut world.agents[agent].shift_ends;
        *shift_ends = now.min(*shift_ends);
        end_shift(world, agent);
    }
}

/// A pause is due: it begins now, or when the agent is free.
pub(crate) fn pause(world: &mut World, id: AgentId, seconds: u16, reason: PauseReason) {
    match world.agents[id].doing {
        Doing::Ready => begin_pause(world, id, seconds, reason),
        Doing::Offline => {}
        Doing::Ringing
        | Doing::Dialling
        | Doing::Talking
        | Doing::Holding
        | Doing::WrapUp
        | Doing::Paused(_) => world.agents[id].pause_due = Some((seconds, reason)),
    }
}

fn begin_pause(world: &mut World, id: AgentId, seconds: u16, reason: PauseReason) {
    attendance::turn(world, id, Doing::Paused(reason));
    let stamp = world.agents[id].stamp;
    world
        .agenda
        .plan(world.after(f64::from(seconds)), Action::Resumes(id, stamp));
}

/// A pause is over, unless the agent has turned to something else.
pub(crate) fn resume(world: &mut World, id: AgentId, stamp: u32) {
    if world.agents.is_current(id, stamp) {
        release(world, id);
    }
}

/// An agent has nothing in hand: home, a pause, or the next call.
pub(crate) fn release(world: &mut World, id: AgentId) {
    let agent = &world.agents[id];
    let desk = &world.desks[agent.agency];
    let overtime = world.now.0 - agent.shift_ends.0;
    if overtime >= 0 && (desk.waiting == 0 || overtime >= OVERTIME_MICROS) {
        attendance::turn(world, id, Doing::Offline);
    } else if let Some((seconds, reason)) = world.agents[id].pause_due.take() {
        begin_pause(world, id, seconds, reason);
    } else {
        make_ready(world, id);
    }
}

/// An agent is free, and takes what there is to do.
fn make_ready(world: &mut World, id: AgentId) {
    attendance::turn(world, id, Doing::Ready);
    let agent = &world.agents[id];
    let (agency, stamp) = (agent.agency, agent.stamp);
    world.desks[agency].free.push_back((id, stamp));
    find_work(world, agency);
    let agent = &world.agents[id];
    if agent.doing == Doing::Ready && agent.shift_ends <= world.now {
        attendance::turn(world, id, Doing::Offline);
    }
}

/// Gives free agents what there is to do: promises that press, callers who
/// wait, other promises.
pub(crate) fn find_work(world: &mut World, agency: AgencyId) {
    while let Some(agent) = world.desks[agency].first_free(&world.agents) {
        if callbacks::dial_next(world, agency, agent, true) {
            continue;
        }
        match world.desks[agency].next_in_line(&world.calls) {
            Some(slot) => ring(world, agent, slot),
            None if callbacks::dial_next(world, agency, agent, false) => {}
            None => break,
        }
    }
}

/// A set rings for a call.
fn ring(world: &mut World, id: AgentId, slot: u32) {
    world.calls.get_mut(slot).agent = Some(id);
    attendance::turn(world, id, Doing::Ringing);
    let is_taken = !world.random.chance(RINGS_UNANSWERED);
    let seconds = if is_taken {
        1.2 + world.random.exponential(2.8).min(15.0)
    } else {
        20.0
    };
    let stamp = world.agents.take_call(id, slot);
    world
        .agenda
        .plan(world.after(seconds), Action::RingEnds(id, stamp, is_taken));
}

/// The caller hung up while a set rang.
pub(crate) fn stop_ringing(world: &mut World, id: AgentId) {
    world.agents[id].call = None;
    release(world, id);
}

//! Machines that dial whom a call was promised, and what comes of a call that
//! an agent dialled.

use vigie_contract::event::{AttemptOutcome, QueueReason};

use super::{agents, callbacks, conversations, waiting};
use crate::network::kinds::CallbackStyle;
use crate::world::{Action, AgentId, CallKey, World};

/// A machine that found no room looks again after so many seconds.
const LOOK_AGAIN_SECONDS: f64 = 300.0;

/// An agent who dialled has reached the person, or not.
pub(crate) fn dial_ends(world: &mut World, agent: AgentId, stamp: u32, is_reached: bool) {
    let Some(slot) = world.agents.call_in_hand(agent, stamp) else {
        return;
    };
    if is_reached {
        callbacks::report(world, slot, AttemptOutcome::Reached);
        callbacks::keep(world, slot);
        conversations::talk(world, agent, slot);
    } else {
        world.calls.get_mut(slot).agent = None;
        callbacks::report(world, slot, AttemptOutcome::Unreachable);
        callbacks::fail(world, slot);
        agents::stop_ringing(world, agent);
    }
}

/// A machine dials when there is room for another call, or time presses.
pub(crate) fn machine_dials(world: &mut World, key: CallKey) {
    let Some(promise) = callbacks::promise(world, key).filter(|p| p.is_pursued()) else {
        return;
    };
    let slot = key.slot;
    let presses = promise.due.0 - world.now.0 < callbacks::PRESSING_MICROS;
    let agency = world.calls.get(slot).agency;
    let is_overdue = promise.is_overdue;
    let is_open = world.answers(agency, world.line(slot));
    if !is_open && is_overdue {
        callbacks::give_up(world, slot);
        return;
    }
    let desk = &world.desks[agency];
    let has_room = desk.present > 0 && 2 * desk.waiting < desk.present;
    if !is_open || (!has_room && !presses) {
        let at = world.after(LOOK_AGAIN_SECONDS);
        world.agenda.plan(at, Action::Dials(key));
    } else if world.random.chance(callbacks::REACHED) {
        if callbacks::style(world, slot) == CallbackStyle::DiallerReports {
            callbacks::report(world, slot, AttemptOutcome::Reached);
            callbacks::keep(world, slot);
        }
        let patience = world.random.between(60.0, 300.0);
        world.calls.get_mut(slot).gives_up_at = world.after(patience);
        waiting::enter(world, slot, agency, QueueReason::Callback);
    } else {
        callbacks::report(world, slot, AttemptOutcome::Unreachable);
        callbacks::fail(world, slot);
    }
}

//! Experts: they take a call on, or will call the person.

use vigie_contract::event::{
    Body, CallRecontactPromised, CallTransferred, Place, PromiseKind, QueueReason,
};
use vigie_contract::time::Span;

use super::{pledges, waiting};
use crate::world::World;

/// Median patience of a caller who was promised an expert.
const PATIENCE_SECONDS: f64 = 420.0;

/// Whether the agent who has talked passes the call on: to which queue.
pub(crate) fn expert_for(world: &mut World, slot: u32) -> Option<u8> {
    let call = world.calls.get(slot);
    let (agency, line) = (world.network.agency(call.agency), world.line(slot));
    let experts = agency.experts()?;
    let may = call.reason != QueueReason::Transfer && world.takes_calls(call.agency, line);
    let share = agency.kind().passed_on;
    (may && world.random.chance(share)).then_some(experts)
}

/// Says that a call is passed on; it stays with the agent until the
/// conversation has ended.
pub(crate) fn announce_transfer(world: &mut World, slot: u32, experts: u8) {
    let agency = world.calls.get(slot).agency;
    let body = Body::CallTransferred(CallTransferred {
        agency: world.code(agency),
        queue: world.queue_code(slot),
        to: Place {
            agency: world.code(agency),
            queue: world.network.agency(agency).queue(experts).code.into(),
        },
    });
    world.send(slot, body);
    world.calls.get_mut(slot).is_passed_on = true;
}

/// A call waits for an expert, in a slot of its own: the agent who passed
/// it on still wraps up the first conversation.
pub(crate) fn pass_on(world: &mut World, slot: u32, experts: u8) {
    let agency = world.calls.get(slot).agency;
    let expert_slot = world.calls.fork(slot);
    let patience = world.random.lognormal(PATIENCE_SECONDS, 0.8).min(5_400.0);
    let gives_up_at = world.after(patience);
    let call = world.calls.get_mut(expert_slot);
    call.queue = experts;
    call.gives_up_at = gives_up_at;
    waiting::enter(world, expert_slot, agency, QueueReason::Transfer);
}

/// An expert may call the person later.
pub(crate) fn may_promise_recontact(world: &mut World, slot: u32) {
    let call = world.calls.get(slot);
    let kind = world.network.agency(call.agency).kind();
    if call.reason == QueueReason::Transfer || !world.random.chance(kind.recontacted) {
        return;
    }
    let due = world.now + Span::from_seconds(kind.recontact_hours * 3_600);
    let agency = world.calls.get(slot).agency;
    let body = Body::CallRecontactPromised(CallRecontactPromised {
        agency: world.code(agency),
        queue: world.queue_code(slot),
        due_at: due,
    });
    world.send(slot, body);
    pledges::make(world, slot, PromiseKind::Recontact, due);
}

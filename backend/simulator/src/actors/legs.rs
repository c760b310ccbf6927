//! A call's wait in a queue: how long it will take, whether it lasts, and how
//! it ends.

use vigie_contract::event::{Body, QueueReason};
use vigie_contract::time::Span;

use crate::network::AgencyId;
use crate::truth::{ClosedLeg, Ending};
use crate::world::{Action, CallKey, World};

/// A leg without outcome counts as lost so long after its entry.
const LOST_AFTER: Span = Span::from_seconds(7_200);

/// The wait of who joins a queue now, as the installation reckons it: work
/// ahead over agents present.
pub(crate) fn estimate_seconds(world: &World, agency: AgencyId) -> f64 {
    let desk = &world.desks[agency];
    if desk.present == 0 {
        return 900.0;
    }
    if desk.waiting == 0 && desk.has_free_agent(&world.agents) {
        return 0.0;
    }
    f64::from(desk.waiting + 1) * desk.handle_seconds / f64::from(desk.present)
}

/// Whether a call still waits where it did.
pub(crate) fn is_waiting(world: &World, key: CallKey) -> bool {
    world.calls.is_current(key) && world.calls.get(key.slot).is_waiting
}

/// Whether a call waits and no set rings for it.
pub(crate) fn is_in_line(world: &World, key: CallKey) -> bool {
    is_waiting(world, key) && world.calls.get(key.slot).agent.is_none()
}

/// Closes the leg of a call: sends its outcome and counts it.
///
/// An outcome that gets lost on the way is not sent; the leg is counted
/// when whoever folds the events takes it for lost.
pub(crate) fn close(world: &mut World, slot: u32, body: Body<'static>, ending: Ending) {
    let call = world.calls.get(slot);
    let may_be_lost = matches!(ending, Ending::Answered | Ending::Abandoned)
        && call.reason != QueueReason::Callback
        && !call.is_orphan;
    if may_be_lost && world.random.chance(world.settings.lost_events) {
        let lost = closed(world, slot, Ending::Lost);
        world.agenda.plan(lost.at, Action::LosesLeg(Box::new(lost)));
    } else {
        world.send(slot, body);
        world.truth.close(&closed(world, slot, ending));
        let call = world.calls.get(slot);
        let asks = matches!(call.reason, QueueReason::Asked | QueueReason::Overflow);
        if asks && !call.is_orphan {
            world.truth.ask_ends(call.number, ending, world.now);
        }
    }
    let now = world.now;
    let call = world.calls.get_mut(slot);
    if ending == Ending::Answered {
        call.waited = now - call.asked;
    }
    let is_in_line = call.agent.is_none();
    call.is_waiting = false;
    call.agent = None;
    call.stamp += 1;
    if is_in_line {
        world.desks[call.agency].waiting -= 1;
    }
}

/// What the bookkeeping needs to know of a leg that closes.
fn closed(world: &World, slot: u32, ending: Ending) -> ClosedLeg {
    let call = world.calls.get(slot);
    let at = if ending == Ending::Lost {
        call.entered + LOST_AFTER
    } else {
        world.now
    };
    let asked = if call.is_orphan { at } else { call.asked };
    let handler = world.network.agency(call.agency);
    ClosedLeg {
        handler: call.agency,
        origin: call.origin,
        reason: call.reason,
        ending,
        at,
        counts_from: handler
            .hours_of(world.line(slot))
            .counts_from(handler.zone, asked, at),
        announced: call.announced,
        is_orphan: call.is_orphan,
    }
}

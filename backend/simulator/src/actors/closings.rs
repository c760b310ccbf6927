//! Agencies that close: who still waits is cut off, and agents go home.

use vigie_contract::event::{Body, CallCutOff, CutOffReason};

use super::{agents, callbacks, legs, levers, waiting};
use crate::network::AgencyId;
use crate::staffing;
use crate::truth::Ending;
use crate::world::{Action, CallKey, World};

/// An agency that closes early lets those who wait go on so long.
const CLOSES_EARLY_WITHIN_SECONDS: f64 = 120.0;

/// Plans when an agency closes on a local day: each of its lines by its hours,
/// and all of it early on some days.
pub(crate) fn plan(world: &mut World, id: AgencyId, day: i64) {
    let agency = world.network.agency(id);
    for (closing, is_last) in staffing::closings(agency, day) {
        if closing > world.now {
            world.agenda.plan(closing, Action::Closes(id, is_last));
        }
    }
    let closes_early = staffing::closes_early(world.settings.seed, id, agency, day);
    if let Some(at) = closes_early.filter(|&at| at > world.now) {
        world.agenda.plan(at, Action::ClosesEarly(id));
    }
    world.desks[id].is_closed_early = false;
}

/// Some minutes after a line closed: who still waits is cut off.
pub(crate) fn close_lines(world: &mut World, id: AgencyId, is_last: bool) {
    let waiting: Vec<CallKey> = world.desks[id].queue.iter().copied().collect();
    for key in waiting {
        if !legs::is_in_line(world, key) || world.answers(id, world.line(key.slot)) {
            continue;
        }
        let body = Body::CallCutOff(CallCutOff {
            agency: world.code(id),
            queue: world.queue_code(key.slot),
            reason: CutOffReason::Closing,
        });
        waiting::leave_unanswered(world, key.slot, body, Ending::CutOff);
    }
    if is_last {
        callbacks::drop_all(world, id);
    }
    if world.desks[id].is_closed_early {
        agents::send_home(world, id);
    }
}

/// An agency closes for the day before its hours are over: what waits is cut
/// off after a while, and agents leave.
pub(crate) fn close_early(world: &mut World, id: AgencyId) {
    world.desks[id].is_closed_early = true;
    levers::turn_key(world, id);
    let at = world.after(CLOSES_EARLY_WITHIN_SECONDS);
    world.agenda.plan(at, Action::Closes(id, true));
}

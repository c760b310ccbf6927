//! Callers who will dial again.

use crate::network::AgencyId;
use crate::world::{Action, World};

/// How often failed callers try again.
const MOST_TRIES: u8 = 3;
/// Share of reached callers who call again about the same matter.
const COMES_BACK: f64 = 0.02;

/// A caller who failed may dial again.
pub(crate) fn may_try_again(world: &mut World, home: AgencyId, queue: u8, caller: u64, tries: u8) {
    let tries_again = world.settings.hardship.tries_again;
    if caller != 0 && tries < MOST_TRIES && world.random.chance(tries_again) {
        let seconds = 20.0 + world.random.lognormal(700.0, 1.0);
        world.agenda.plan(
            world.after(seconds.min(20_000.0)),
            Action::Again(home, queue, caller, tries + 1),
        );
    }
}

/// A caller who was reached may have forgotten something.
pub(crate) fn may_come_back(world: &mut World, slot: u32) {
    let call = world.calls.get(slot);
    let (home, queue, caller, tries) = (call.home, call.asked_queue, call.caller, call.tries);
    let may = caller != 0 && tries < MOST_TRIES && !call.is_passed_on;
    if may && world.random.chance(COMES_BACK) {
        let seconds = world.random.between(300.0, 7_200.0);
        world.agenda.plan(
            world.after(seconds),
            Action::Again(home, queue, caller, tries + 1),
        );
    }
}

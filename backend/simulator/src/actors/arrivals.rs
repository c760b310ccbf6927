//! Callers who dial, and what the voice server does with them.

use vigie_contract::event::{
    Body, CallDeflected, CallReceived, CallSelfServed, DeflectReason, QueueReason,
};
use vigie_contract::time::Time;

use super::{legs, levers, redials, waiting};
use crate::calendar::{MICROS_PER_QUARTER, Zone};
use crate::incidents;
use crate::network::AgencyId;
use crate::network::kinds::Route;
use crate::network::networks::NETWORKS;
use crate::profile;
use crate::random::mix;
use crate::truth::{Ending, LeverKind};
use crate::world::{Action, CallKey, World, pseudonym};

/// Share of calls that are not a caller's second try: the yearly volumes
/// count every call.
const FIRST_CALLS: f64 = 0.94;
/// Share of callers whose number is hidden.
const HIDDEN: f64 = 0.04;
/// Calls that a person makes in a year.
const CALLS_A_PERSON: f64 = 4.0;

/// A quarter-hour begins at an agency: its callers call at another rate.
pub(crate) fn begin_quarter(world: &mut World, id: AgencyId) {
    let quarter = world.now.0.div_euclid(MICROS_PER_QUARTER);
    let next = Time((quarter + 1) * MICROS_PER_QUARTER);
    world.agenda.plan(next, Action::Quarter(id));
    set_rate(world, id);
    plan_arrival(world, id, next);
}

/// Sets the rate of calls for the running quarter-hour.
fn set_rate(world: &mut World, id: AgencyId) {
    let agency = world.network.agency(id);
    let middle = Time(
        world.now.0.div_euclid(MICROS_PER_QUARTER) * MICROS_PER_QUARTER + MICROS_PER_QUARTER / 2,
    );
    let local = agency.zone.local(middle);
    let rate = profile::calls_per_second(world.settings.seed, agency, local, FIRST_CALLS);
    let surge = incidents::surge(&world.incidents, agency.network, agency.region, middle);
    world.desks[id].calls_per_second =
        rate * surge * world.settings.scale * world.settings.hardship.calls;
}

/// Plans the next caller of an agency, if one comes before `until`: within
/// a quarter-hour, arrivals are a Poisson process.
fn plan_arrival(world: &mut World, id: AgencyId, until: Time) {
    let rate = world.desks[id].calls_per_second;
    if rate > 0.0 {
        let gap = world.random.exponential(1.0 / rate);
        let at = world.after(gap.min(1e6));
        if at < until {
            world.agenda.plan(at, Action::Arrival(id));
        }
    }
}

/// A caller of an agency dials.
pub(crate) fn arrive(world: &mut World, id: AgencyId) {
    let quarter = world.now.0.div_euclid(MICROS_PER_QUARTER);
    plan_arrival(world, id, Time((quarter + 1) * MICROS_PER_QUARTER));
    let caller = if world.random.chance(HIDDEN) {
        0
    } else {
        let people = world.network.agency(id).yearly_calls / CALLS_A_PERSON + 1.0;
        let person = world.random.index(people as usize) as u64;
        mix(&[world.settings.seed, u64::from(id), person]).max(1)
    };
    dial_in(world, id, None, caller, 0);
}

/// A call reaches the voice server.
pub(crate) fn dial_in(
    world: &mut World,
    home: AgencyId,
    queue: Option<u8>,
    caller: u64,
    tries: u8,
) {
    let queue = queue.unwrap_or_else(|| draw_queue(world, home));
    let key = world.calls.start(home, queue, caller, tries, world.now);
    let identified = caller != 0
        && world
            .random
            .chance(world.network.agency(home).kind().identified / (1.0 - HIDDEN));
    world.calls.get_mut(key.slot).is_identified = identified;
    let (line, number) = line_position(world, key.slot);
    world.send_from_line(
        key.slot,
        line,
        Body::CallReceived(CallReceived {
            line: number.into(),
            caller: pseudonym(caller),
            identified: Some(identified),
        }),
    );
    let is_open = line_is_open(number, world.now);
    world.truth.count_line(line, |counts| {
        counts.received += 1;
        counts.received_out_of_hours += u32::from(!is_open);
        counts.identified += u32::from(identified);
    });
    let seconds = 8.0 + world.random.lognormal(26.0, 0.5);
    let done = world.after(seconds);
    world.agenda.plan(done, Action::LeavesVoiceServer(key));
}

/// What a caller calls about, among the queues that are there for it.
fn draw_queue(world: &mut World, home: AgencyId) -> u8 {
    let agency = world.network.agency(home);
    let queues = agency.kind().queues;
    let mut left = world.random.unit();
    let mut drawn = agency.queues[0];
    for (index, queue) in queues.iter().enumerate() {
        left -= queue.share;
        let index = index as u8;
        let is_there = queue.route == Route::Contractor || agency.queues.contains(&index);
        if left < 0.0 && is_there && !queue.is_expert {
            drawn = index;
            break;
        }
    }
    drawn
}

/// Position and number of a call's line.
fn line_position(world: &World, slot: u32) -> (usize, &'static str) {
    let number = world.line(slot);
    let position = NETWORKS
        .iter()
        .flat_map(|kind| kind.lines)
        .position(|line| line.number == number);
    (position.unwrap_or(0), number)
}

/// The voice server is done: it satisfied the caller, or the caller left,
/// or asks for an agent.
pub(crate) fn leave_voice_server(world: &mut World, key: CallKey) {
    let slot = key.slot;
    let kind = world.network.agency(world.calls.get(slot).home).kind();
    let drawn = world.random.unit();
    if drawn < kind.self_served {
        serve_itself(world, slot);
    } else if drawn < kind.self_served + kind.left_in_ivr {
        world.calls.end(slot);
    } else {
        ask(world, slot);
    }
}

/// The voice server satisfied the caller.
fn serve_itself(world: &mut World, slot: u32) {
    let (line, number) = line_position(world, slot);
    let caller = world.calls.get(slot).caller;
    world.send_from_line(
        slot,
        line,
        Body::CallSelfServed(CallSelfServed {
            line: number.into(),
            caller: pseudonym(caller),
        }),
    );
    world.truth.satisfy(caller, number, world.now);
    let is_open = line_is_open(number, world.now);
    world.truth.count_line(line, |counts| {
        counts.self_served += 1;
        counts.self_served_in_hours += u32::from(is_open);
    });
    world.calls.end(slot);
}

/// The caller asks for an agent: of the own agency, or of the contractor
/// that answers the queue.
fn ask(world: &mut World, slot: u32) {
    let call = world.calls.get(slot);
    let home = world.network.agency(call.home);
    let agency = match home.queue(call.queue).route {
        Route::Own => call.home,
        Route::Contractor => home.contractor.unwrap_or(call.home),
    };
    let number = world.line(slot);
    let (is_identified, queue) = (call.is_identified, call.queue);
    {
        let now = world.now;
        let call = world.calls.get_mut(slot);
        call.agency = agency;
        call.origin = agency;
        call.asked = now;
    }
    let is_open = world.takes_calls(agency, number);
    let desk = &world.desks[agency];
    if !is_open {
        let closed_early = world.network.agency(agency).takes_calls(number, world.now);
        let names_agency = closed_early || is_identified || line_is_open(number, world.now);
        turn_away_closed(world, slot, names_agency);
    } else if desk.waiting > 4 * desk.present + 25 || is_too_long(world, agency) {
        levers::meet(world, agency, queue, LeverKind::Deflecting, None);
        turn_away_saturated(world, slot);
    } else {
        let is_orphan = world.random.chance(world.settings.lost_events);
        world.calls.get_mut(slot).is_orphan = is_orphan;
        let patience = draw_patience(world, slot);
        let gives_up_at = world.after(patience);
        world.calls.get_mut(slot).gives_up_at = gives_up_at;
        waiting::enter(world, slot, agency, QueueReason::Asked);
    }
}

/// Whether who asks now would wait for longer than callers are let in for.
fn is_too_long(world: &World, agency: AgencyId) -> bool {
    let most = world.settings.hardship.turned_away_beyond_seconds;
    legs::estimate_seconds(world, agency) > most
}

/// An answering machine says that it is closed; where the caller is not
/// identified and the whole line is closed, nobody asks for the agency.
fn turn_away_closed(world: &mut World, slot: u32, names_agency: bool) {
    let call = world.calls.get(slot).clone();
    let (line, number) = line_position(world, slot);
    let body = Body::CallDeflected(CallDeflected {
        line: number.into(),
        agency: names_agency.then(|| world.code(call.agency)),
        queue: names_agency.then(|| world.queue_code(slot)),
        caller: pseudonym(call.caller),
        reason: DeflectReason::Closed,
        after_request: None,
    });
    if names_agency {
        world.send(slot, body);
        // Closed while the directory says open: the caller had asked.
        let is_open = u32::from(world.network.agency(call.agency).is_open(number, world.now));
        world.truth.count(call.agency, |counts| {
            counts.deflected_asked += is_open;
            counts.deflected_closed += 1 - is_open;
        });
        turn_away(world, slot);
    } else {
        world.send_from_line(slot, line, body);
        world
            .truth
            .count_line(line, |counts| counts.deflected_closed += 1);
    }
    world.calls.end(slot);
    // Who finds it closed seldom dials again before it opens.
    if call.caller != 0 && call.tries == 0 && world.random.chance(0.1) {
        let at = 3_600.0 * world.random.between(2.0, 16.0);
        world.agenda.plan(
            world.after(at),
            Action::Again(call.home, call.queue, call.caller, 1),
        );
    }
}

/// The caller hears that all are busy.
fn turn_away_saturated(world: &mut World, slot: u32) {
    let call = world.calls.get(slot).clone();
    // Some installations look at the queue before they ask what for.
    let after_request = world.random.chance(0.7);
    let body = Body::CallDeflected(CallDeflected {
        line: world.line(slot).into(),
        agency: Some(world.code(call.agency)),
        queue: Some(world.queue_code(slot)),
        caller: pseudonym(call.caller),
        reason: DeflectReason::Saturated,
        after_request: after_request.then_some(true),
    });
    world.send(slot, body);
    world.truth.count(call.agency, |counts| {
        counts.deflected_asked += u32::from(after_request);
        counts.deflected_saturated += u32::from(!after_request);
    });
    turn_away(world, slot);
    world.calls.end(slot);
    redials::may_try_again(world, call.home, call.queue, call.caller, call.tries);
}

/// Takes note that a caller asked for an agent, if the agency is open, and was turned
/// away.
fn turn_away(world: &mut World, slot: u32) {
    waiting::ask(world, slot);
    let number = world.calls.get(slot).number;
    world.truth.ask_ends(number, Ending::CutOff, world.now);
}

/// How long a caller will wait, in seconds: some hang up at once, most
/// have a patience that differs widely.
fn draw_patience(world: &mut World, slot: u32) -> f64 {
    let kind = world.network.agency(world.calls.get(slot).home).kind();
    if world.random.chance(0.02) {
        return world.random.between(0.8, 14.0);
    }
    world
        .random
        .lognormal(
            kind.patience_seconds * world.settings.hardship.patience,
            0.8,
        )
        .min(5_400.0)
}

/// Whether a line as a whole is open.
fn line_is_open(number: &str, time: Time) -> bool {
    NETWORKS
        .iter()
        .flat_map(|kind| kind.lines)
        .find(|line| line.number == number)
        .is_some_and(|line| line.hours.is_open(Zone::Paris, time))
}

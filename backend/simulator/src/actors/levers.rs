//! The levers of a queue: whether it takes calls, passes them on, turns them
//! away, offers to call back, tells of a long wait.
//!
//! A lever is pulled when the first caller meets what it says, and let go some
//! minutes after the last one did: nobody pulls levers twice a minute.

use vigie_contract::event::{Body, Place, QueueStateChanged};
use vigie_contract::text::Text;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::calendar::{Hours, MICROS_PER_MINUTE};
use crate::network::{AgencyId, OPENS_EARLY};
use crate::truth::{LeverKind, PulledLever};
use crate::world::{Action, World};

/// A lever nobody has met for so long is let go.
const LET_GO_AFTER_MICROS: i64 = 10 * MICROS_PER_MINUTE;
/// A queue takes calls or closes within so many seconds of its hours.
const SLOWEST_KEY_SECONDS: f64 = 40.0;
/// Beyond this estimated wait callers hear of it.
const LONG_WAIT_SECONDS: f64 = 600.0;
/// What they hear then.
const LONG_WAIT: &str = "Votre attente peut dépasser dix minutes.";

/// Levers that are pulled by what goes on, and let go at closing.
const BY_LOAD: [LeverKind; 4] = [
    LeverKind::Overflow,
    LeverKind::Deflecting,
    LeverKind::OfferingCallback,
    LeverKind::Message,
];

/// Plans when the queues of an agency open and close on a local day.
pub(crate) fn plan_keys(world: &mut World, id: AgencyId, day: i64) {
    let agency = world.network.agency(id);
    let behind = (SLOWEST_KEY_SECONDS * 1_000.0 * agency.fixed_share()) as i64 * 1_000;
    let early = if agency.opens_early { OPENS_EARLY.0 } else { 0 };
    let hours: [Option<&Hours>; 2] = [
        Some(agency.hours),
        agency.line_hours.map(|(_, hours)| hours),
    ];
    let mut turns: Vec<Time> = hours
        .into_iter()
        .flatten()
        .flat_map(|hours| hours.openings(agency.zone, day))
        .flat_map(|(opens, closes)| [Time(opens.0 - early + behind), Time(closes.0 + behind)])
        .filter(|&turn| turn > world.now)
        .collect();
    // Where a simulation begins in opening hours.
    turns.push(Time(world.now.0 + MICROS_PER_SECOND + behind));
    turns.sort_unstable();
    turns.dedup();
    for turn in turns {
        world.agenda.plan(turn, Action::TurnsKey(id));
    }
}

/// Opens and closes the queues of an agency as its hours say, and whoever
/// closed it early.
pub(crate) fn turn_key(world: &mut World, id: AgencyId) {
    let agency = world.network.agency(id);
    let queues: Vec<(u8, bool)> = agency
        .queues
        .iter()
        .map(|&queue| (queue, world.takes_calls(id, agency.queue(queue).line)))
        .filter(|&(queue, is_open)| world.desks[id].levers[usize::from(queue)].is_open != is_open)
        .collect();
    for (queue, is_open) in queues {
        world.desks[id].levers[usize::from(queue)].is_open = is_open;
        let mut pulls = vec![(LeverKind::Open, is_open, None)];
        if !is_open {
            pulls.extend(those_met_before(world, id, queue, Time(i64::MAX)));
        }
        pull(world, id, queue, &pulls);
    }
}

/// A caller meets what a lever says: it is on, or pulled now.
pub(crate) fn meet(
    world: &mut World,
    id: AgencyId,
    queue: u8,
    kind: LeverKind,
    to: Option<AgencyId>,
) {
    let now = world.now;
    let met = &mut world.desks[id].levers[usize::from(queue)].met[kind as usize];
    if met.replace(now).is_none() {
        pull(world, id, queue, &[(kind, true, to)]);
    }
}

/// A caller joins a queue: hears of a long wait, and what nobody has met
/// for some time is let go.
pub(crate) fn look_at(world: &mut World, id: AgencyId, queue: u8, estimate_seconds: f64) {
    if estimate_seconds > LONG_WAIT_SECONDS {
        meet(world, id, queue, LeverKind::Message, None);
    }
    let before = Time(world.now.0 - LET_GO_AFTER_MICROS);
    if world.desks[id].levers[usize::from(queue)]
        .met
        .iter()
        .flatten()
        .any(|&met| met < before)
    {
        let pulls = those_met_before(world, id, queue, before);
        pull(world, id, queue, &pulls);
    }
}

/// Lets go what was last met before an instant: the pulls for it.
fn those_met_before(
    world: &mut World,
    id: AgencyId,
    queue: u8,
    before: Time,
) -> Vec<(LeverKind, bool, Option<AgencyId>)> {
    let levers = &mut world.desks[id].levers[usize::from(queue)];
    BY_LOAD
        .into_iter()
        .filter(|&kind| {
            levers.met[kind as usize]
                .take_if(|met| *met < before)
                .is_some()
        })
        .map(|kind| (kind, false, None))
        .collect()
}

/// Sends one event of levers pulled together, and counts each.
fn pull(world: &mut World, id: AgencyId, queue: u8, pulls: &[(LeverKind, bool, Option<AgencyId>)]) {
    let code = world.network.agency(id).queue(queue).code;
    let mut body = QueueStateChanged {
        agency: world.code(id),
        queue: code.into(),
        open: None,
        overflow_to: None,
        deflecting: None,
        offering_callback: None,
        message: None,
    };
    for &(kind, on, to) in pulls {
        match kind {
            LeverKind::Open => body.open = Some(on),
            LeverKind::Overflow => {
                body.overflow_to = Some(to.map(|to| Place {
                    agency: world.code(to),
                    queue: code.into(),
                }));
            }
            LeverKind::Deflecting => body.deflecting = Some(on),
            LeverKind::OfferingCallback => body.offering_callback = Some(on),
            LeverKind::Message => body.message = Some(if on { LONG_WAIT } else { "" }.into()),
        }
        world.truth.pull(PulledLever {
            at: world.now,
            agency: id,
            queue: code,
            kind,
            on,
            to,
        });
    }
    let subject = Text::from(code);
    world.send_from(id, subject, Body::QueueStateChanged(body));
}

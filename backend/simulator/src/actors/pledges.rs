//! Promises that no agent in sight keeps: that a message will be answered,
//! that an expert will call.
//!
//! The call that made one is over. What will come of it is drawn at once, and
//! happens in working hours: mostly in time, some late, some never.

use vigie_contract::event::{AttemptOutcome, Body, PromiseAttempted, PromiseKind};
use vigie_contract::time::{Span, Time};

use crate::network::AgencyId;
use crate::world::{Action, Pledge, PledgeStep, World};

/// A message is answered within a day.
const MESSAGE_WITHIN: Span = Span::from_seconds(24 * 3_600);
/// A promise still open so long after it was due is forgotten.
pub(crate) const FORGOTTEN_AFTER: Span = Span::from_seconds(24 * 3_600);
/// Share of the promises that nobody keeps.
const NEVER: f64 = 0.04;
/// Share of those that are kept late.
const LATE: f64 = 0.07;
/// What comes of an expert's attempt, the rest being nobody at home.
const REACHED: f64 = 0.74;
const HANDLED: f64 = 0.05;
const CANCELLED: f64 = 0.04;
const MOST_ATTEMPTS: usize = 3;
/// Seconds until the next attempt.
const RETRY_SECONDS: (f64, f64) = (1_800.0, 7_200.0);

/// A message will be answered: by when.
pub(crate) fn message_due(world: &World) -> Time {
    world.now + MESSAGE_WITHIN
}

/// Makes a promise of a call's queue.
pub(crate) fn make(world: &mut World, slot: u32, kind: PromiseKind, due: Time) {
    let call = world.calls.get(slot);
    let (agency, queue) = (call.agency, call.queue);
    let mut steps = vec![
        // A contact at the due time itself keeps it.
        (Time(due.0 + 1), PledgeStep::Due),
        (due + FORGOTTEN_AFTER, PledgeStep::Forgotten),
    ];
    steps.extend(draw_attempts(world, slot, kind, due));
    // Equal times: forgotten first.
    steps.sort_by_key(|&(at, _)| at);
    steps.reverse();
    world.truth.count(agency, |counts| match kind {
        PromiseKind::Message => counts.messages_promised += 1,
        PromiseKind::Recontact => counts.recontacts_promised += 1,
        PromiseKind::Callback => counts.callbacks_promised += 1,
    });
    world.truth.open_promise(agency);
    plan_step(
        world,
        Box::new(Pledge {
            kind,
            subject: world.calls.subject(slot),
            agency,
            queue,
            steps,
            is_open: true,
            is_cancelled: false,
        }),
    );
}

/// Draws who will come back to a promise, when, and what will come of it.
fn draw_attempts(
    world: &mut World,
    slot: u32,
    kind: PromiseKind,
    due: Time,
) -> Vec<(Time, PledgeStep)> {
    let drawn = world.random.unit();
    if drawn < NEVER {
        return Vec::new();
    }
    let within = (due - world.now).seconds();
    let seconds = if drawn < NEVER + LATE {
        within + world.random.between(600.0, 14_400.0)
    } else {
        within * world.random.between(0.05, 0.9)
    };
    let mut at = in_working_hours(world, slot, world.after(seconds));
    if kind == PromiseKind::Message {
        return vec![(at, PledgeStep::Attempt(AttemptOutcome::Handled))];
    }
    let mut attempts = Vec::new();
    while attempts.len() < MOST_ATTEMPTS {
        let drawn = world.random.unit();
        let outcome = if drawn < REACHED {
            AttemptOutcome::Reached
        } else if drawn < REACHED + HANDLED {
            AttemptOutcome::Handled
        } else if drawn < REACHED + HANDLED + CANCELLED {
            AttemptOutcome::Cancelled
        } else {
            AttemptOutcome::Unreachable
        };
        attempts.push((at, PledgeStep::Attempt(outcome)));
        if outcome != AttemptOutcome::Unreachable {
            break;
        }
        let (soonest, latest) = RETRY_SECONDS;
        let later = (world.random.between(soonest, latest) * 1_000.0) as i64 * 1_000;
        at = in_working_hours(world, slot, Time(at.0 + later));
    }
    attempts
}

/// An instant, or the one as far into the next opening of the call's agency
/// where that is closed.
fn in_working_hours(world: &mut World, slot: u32, at: Time) -> Time {
    let agency = world.network.agency(world.calls.get(slot).agency);
    let hours = agency.hours_of(world.line(slot));
    if hours.is_open(agency.zone, at) {
        return at;
    }
    let day = agency.zone.local(at).day;
    let opening = (day..day + 7)
        .flat_map(|day| hours.openings(agency.zone, day))
        .map(|(opens, _)| opens)
        .find(|&opens| opens > at);
    let seconds = world.random.between(60.0, 5_400.0);
    opening.map_or(at, |opens| {
        Time(opens.0 + (seconds * 1_000.0) as i64 * 1_000)
    })
}

/// Plans the next thing that happens to a promise.
fn plan_step(world: &mut World, pledge: Box<Pledge>) {
    if let Some(&(at, _)) = pledge.steps.last() {
        world.agenda.plan(at, Action::Pledge(pledge));
    }
}

/// The next thing happens to a promise.
pub(crate) fn step(world: &mut World, mut pledge: Box<Pledge>) {
    match pledge.steps.pop() {
        Some((_, PledgeStep::Due)) => come_due(world, &mut pledge),
        Some((_, PledgeStep::Forgotten)) if pledge.is_open => {
            pledge.is_open = false;
            forget(world, pledge.agency);
        }
        Some((_, PledgeStep::Attempt(outcome))) => attempt(world, &mut pledge, outcome),
        Some((_, PledgeStep::Forgotten)) | None => {}
    }
    plan_step(world, pledge);
}

/// The due time of a promise has passed.
fn come_due(world: &mut World, pledge: &mut Pledge) {
    if pledge.is_cancelled {
        return;
    }
    let in_time = u32::from(!pledge.is_open);
    world.truth.count(pledge.agency, |counts| {
        if pledge.kind == PromiseKind::Message {
            counts.messages_due += 1;
            counts.messages_in_time += in_time;
        } else {
            counts.recontacts_due += 1;
            counts.recontacts_in_time += in_time;
        }
    });
}

/// Somebody comes back to a promise.
fn attempt(world: &mut World, pledge: &mut Pledge, outcome: AttemptOutcome) {
    let agency = pledge.agency;
    let body = Body::PromiseAttempted(PromiseAttempted {
        agency: world.code(agency),
        queue: world.network.agency(agency).queue(pledge.queue).code.into(),
        kind: pledge.kind,
        outcome,
    });
    let subject = pledge.subject.clone();
    world.send_from(agency, subject, body);
    if !pledge.is_open {
        world
            .truth
            .count(agency, |counts| counts.attempts_without_promise += 1);
        return;
    }
    pledge.is_cancelled = outcome == AttemptOutcome::Cancelled;
    if outcome != AttemptOutcome::Unreachable {
        pledge.is_open = false;
        world.truth.end_promise(agency);
    }
}

/// Nobody came back to a promise for a day after it was due.
pub(crate) fn forget(world: &mut World, agency: AgencyId) {
    world
        .truth
        .count(agency, |counts| counts.promises_forgotten += 1);
    world.truth.end_promise(agency);
}

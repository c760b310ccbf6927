//! Promises that no agent in sight keeps: that a message will be answered,
//! that an expert will call.
//!
//! The call that made one is over. What will come of it is drawn at once, and
//! happens in working hours: mostly in time, some late, some never.

use vigie_contract::event::{AttemptOutcome, Body, PromiseAttempted, PromiseKind};
use vigie_contract::text::Text;
use vigie_contract::time::{Span, Time};

use crate::agenda::Action;
use crate::network::AgencyId;
use crate::simulation::Simulation;

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

/// Something that happens to a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Its due time has passed.
    Due,
    /// Nobody came back to it.
    Forgotten,
    Attempt(AttemptOutcome),
}

/// A promise and what will happen to it.
#[derive(Debug)]
pub(crate) struct Pledge {
    kind: PromiseKind,
    subject: Text<'static>,
    agency: AgencyId,
    queue: u8,
    /// The last first.
    steps: Vec<(Time, Step)>,
    is_open: bool,
    is_cancelled: bool,
}

impl Simulation {
    /// A message will be answered: by when.
    pub(crate) fn message_due(&self) -> Time {
        self.now + MESSAGE_WITHIN
    }

    /// Makes a promise of a call's queue.
    pub(crate) fn promise_more(&mut self, slot: u32, kind: PromiseKind, due: Time) {
        let call = self.calls.get(slot);
        let (agency, queue) = (call.agency, call.queue);
        let mut steps = vec![
            // A contact at the due time itself keeps it.
            (Time(due.0 + 1), Step::Due),
            (due + FORGOTTEN_AFTER, Step::Forgotten),
        ];
        steps.extend(self.draw_attempts(slot, kind, due));
        // Equal times: forgotten first.
        steps.sort_by_key(|&(at, _)| at);
        steps.reverse();
        self.truth.count(agency, |counts| match kind {
            PromiseKind::Message => counts.messages_promised += 1,
            PromiseKind::Recontact => counts.recontacts_promised += 1,
            PromiseKind::Callback => counts.callbacks_promised += 1,
        });
        self.truth.open_promise(agency);
        self.plan_step(Box::new(Pledge {
            kind,
            subject: self.calls.subject(slot),
            agency,
            queue,
            steps,
            is_open: true,
            is_cancelled: false,
        }));
    }

    fn draw_attempts(&mut self, slot: u32, kind: PromiseKind, due: Time) -> Vec<(Time, Step)> {
        let drawn = self.random.unit();
        if drawn < NEVER {
            return Vec::new();
        }
        let within = (due - self.now).seconds();
        let seconds = if drawn < NEVER + LATE {
            within + self.random.between(600.0, 14_400.0)
        } else {
            within * self.random.between(0.05, 0.9)
        };
        let mut at = self.in_working_hours(slot, self.after(seconds));
        if kind == PromiseKind::Message {
            return vec![(at, Step::Attempt(AttemptOutcome::Handled))];
        }
        let mut attempts = Vec::new();
        while attempts.len() < MOST_ATTEMPTS {
            let drawn = self.random.unit();
            let outcome = if drawn < REACHED {
                AttemptOutcome::Reached
            } else if drawn < REACHED + HANDLED {
                AttemptOutcome::Handled
            } else if drawn < REACHED + HANDLED + CANCELLED {
                AttemptOutcome::Cancelled
            } else {
                AttemptOutcome::Unreachable
            };
            attempts.push((at, Step::Attempt(outcome)));
            if outcome != AttemptOutcome::Unreachable {
                break;
            }
            let (soonest, latest) = RETRY_SECONDS;
            let later = (self.random.between(soonest, latest) * 1_000.0) as i64 * 1_000;
            at = self.in_working_hours(slot, Time(at.0 + later));
        }
        attempts
    }

    /// An instant, or the one as far into the next opening of the call's agency
    /// where that is closed.
    fn in_working_hours(&mut self, slot: u32, at: Time) -> Time {
        let agency = self.network.agency(self.calls.get(slot).agency);
        let hours = agency.hours_of(self.line(slot));
        if hours.is_open(agency.zone, at) {
            return at;
        }
        let day = agency.zone.local(at).day;
        let opening = (day..day + 7)
            .flat_map(|day| hours.openings(agency.zone, day))
            .map(|(opens, _)| opens)
            .find(|&opens| opens > at);
        let seconds = self.random.between(60.0, 5_400.0);
        opening.map_or(at, |opens| {
            Time(opens.0 + (seconds * 1_000.0) as i64 * 1_000)
        })
    }

    fn plan_step(&mut self, pledge: Box<Pledge>) {
        if let Some(&(at, _)) = pledge.steps.last() {
            self.agenda.plan(at, Action::Pledge(pledge));
        }
    }

    /// The next thing happens to a promise.
    pub(crate) fn step_pledge(&mut self, mut pledge: Box<Pledge>) {
        match pledge.steps.pop() {
            Some((_, Step::Due)) => self.pledge_due(&mut pledge),
            Some((_, Step::Forgotten)) if pledge.is_open => {
                pledge.is_open = false;
                self.forget_promise(pledge.agency);
            }
            Some((_, Step::Attempt(outcome))) => self.attempt(&mut pledge, outcome),
            Some((_, Step::Forgotten)) | None => {}
        }
        self.plan_step(pledge);
    }

    fn pledge_due(&mut self, pledge: &mut Pledge) {
        if pledge.is_cancelled {
            return;
        }
        let in_time = u32::from(!pledge.is_open);
        self.truth.count(pledge.agency, |counts| {
            if pledge.kind == PromiseKind::Message {
                counts.messages_due += 1;
                counts.messages_in_time += in_time;
            } else {
                counts.recontacts_due += 1;
                counts.recontacts_in_time += in_time;
            }
        });
    }

    fn attempt(&mut self, pledge: &mut Pledge, outcome: AttemptOutcome) {
        let agency = pledge.agency;
        let body = Body::PromiseAttempted(PromiseAttempted {
            agency: self.code(agency),
            queue: self.network.agency(agency).queue(pledge.queue).code.into(),
            kind: pledge.kind,
            outcome,
        });
        let subject = pledge.subject.clone();
        self.emitter
            .send(self.now, usize::from(agency), subject, body);
        if !pledge.is_open {
            self.truth
                .count(agency, |counts| counts.attempts_without_promise += 1);
            return;
        }
        pledge.is_cancelled = outcome == AttemptOutcome::Cancelled;
        if outcome != AttemptOutcome::Unreachable {
            pledge.is_open = false;
            self.truth.end_promise(agency);
        }
    }

    /// Nobody came back to a promise for a day after it was due.
    pub(crate) fn forget_promise(&mut self, agency: AgencyId) {
        self.truth
            .count(agency, |counts| counts.promises_forgotten += 1);
        self.truth.end_promise(agency);
    }
}

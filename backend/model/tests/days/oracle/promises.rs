//! Promises (indicators.md; readings 29 to 34 and 41).

use std::collections::BTreeMap;

use vigie_contract::event::{AttemptOutcome, Body, PromiseKind, QueueReason};
use vigie_contract::time::Time;

use crate::clock::HOUR;

use super::legs::{Outcome, Stays};
use super::places::Places;
use super::told::{Named, Told};

const FORGOTTEN_AFTER: i64 = 24 * HOUR;

/// How a promise left the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Reached,
    Cancelled,
    Forgotten,
}

#[derive(Clone)]
pub struct Promise<'d> {
    pub partition: i32,
    pub call: &'d str,
    pub agency: &'d str,
    pub queue: &'d str,
    pub line: Option<&'d str>,
    pub kind: PromiseKind,
    pub made: i64,
    pub due: i64,
    pub ended: i64,
    pub end: End,
    /// Attempts while it was open: when, and whether somebody was reached.
    pub attempts: Vec<(i64, AttemptOutcome)>,
}

/// What the walks over the ledgers found.
#[derive(Default)]
pub struct Ledger<'d> {
    pub promises: Vec<Promise<'d>>,
    pub without_promise: Vec<Told<'d>>,
}

#[derive(Clone, Copy)]
enum Deed<'d> {
    Opens { due: i64, line: Option<&'d str> },
    Attempt(AttemptOutcome),
}

struct Step<'d> {
    told: Told<'d>,
    kind: PromiseKind,
    deed: Deed<'d>,
}

pub fn ledger<'d>(told: &[Told<'d>], stays: &Stays<'d>, places: &Places<'d>) -> Ledger<'d> {
    let mut ledgers: BTreeMap<_, Vec<Step<'d>>> = BTreeMap::new();
    for step in steps(told, stays, places) {
        let Named { agency, queue, .. } = step.told.names();
        let subject = step.told.event.subject.as_str();
        let key = (step.told.partition, subject, agency, queue, step.kind);
        ledgers.entry(key).or_default().push(step);
    }
    let mut found = Ledger::default();
    for steps in ledgers.into_values() {
        walk(steps, &mut found);
    }
    found
}

/// What an event promises: a kind, and by when.
fn promised(body: &Body<'static>) -> Option<(PromiseKind, Time)> {
    match body {
        Body::CallCallbackAccepted(data) => Some((PromiseKind::Callback, data.due_at)),
        Body::CallVoicemailLeft(data) => Some((PromiseKind::Message, data.due_at?)),
        Body::CallRecontactPromised(data) => Some((PromiseKind::Recontact, data.due_at)),
        _ => None,
    }
}

fn steps<'d>(told: &[Told<'d>], stays: &Stays<'d>, places: &Places<'d>) -> Vec<Step<'d>> {
    let mut steps = Vec::new();
    let mut open = |told: Told<'d>, line: Option<&'d str>| {
        if let Some((kind, due)) = promised(&told.event.body) {
            let deed = Deed::Opens { due: due.0, line };
            steps.push(Step { told, kind, deed });
        }
    };
    let line_here = |told: Told<'d>| {
        let Named { agency, queue, .. } = told.names();
        places.line_of(agency?, queue?)
    };
    for leg in &stays.legs {
        if let Some(closing) = leg.closing {
            open(closing, Some(leg.line));
        }
    }
    for &orphan in &stays.orphans {
        open(orphan, line_here(orphan));
    }
    for &each in told {
        if matches!(each.event.body, Body::CallRecontactPromised(_)) {
            open(each, line_here(each));
        }
    }
    for &told in told {
        if let Body::PromiseAttempted(data) = &told.event.body {
            let deed = Deed::Attempt(data.outcome);
            steps.push(Step {
                told,
                kind: data.kind,
                deed,
            });
        }
    }
    for (told, kind) in contacts(stays) {
        let deed = Deed::Attempt(AttemptOutcome::Reached);
        steps.push(Step { told, kind, deed });
    }
    steps
}

/// An answered leg of reason callback reaches whom it was promised to.
fn contacts<'d>(stays: &Stays<'d>) -> Vec<(Told<'d>, PromiseKind)> {
    let answered = stays
        .legs
        .iter()
        .filter(|leg| leg.reason == QueueReason::Callback && leg.outcome == Outcome::Answered);
    answered
        .filter_map(|leg| Some((leg.closing?, PromiseKind::Callback)))
        .collect()
}

fn walk<'d>(mut left: Vec<Step<'d>>, found: &mut Ledger<'d>) {
    let mut open: Option<Promise<'d>> = None;
    while let Some(time) = left.iter().map(|step| step.told.time()).min() {
        if open
            .as_ref()
            .is_some_and(|promise| time >= promise.due + FORGOTTEN_AFTER)
        {
            found.promises.extend(open.take());
        }
        let is_open = open.is_some();
        let takes = |step: &Step<'_>| matches!(step.deed, Deed::Opens { .. }) != is_open;
        let next = (0..left.len())
            .filter(|&at| left[at].told.time() == time)
            .min_by_key(|&at| (!takes(&left[at]), left[at].told.by_type()))
            .expect("one has this time");
        let Step { told, kind, deed } = left.swap_remove(next);
        match (deed, &mut open) {
            (Deed::Opens { due, line }, None) => open = Some(made(told, kind, due, line)),
            (Deed::Opens { .. }, Some(_)) => {}
            (Deed::Attempt(_), None) => found.without_promise.push(told),
            (Deed::Attempt(outcome), Some(promise)) => {
                promise.attempts.push((time, outcome));
                if let Some(end) = ends(kind, outcome) {
                    (promise.ended, promise.end) = (time, end);
                    found.promises.extend(open.take());
                }
            }
        }
    }
    found.promises.extend(open);
}

fn ends(kind: PromiseKind, outcome: AttemptOutcome) -> Option<End> {
    match outcome {
        AttemptOutcome::Reached => Some(End::Reached),
        AttemptOutcome::Cancelled => Some(End::Cancelled),
        AttemptOutcome::Handled if kind != PromiseKind::Callback => Some(End::Reached),
        AttemptOutcome::Handled | AttemptOutcome::Unreachable => None,
    }
}

/// A promise as it is made: forgotten a day after it was due, unless it ends.
fn made<'d>(told: Told<'d>, kind: PromiseKind, due: i64, line: Option<&'d str>) -> Promise<'d> {
    let Named { agency, queue, .. } = told.names();
    let made = told.time();
    let due = due.max(made); // due before it was made: due at once
    Promise {
        partition: told.partition,
        call: &told.event.subject,
        agency: agency.expect("a promise has an agency"),
        queue: queue.expect("a promise has a queue"),
        line,
        kind,
        made,
        due,
        ended: due + FORGOTTEN_AFTER,
        end: End::Forgotten,
        attempts: Vec::new(),
    }
}

impl Promise<'_> {
    pub fn is_kept(&self) -> bool {
        self.end == End::Reached && self.ended <= self.due
    }

    pub fn is_cancelled_in_time(&self) -> bool {
        self.end == End::Cancelled && self.ended <= self.due
    }

    /// Whether an attempt of one of these outcomes came by the due time.
    pub fn was_tried(&self, outcomes: &[AttemptOutcome]) -> bool {
        let mut attempts = self.attempts.iter();
        attempts.any(|(time, outcome)| *time <= self.due && outcomes.contains(outcome))
    }
}

//! Stays of calls in queues (events.md, Legs; readings 9 to 14, 46 and 49).

use std::collections::BTreeMap;

use vigie_contract::event::{Body, QueueReason};

use crate::clock::{HOUR, SECOND};

use super::told::{Named, Told};

const LIMIT: i64 = 2 * HOUR;
const SKEW: i64 = 2 * SECOND;

/// How a leg closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    Abandoned,
    Overflowed,
    CutOff,
    CallbackAccepted,
    Voicemail,
    Lost,
}

pub fn outcome_of(body: &Body<'static>) -> Option<Outcome> {
    match body {
        Body::CallAnswered(_) => Some(Outcome::Answered),
        Body::CallAbandoned(_) => Some(Outcome::Abandoned),
        Body::CallOverflowed(_) => Some(Outcome::Overflowed),
        Body::CallCutOff(_) => Some(Outcome::CutOff),
        Body::CallCallbackAccepted(_) => Some(Outcome::CallbackAccepted),
        Body::CallVoicemailLeft(_) => Some(Outcome::Voicemail),
        _ => None,
    }
}

/// A stay; one that nobody closed is lost, maybe in the future of a view.
#[derive(Clone)]
pub struct Leg<'d> {
    pub subject: &'d str,
    pub agency: &'d str,
    pub queue: &'d str,
    pub line: &'d str,
    pub reason: QueueReason,
    /// Agency and queue where the caller first asked.
    pub origin: (&'d str, &'d str),
    pub opened: i64,
    pub asked: i64,
    pub closed: i64,
    pub outcome: Outcome,
    /// The event that closed it; a loss has none.
    pub closing: Option<Told<'d>>,
    /// When a wait was first announced, and how long it was to be.
    pub announced: Option<(i64, i64)>,
}

/// All that the walks found.
#[derive(Default)]
pub struct Stays<'d> {
    pub legs: Vec<Leg<'d>>,
    /// When, and the place in `legs` of the one that counts it.
    pub repeated: Vec<(i64, usize)>,
    pub superseded: Vec<(i64, usize)>,
    pub orphans: Vec<Told<'d>>,
}

pub fn stays<'d>(told: &[Told<'d>]) -> Stays<'d> {
    let mut histories: BTreeMap<_, Vec<Told<'d>>> = BTreeMap::new();
    for &each in told {
        let body = &each.event.body;
        let walks = matches!(body, Body::CallQueued(_) | Body::CallAnnounced(_));
        if walks || outcome_of(body).is_some() {
            let Named { agency, queue, .. } = each.names();
            let key = (each.partition, each.event.subject.as_str(), agency, queue);
            histories.entry(key).or_default().push(each);
        }
    }
    let mut found = Stays::default();
    for history in histories.into_values() {
        walk(history, &mut found);
    }
    found
}

/// Where a walk stands.
struct Walk<'d> {
    /// The leg that is in.
    inside: Option<usize>,
    /// The last leg that had an entry, while the history holds.
    entered: Option<usize>,
    newest: Option<i64>,
    /// Entries to come that an outcome came before, with that.
    claims: Vec<Claim<'d>>,
    /// Outcomes that came before an entry that another had claimed: when, and the
    /// entry.
    beaten: Vec<(i64, Told<'d>)>,
}

struct Claim<'d> {
    entry: Told<'d>,
    outcome: Told<'d>,
}

fn is_same(one: Told<'_>, other: Told<'_>) -> bool {
    std::ptr::eq(one.event, other.event)
}

fn walk<'d>(mut left: Vec<Told<'d>>, found: &mut Stays<'d>) {
    let mut state = Walk {
        inside: None,
        entered: None,
        newest: None,
        claims: Vec::new(),
        beaten: Vec::new(),
    };
    while let Some(time) = left.iter().map(|each| each.time()).min() {
        state.pass(time, found);
        let is_in = state.inside.is_some();
        let takes = |each: &Told<'_>| matches!(each.event.body, Body::CallQueued(_)) != is_in;
        let next = (0..left.len())
            .filter(|&at| left[at].time() == time)
            .min_by_key(|&at| (!takes(&left[at]), left[at].by_type()))
            .expect("one has this time");
        let next = left.swap_remove(next);
        state.take(next, &left, found);
    }
    // One that is still in was written down as lost when it entered.
}

impl<'d> Walk<'d> {
    /// Time passes up to `time`: a leg is lost, a history ends.
    fn pass(&mut self, time: i64, found: &Stays<'_>) {
        if let Some(leg) = self.inside
            && time >= found.legs[leg].opened + LIMIT
        {
            self.inside = None;
            self.newest = Some(found.legs[leg].opened + LIMIT);
        }
        if self.newest.is_some_and(|newest| time - newest > LIMIT) {
            self.entered = None;
        }
    }

    /// `left`: what is still to be told.
    fn take(&mut self, each: Told<'d>, left: &[Told<'d>], found: &mut Stays<'d>) {
        let time = each.time();
        match (&each.event.body, self.inside) {
            (Body::CallAnnounced(data), inside) => {
                if let Some(leg) = inside {
                    let announced = &mut found.legs[leg].announced;
                    *announced = announced.or(Some((time, data.announced_wait_seconds.0)));
                }
                return; // no event of the history
            }
            (Body::CallQueued(_), Some(leg)) => found.repeated.push((time, leg)),
            (Body::CallQueued(_), None) => self.enter(each, found),
            (_, Some(leg)) => {
                close(&mut found.legs[leg], time, each);
                self.inside = None;
            }
            (_, None) => self.find_out(each, left, found),
        }
        self.newest = Some(time);
    }

    fn enter(&mut self, each: Told<'d>, found: &mut Stays<'d>) {
        found.legs.push(opened(each));
        let at = found.legs.len() - 1;
        self.entered = Some(at);
        let beaten = self
            .beaten
            .extract_if(.., |(_, entry)| is_same(*entry, each));
        found
            .superseded
            .extend(beaten.map(|(outcome, _)| (outcome, at)));
        let claim = self
            .claims
            .iter()
            .position(|claim| is_same(claim.entry, each));
        match claim.map(|claim| self.claims.remove(claim)) {
            Some(claim) => close(&mut found.legs[at], each.time(), claim.outcome),
            None => self.inside = Some(at),
        }
    }

    /// An outcome that no leg is in for: it is of the first entry of the next two
    /// seconds that is no other's, else superseded or an orphan.
    fn find_out(&mut self, outcome: Told<'d>, left: &[Told<'d>], found: &mut Stays<'d>) {
        let since = |each: &Told<'_>| each.time() - outcome.time();
        let is_entry = |each: &&Told<'d>| matches!(each.event.body, Body::CallQueued(_));
        let mut entries: Vec<Told<'d>> = left
            .iter()
            .filter(is_entry)
            .filter(|each| since(each) > 0 && since(each) <= SKEW)
            .copied()
            .collect();
        entries.sort_by_key(|each| each.by_type());
        let is_free =
            |each: &&Told<'d>| !self.claims.iter().any(|claim| is_same(claim.entry, **each));
        if let Some(&entry) = entries.iter().find(is_free) {
            self.claims.push(Claim { entry, outcome });
        } else if let Some(leg) = self.entered {
            found.superseded.push((outcome.time(), leg));
        } else if let Some(&entry) = entries.first() {
            self.beaten.push((outcome.time(), entry));
        } else {
            found.orphans.push(outcome);
        }
    }
}

fn close<'d>(leg: &mut Leg<'d>, at: i64, outcome: Told<'d>) {
    leg.closed = at;
    leg.outcome = outcome_of(&outcome.event.body).expect("only outcomes close");
    leg.closing = Some(Told { at, ..outcome });
}

/// A leg as it enters: lost after two hours, unless an outcome comes.
fn opened(each: Told<'_>) -> Leg<'_> {
    let Body::CallQueued(data) = &each.event.body else {
        unreachable!("only a call that queues opens a leg");
    };
    let opened = each.time();
    let own = (data.agency.as_str(), data.queue.as_str());
    let origin = data.origin.as_ref();
    Leg {
        subject: &each.event.subject,
        agency: own.0,
        queue: own.1,
        line: &data.line,
        reason: data.reason,
        origin: origin.map_or(own, |place| (&place.agency, &place.queue)),
        opened,
        asked: match data.asked_at {
            Some(asked) if is_plausible(asked.0, opened) => asked.0,
            _ => opened,
        },
        closed: opened + LIMIT,
        outcome: Outcome::Lost,
        closing: None,
        announced: data.announced_wait_seconds.map(|wait| (opened, wait.0)),
    }
}

/// An asking after the entry, or more than a day before it, is none.
pub fn is_plausible(asked: i64, entered: i64) -> bool {
    (0..=24 * HOUR).contains(&(entered - asked))
}

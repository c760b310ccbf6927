//! Stays of calls in queues (events.md, Legs; readings 9 to 14 and 46).

use std::collections::BTreeMap;

use vigie_contract::event::{Body, QueueReason};

use crate::clock::HOUR;

use super::told::{Named, Told};

const LIMIT: i64 = 2 * HOUR;

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
struct Walk {
    /// The leg that is in.
    inside: Option<usize>,
    /// The last leg that had an entry, while the history holds.
    entered: Option<usize>,
    newest: Option<i64>,
}

fn walk<'d>(mut left: Vec<Told<'d>>, found: &mut Stays<'d>) {
    let mut state = Walk {
        inside: None,
        entered: None,
        newest: None,
    };
    while let Some(time) = left.iter().map(|each| each.time()).min() {
        state.pass(time, found);
        let is_in = state.inside.is_some();
        let takes = |each: &Told<'_>| matches!(each.event.body, Body::CallQueued(_)) != is_in;
        let next = (0..left.len())
            .filter(|&at| left[at].time() == time)
            .min_by_key(|&at| (!takes(&left[at]), left[at].by_type()))
            .expect("one has this time");
        state.take(left.swap_remove(next), found);
    }
    // One that is still in was written down as lost when it entered.
}

impl Walk {
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

    fn take<'d>(&mut self, each: Told<'d>, found: &mut Stays<'d>) {
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
            (Body::CallQueued(_), None) => {
                found.legs.push(opened(each));
                self.inside = Some(found.legs.len() - 1);
                self.entered = self.inside;
            }
            (body, Some(leg)) => {
                let leg = &mut found.legs[leg];
                leg.closed = time;
                leg.outcome = outcome_of(body).expect("only outcomes are left");
                leg.closing = Some(each);
                self.inside = None;
            }
            (_, None) => match self.entered {
                Some(leg) => found.superseded.push((time, leg)),
                None => found.orphans.push(each),
            },
        }
        self.newest = Some(time);
    }
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
        agency: own.0,
        queue: own.1,
        line: &data.line,
        reason: data.reason,
        origin: origin.map_or(own, |place| (&place.agency, &place.queue)),
        opened,
        // An asking later than the entry is no asking.
        asked: data.asked_at.map_or(opened, |asked| asked.0.min(opened)),
        closed: opened + LIMIT,
        outcome: Outcome::Lost,
        closing: None,
        announced: data.announced_wait_seconds.map(|wait| (opened, wait.0)),
    }
}

//! Calls of the last hour that ended without an answer, one by one: what is behind
//! their counts.
//!
//! Each contribution that counts such an ending is noted here beside the pane that it
//! goes to, with the sign that it has there, so that there are as many calls as are
//! counted. What is told late waits until the sums take it, as corrections do. Nothing of
//! this is saved: after a load it is read off the panes, and what was announced, which
//! they do not hold, off the histories. Rejected: to walk the histories of a day for each
//! answer, to find an hour of them; and to hold what was announced in every
//! contribution.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::event::QueueReason;
use vigie_contract::lists::{Book, CallOutcome, CountedCalls, EndedCall, LegFamily};
use vigie_contract::time::{Span, Time};

use super::cell::CellKey;
use super::state::Partition;
use crate::call;
use crate::contribution::{CellId, Contribution, What, family};
use crate::ending::Ending;
use crate::leg::{LOST_AFTER, LegStep, walk};
use crate::tally::Family;

/// How long ago a call can have ended that is listed: the window of 60 minutes.
pub(crate) const LISTED_FOR: Span = Span::from_seconds(3_600);

/// A leg, or an outcome without one, that counts as one of the endings that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct EndedLeg {
    at: Time,
    handler: CellId,
    origin: CellId,
    outcome: CallOutcome,
    /// Why it was queued; `None` for an outcome without entry, which has no wait either.
    reason: Option<QueueReason>,
    entered: Option<Time>,
    waited: Option<Span>,
    announced: Option<Span>,
}

/// The endings of the last hour, by the second in which they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Ended {
    /// Those that the sums hold or will hold as time passes, each with its sign. They
    /// are set off against each other when they are asked for.
    seconds: BTreeMap<i64, Vec<(i8, EndedLeg)>>,
    /// Those told of seconds that have passed, since the sums were last brought up to
    /// date.
    pending: Vec<(i8, EndedLeg)>,
    /// Whether a state was loaded, and they have not been read off it yet.
    is_unread: bool,
}

impl Ended {
    /// The endings of a state that was loaded, before they are read off it.
    pub(super) fn unread() -> Self {
        Self {
            is_unread: true,
            ..Self::default()
        }
    }

    /// Takes up what was told late, as the sums do.
    pub(super) fn take_up_corrections(&mut self) {
        for (sign, leg) in std::mem::take(&mut self.pending) {
            self.add(sign, leg);
        }
    }

    /// Forgets those before a second.
    pub(super) fn forget_before(&mut self, second: i64) {
        while let Some(first) = self.seconds.first_entry()
            && *first.key() < second
        {
            first.remove();
        }
    }

    fn add(&mut self, sign: i8, leg: EndedLeg) {
        let of_second = self.seconds.entry(leg.at.second()).or_default();
        of_second.push((sign, leg));
    }
}

/// Those that are left when each that was taken back is set off against its like.
fn left_of(signed: &[(i8, EndedLeg)]) -> impl Iterator<Item = EndedLeg> {
    let mut taken_back: HashMap<EndedLeg, usize> = HashMap::new();
    for (_, leg) in signed.iter().filter(|(sign, _)| *sign < 0) {
        *taken_back.entry(*leg).or_default() += 1;
    }
    let told = signed.iter().filter(|(sign, _)| *sign > 0);
    told.filter_map(move |&(_, leg)| match taken_back.get_mut(&leg) {
        Some(left) if *left > 0 => {
            *left -= 1;
            None
        }
        _ => Some(leg),
    })
}

/// The ending of a contribution, if it is listed and counts.
fn ended(contribution: &Contribution, announced: Option<Span>) -> Option<EndedLeg> {
    let (ending, closed) = if let What::Closed(closed) = contribution.what {
        (closed.ending, Some((closed, closed.wait?)))
    } else if let What::Orphan(ending) = contribution.what {
        (ending, None)
    } else {
        return None;
    };
    Some(EndedLeg {
        at: contribution.at,
        handler: contribution.handler,
        origin: contribution.origin,
        outcome: listed_as(ending)?,
        reason: closed.map(|(closed, _)| closed.reason),
        entered: closed.map(|(closed, _)| closed.entered),
        waited: closed.map(|(_, wait)| wait.waited),
        announced,
    })
}

/// The name under which calls that ended in a way are listed; `None` if they are not.
fn listed_as(ending: Ending) -> Option<CallOutcome> {
    match ending {
        Ending::Abandoned => Some(CallOutcome::Abandoned),
        Ending::CutOff => Some(CallOutcome::CutOff),
        Ending::Lost => Some(CallOutcome::Lost),
        Ending::Overflowed => Some(CallOutcome::Overflowed),
        Ending::Answered | Ending::CallbackAccepted | Ending::VoicemailLeft => None,
    }
}

/// Among which legs it counts.
fn family_of(leg: &EndedLeg) -> LegFamily {
    match leg.reason.map_or(Family::First, family) {
        Family::First => LegFamily::FirstLevel,
        Family::SecondLevel => LegFamily::SecondLevel,
        Family::Callback => LegFamily::Callback,
    }
}

impl Partition {
    /// Takes note of a contribution if it counts an ending that is listed. `announced` is
    /// the wait first announced to the caller.
    pub(super) fn note_ended(&mut self, contribution: &Contribution, announced: Option<Span>) {
        if self.ended.is_unread {
            return;
        }
        let Some(leg) = ended(contribution, announced) else {
            return;
        };
        let passed = self.passed();
        if leg.at >= passed {
            self.ended.add(contribution.sign, leg);
        } else if leg.at >= Time(passed.0 - LISTED_FOR.0) {
            self.ended.pending.push((contribution.sign, leg));
        }
    }

    /// Reads the endings of the last hour off a state that was loaded.
    pub(super) fn read_ended(&mut self) {
        if !self.ended.is_unread {
            return;
        }
        let since = self.passed().0.saturating_sub(LISTED_FOR.0);
        let signed = self.panes.between(Time(since).second(), i64::MAX);
        let signed = signed.filter_map(|told| Some((told.sign, ended(&told, None)?)));
        let mut signed: Vec<(i8, EndedLeg)> = signed.collect();
        signed.sort_by_key(|(_, leg)| leg.at);
        let mut announced = self.announced_since(Time(since));
        self.ended = Ended::default();
        for of_instant in signed.chunk_by(|(_, one), (_, other)| one.at == other.at) {
            for leg in left_of(of_instant) {
                let known = announced.get_mut(&EndedLeg {
                    waited: None,
                    ..leg
                });
                let announced = known.and_then(|known| known.pop()).flatten();
                self.ended.add(1, EndedLeg { announced, ..leg });
            }
        }
    }

    /// What was announced to those who left unanswered since an instant, by their leg
    /// with neither wait nor announcement; several where nothing tells legs apart.
    fn announced_since(&self, since: Time) -> HashMap<EndedLeg, SmallVec<[Option<Span>; 1]>> {
        let mut found: HashMap<EndedLeg, SmallVec<[Option<Span>; 1]>> = HashMap::new();
        for key in self.calls.known() {
            let history = self.calls.history(key);
            let events = call::unpack(&history, "");
            // Its two hours may have ended since.
            let is_over = |last: Time| last.0 < since.0.saturating_sub(LOST_AFTER.0);
            if events.last().is_none_or(|last| is_over(last.time)) {
                continue;
            }
            let mut queues: SmallVec<[CellKey; 2]> = SmallVec::new();
            for event in &events {
                let queue = self.queue_of(event.what.own());
                if queues.contains(&queue) {
                    continue;
                }
                queues.push(queue);
                for told in walk(&self.leg(&events, queue), self.passed()).told {
                    let LegStep::Closed(stay, outcome) = told.step else {
                        continue;
                    };
                    let Some(outcome) = listed_as(outcome.ending) else {
                        continue;
                    };
                    let leg = EndedLeg {
                        at: told.at,
                        handler: stay.entry.handler,
                        origin: stay.entry.origin,
                        outcome,
                        reason: Some(stay.entry.reason),
                        entered: Some(stay.since),
                        waited: None,
                        announced: None,
                    };
                    let announced = stay.announced.map(|(_, wait)| wait);
                    found.entry(leg).or_default().push(announced);
                }
            }
        }
        found
    }

    /// The calls from an instant (included) to another (excluded) that one count counts
    /// at a cell that `holds`.
    pub(crate) fn ended_calls(
        &self,
        (since, as_of): (Time, Time),
        counted: CountedCalls,
        holds: &dyn Fn(CellId) -> bool,
    ) -> Vec<EndedCall> {
        let seconds = self.ended.seconds.range(since.second()..as_of.second());
        let legs = seconds.flat_map(|(_, signed)| left_of(signed));
        let is_counted = |leg: &EndedLeg| {
            let counts_at = match counted.book {
                Book::Origin => leg.origin,
                Book::Handler => leg.handler,
            };
            leg.at >= since
                && leg.outcome == counted.outcome
                && family_of(leg) == counted.family
                && holds(counts_at)
        };
        legs.filter(is_counted)
            .map(|leg| self.ended_call(&leg))
            .collect()
    }

    fn ended_call(&self, leg: &EndedLeg) -> EndedCall {
        let (agency, queue) = self.codes(leg.handler);
        let (origin_agency, origin_queue) = self.codes(leg.origin);
        EndedCall {
            agency,
            queue,
            origin_agency,
            origin_queue,
            reason: leg.reason,
            ended_at: leg.at,
            waited_seconds: leg.waited.map(Span::seconds),
            announced_wait_seconds: leg.announced.map(Span::seconds),
        }
    }
}

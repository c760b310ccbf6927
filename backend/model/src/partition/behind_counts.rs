//! The calls behind counts: noted as contributions are made, read off a state that was
//! loaded, and listed.

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::lists::{Book, CountedCalls, EndedCall};
use vigie_contract::time::{Span, Time};

use super::ended::{Ended, EndedLeg, LISTED_FOR, ended, family_of, left_of, listed_as};
use super::state::Partition;
use crate::call;
use crate::contribution::{CellId, Contribution};
use crate::leg::{LOST_AFTER, LegStep, walk};

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
            for queue in self.queues_of_call(&events) {
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

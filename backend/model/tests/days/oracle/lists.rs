//! Single calls and promises of a scope.

use vigie_contract::event::{AttemptOutcome, QueueReason};
use vigie_contract::extent::ExtentRef;
use vigie_contract::lists::{
    Book, CallOutcome, CountedCalls, EndedCall, LegFamily, OpenPromise, WaitingCall,
};
use vigie_contract::time::{Span, Time};

use super::Moment;
use super::legs::{Leg, Outcome, outcome_of};
use crate::clock::HOUR;

impl Moment<'_, '_> {
    /// Who waits, longest first.
    pub fn waiting_calls<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Vec<WaitingCall> {
        let of = of.into();
        let mut legs = self.waiting(of);
        legs.sort_by_key(|leg| leg.asked);
        let heard = |at: &(i64, i64)| at.0 < self.at;
        legs.into_iter()
            .map(|leg| WaitingCall {
                agency: leg.agency.to_owned(),
                queue: leg.queue.to_owned(),
                reason: leg.reason,
                waiting_seconds: Span(self.at - leg.asked).seconds(),
                announced_wait_seconds: leg
                    .announced
                    .filter(heard)
                    .map(|(_, wait)| Span(wait).seconds()),
            })
            .collect()
    }

    /// Who left unanswered in the last hour, in some way.
    pub fn ended_calls<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        counted: CountedCalls,
    ) -> Vec<EndedCall> {
        let of = of.into();
        let places = &self.count.places;
        let is_recent = |at: i64| (self.at - HOUR..self.at).contains(&at);
        let is_in = |(agency, queue): (&str, &str), line: Option<&str>| {
            let place = places.at(Some(agency), Some(queue), line);
            let members = of.members();
            members.iter().any(|scope| place.scopes.contains(scope))
        };
        let is_of_leg = |leg: &&Leg<'_>| {
            let place = match counted.book {
                Book::Origin => leg.origin,
                Book::Handler => (leg.agency, leg.queue),
            };
            is_recent(leg.closed)
                && listed_as(leg.outcome) == Some(counted.outcome)
                && family(leg.reason) == counted.family
                && is_in(place, Some(leg.line))
        };
        let legs = self.count.stays.legs.iter().filter(is_of_leg);
        let legs = legs.filter_map(|leg| {
            let start = places.first_open(leg.agency, leg.line, leg.asked, leg.closed)?;
            Some(EndedCall {
                agency: leg.agency.to_owned(),
                queue: leg.queue.to_owned(),
                origin_agency: leg.origin.0.to_owned(),
                origin_queue: leg.origin.1.to_owned(),
                reason: Some(leg.reason),
                ended_at: Time(leg.closed),
                waited_seconds: Some(Span(leg.closed - start).seconds()),
                announced_wait_seconds: leg.announced.map(|(_, wait)| Span(wait).seconds()),
            })
        });
        let orphans = self.count.stays.orphans.iter();
        let orphans = orphans.filter(|_| counted.family == LegFamily::FirstLevel);
        let orphans = orphans.filter_map(|told| {
            let outcome = outcome_of(&told.event.body)?;
            let names = told.names();
            let (agency, queue) = names.agency.zip(names.queue)?;
            let line = places.line_of(agency, queue);
            let counts = is_recent(told.time())
                && listed_as(outcome) == Some(counted.outcome)
                && places.is_open(Some(agency), line, told.time())
                && is_in((agency, queue), names.line);
            counts.then(|| EndedCall {
                agency: agency.to_owned(),
                queue: queue.to_owned(),
                origin_agency: agency.to_owned(),
                origin_queue: queue.to_owned(),
                reason: None,
                ended_at: Time(told.time()),
                waited_seconds: None,
                announced_wait_seconds: None,
            })
        });
        legs.chain(orphans).collect()
    }

    /// What is promised, by due time.
    pub fn open_promises<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Vec<OpenPromise> {
        let of = of.into();
        let mut promises = self.open_promises_of(of);
        promises.sort_by_key(|promise| promise.due);
        promises
            .into_iter()
            .map(|promise| OpenPromise {
                call: promise.call.to_owned(),
                agency: promise.agency.to_owned(),
                queue: promise.queue.to_owned(),
                kind: promise.kind,
                made_at: Time(promise.made),
                due_at: Time(promise.due),
                attempts: promise
                    .attempts
                    .iter()
                    .filter(|(at, outcome)| {
                        *at < self.at && *outcome == AttemptOutcome::Unreachable
                    })
                    .count() as i64,
                predicted_missed: promise.attempted() >= self.at && self.is_foretold(promise),
            })
            .collect()
    }
}

fn listed_as(outcome: Outcome) -> Option<CallOutcome> {
    match outcome {
        Outcome::Abandoned => Some(CallOutcome::Abandoned),
        Outcome::CutOff => Some(CallOutcome::CutOff),
        Outcome::Lost => Some(CallOutcome::Lost),
        Outcome::Overflowed => Some(CallOutcome::Overflowed),
        Outcome::Answered | Outcome::CallbackAccepted | Outcome::Voicemail => None,
    }
}

fn family(reason: QueueReason) -> LegFamily {
    match reason {
        QueueReason::Asked | QueueReason::Overflow => LegFamily::FirstLevel,
        QueueReason::Transfer => LegFamily::SecondLevel,
        QueueReason::Callback => LegFamily::Callback,
    }
}

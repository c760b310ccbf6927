//! Single calls and promises of a scope.

use vigie_contract::event::AttemptOutcome;
use vigie_contract::extent::ExtentRef;
use vigie_contract::lists::{OpenPromise, WaitingCall};
use vigie_contract::time::{Span, Time};

use super::Moment;

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

//! Single calls, promises and levers of a scope.

use hashbrown::HashSet;
use vigie_contract::extent::ExtentRef;
use vigie_contract::lists::{CountedCalls, EndedCall, OpenPromise, WaitingCall};
use vigie_contract::time::Time;
use vigie_contract::view::Lever;

use super::comparing::NotCounted;
use super::state::Fold;
use crate::board::ScopeId;
use crate::contribution::CellId;
use crate::partition::Partition;
use crate::partition::ended::LISTED_FOR;

impl Fold {
    /// The legs that wait, longest first; `None` where nobody has
    /// named any of it.
    pub fn waiting_calls<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<WaitingCall>> {
        let mut calls = self.gather(of.into(), |partition, as_of, holds| {
            partition.waiting_calls(as_of, holds)
        })?;
        calls.sort_by(|one, other| {
            let place = |call: &WaitingCall| (call.agency.clone(), call.queue.clone());
            other
                .waiting_seconds
                .total_cmp(&one.waiting_seconds)
                .then_with(|| place(one).cmp(&place(other)))
        });
        Some(calls)
    }

    /// The promises that are open, by due time; `None` for a scope that nobody
    /// has named.
    pub fn open_promises<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<OpenPromise>> {
        let mut promises = self.gather(of.into(), |partition, as_of, holds| {
            partition.open_promises(as_of, holds)
        })?;
        promises.sort_by(|one, other| {
            (one.due_at, &one.call, one.kind).cmp(&(other.due_at, &other.call, other.kind))
        });
        Some(promises)
    }

    /// The calls that one count of the window of 60 minutes counts, or those of them that
    /// ended at an instant or later; the latest first.
    ///
    /// # Errors
    /// Why there is no list: nobody has named the scope, no time has passed, or the instant
    /// is to come or is not in the window any more.
    pub fn ended_calls<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        counted: CountedCalls,
        since: Option<Time>,
    ) -> Result<(Time, Vec<EndedCall>), NotCounted> {
        let of = of.into();
        if let Some(unnamed) = self.unnamed(of) {
            return Err(NotCounted::UnknownScope(unnamed.clone()));
        }
        let as_of = self.board_time().ok_or(NotCounted::NotYet)?;
        let earliest = as_of - LISTED_FOR;
        let since = match since {
            Some(to) if to > as_of => return Err(NotCounted::Ahead { to, as_of }),
            Some(since) if since < earliest => return Err(NotCounted::Past { since, earliest }),
            since => since.unwrap_or(earliest),
        };
        let mut calls = self
            .gather(of, |partition, as_of, holds| {
                partition.ended_calls((since, as_of), counted, holds)
            })
            .ok_or(NotCounted::NotYet)?;
        calls.sort_by(|one, other| {
            fn place(call: &EndedCall) -> [&str; 4] {
                let EndedCall { agency, queue, .. } = call;
                [agency, queue, &call.origin_agency, &call.origin_queue]
            }
            let ended = other.ended_at.cmp(&one.ended_at);
            let waits = |call: &EndedCall| {
                [call.waited_seconds, call.announced_wait_seconds]
                    .map(|wait| wait.unwrap_or(-1.0).to_bits())
            };
            ended
                .then_with(|| place(one).cmp(&place(other)))
                .then_with(|| waits(one).cmp(&waits(other)))
        });
        Ok((since, calls))
    }

    /// Every lever pulled today, oldest first; `None` for a scope that nobody
    /// has named.
    pub fn lever_changes<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<Lever>> {
        let mut levers = self.gather(of.into(), |partition, as_of, holds| {
            partition.levers_pulled(as_of, holds, &mut |cell| {
                partition.midnight(cell, as_of, &self.terms)
            })
        })?;
        levers.sort_by(|one, other| {
            let key = |lever: &Lever| (lever.since, lever.agency.clone(), lever.queue.clone());
            (key(one), one.kind).cmp(&(key(other), other.kind))
        });
        Some(levers)
    }

    /// The levers as they stand, by agency, queue and kind.
    pub(super) fn levers(&self, ids: &[ScopeId], as_of: Time) -> Vec<Lever> {
        let mut levers = self.gather_below(ids, as_of, Partition::levers_at);
        levers.sort_by(|one, other| {
            (&one.agency, &one.queue, one.kind).cmp(&(&other.agency, &other.queue, other.kind))
        });
        levers
    }

    fn gather<T>(
        &self,
        of: ExtentRef<'_>,
        list: impl Fn(&Partition, Time, &dyn Fn(CellId) -> bool) -> Vec<T>,
    ) -> Option<Vec<T>> {
        let as_of = self.board_time()?;
        Some(self.gather_below(&self.ids(of)?, as_of, list))
    }

    /// What each partition lists of the cells of some scopes.
    fn gather_below<T>(
        &self,
        ids: &[ScopeId],
        as_of: Time,
        list: impl Fn(&Partition, Time, &dyn Fn(CellId) -> bool) -> Vec<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for (partition, cells) in self.cells_below_all(ids).into_values() {
            let cells: HashSet<CellId> = cells.iter().copied().collect();
            found.extend(list(partition, as_of, &|cell| cells.contains(&cell)));
        }
        found
    }
}

//! Callers, kept up with what all partitions tell of calls.

use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::Rate;

use super::state::Fold;
use crate::call::{Trace, TraceWhat, Traces};
use crate::callers::Parts;
use crate::limits::NAMED_FOR;
use crate::partition::Partition;
use crate::sums::CallerCounts;

/// How long the traces of a call are kept after the last of it. Callers forget what is
/// older than 26 hours; a state that is being saved may be of some minutes ago.
const KEPT_FOR: Span = Span(NAMED_FOR.0 + Span::from_seconds(600).0);

impl Fold {
    /// Hands what was told of calls to the callers, lets time pass for them, and lets what
    /// is old be forgotten.
    pub(super) fn advance_callers(&mut self, second: i64) {
        if self.callers.is_new() {
            self.partitions.values_mut().for_each(Partition::trace_all);
        }
        let traced = self.partitions.iter_mut();
        let traced = traced.map(|(&number, partition)| (number, partition.take_traced()));
        for (number, mut calls) in traced.collect::<Vec<_>>() {
            calls.sort_unstable();
            calls.dedup();
            calls
                .into_iter()
                .for_each(|call| self.follow_call(number, call));
        }
        for repeated in self.callers.advance(second, &mut self.terms.calendar) {
            let trace = Trace {
                at: repeated.at,
                what: TraceWhat::Repeated,
            };
            let mut partitions = self.partitions.iter_mut();
            if let Some((_, partition)) =
                partitions.find(|(number, _)| repeated.parts.may_hold(**number))
            {
                partition.keep_trace(repeated.call, trace);
            }
        }
        for partition in self.partitions.values_mut() {
            partition.forget_traces(Time::from_seconds(second) - KEPT_FOR);
        }
    }

    /// Leaves it for later to tell the callers, where nobody looks at them before. What is
    /// so old that no attempt to come can repeat what it repeats is forgotten, once an hour.
    pub(super) fn put_off_callers(&mut self, before: Option<i64>, second: i64) {
        let hour = |second: i64| second.div_euclid(3_600);
        if before.map(hour) != Some(hour(second)) {
            for partition in self.partitions.values_mut() {
                partition.forget_untold(Time::from_seconds(second) - KEPT_FOR - KEPT_FOR);
            }
        }
    }

    /// Gathers what all partitions that may hold a part of a call tell of it.
    fn follow_call(&mut self, told_by: i32, call: u64) {
        let known = self.callers.parts_of(call);
        let mut parts = Parts::default();
        parts.add(told_by);
        let mut traces = Traces::new();
        for (&number, partition) in &self.partitions {
            // Of a call that is not known any partition may have kept something: what it
            // told may have been forgotten.
            if number == told_by || known.is_none_or(|known| known.may_hold(number)) {
                let before = traces.len();
                traces.extend(partition.traces_of(call, &mut self.terms));
                if traces.len() > before {
                    parts.add(number);
                }
            }
        }
        let calendar = &mut self.terms.calendar;
        self.callers.follow(call, parts, &mut traces, calendar);
    }

    /// How many callers are known now, and how many calls were not followed since this
    /// process began: there was no room for them.
    pub fn callers(&self) -> (u64, u64) {
        (self.callers.known(), self.callers.over())
    }

    /// How many of the callers who tried today reached an agent, on each line and in
    /// each network of the directory.
    pub fn lived(&self) -> Vec<(&Scope, Option<Rate>)> {
        let tree = self.board.tree();
        let nodes = tree.ids().map(|id| tree.node(id)).filter(|node| node.known);
        let lived = nodes.filter_map(|node| {
            let is_told = matches!(node.scope, Scope::Network(_) | Scope::Line(_));
            let counts = is_told.then(|| self.callers_in((&node.scope).into()))??;
            Some((&node.scope, Rate::of(counts.reached, counts.decided)))
        });
        lived.collect()
    }

    /// What is counted of callers; `None` where any of it is below lines and networks.
    pub(super) fn callers_in(&self, of: ExtentRef<'_>) -> Option<CallerCounts> {
        let mut sum = CallerCounts::default();
        for scope in of.members() {
            sum.add(&self.callers.counts(scope, &self.terms.calendar)?);
        }
        Some(sum)
    }
}

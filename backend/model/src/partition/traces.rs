//! What calls have left behind that tells of their callers (`docs/callers.md`).
//!
//! What happened in queues is read off the histories of calls, for as long as they are
//! kept. All else, and what a history said once it is forgotten, is kept here, for as
//! long as callers are: 26 hours after the last of the call.

use hashbrown::HashSet;
use smallvec::SmallVec;
use vigie_contract::event::{Body, Event, QueueReason};
use vigie_contract::time::Time;
use xxhash_rust::xxh3::xxh3_64;

use super::aliases;
use super::named::codes_of;
use super::placing::cell_hash;
use super::state::Partition;
use crate::call::{self, Ages, ONE_CALL, Trace, TraceWhat, Traces, unpack_traces};
use crate::contribution::CellId;
use crate::ending::Ending;
use crate::leg::{DatedLegStep, LegStep, walk};
use crate::terms::Terms;

/// Of fewer calls that there is something to tell of, none is forgotten.
const LOOKED_THROUGH_FROM: usize = 10_000;

/// So many traces of a call are kept beside its history.
const MOST_TRACES: usize = 64;

impl Partition {
    /// Takes note of what an event tells of the caller of its call.
    pub(super) fn trace(&mut self, event: &Event<'_>, cell: CellId, terms: &mut Terms) {
        // Those that tell of a caller are those that name a line.
        let (_, _, Some(_)) = codes_of(&event.body) else {
            return;
        };
        let [caller, _] = aliases::pseudonyms(&event.body);
        let named = caller.map(|caller| TraceWhat::Named(terms.pseudonyms.caller(caller)));
        let told = if let Body::CallSelfServed(_) = event.body {
            Some(TraceWhat::Served(self.line_hash(cell)))
        } else if let Body::CallDeflected(_) = event.body
            && self.is_open(cell, event.time, terms)
        {
            Some(TraceWhat::Deflected(self.line_hash(cell)))
        } else {
            None
        };
        let of_queue = aliases::call_of(&event.subject) != &*event.subject;
        let apart = of_queue.then(|| TraceWhat::Apart(xxh3_64(event.subject.as_bytes())));
        let call = xxh3_64(aliases::call_of(&event.subject).as_bytes());
        for what in [named, told, apart].into_iter().flatten() {
            self.keep_trace(
                call,
                Trace {
                    at: event.time,
                    what,
                },
            );
        }
    }

    /// Keeps a trace of a call, unless it has too many. What is of an older call goes: an
    /// id that a platform uses again and again is never forgotten whole.
    pub(crate) fn keep_trace(&mut self, call: u64, trace: Trace) {
        let kept = self.traces.history(call);
        let oldest = self.traced_from.map(|from| from - ONE_CALL);
        let mut current: Traces = unpack_traces(&kept).collect();
        let known = current.len();
        current.retain(|known| oldest.is_none_or(|oldest| known.at >= oldest));
        if current.len() >= MOST_TRACES {
            return;
        }
        let mut bytes = Vec::new();
        if current.len() < known {
            current.push(trace);
            current.iter().for_each(|trace| trace.append_to(&mut bytes));
            self.traces.replace(call, &bytes);
        } else {
            trace.append_to(&mut bytes);
            self.traces.append(call, &bytes);
        }
        self.trace_ages.note(call, trace.at);
        self.traced.push(call);
    }

    /// Takes note that what happened to a call in its queues has changed.
    pub(super) fn retrace(&mut self, subject: &str) {
        self.traced
            .push(xxh3_64(aliases::call_of(subject).as_bytes()));
    }

    /// The calls of which something was told since this was last asked, each at least
    /// once.
    pub(crate) fn take_traced(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.traced)
    }

    /// Lets all calls be told of again.
    pub(crate) fn trace_all(&mut self) {
        let mut apart = HashSet::new();
        self.trace_ages = Ages::default();
        for call in self.traces.known() {
            let kept = self.traces.history(call);
            for trace in unpack_traces(&kept) {
                apart.extend(trace.what.apart());
                self.trace_ages.note(call, trace.at);
            }
        }
        let calls = self.traces.known().chain(self.calls.known());
        self.traced = calls.filter(|call| !apart.contains(call)).collect();
    }

    /// All traces of a call, in no order.
    pub(crate) fn traces_of(&self, call: u64, terms: &mut Terms) -> Traces {
        let mut traces: Traces = unpack_traces(&self.traces.history(call)).collect();
        let apart: SmallVec<[u64; 1]> = traces
            .iter()
            .filter_map(|trace| trace.what.apart())
            .collect();
        self.trace_legs(&self.calls.history(call), &mut traces, terms);
        for (at, &other) in apart.iter().enumerate() {
            if !apart[..at].contains(&other) {
                traces.extend(unpack_traces(&self.traces.history(other)));
                self.trace_legs(&self.calls.history(other), &mut traces, terms);
            }
        }
        traces
    }

    /// What a history tells of a caller: the first-level legs that were entered while
    /// the place was open, and how they ended. A leg whose two hours are over has
    /// failed long since.
    fn trace_legs(&self, history: &[u8], traces: &mut Traces, terms: &mut Terms) {
        let events = call::unpack(history, "");
        for queue in self.queues_of_call(&events) {
            let leg = self.leg(&events, queue);
            let told = walk(&leg, Time(i64::MIN)).told;
            let of_legs = told
                .iter()
                .filter_map(|told| self.trace_of_step(told, terms));
            let first = traces.len();
            traces.extend(of_legs);
            tell_entries_apart(&mut traces[first..]);
        }
    }

    fn trace_of_step(&self, told: &DatedLegStep<'_>, terms: &mut Terms) -> Option<Trace> {
        let (entry, entered) = match told.step {
            LegStep::Entered(entry) => (entry, told.at),
            LegStep::Closed(stay, _) => (stay.entry, stay.since),
            LegStep::Repeated(_) | LegStep::Orphan(_) | LegStep::Superseded(_) => return None,
        };
        let asks = match entry.reason {
            QueueReason::Asked | QueueReason::Overflow => true,
            QueueReason::Transfer | QueueReason::Callback => false,
        };
        if !asks || !self.is_open(entry.handler, entered, terms) {
            return None;
        }
        let key = self.queue_of(entry.handler);
        let queue = cell_hash(self.names_of(key), key.kind) as u32;
        let what = if let LegStep::Closed(_, outcome) = told.step {
            match outcome.ending {
                Ending::Answered => TraceWhat::Answered,
                Ending::Overflowed => TraceWhat::Overflowed {
                    entered: Some(entered),
                    queue,
                },
                Ending::CallbackAccepted | Ending::VoicemailLeft if outcome.due.is_some() => {
                    TraceWhat::Promised
                }
                Ending::Abandoned
                | Ending::CutOff
                | Ending::Lost
                | Ending::CallbackAccepted
                | Ending::VoicemailLeft => TraceWhat::Failed,
            }
        } else {
            let line = self.line_hash(entry.handler);
            TraceWhat::Entered { line, queue }
        };
        Some(Trace { at: told.at, what })
    }

    fn line_hash(&self, cell: CellId) -> u64 {
        let line = self.cells[cell.0 as usize].key.line;
        xxh3_64(line.map_or("", |line| self.names.name(line)).as_bytes())
    }

    /// Keeps what histories that are being forgotten tell of callers.
    pub(super) fn keep_traces_of(&mut self, forgotten: &[(u64, Box<[u8]>)], terms: &mut Terms) {
        let oldest = self.traced_from.map(|from| from - ONE_CALL);
        for (call, history) in forgotten {
            let mut traces = Traces::new();
            self.trace_legs(history, &mut traces, terms);
            traces.retain(|trace| oldest.is_none_or(|oldest| trace.at >= oldest));
            let mut bytes = Vec::new();
            traces.iter().for_each(|trace| trace.append_to(&mut bytes));
            if !bytes.is_empty() {
                self.traces.append(*call, &bytes);
            }
            let times = traces.iter().map(|trace| trace.at);
            times.for_each(|at| self.trace_ages.note(*call, at));
        }
    }

    /// Forgets the traces of calls of which all is older than an instant; what is up to two
    /// hours older may be of the same call as what is not. It goes by the second as of
    /// which callers have been told, however far events have come: what is forgotten first
    /// may be what a later call repeats.
    pub(crate) fn forget_traces(&mut self, oldest: Time) {
        self.traced_from = Some(oldest);
        for call in self.trace_ages.take_before(oldest) {
            match self.told_last(call) {
                // What happens in its queues is in its history.
                Some(newest) if newest >= oldest => self.trace_ages.note(call, newest),
                Some(_) | None => self.traces.remove(call),
            }
        }
    }

    /// The same where callers have not been told: with what there was to tell them, which
    /// is looked through whenever it has doubled.
    pub(crate) fn forget_untold(&mut self, oldest: Time) {
        self.forget_traces(oldest);
        if self.traced.len() < (2 * self.traced_looked_through).max(LOOKED_THROUGH_FROM) {
            return;
        }
        let mut traced = std::mem::take(&mut self.traced);
        traced.sort_unstable();
        traced.dedup();
        traced.retain(|&call| self.told_last(call).is_some_and(|newest| newest >= oldest));
        self.traced_looked_through = traced.len();
        self.traced = traced;
    }

    /// When the last happened that is known of a call here.
    fn told_last(&self, call: u64) -> Option<Time> {
        let kept = self.traces.history(call);
        let traced = unpack_traces(&kept).map(|trace| trace.at).max();
        let history = self.calls.history(call);
        traced.max(call::unpack(&history, "").last().map(|event| event.time))
    }
}

/// Takes note of which legs, of those of a call in one queue, were passed on at the instant
/// of several entries: which of these was theirs is not told apart from then on.
fn tell_entries_apart(traces: &mut [Trace]) {
    let is_entry = |trace: &&Trace| matches!(trace.what, TraceWhat::Entered { .. });
    let entries = traces.iter().filter(is_entry).map(|trace| trace.at);
    let entries: SmallVec<[Time; 2]> = entries.collect();
    for trace in traces {
        if let TraceWhat::Overflowed { entered, .. } = &mut trace.what {
            let at_once = |at: Time| entries.iter().filter(|&&entry| entry == at).count();
            *entered = entered.filter(|&at| at_once(at) == 1);
        }
    }
}

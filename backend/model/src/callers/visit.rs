//! What the traces of a call come to: attempts to reach an agent, and times that the
//! voice server satisfied the caller.

use smallvec::SmallVec;
use vigie_contract::time::{Span, Time};

use crate::call::{ONE_CALL, Trace, TraceWhat, Traces};

/// An attempt has failed when nobody has answered for so long.
const WITHIN: Span = Span::from_seconds(300);

/// Who passes a call on says so within this time before it is entered elsewhere.
const PASSED_ON_WITHIN: Span = Span::from_seconds(60);

/// A visit of a caller to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    /// When it was: asked, or satisfied by the voice server.
    pub at: Time,
    /// The hash of the line's code.
    pub line: u64,
    pub kind: Kind,
    /// Who the caller is, and by how many seconds later than the visit that is known.
    pub caller: Option<(u64, u16)>,
    /// Seconds, counted in whole ones, from the visit to when it is decided whether an
    /// attempt succeeded.
    pub decided: u16,
    /// Seconds until an agent answered, if one did in time.
    pub reached: Option<u16>,
    /// Seconds until the caller was promised something.
    pub promised: Option<u16>,
    /// Whether the caller is known to have asked in the day before.
    pub repeated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The caller asked for an agent.
    Attempt,
    /// The voice server satisfied the caller.
    Served,
    /// Neither, so far: there are traces.
    Bare,
}

/// The visits of a call, given all traces that it left, wherever.
///
/// A call is an attempt once in two hours, as it asks for an agent first once in two
/// hours: platforms give an id to another call.
pub(super) fn visits(traces: &mut Traces) -> SmallVec<[Visit; 2]> {
    traces.sort_unstable_by_key(|trace| (trace.at, trace.what.order()));
    traces.dedup();
    let mut visits: SmallVec<[Visit; 2]> = SmallVec::new();
    let mut asked: Option<Time> = None;
    for trace in traces.iter() {
        if let Some(line) = trace.what.asks() {
            if asked.is_none_or(|asked| asked < trace.at - ONE_CALL) {
                visits.push(attempt(trace.at, line, traces));
            }
            asked = Some(trace.at);
        } else if let TraceWhat::Served(line) = trace.what {
            visits.push(Visit {
                kind: Kind::Served,
                ..Visit::new(trace.at, line, traces)
            });
        }
    }
    // Where nothing has come of it yet, what is known of it has to be found again.
    if let Some(newest) = traces.last()
        && visits.iter().all(|visit| visit.at < newest.at - ONE_CALL)
    {
        visits.push(Visit {
            kind: Kind::Bare,
            caller: None,
            ..Visit::new(newest.at, 0, traces)
        });
    }
    visits
}

fn attempt(at: Time, line: u64, traces: &[Trace]) -> Visit {
    let until = |end: Span| {
        let within = traces.iter().filter(move |trace| trace.at >= at);
        within.take_while(move |trace| trace.at <= at + end)
    };
    let answered = until(WITHIN).find(|trace| trace.what == TraceWhat::Answered);
    let failed = until(WITHIN)
        .filter_map(|trace| failure(trace, traces))
        .min();
    let promised = until(ONE_CALL).find(|trace| trace.what == TraceWhat::Promised);
    let decided = [answered.map(|trace| trace.at), failed, Some(at + WITHIN)];
    let decided = decided.into_iter().flatten().min().unwrap_or(at);
    let seconds = |time: Time| (time.second() - at.second()) as u16;
    Visit {
        decided: seconds(decided),
        reached: answered.map(|trace| seconds(trace.at)),
        promised: promised.map(|trace| seconds(trace.at)),
        repeated: near(at, traces).any(|trace| trace.what == TraceWhat::Repeated),
        ..Visit::new(at, line, traces)
    }
}

/// The traces that are of the same call as what happened at an instant.
fn near(at: Time, traces: &[Trace]) -> impl Iterator<Item = &Trace> {
    let from = traces.partition_point(|trace| trace.at < at - ONE_CALL);
    traces[from..]
        .iter()
        .take_while(move |trace| trace.at <= at + ONE_CALL)
}

/// When a trace makes an attempt fail; `None` where it does not.
fn failure(trace: &Trace, traces: &[Trace]) -> Option<Time> {
    match trace.what {
        TraceWhat::Failed | TraceWhat::Promised | TraceWhat::Deflected(_) => Some(trace.at),
        TraceWhat::Overflowed { entered, queue } => {
            let end = trace.at + PASSED_ON_WITHIN;
            let goes_on = traces.iter().any(|other| {
                let is_own = |of: u32| (Some(other.at), of) == (entered, queue);
                let is_entry =
                    matches!(other.what, TraceWhat::Entered { queue, .. } if !is_own(queue));
                is_entry && trace.at <= other.at && other.at <= end
            });
            (!goes_on).then_some(end)
        }
        TraceWhat::Named(_)
        | TraceWhat::Served(_)
        | TraceWhat::Entered { .. }
        | TraceWhat::Answered
        | TraceWhat::Repeated
        | TraceWhat::Apart(_) => None,
    }
}

impl Visit {
    /// A visit of whoever is named first from two hours before to two hours after it.
    fn new(at: Time, line: u64, traces: &[Trace]) -> Self {
        let caller = near(at, traces).find_map(|trace| {
            let later = (trace.at.second() - at.second()).max(0);
            Some((trace.what.named()?, later as u16))
        });
        Self {
            at,
            line,
            kind: Kind::Attempt,
            caller,
            decided: 0,
            reached: None,
            promised: None,
            repeated: false,
        }
    }
}

impl TraceWhat {
    /// The caller that it names.
    fn named(self) -> Option<u64> {
        if let TraceWhat::Named(caller) = self {
            return Some(caller);
        }
        None
    }

    /// The line on which it asks for an agent.
    fn asks(self) -> Option<u64> {
        match self {
            TraceWhat::Entered { line, .. } | TraceWhat::Deflected(line) => Some(line),
            TraceWhat::Named(_)
            | TraceWhat::Served(_)
            | TraceWhat::Answered
            | TraceWhat::Failed
            | TraceWhat::Promised
            | TraceWhat::Overflowed { .. }
            | TraceWhat::Repeated
            | TraceWhat::Apart(_) => None,
        }
    }

    /// The order of what happened at one instant: any, as long as it is the same for
    /// everyone. Lines and callers go by their hashes.
    fn order(self) -> (u8, u64, u64) {
        match self {
            TraceWhat::Named(caller) => (0, caller, 0),
            TraceWhat::Deflected(line) => (1, line, 0),
            TraceWhat::Entered { line, queue } => (1, line, 1 + u64::from(queue)),
            TraceWhat::Served(line) => (2, line, 0),
            TraceWhat::Answered => (3, 0, 0),
            TraceWhat::Failed => (4, 0, 0),
            TraceWhat::Promised => (5, 0, 0),
            TraceWhat::Overflowed { entered, queue } => {
                (6, entered.map_or(0, |at| at.0 as u64), queue.into())
            }
            TraceWhat::Repeated => (7, 0, 0),
            TraceWhat::Apart(call) => (8, call, 0),
        }
    }
}

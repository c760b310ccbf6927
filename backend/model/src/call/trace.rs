//! What a call leaves behind that tells of its caller (`docs/callers.md`).

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::time::{Span, Time};

use super::packed::append;
use crate::leg::LOST_AFTER;

/// What is further apart than this is of two calls under one id: the legs of the first
/// are over.
pub(crate) const ONE_CALL: Span = LOST_AFTER;

/// The traces of a call, in no order.
pub(crate) type Traces = SmallVec<[Trace; 8]>;

/// Something that happened to a call, as far as its caller is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Trace {
    pub at: Time,
    pub what: TraceWhat,
}

/// What happened. Lines and queues are told by the hash of their codes, callers by the
/// keyed hash of their pseudonym. The numbers of the variants are part of saved states: a
/// new one goes to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TraceWhat {
    /// An event named the caller.
    Named(u64),
    /// The call was turned away from a line that is open.
    Deflected(u64),
    /// The voice server satisfied the caller, on a line.
    Served(u64),
    /// A leg of a caller who asks for an agent was entered, in a queue, on a line that
    /// is open.
    Entered { line: u64, queue: u32 },
    /// An agent answered such a leg.
    Answered,
    /// Such a leg ended otherwise, without a promise.
    Failed,
    /// Such a leg ended with a promise to the caller.
    Promised,
    /// Such a leg, entered at an instant in a queue, was passed on to another. The
    /// instant is `None` where another leg was entered in the queue at the same.
    Overflowed { entered: Option<Time>, queue: u32 },
    /// The caller had asked on the same line in the 24 hours before this attempt, by
    /// an attempt that is forgotten since.
    Repeated,
    /// Legs of the call are kept under another hash, since their queue has no place of
    /// its own.
    Apart(u64),
}

impl Trace {
    /// Adds the trace to packed ones.
    pub(crate) fn append_to(self, bytes: &mut Vec<u8>) {
        append(bytes, &self);
    }
}

impl TraceWhat {
    /// The other hash under which legs of the call are kept.
    pub(crate) fn apart(self) -> Option<u64> {
        if let TraceWhat::Apart(call) = self {
            return Some(call);
        }
        None
    }
}

/// Unpacks traces.
pub(crate) fn unpack_traces(mut bytes: &[u8]) -> impl Iterator<Item = Trace> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let (trace, rest) = postcard::take_from_bytes(bytes).expect("it was packed here");
        bytes = rest;
        Some(trace)
    })
}

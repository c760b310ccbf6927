//! A stay of a call in a queue, and what can become of it.

use vigie_contract::time::{Span, Time};

/// Number of a queue of an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueueNumber(pub u32);

/// One stay of a call in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Leg {
    /// Hash of the call's id.
    pub call: u64,
    /// The queue.
    pub queue: QueueNumber,
    /// When it began to wait.
    pub queued: Time,
}

/// What came of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegOutcome {
    /// It waited so long until it was answered.
    Answered(Span),
    /// It was abandoned, and would have waited so long: until a call that came to
    /// the queue later was answered, at or after the abandonment.
    Virtual(Span),
    /// It was abandoned, and no call that came later was answered within 600 s.
    NoVirtualWait,
    /// It was answered or abandoned within 2 s.
    Short,
    /// It left the queue in another way.
    ClosedOtherwise,
    /// Nothing was heard of it for two hours, or its outcome came too late.
    Lost,
    /// It waits at the end of the input.
    Open,
}

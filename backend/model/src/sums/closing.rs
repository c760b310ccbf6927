//! What closing will do to those who wait in a scope.

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;
use vigie_contract::view::{ClosingBasis, NoEstimate};

/// The queues that close soon, as of an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClosingSums {
    pub queues: i64,
    /// Queues among them of which nothing can be expected.
    pub untold: i64,
    /// Calls that are expected to be cut off, in millionths: sums of it are exact.
    pub expected: i64,
    pub promises_due_after: i64,
    /// The queue, where the scope is one.
    pub only: Option<ClosingQueue>,
}

/// A queue that closes soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClosingQueue {
    pub closes_at: Time,
    pub expected: Result<ExpectedEntry, NoEstimate>,
}

/// What can be expected of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExpectedEntry {
    pub latest: Time,
    pub basis: ClosingBasis,
}

impl ClosingSums {
    /// Adds the queues of another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.queues += other.queues;
        self.untold += other.untold;
        self.expected += other.expected;
        self.promises_due_after += other.promises_due_after;
        // A queue is told of in one place; were it in two, which comes first must not matter.
        let both = [self.only, other.only].into_iter().flatten();
        self.only = both.min_by_key(ClosingQueue::place);
    }
}

impl ClosingQueue {
    /// Its place among several: what can be told of first.
    fn place(&self) -> (bool, Time, Time, u8) {
        let (latest, kind) = match self.expected {
            Ok(expected) => (expected.latest, expected.basis as u8),
            Err(reason) => (Time(0), reason as u8),
        };
        (self.expected.is_err(), self.closes_at, latest, kind)
    }
}

//! What closing will do to those who wait, and how good such projections have been.

use serde::{Deserialize, Serialize};

use super::estimate::NoEstimate;
use crate::time::Time;

/// The queues of a scope that close within two hours, by the hours of the directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// Queues that close within two hours.
    pub queues: i64,
    /// Queues among them of which nothing can be expected.
    pub untold: i64,
    /// When the queue closes; `null` above queues.
    pub closes_at: Option<Time>,
    /// Of those who wait, how many will not have been answered by closing, as expected;
    /// `null` where nothing can be.
    pub expected_cut_off: Option<f64>,
    /// The last instant at which an entry still has nine chances in ten of an answer
    /// before closing; `null` above queues, and where nothing can be expected.
    pub latest_entry: Option<Time>,
    /// Open promises that are due after the queue that made them has closed.
    pub promises_due_after: i64,
    /// What is expected of the queue follows from this; `null` above queues, and where
    /// nothing can be expected.
    pub basis: Option<ClosingBasis>,
    /// Why nothing can be expected of the queue; `null` where something is, and above
    /// queues.
    pub reason: Option<NoEstimate>,
}

/// What a projection follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingBasis {
    /// The estimated wait of the next caller.
    Estimate,
    /// How many were answered of late.
    Departures,
}

/// What was expected of the last closings of the queues of a scope, against what came of
/// them, by how long before closing it was expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClosingRecord {
    /// As expected 60 minutes before.
    pub before_60m: ClosingScore,
    /// As expected 30 minutes before.
    pub before_30m: ClosingScore,
    /// As expected 15 minutes before.
    pub before_15m: ClosingScore,
}

/// What was expected of closings, against what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClosingScore {
    /// Closings of queues of which something was expected.
    pub closings: i64,
    /// Mean number of calls that were expected to be cut off.
    pub expected_mean: Option<f64>,
    /// Mean number of calls cut off in the 15 minutes after closing.
    pub cut_off_mean: Option<f64>,
    /// Mean of the absolute difference of the two, by queue and closing.
    pub error_mean: Option<f64>,
}

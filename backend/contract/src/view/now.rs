//! What is going on in a scope at an instant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::indicator::Rate;
use crate::time::Time;

/// What is going on at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Legs that wait for an agent.
    pub waiting: i64,
    /// Legs that wait for an agent, by the reason why they wait.
    pub waiting_by_reason: ByReason,
    /// Age of the leg that waits longest, in seconds since its caller asked; `null`
    /// where none does.
    pub longest_wait_seconds: Option<f64>,
    /// Median age of the legs that wait, in seconds.
    pub wait_p50_seconds: Option<f64>,
    /// 90th percentile of the ages of the legs that wait, in seconds.
    pub wait_p90_seconds: Option<f64>,
    /// Agents by state.
    pub agents: Agents,
    /// Promises not yet settled.
    pub promises: Promises,
    /// The levers pulled, latest of each kind and queue; `null` above agencies.
    pub levers: Option<Vec<Lever>>,
    /// Seconds since the newest event of the scope; `null` before the first.
    pub data_age_seconds: Option<f64>,
    /// The installations that send its events.
    pub sources: Sources,
    /// Up to when the figures are complete: the oldest of the newest events of
    /// the sources that report; `null` where none does.
    pub complete_to: Option<Time>,
}

/// Agents by their last state, offline after 12 hours of silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agents {
    /// Agents who are not offline.
    pub staffed: i64,
    /// Agents who are ready for a call.
    pub available: i64,
    /// Agents whose state is `ready`.
    pub ready: i64,
    /// Agents whose set rings.
    pub ringing: i64,
    /// Agents in conversation.
    pub talking: i64,
    /// Agents whose caller is on hold.
    pub holding: i64,
    /// Agents in after-call work.
    pub wrap_up: i64,
    /// Agents in a pause.
    pub paused: i64,
    /// Agents who have signed off, or have been silent for 12 hours.
    pub offline: i64,
    /// Agents in a pause, by the reason given; `unspecified` where none was.
    pub pauses: BTreeMap<String, i64>,
}

/// The installations that send the events of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Installations that were heard of within 24 hours.
    pub known: i64,
    /// Installations that were heard of within 300 seconds.
    pub reporting: i64,
}

/// A lever of a queue, as it was last pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lever {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// The lever that was pulled.
    pub kind: LeverKind,
    /// Whether the queue is open, overflows, turns callers away, offers a call back,
    /// or plays a message.
    pub on: bool,
    /// Where the queue overflows to.
    pub to: Option<QueuePlace>,
    /// The message that callers hear.
    pub message: Option<String>,
    /// When the lever was pulled.
    pub since: Time,
}

/// What a queue can be told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeverKind {
    /// Take calls.
    Open,
    /// Pass calls on to another queue.
    Overflow,
    /// Turn callers away.
    Deflecting,
    /// Offer to call back.
    OfferingCallback,
    /// Play a message.
    Message,
}

/// A queue of an agency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePlace {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
}

/// Waiting legs by why they wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByReason {
    /// Legs whose caller asked for an agent.
    pub asked: i64,
    /// Legs that another queue passed on.
    pub overflow: i64,
    /// Legs that an agent passed on.
    pub transfer: i64,
    /// Legs in which an agent calls the caller back.
    pub callback: i64,
}

/// Promises of every kind that are not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Promises {
    /// Promises made and neither reached nor cancelled.
    pub open: i64,
    /// Open promises that are due within 15 minutes.
    pub due_15m: i64,
    /// Open promises that are past their due time.
    pub overdue: i64,
    /// Open promises due within 60 minutes that nobody will have attempted by then, at
    /// the pace and in the order of the attempts of the last 30 minutes; as of the last
    /// whole half minute.
    pub predicted_missed: i64,
    /// What came of such predictions, over promises that came due in the last 60
    /// minutes.
    pub record_60m: PredictionRecord,
    /// What came of such predictions, over promises that came due today.
    pub record_today: PredictionRecord,
}

/// How good predictions of missed promises were, as they stood 15 minutes before each
/// promise was due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PredictionRecord {
    /// Of those predicted to be missed, how many were.
    pub precision: Option<Rate>,
    /// Of those missed that had been made by then, how many were predicted.
    pub recall: Option<Rate>,
}

//! What is going on in a scope at an instant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// What is going on at an instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// Legs that wait for an agent.
    pub waiting: i64,
    /// The same by reason.
    pub waiting_by_reason: ByReason,
    /// Age of the leg that waits longest, since it asked; `null` where none does.
    pub longest_wait_seconds: Option<f64>,
    /// Median age of those waiting.
    pub wait_p50_seconds: Option<f64>,
    /// 90th percentile of the ages of those waiting.
    pub wait_p90_seconds: Option<f64>,
    /// Agents by state.
    pub agents: Agents,
    /// Promises not yet settled.
    pub promises: Promises,
    /// The levers pulled, latest of each kind and queue; `null` above agencies.
    pub levers: Option<Vec<Lever>>,
    /// Since the newest event of the scope; `null` before the first.
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
    /// Not offline.
    pub staffed: i64,
    /// Ready for a call.
    pub available: i64,
    /// Ready for a call, as a state.
    pub ready: i64,
    /// Their set rings.
    pub ringing: i64,
    /// In conversation.
    pub talking: i64,
    /// The caller is on hold.
    pub holding: i64,
    /// After-call work.
    pub wrap_up: i64,
    /// In a pause.
    pub paused: i64,
    /// Signed off, or silent for 12 hours.
    pub offline: i64,
    /// Of the paused, by the reason given; unspecified where none was.
    pub pauses: BTreeMap<String, i64>,
}

/// The installations that send the events of a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sources {
    /// Heard of within 24 hours.
    pub known: i64,
    /// Of these, heard of within 300 seconds.
    pub reporting: i64,
}

/// A lever of a queue, as it was last pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lever {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// Which lever.
    pub kind: LeverKind,
    /// Open, overflowing, deflecting, offering a call back, or with a message.
    pub on: bool,
    /// Where the queue overflows to.
    pub to: Option<QueuePlace>,
    /// The message that callers hear.
    pub message: Option<String>,
    /// Since when.
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
    /// The caller asked for an agent.
    pub asked: i64,
    /// Another queue passed it on.
    pub overflow: i64,
    /// An agent passed it on.
    pub transfer: i64,
    /// An agent calls the caller back.
    pub callback: i64,
}

/// Promises of every kind that are not settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    /// Made and neither reached nor cancelled.
    pub open: i64,
    /// Of these, due within 15 minutes.
    pub due_15m: i64,
    /// Of these, past their due time.
    pub overdue: i64,
}

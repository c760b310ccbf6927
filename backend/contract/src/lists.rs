//! What the API gives as lists: single calls and promises of a scope.
//!
//! They carry the id of a call at most, never a pseudonym.

use serde::{Deserialize, Serialize};

use crate::event::{PromiseKind, QueueReason};
use crate::time::Time;

/// A leg that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingCall {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// Why it waits.
    pub reason: QueueReason,
    /// Age since the caller asked.
    pub waiting_seconds: f64,
    /// The wait first announced; `null` where none was.
    pub announced_wait_seconds: Option<f64>,
}

/// A promise that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenPromise {
    /// The call that it was made to.
    pub call: String,
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// What was promised.
    pub kind: PromiseKind,
    /// When it was made.
    pub made_at: Time,
    /// By when.
    pub due_at: Time,
    /// Attempts that reached nobody.
    pub attempts: i64,
}

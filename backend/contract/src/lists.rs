//! What the API gives as lists: single calls and promises of a scope.
//!
//! They carry the id of a call at most, never a pseudonym. A list may be cut
//! short: its `total` says how many there are, and its `next` where it goes on.

use serde::{Deserialize, Serialize};

use crate::event::{PromiseKind, QueueReason};
use crate::scope::Scope;
use crate::time::Time;
use crate::view::Lever;

/// The legs that wait in a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingCalls {
    /// A whole second.
    pub as_of: Time,
    /// Whose legs.
    pub scope: Scope,
    /// How many wait.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// Those that wait longest, longest first.
    pub waiting: Vec<WaitingCall>,
}

/// The promises of a scope that are open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenPromises {
    /// A whole second.
    pub as_of: Time,
    /// Whose promises.
    pub scope: Scope,
    /// How many are open.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// Those due first, by due time.
    pub promises: Vec<OpenPromise>,
}

/// The levers that were pulled in a scope today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeverChanges {
    /// A whole second.
    pub as_of: Time,
    /// Whose levers.
    pub scope: Scope,
    /// How many were pulled.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The latest, oldest first; the next page is of those before.
    pub levers: Vec<Lever>,
}

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

//! What the API gives as lists: single calls and promises of a scope.
//!
//! They carry the id of a call at most, never a pseudonym. A list may be cut
//! short: its `total` says how many there are, and its `next` where it goes on.

use serde::{Deserialize, Serialize};

use crate::event::{PromiseKind, QueueReason};
use crate::extent::Extent;
use crate::scope::Scope;
use crate::time::Time;
use crate::view::Lever;

/// A scope that the directory or an event has named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownScope {
    /// The scope.
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
    /// The number at which the desk of an agency is rung up, where the directory says.
    pub desk_number: Option<String>,
}

/// The legs that wait in a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingCalls {
    /// The instant that the list is as of, a whole second.
    pub as_of: Time,
    /// The scope, or the selection, in which the legs wait.
    pub scope: Extent,
    /// How many legs wait, those beyond this page included.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The legs of this page, those that wait longest first.
    pub waiting: Vec<WaitingCall>,
}

/// The promises of a scope that are open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenPromises {
    /// The instant that the list is as of, a whole second.
    pub as_of: Time,
    /// The scope, or the selection, in which the promises were made.
    pub scope: Extent,
    /// How many promises are open, those beyond this page included.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The promises of this page, by due time.
    pub promises: Vec<OpenPromise>,
}

/// The levers that were pulled in a scope today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeverChanges {
    /// The instant that the list is as of, a whole second.
    pub as_of: Time,
    /// The scope, or the selection, of which the levers are.
    pub scope: Extent,
    /// How many levers were pulled, those beyond this page included.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The levers of this page, oldest first: the latest pulls. The next page is of
    /// those before.
    pub levers: Vec<Lever>,
}

/// A leg that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingCall {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// The reason why the leg waits.
    pub reason: QueueReason,
    /// Age of the leg in seconds, since its caller asked.
    pub waiting_seconds: f64,
    /// The wait first announced, in seconds; `null` where none was.
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
    /// When the promise is due.
    pub due_at: Time,
    /// Attempts that reached nobody.
    pub attempts: i64,
    /// Whether nobody will have attempted it by its due time, as predicted at the last
    /// whole half minute.
    pub predicted_missed: bool,
}

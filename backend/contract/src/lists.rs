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

/// The calls of a scope behind one count of its window of 60 minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndedCalls {
    /// The instant that the list is as of, a whole second.
    pub as_of: Time,
    /// The instant since which calls are listed: 60 minutes before `as_of`, or later.
    pub since: Time,
    /// The scope, or the selection, in which the calls count.
    pub scope: Extent,
    /// How the calls ended.
    pub outcome: CallOutcome,
    /// Whether they count where the caller first asked, or where they were handled.
    pub book: Book,
    /// Which legs they are.
    pub family: LegFamily,
    /// How many calls there are, those beyond this page included.
    pub total: u64,
    /// The `offset` at which the list goes on; `null` at its end.
    pub next: Option<u64>,
    /// The calls of this page, the latest first.
    pub calls: Vec<EndedCall>,
}

/// A count of calls that ended without an answer, of which the calls can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountedCalls {
    /// How they ended.
    pub outcome: CallOutcome,
    /// By whom they count.
    pub book: Book,
    /// Which legs they are.
    pub family: LegFamily,
}

/// How a call that is listed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// The caller gave up: `abandoned` of a view.
    Abandoned,
    /// Closing, or the platform, ended it: `cut_off`.
    CutOff,
    /// Nothing was heard of it for two hours: `lost`.
    Lost,
    /// It was passed on to another queue: `overflowed_out`.
    Overflowed,
}

/// One of the two ways to say where a call counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// Where the caller first asked: `windows` of a view.
    #[default]
    Origin,
    /// Where the call was handled: `handled` of a view.
    Handler,
}

/// The legs that counts are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegFamily {
    /// Calls that asked, and those that overflowed: `counts` of a window.
    #[default]
    FirstLevel,
    /// Transfers: `second_level`.
    SecondLevel,
    /// Calls back: `callback`.
    Callback,
}

/// A call that ended without an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndedCall {
    /// Code of the agency where it ended.
    pub agency: String,
    /// Code of the queue where it ended.
    pub queue: String,
    /// Code of the agency where the caller first asked.
    pub origin_agency: String,
    /// Code of the queue where the caller first asked.
    pub origin_queue: String,
    /// The reason why it was queued; `null` where its end alone was told.
    pub reason: Option<QueueReason>,
    /// When it ended.
    pub ended_at: Time,
    /// How long it had waited, in seconds, since its caller asked or, where that is
    /// later, since opening; `null` where its end alone was told.
    pub waited_seconds: Option<f64>,
    /// The wait first announced, in seconds; `null` where none was.
    pub announced_wait_seconds: Option<f64>,
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

//! The figures of a scope as of an instant.
//!
//! One object for `vigie fold`, `/api/v1/views/{scope}` and the websocket.
//! Names are those of `indicators.md`; durations are seconds as numbers; what
//! is absent is `null`, never 0.
//!
//! # Layout
//! - `now`: what is going on at the instant.
//! - `window`: what happened in a window, or a quarter-hour; its counts, rates
//!   and times are those of [`crate::indicator`].
//! - `estimate`: how long a call that joins would wait.
//! - `callers`: how callers fared, whatever it took them.
//! - `closing`: what closing will do to those who wait.
//! - `judged`: how bad what is shown is.
//! - `card`: what a table shows of a child.

mod callers;
mod card;
mod closing;
mod estimate;
mod judged;
mod now;
mod severity;
mod window;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::extent::Extent;
pub use crate::indicator::{Count, Counts, Rate, Rates, Times};
use crate::time::Time;

pub use callers::{Callers, Mean};
pub use card::{Card, Worst};
pub use closing::{Closing, ClosingBasis, ClosingRecord, ClosingScore};
pub use estimate::{Estimate, NoEstimate, Record};
pub use judged::{Concern, Judged, Judgement, Suppressed};
pub use now::{
    Agents, ByReason, Lever, LeverKind, Now, PredictionRecord, Promises, QueuePlace, Sources,
};
pub use severity::Severity;
pub use window::{Cohort, Quarter, Spread, Window};

/// The figures of a scope as of [`View::as_of`]: every event with an earlier
/// time is in them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// The instant that the figures are as of, a whole second.
    pub as_of: Time,
    /// The scope, or the selection of scopes, that the figures are of.
    pub scope: Extent,
    /// Which clock made `as_of`.
    pub clock: Clock,
    /// What is going on at `as_of`.
    pub now: Now,
    /// The figures of each window (`5m`, `15m`, `60m`, `today`) by origin: of calls
    /// that asked for an agent here.
    pub windows: BTreeMap<String, Window>,
    /// The figures of each window by handler: of calls that were handled here.
    pub handled: BTreeMap<String, Window>,
    /// Today by quarter-hour, on request.
    pub quarters: Option<Vec<Quarter>>,
    /// The estimated wait of a call that joins now.
    pub estimate: Estimate,
    /// How callers fared today; of lines, networks and `all` only.
    pub callers: Option<Callers>,
    /// What closing will do to those who wait; `null` where no queue closes within two
    /// hours.
    pub closing: Option<Closing>,
    /// What was expected of past closings; `null` for lines, and where none was scored.
    pub closing_record: Option<ClosingRecord>,
    /// The worst severity of what is judged; `null` where nothing is judged.
    pub severity: Option<Severity>,
    /// What is judged, each with its severity; `null` where nothing is judged.
    pub judged: Option<Judged>,
}

/// Which clock an instant was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The time of day.
    Wall,
    /// The time of the events.
    Event,
}

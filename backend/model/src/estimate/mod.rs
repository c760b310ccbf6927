//! The estimated wait of a call that joins a queue now, learned online
//! (`docs/estimates.md` has the method, what was tried, and what each gave).
//!
//! # Layout
//! - [`signals`]: what a queue and its agency show, in constant memory;
//! - [`features`]: the same as the numbers that are weighed;
//! - [`regression`]: the weights: mean, median and 90th percentile;
//! - [`staff`]: the agents of an agency, as far as events tell of them;
//! - [`fact`]: the events that matter here, in their order;
//! - [`waiters`]: who waits in a queue;
//! - [`queue`], [`agency`]: who waits, who is there, and what each has shown;
//! - [`learning`]: facts in, estimates out, outcomes learned from;
//! - [`mixture`]: the next caller of several queues.
//!
//! # Order
//! Facts are learned from in the order of their times, once the allowed lateness
//! has passed behind them, so that what was learned depends on the set of events
//! alone. What has arrived since then is seen by a second copy of the signals,
//! the ahead one, that only the estimate of the present instant uses.

mod agency;
pub(crate) mod fact;
mod features;
pub(crate) mod learning;
pub(crate) mod mixture;
mod queue;
mod regression;
mod signals;
mod staff;
mod waiters;

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

/// Waits that an estimate foresees for a call, were it to wait, in seconds.
/// Finite, never negative, and the median is not above the 90th percentile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// Mean; it may lie above or below the median.
    pub mean_seconds: f64,
    /// Median.
    pub p50_seconds: f64,
    /// 90th percentile.
    pub p90_seconds: f64,
}

/// An estimate given to a leg when it opened, from what was known strictly
/// before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// When the leg opened.
    pub at: Time,
    /// XXH3 of the call's id, of 64 bits.
    pub call: u64,
    /// Codes of the agency and of its queue.
    pub queue: (String, String),
    /// The estimate, or why there was none.
    pub estimate: Result<Waits, NoEstimate>,
}

/// No estimate is longer: a leg is lost after two hours.
const LONGEST_SECONDS: f64 = 7_200.0;

impl Waits {
    /// The same, and quantiles of no less than these: median, 90th percentile.
    fn reaching(self, [p50, p90]: [f64; 2]) -> Self {
        Self::clamped([
            self.mean_seconds,
            self.p50_seconds.max(p50),
            self.p90_seconds.max(p90),
        ])
    }

    /// Of three numbers: in range, and in order.
    fn clamped([mean, p50, p90]: [f64; 3]) -> Self {
        let within = |seconds: f64| seconds.clamp(0.0, LONGEST_SECONDS);
        let p50 = within(p50);
        Self {
            mean_seconds: within(mean),
            p50_seconds: p50,
            p90_seconds: within(p90).max(p50),
        }
    }
}

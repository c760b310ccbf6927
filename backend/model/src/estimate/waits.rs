//! Waits as they are foreseen.

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};
use vigie_contract::view::NoEstimate;

/// Waits that an estimate foresees for a call, were it to wait, in seconds.
/// Finite, never negative, and the median is not above the 90th percentile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// The mean, in seconds; it may lie above or below the median.
    pub mean_seconds: f64,
    /// The median, in seconds.
    pub p50_seconds: f64,
    /// The 90th percentile, in seconds.
    pub p90_seconds: f64,
}

/// An estimate given to a leg when it opened, from what was known strictly
/// before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// When the leg opened.
    pub at: Time,
    /// The 64 bits of XXH3 of the id of the call.
    pub call: u64,
    /// Codes of the agency and of its queue.
    pub queue: (String, String),
    /// The estimate, or why there was none.
    pub estimate: Result<Waits, NoEstimate>,
}

/// The longest estimate, in seconds: a leg is lost after two hours.
pub(super) const LONGEST_SECONDS: f64 = 7_200.0;

impl Waits {
    /// These waits, with quantiles of no less than those given: median, 90th
    /// percentile.
    pub(super) fn reaching(self, [p50, p90]: [f64; 2]) -> Self {
        Self::clamped([
            self.mean_seconds,
            self.p50_seconds.max(p50),
            self.p90_seconds.max(p90),
        ])
    }

    /// Waits made of three numbers, which are brought into range and into order.
    pub(super) fn clamped([mean, p50, p90]: [f64; 3]) -> Self {
        let within = |seconds: f64| seconds.clamp(0.0, LONGEST_SECONDS);
        let p50 = within(p50);
        Self {
            mean_seconds: within(mean),
            p50_seconds: p50,
            p90_seconds: within(p90).max(p50),
        }
    }
}

/// A call that waited no longer than this did not wait, and nothing is learned from
/// it.
pub(crate) const WAITED_OVER: Span = Span::from_seconds(2);

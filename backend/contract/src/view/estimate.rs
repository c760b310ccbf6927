//! The estimated wait, and how good such estimates have been.

use serde::{Deserialize, Serialize};

use crate::indicator::Rate;

/// The estimated wait of a call that joins now, were it to wait, and how good
/// such estimates have been.
///
/// For a queue it is the estimate of the queue itself; for an agency, a region, a
/// line, or a line in a region, it is that of its next caller: a mixture of its
/// queues by their arrivals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Estimated mean of the wait, in seconds; it may differ from the median.
    pub mean_seconds: Option<f64>,
    /// Estimated median of the wait, in seconds.
    pub p50_seconds: Option<f64>,
    /// Estimated 90th percentile of the wait, in seconds.
    pub p90_seconds: Option<f64>,
    /// Why there is no estimate; `null` where there is one.
    pub reason: Option<NoEstimate>,
    /// What came of the estimates given over the last 60 minutes.
    pub record_60m: Record,
    /// What came of the estimates given today.
    pub record_today: Record,
}

/// What came of the estimates given: over calls that waited more than two
/// seconds and were answered, by when they were, once 30 s have passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How often the wait stayed within the 90th percentile given: 0.9 is right.
    pub held: Option<Rate>,
    /// Median of the absolute error of the median given, in seconds.
    pub error_p50_seconds: Option<f64>,
    /// Mean of the mean given less the wait, in seconds: above 0, waits were
    /// shorter than foreseen.
    pub bias_seconds: Option<f64>,
    /// Calls whose answer was told more than 30 s late, so that their estimates were
    /// not scored.
    pub unscored: i64,
}

impl Estimate {
    /// No estimate, for a reason, and no record.
    pub const fn absent(reason: NoEstimate) -> Self {
        Self {
            mean_seconds: None,
            p50_seconds: None,
            p90_seconds: None,
            reason: Some(reason),
            record_60m: Record::NONE,
            record_today: Record::NONE,
        }
    }
}

impl Record {
    /// The record of no estimate.
    pub const NONE: Self = Self {
        held: None,
        error_p50_seconds: None,
        bias_seconds: None,
        unscored: 0,
    };
}

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEstimate {
    /// Too little is known of queues of this name.
    TooLittleHistory,
    /// Agents tell of their states here, and none is there.
    NobodyStaffed,
    /// The queue is closed.
    Closed,
    /// There is no next caller of a network, or of all, whose lines differ.
    SeveralLines,
}

impl NoEstimate {
    /// Every reason for which there is no estimate.
    pub const ALL: [Self; 4] = [
        Self::TooLittleHistory,
        Self::NobodyStaffed,
        Self::Closed,
        Self::SeveralLines,
    ];

    /// The name of the reason in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLittleHistory => "too_little_history",
            Self::NobodyStaffed => "nobody_staffed",
            Self::Closed => "closed",
            Self::SeveralLines => "several_lines",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_written_by_their_names() {
        for reason in NoEstimate::ALL {
            let written = serde_json::to_value(reason).unwrap();
            assert_eq!(written, reason.name());
        }
    }
}

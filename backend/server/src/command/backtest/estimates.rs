//! The estimates of the fold, as it settles them.

use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;
use vigie_model::Fold;

use super::scores::Forecast;

/// An estimate of a wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waits {
    /// The mean.
    pub mean_seconds: f64,
    /// The median.
    pub p50_seconds: f64,
    /// The 90th percentile.
    pub p90_seconds: f64,
}

/// An estimate given to a leg when it opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// When.
    pub at: Time,
    /// Hash of the call's id.
    pub call: u64,
    /// Agency and queue.
    pub queue: (String, String),
    /// The estimate, or why there was none.
    pub estimate: Result<Waits, NoEstimate>,
}

/// Has the fold keep the estimates that it gives from now on.
pub fn record(_fold: &mut Fold) {}

/// What it has given and settled since it was last asked.
pub fn taken(_fold: &mut Fold) -> Vec<Given> {
    Vec::new()
}

/// Settles what is left, once nothing more will be read.
pub fn settle(_fold: &mut Fold) {}

/// As it is scored.
pub fn forecast(waits: &Waits) -> Forecast {
    Forecast {
        mean: Some(waits.mean_seconds),
        p50: Some(waits.p50_seconds),
        p90: Some(waits.p90_seconds),
    }
}

//! The estimates of the fold, as it settles them.

use vigie_model::Fold;
pub use vigie_model::estimate::{Given, Waits};

use super::scores::Forecast;

/// Has the fold keep the estimates that it gives from now on.
pub fn record(fold: &mut Fold) {
    fold.record_estimates();
}

/// What it has given and settled since it was last asked.
pub fn taken(fold: &mut Fold) -> Vec<Given> {
    fold.take_estimates()
}

/// Settles what is left, once nothing more will be read.
pub fn settle(fold: &mut Fold) {
    fold.settle_estimates();
}

/// As it is scored.
pub fn forecast(waits: &Waits) -> Forecast {
    Forecast {
        mean: Some(waits.mean_seconds),
        p50: Some(waits.p50_seconds),
        p90: Some(waits.p90_seconds),
    }
}

//! The wait of the next caller of a scope, and how good such estimates were.

use vigie_contract::scope::Scope;
use vigie_contract::view::{Estimate, NoEstimate};

use super::indicators;
use crate::books::By;
use crate::estimate::{Waits, mixture};
use crate::sums::{ScopeSums, TODAY, place_of};

/// The sliding window over which the record of estimates is told.
const RECORD_WINDOW: &str = "60m";

/// Whether a scope has a next caller only where there is one line: an agency or a
/// region has one, whatever the line; a network and all of them may not.
pub(crate) fn needs_one_line(scope: &Scope) -> bool {
    matches!(scope, Scope::All | Scope::Network(_))
}

/// The median wait of the next caller of a scope, in seconds; `None` if there is no
/// estimate.
pub(crate) fn estimated_wait(scope: &Scope, sums: &ScopeSums<'_>) -> Option<f64> {
    let waits = waits(scope, sums).ok()?;
    Some(waits.p50_seconds)
}

fn waits(scope: &Scope, sums: &ScopeSums<'_>) -> Result<Waits, NoEstimate> {
    if needs_one_line(scope) && sums.outlook.lines.are_several() {
        Err(NoEstimate::SeveralLines)
    } else {
        mixture::mix(&sums.outlook.queues)
    }
}

/// The estimate for the next caller of a scope, and the record of such estimates.
pub(crate) fn estimate(scope: &Scope, sums: &ScopeSums<'_>) -> Estimate {
    let waits = waits(scope, sums);
    let record = |window| {
        let place = place_of(&sums.sliding, window)?;
        Some(indicators::record(&sums.windows.of(By::Handler, place)))
    };
    Estimate {
        record_60m: record(RECORD_WINDOW).unwrap_or_default(),
        record_today: record(TODAY).unwrap_or_default(),
        mean_seconds: waits.ok().map(|waits| waits.mean_seconds),
        p50_seconds: waits.ok().map(|waits| waits.p50_seconds),
        p90_seconds: waits.ok().map(|waits| waits.p90_seconds),
        reason: waits.err(),
    }
}

//! The wait of the next caller of a scope, and how good such estimates were.

use vigie_contract::extent::ExtentRef;
use vigie_contract::view::{Estimate, NoEstimate};

use super::extent::needs_one_line;
use super::indicators;
use crate::books::By;
use crate::estimate::{Waits, mixture};
use crate::sums::{ScopeSums, TODAY, place_of};

/// The sliding window over which the record of estimates is told.
const RECORD_WINDOW: &str = "60m";

/// The median wait of the next caller of a scope, in seconds; `None` if there is no
/// estimate.
pub(crate) fn estimated_wait(of: ExtentRef<'_>, sums: &ScopeSums<'_>) -> Option<f64> {
    let waits = waits(of, sums).ok()?;
    Some(waits.p50_seconds)
}

fn waits(of: ExtentRef<'_>, sums: &ScopeSums<'_>) -> Result<Waits, NoEstimate> {
    if needs_one_line(of) && sums.outlook.lines.are_several() {
        Err(NoEstimate::SeveralLines)
    } else {
        mixture::mix(&sums.outlook.queues)
    }
}

/// The estimate for the next caller of a scope, and the record of such estimates.
pub(crate) fn estimate(of: ExtentRef<'_>, sums: &ScopeSums<'_>) -> Estimate {
    let waits = waits(of, sums);
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

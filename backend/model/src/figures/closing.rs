//! What closing will do to those who wait in a scope, and how good such projections have
//! been.

use vigie_contract::view::{Closing, ClosingRecord, ClosingScore};

use crate::rules::closed::{Score, Scores};
use crate::sums::ScopeSums;

/// Of millionths.
const WHOLE: f64 = 1e6;

/// The closings to come; `None` where there are none.
pub(crate) fn closing(sums: &ScopeSums<'_>) -> Option<Closing> {
    let closing = &sums.closing;
    let expected = closing.only.and_then(|queue| queue.expected.ok());
    (closing.queues > 0).then(|| Closing {
        queues: closing.queues,
        untold: closing.untold,
        closes_at: closing.only.map(|queue| queue.closes_at),
        expected_cut_off: (closing.untold < closing.queues)
            .then_some(closing.expected as f64 / WHOLE),
        latest_entry: expected.map(|expected| expected.latest),
        promises_due_after: closing.promises_due_after,
        basis: expected.map(|expected| expected.basis),
        reason: closing.only.and_then(|queue| queue.expected.err()),
    })
}

/// What was expected of past closings; `None` where none was scored.
pub(crate) fn closing_record(scores: Scores) -> Option<ClosingRecord> {
    let [before_60m, before_30m, before_15m] = scores.0.map(score);
    let is_some = scores.0.iter().any(|score| score.closings > 0);
    is_some.then_some(ClosingRecord {
        before_60m,
        before_30m,
        before_15m,
    })
}

fn score(score: Score) -> ClosingScore {
    let mean = |sum: f64| (score.closings > 0).then(|| sum / score.closings as f64);
    ClosingScore {
        closings: score.closings,
        expected_mean: mean(score.expected as f64 / WHOLE),
        cut_off_mean: mean(score.cut_off as f64),
        error_mean: mean(score.error as f64 / WHOLE),
    }
}

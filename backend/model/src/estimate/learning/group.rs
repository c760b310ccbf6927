//! What all queues of a name have in common.

use serde::{Deserialize, Serialize};

use crate::estimate::regression::{Moments, Weights};
use crate::estimate::waits::{WAITED_OVER, Waits};
use crate::names::NameId;

/// With fewer outcomes than twenty, which fade a little, a name has too little
/// history.
pub(super) const LEAST_OUTCOMES: f64 = 19.9;

/// The share of waits that a 90th percentile is to hold.
pub(super) const HELD: f64 = 0.9;

/// All queues of a name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: NameId,
    pub(super) moments: Moments,
    pub(super) weights: Weights,
    /// Answers to calls that did not wait.
    pub(super) at_once: f64,
}

impl Group {
    /// Where calls are answered at once, and hardly one has waited: the waits that
    /// there are, in place of those that would be learned.
    pub(super) fn without_waits(&self) -> Option<Waits> {
        let all = self.at_once + self.moments.outcomes;
        let hardly = self.moments.outcomes <= (1.0 - HELD) * all;
        (all >= LEAST_OUTCOMES && hardly).then(|| {
            let most = WAITED_OVER.seconds();
            Waits::clamped([most / 2.0, most / 2.0, most])
        })
    }
}

//! What all queues of a name have in common.

use serde::{Deserialize, Serialize};

use crate::estimate::regression::{Moments, Weights};
use crate::estimate::waits::{WAITED_OVER, Waits};
use crate::names::NameId;

/// The outcomes that a name needs for an estimate: twenty, which fade a little.
pub(super) const LEAST_OUTCOMES: f64 = 19.9;

/// The share of waits that a 90th percentile is to hold.
pub(super) const HELD: f64 = 0.9;

/// What was learned of all queues of a name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Group {
    pub(super) name: NameId,
    pub(super) moments: Moments,
    pub(super) weights: Weights,
    /// The number of answers to calls that did not wait.
    pub(super) at_once: f64,
}

impl Group {
    /// The waits of queues in which calls are answered at once and hardly one has
    /// waited, which stand in for those that would be learned; `None` for other
    /// queues.
    pub(super) fn without_waits(&self) -> Option<Waits> {
        let all = self.at_once + self.moments.outcomes;
        let hardly = self.moments.outcomes <= (1.0 - HELD) * all;
        (all >= LEAST_OUTCOMES && hardly).then(|| {
            let most = WAITED_OVER.seconds();
            Waits::clamped([most / 2.0, most / 2.0, most])
        })
    }
}

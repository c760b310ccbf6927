//! What there is to go by for the next caller of a queue.

use crate::estimate::fact::Serves;
use crate::estimate::features::Features;
use crate::estimate::staff::Strength;
use crate::estimate::waiters::Front;

/// What there is to go by for a call that joins.
pub(super) struct QueueOutlook {
    pub(super) features: Features,
    /// The quantiles by the queue's own pace, where it was surprised of late.
    pub(super) paced: Option<[f64; 2]>,
}

/// What an agency shows of itself at an instant, the same for all its queues.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    /// Who waits in all of them.
    pub(super) waiting: Front,
    /// Who is there.
    pub(super) strength: Strength,
    /// The queues that they serve; `None` where that is not told.
    pub(super) served: Option<Serves>,
}

impl Around {
    /// Whether agents tell of their states, and none is there for the queue at a
    /// place in the agency.
    pub(super) fn nobody(&self, place: usize) -> bool {
        self.served.is_some_and(|served| !served.has(place))
    }
}

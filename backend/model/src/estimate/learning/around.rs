//! What there is to go by for the next caller of a queue.

use crate::estimate::fact::Serves;
use crate::estimate::features::Features;
use crate::estimate::staff::Strength;
use crate::estimate::waiters::Front;

/// What an estimate for a call that joins a queue goes by.
pub(super) struct QueueOutlook {
    pub(super) features: Features,
    /// The median and 90th percentile that the own pace of the queue makes, in
    /// seconds, if the queue was surprised of late.
    pub(super) paced: Option<[f64; 2]>,
}

/// What an agency shows of itself at an instant, the same for all its queues.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Around {
    /// The legs that wait in all queues of the agency.
    pub(super) waiting: Front,
    /// How many agents are at work.
    pub(super) strength: Strength,
    /// The queues that these agents serve; `None` if agents do not tell of their
    /// states.
    pub(super) served: Option<Serves>,
}

impl Around {
    /// The same, were so many more to wait.
    pub(super) fn with_more(&self, more: u32) -> Self {
        Self {
            waiting: self.waiting.with_more(more),
            ..*self
        }
    }

    /// Whether agents tell of their states, and none is there for the queue at a
    /// place in the agency.
    pub(super) fn nobody(&self, place: usize) -> bool {
        self.served.is_some_and(|served| !served.has(place))
    }
}

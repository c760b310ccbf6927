//! Which queue, agency and name of queues have which number.

use hashbrown::HashMap;

use crate::estimate::fact::{AgencyId, QueueId};
use crate::names::NameId;

/// Agency and, where there is one, queue.
pub(crate) type LearnedPlace = (AgencyId, Option<QueueId>);

/// Made anew from what has been learned: it is not part of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) queues: HashMap<(NameId, NameId), QueueId>,
    pub(super) agencies: HashMap<NameId, AgencyId>,
    pub(super) groups: HashMap<NameId, usize>,
    /// By cell.
    pub(super) places: Vec<Option<LearnedPlace>>,
}

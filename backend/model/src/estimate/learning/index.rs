//! Which queue, agency and name of queues have which number.

use hashbrown::HashMap;

use crate::estimate::fact::{AgencyId, QueueId};
use crate::names::NameId;

/// The agency of a cell and, if the cell has one, its queue.
pub(crate) type LearnedPlace = (AgencyId, Option<QueueId>);

/// The numbers of queues, agencies and names of queues. It is made anew from what
/// has been learned, and is no part of the state.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) queues: HashMap<(NameId, NameId), QueueId>,
    pub(super) agencies: HashMap<NameId, AgencyId>,
    pub(super) groups: HashMap<NameId, usize>,
    /// The agency and queue of each cell, by the number of the cell.
    pub(super) places: Vec<Option<LearnedPlace>>,
}

//! What settling asks of those who have the partition's state, and tells them.

use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use crate::contribution::{CellId, Foreseen};
use crate::estimate::fact::QueueId;
use crate::estimate::waits::Waits;

/// The estimate that a leg was given when it opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GivenTo {
    pub at: Time,
    pub call: u64,
    pub queue: QueueId,
    pub estimate: Result<Waits, NoEstimate>,
}

/// What settling asks of the partition, and tells it.
pub(crate) trait Surroundings {
    /// Whether the place of a cell is open at an instant.
    fn is_open(&mut self, cell: CellId, at: Time) -> bool;
    /// Tells that an estimate was given.
    fn given(&mut self, given: GivenTo);
    /// Tells what was foreseen for a leg that was answered in a cell, and what came
    /// of it.
    fn came(&mut self, cell: CellId, at: Time, foreseen: Foreseen);
    /// Tells of a leg with an estimate whose answer was told too late to be scored.
    fn unscored(&mut self, cell: CellId, at: Time);
}

//! Estimates that were given to calls.

use super::state::Fold;
use crate::estimate::Given;

impl Fold {
    /// From now on, remembers each estimate that is given to a call, until it is
    /// taken ([`Fold::take_estimates`]).
    pub fn record_estimates(&mut self) {
        self.records_estimates = true;
        for partition in self.partitions.values_mut() {
            partition.given.get_or_insert_default();
        }
    }

    /// The estimates given since they were last taken, by partition and in the
    /// order of the events' times: those that are settled, 30 s behind the
    /// newest event.
    pub fn take_estimates(&mut self) -> Vec<Given> {
        let mut taken = Vec::new();
        for partition in self.partitions.values_mut() {
            let list = partition.given.as_mut().map(std::mem::take);
            taken.extend(list.into_iter().flatten().map(|given| Given {
                at: given.at,
                call: given.call,
                queue: partition.codes_of(given.queue),
                estimate: given.estimate,
            }));
        }
        taken
    }

    /// Settles the estimates of all that was read: at the end of the events,
    /// since nothing can come in between any more.
    pub fn settle_estimates(&mut self) {
        for partition in self.partitions.values_mut() {
            partition.settle_all_estimates(&mut self.terms);
        }
    }
}

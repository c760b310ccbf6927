//! Estimates that were given to calls.

use super::state::Fold;
use crate::estimate::Given;

impl Fold {
    /// From now on, each estimate that is given to a call is told as an effect of
    /// the input by which it is settled.
    pub fn record_estimates(&mut self) {
        self.records_estimates = true;
        for partition in self.partitions.values_mut() {
            partition.given.get_or_insert_default();
        }
    }

    /// Settles the estimates of all that was read, at the end of the events: nothing
    /// can come in between any more. Answers those given that are recorded.
    pub fn settle_estimates(&mut self) -> Vec<Given> {
        for partition in self.partitions.values_mut() {
            partition.settle_all_estimates(&mut self.terms);
        }
        self.take_given().collect()
    }

    /// The estimates given that are recorded and were not told yet.
    pub(super) fn take_given(&mut self) -> impl Iterator<Item = Given> + use<> {
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
        taken.into_iter()
    }
}

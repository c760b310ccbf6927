//! Messages by type and outcome, as metrics.

use std::collections::HashMap;

use metrics::Counter;
use vigie_contract::event::Body;

use super::metrics::{EVENTS, EVENTS_LATE, OTHER_TYPE, OUTCOMES};

/// Counters of events by type and outcome, looked up without a search of the
/// registry: it is done for each message.
pub struct EventCounters {
    counters: HashMap<&'static str, HashMap<&'static str, Counter>>,
    late: Counter,
}

impl EventCounters {
    /// Counters of all types and outcomes.
    pub fn new() -> Self {
        let counters = Body::TYPES
            .iter()
            .copied()
            .chain([OTHER_TYPE])
            .map(|event_type| {
                let by_outcome = OUTCOMES
                    .iter()
                    .map(|outcome| {
                        let counter = metrics::counter!(
                            EVENTS, "type" => event_type, "outcome" => *outcome
                        );
                        (*outcome, counter)
                    })
                    .collect();
                (event_type, by_outcome)
            })
            .collect();
        Self {
            counters,
            late: metrics::counter!(EVENTS_LATE),
        }
    }

    /// Counts a message.
    pub fn count(&self, event_type: &str, outcome: &str) {
        let of_type = self
            .counters
            .get(event_type)
            .or_else(|| self.counters.get(OTHER_TYPE));
        if let Some(counter) = of_type.and_then(|by_outcome| by_outcome.get(outcome)) {
            counter.increment(1);
        }
    }

    /// Counts a message that came late.
    pub fn count_late(&self) {
        self.late.increment(1);
    }
}

impl Default for EventCounters {
    fn default() -> Self {
        Self::new()
    }
}

//! A queue of an agency: who waits in it, who gave up, and its weights.

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

use super::fact::AgencyId;
use super::features::FEATURES;
use super::learning::WAITED_OVER;
use super::regression::Weights;
use super::signals::Signals;
use crate::contribution::CellId;
use crate::leg::LOST_AFTER;
use crate::partition::names::NameId;

/// How long those who gave up are compared with those who came later.
pub(super) const VIRTUAL_WITHIN: Span = Span::from_seconds(600);

/// Who gave up in a queue and is compared, at most.
const MOST_GONE: usize = 16;

/// How often a 90th percentile is exceeded where all is as it was.
const USUALLY_EXCEEDED: f32 = 0.1;

/// Speed at which the share of those exceeded follows.
const EXCEEDED_SPEED: f32 = 0.05;

/// With a larger share than this something has changed that is not learned yet.
const SURPRISED_FROM: f64 = 0.35;

/// And for so long the queue's own pace is the least that is foreseen.
const SURPRISED_FOR: Span = Span::from_seconds(900);

/// A leg that waits, and what was foreseen for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Stay {
    pub(super) call: u64,
    pub(super) since: Time,
    /// The cell it entered: an outcome may not name the line.
    pub(super) cell: CellId,
    /// What was to be seen when it opened; absent where nothing is to be learned.
    pub(super) features: Option<[f32; FEATURES]>,
    pub(super) foreseen: Option<[f32; 3]>,
}

/// One who gave up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Gone {
    pub(super) since: Time,
    pub(super) left: Time,
    pub(super) features: [f32; FEATURES],
}

/// A queue of an agency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Queue {
    pub(super) names: (NameId, NameId),
    pub(super) agency: AgencyId,
    pub(super) group: usize,
    /// In the order of their entries.
    pub(super) waiting: Vec<Stay>,
    pub(super) gone: Vec<Gone>,
    pub(super) weights: Weights,
    /// Outcomes of its own, fading.
    pub(super) outcomes: f64,
    /// How often waits went beyond the 90th percentile given, of late.
    exceeded: f32,
    /// When they last did more often than can be.
    surprised_at: Time,
    pub(super) settled: Signals,
    pub(super) ahead: Signals,
    /// Those who wait by all that has arrived.
    pub(super) ahead_waiting: Vec<(u64, Time)>,
}

impl Queue {
    pub(super) fn new(names: (NameId, NameId), agency: AgencyId, group: usize) -> Self {
        Self {
            names,
            agency,
            group,
            waiting: Vec::new(),
            gone: Vec::new(),
            weights: Weights::default(),
            outcomes: 0.0,
            exceeded: USUALLY_EXCEEDED,
            surprised_at: Time(i64::MIN),
            settled: Signals::default(),
            ahead: Signals::default(),
            ahead_waiting: Vec::new(),
        }
    }

    /// Takes note of whether a wait went beyond the 90th percentile given.
    pub(super) fn exceed(&mut self, beyond: bool) {
        let beyond = f32::from(u8::from(beyond));
        self.exceeded += EXCEEDED_SPEED * (beyond - self.exceeded);
    }

    /// Forgets whoever is not there any more at an instant.
    pub(super) fn forget(&mut self, at: Time) {
        self.waiting.retain(|stay| at - stay.since <= LOST_AFTER);
        self.ahead_waiting
            .retain(|(_, since)| at - *since <= LOST_AFTER);
        self.gone.retain(|gone| at - gone.left <= VIRTUAL_WITHIN);
    }

    /// Takes note of whether waits go beyond what was foreseen more often than can
    /// be.
    ///
    /// Weights learn from outcomes, and those of a queue that has just lost half
    /// of its agents come when its callers are answered, a quarter of an hour
    /// late. That those who wait have waited longer than was foreseen is seen at
    /// once.
    pub(super) fn look_for_surprise(&mut self, at: Time) {
        let is_overdue = |stay: &&Stay| {
            let waited = (at - stay.since).seconds();
            stay.foreseen
                .is_some_and(|[_, _, p90]| waited > f64::from(p90))
        };
        let overdue = self.waiting_at(at).iter().filter(is_overdue).count() as f64;
        let known = f64::from(EXCEEDED_SPEED).recip();
        let share = (f64::from(self.exceeded) * known + overdue) / (known + overdue);
        if share > SURPRISED_FROM {
            self.surprised_at = at;
        }
    }

    /// Whether they did of late.
    pub(super) fn was_surprised(&self, at: Time) -> bool {
        at - self.surprised_at <= SURPRISED_FOR
    }

    /// Those who wait at an instant: without those who have been lost, whether
    /// or not they are forgotten yet.
    pub(super) fn waiting_at(&self, at: Time) -> &[Stay] {
        let lost = self
            .waiting
            .partition_point(|stay| at - stay.since > LOST_AFTER);
        &self.waiting[lost..]
    }

    pub(super) fn enter(&mut self, stay: Option<Stay>, at: Time) {
        self.waiting.retain(|known| at - known.since <= LOST_AFTER);
        if let Some(stay) = stay
            && self.waiting.iter().all(|known| known.call != stay.call)
        {
            self.waiting.push(stay);
        }
    }

    /// The leg of a call is over. The ahead copy may have seen its outcome
    /// before its entry, and would keep it.
    pub(super) fn leave(&mut self, call: u64) -> Option<Stay> {
        self.ahead_waiting.retain(|(known, _)| *known != call);
        let at = self.waiting.iter().position(|stay| stay.call == call)?;
        Some(self.waiting.remove(at))
    }

    pub(super) fn give_up(&mut self, stay: Stay, left: Time) {
        let Some(features) = stay.features else {
            return;
        };
        if left - stay.since <= WAITED_OVER {
            return;
        }
        if self.gone.len() == MOST_GONE {
            self.gone.remove(0);
        }
        self.gone.push(Gone {
            since: stay.since,
            left,
            features,
        });
    }

    /// Those who gave up and whom an answer to one who came later tells how
    /// long they would have waited.
    pub(super) fn outlived_by(&mut self, stay: &Stay, at: Time) -> Vec<Gone> {
        self.gone.retain(|gone| at - gone.left <= VIRTUAL_WITHIN);
        let (told, kept) = std::mem::take(&mut self.gone)
            .into_iter()
            .partition(|gone| gone.since < stay.since);
        self.gone = kept;
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_takes_less_than_a_kilobyte_beside_its_calls() {
        assert!(size_of::<Queue>() <= 1_024, "{} bytes", size_of::<Queue>());
        assert!(size_of::<Stay>() <= 160, "{} bytes", size_of::<Stay>());
    }
}

//! A queue of an agency: who waits in it, who gave up, and its weights.

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

use super::agency::Movement;
use super::fact::{AgencyId, Fact, FactWhat};
use super::features::Features;
use super::regression::Weights;
use super::signals::Signals;
use super::waiters::{Joined, Waiters};
use super::waits::WAITED_OVER;
use crate::contribution::CellId;
use crate::names::NameId;

/// How long after giving up a caller is compared with those who came later.
pub(super) const VIRTUAL_WITHIN: Span = Span::from_seconds(600);

/// How many callers who gave up in a queue are compared at most.
const MOST_GONE: usize = 16;

/// The share of waits that exceed a 90th percentile as long as nothing has changed.
const USUALLY_EXCEEDED: f32 = 0.1;

/// The speed at which the share of exceeded percentiles follows the newest outcome.
const EXCEEDED_SPEED: f32 = 0.05;

/// If a larger share than this is exceeded, something has changed that is not
/// learned yet: the queue is surprised.
const SURPRISED_FROM: f64 = 0.35;

/// How many waiting legs, from the first on, are looked at to find out whether a
/// queue is surprised.
const LOOKED_AT: usize = 64;

/// In the share of exceeded percentiles, the newest outcomes of the queue count as
/// much as this many waiting legs. It is half the number of outcomes that the share
/// remembers, since they tell of callers who came earlier.
const OUTCOMES_COUNT: f64 = 10.0;

/// How long a queue stays surprised: meanwhile the quantiles foreseen are no less
/// than its own pace makes them.
const SURPRISED_FOR: Span = Span::from_seconds(3_600);

/// What is kept of a leg that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptLeg {
    /// The cell it entered: an outcome may not name the line.
    pub(super) cell: CellId,
    /// The waits that were foreseen: mean, median and 90th percentile, in seconds.
    pub(super) foreseen: Option<[f32; 3]>,
    /// What was to be seen when it opened; absent where nothing is to be learned.
    pub(super) features: Option<Box<Features>>,
}

/// A caller who gave up: when the leg opened, when it was left, and the features at
/// its opening.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Gone {
    pub(super) since: Time,
    pub(super) left: Time,
    pub(super) features: Box<Features>,
}

/// Everything that was learned of a queue of an agency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LearnedQueue {
    pub(super) names: (NameId, NameId),
    pub(super) agency: AgencyId,
    /// The number of the queue among those of its agency.
    pub(super) place: usize,
    pub(super) group: usize,
    pub(super) settled: Settled,
    pub(super) ahead: Ahead,
    pub(super) weights: Weights,
    /// The number of its own outcomes, of which older ones fade.
    pub(super) outcomes: f64,
}

/// What a queue has shown by what is settled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Settled {
    pub(super) signals: Signals,
    pub(super) waiters: Waiters<KeptLeg>,
    pub(super) lever: OpenLever,
    /// How often waits went beyond the 90th percentile given, of late.
    exceeded: f32,
    /// When waits last went beyond it more often than can be chance.
    surprised_at: Time,
    gone: Vec<Gone>,
}

/// What a queue has shown by all that has arrived.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Ahead {
    pub(super) signals: Signals,
    pub(super) waiters: Waiters<()>,
    pub(super) lever: OpenLever,
}

/// The last order to open or close the queue, whichever event told it: its instant,
/// and whether the queue is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OpenLever(Option<(Time, bool)>);

impl OpenLever {
    pub(super) fn pull(&mut self, at: Time, open: bool) {
        self.0 = self.0.max(Some((at, open)));
    }

    pub(super) fn is_closed(self) -> bool {
        matches!(self.0, Some((_, false)))
    }
}

impl LearnedQueue {
    pub(super) fn new(
        names: (NameId, NameId),
        (agency, place): (AgencyId, usize),
        group: usize,
    ) -> Self {
        Self {
            names,
            agency,
            place,
            group,
            settled: Settled::default(),
            ahead: Ahead::default(),
            weights: Weights::default(),
            outcomes: 0.0,
        }
    }

    /// Forgets whoever is not there any more at an instant.
    pub(super) fn forget(&mut self, at: Time) {
        self.settled.waiters.forget(at);
        self.settled.waiters.forget_early(at);
        self.settled.forget_gone(at);
        self.ahead.waiters.forget(at);
        self.ahead.waiters.forget_early(at);
    }
}

impl Ahead {
    /// A word of each of its pieces in memory ([`crate::nearness`]).
    pub(super) fn words(&self) -> u64 {
        self.signals.words() ^ self.waiters.words()
    }

    /// Sees a fact of the queue, as it arrives: what it was for those who wait.
    pub(super) fn see(&mut self, fact: &Fact) -> Option<Movement> {
        let at = fact.time;
        match fact.what {
            FactWhat::Entered { call, .. } => match self.waiters.enter(call, at, ()) {
                Ok(Joined::Waits) => Some(Movement::Joined),
                Ok(Joined::HadLeft { .. }) | Err(()) => None,
            },
            FactWhat::Answered { call, .. } => {
                let (since, ()) = self.waiters.leave(call, at, true)?;
                let waited = (at - since).seconds().max(0.0);
                Some(Movement::PickedUp { waited })
            }
            FactWhat::Abandoned { call } | FactWhat::Left { call } => {
                let left = self.waiters.leave(call, at, false);
                left.map(|_| Movement::Left)
            }
            FactWhat::LeftUnscored { call, answered } => {
                self.waiters.leave(call, at, answered);
                None
            }
            FactWhat::Lever { open } => {
                self.lever.pull(at, open);
                None
            }
            FactWhat::Ended { .. } => Some(Movement::Ended),
            FactWhat::Agent { .. } => None,
        }
    }
}

impl Default for Settled {
    fn default() -> Self {
        Self {
            signals: Signals::default(),
            waiters: Waiters::default(),
            lever: OpenLever::default(),
            exceeded: USUALLY_EXCEEDED,
            surprised_at: Time(i64::MIN),
            gone: Vec::new(),
        }
    }
}

impl Settled {
    /// A word of each of its pieces in memory ([`crate::nearness`]).
    pub(super) fn words(&self) -> u64 {
        let own = u64::from(self.exceeded.to_bits()) ^ self.gone.len() as u64;
        own ^ self.signals.words() ^ self.waiters.words()
    }

    /// The copy that is ahead, as it begins.
    pub(super) fn ahead(&self) -> Ahead {
        Ahead {
            signals: self.signals,
            waiters: self.waiters.without_kept(),
            lever: self.lever,
        }
    }

    /// Takes note of whether a wait went beyond the 90th percentile given.
    pub(super) fn exceed(&mut self, beyond: bool) {
        let beyond = f32::from(u8::from(beyond));
        self.exceeded += EXCEEDED_SPEED * (beyond - self.exceeded);
    }

    /// Takes note of whether waits go beyond what was foreseen more often than can
    /// be.
    ///
    /// Weights learn from outcomes, and those of a queue that has just lost half
    /// of its agents come when its callers are answered, a quarter of an hour
    /// late. That those who wait have waited longer than was foreseen is seen at
    /// once.
    pub(super) fn look_for_surprise(&mut self, at: Time) {
        let is_overdue = |(since, kept): &&(Time, KeptLeg)| {
            let waited = (at - *since).seconds();
            kept.foreseen
                .is_some_and(|[_, _, p90]| waited > f64::from(p90))
        };
        let first = self.waiters.at(at).take(LOOKED_AT);
        let overdue = first.filter(is_overdue).count() as f64;
        let exceeded = f64::from(self.exceeded) * OUTCOMES_COUNT;
        let share = (exceeded + overdue) / (OUTCOMES_COUNT + overdue);
        if share > SURPRISED_FROM {
            self.surprised_at = at;
        }
    }

    /// Whether waits of late went beyond what was foreseen more often than can be
    /// chance.
    pub(super) fn was_surprised(&self, at: Time) -> bool {
        at - self.surprised_at <= SURPRISED_FOR
    }

    pub(super) fn give_up(&mut self, since: Time, kept: KeptLeg, left: Time) {
        let Some(features) = kept.features else {
            return;
        };
        if left - since <= WAITED_OVER {
            return;
        }
        if self.gone.len() == MOST_GONE {
            self.gone.remove(0);
        }
        self.gone.push(Gone {
            since,
            left,
            features,
        });
    }

    /// The callers who gave up, and of whom the answer to a call that came later, at
    /// `since`, tells how long they would have waited.
    pub(super) fn outlived_by(&mut self, since: Time, at: Time) -> Vec<Gone> {
        self.forget_gone(at);
        self.gone
            .extract_if(.., |gone| gone.since < since)
            .collect()
    }

    fn forget_gone(&mut self, at: Time) {
        self.gone.retain(|gone| at - gone.left <= VIRTUAL_WITHIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_takes_less_than_a_kilobyte_beside_its_calls() {
        assert!(
            size_of::<LearnedQueue>() <= 1_024,
            "{} bytes",
            size_of::<LearnedQueue>()
        );
        assert!(size_of::<(u64, Time, KeptLeg)>() <= 48);
    }
}

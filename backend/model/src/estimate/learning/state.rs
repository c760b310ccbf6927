//! All that was learned in a partition, and how facts are learned from.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use super::around::QueueOutlook;
use super::group::{Group, LEAST_OUTCOMES};
use super::index::Index;
use super::surroundings::{GivenTo, Surroundings};
use crate::contribution::Foreseen;
use crate::estimate::agency::{LearnedAgency, Movement, note};
use crate::estimate::fact::{Fact, FactWhat, Pending, QueueId};
use crate::estimate::features::Features;
use crate::estimate::queue::{KeptLeg, LearnedQueue};
use crate::estimate::regression;
use crate::estimate::signals::seconds;
use crate::estimate::waiters::Joined;
use crate::estimate::waits::{WAITED_OVER, Waits};
use crate::nearness::{AT_A_TIME, bring_near};
use crate::pieces;

/// How many outcomes a queue needs before its weights part from those of its name:
/// fifty, which fade a little.
const OWN_FROM: f64 = 49.8;

/// How many outcomes of its own the outcomes of other queues of its name count for.
const OTHERS_COUNT: f64 = 200.0;

/// The most by which an outcome moves the forecast of its own queue, as a share of
/// the way to what was seen.
const MOST_MOVED: f64 = 0.5;

/// What the wait counts for that a caller who gave up would have had: that it would
/// have been longer is known, but how long only from those who came later.
const VIRTUAL_SHARE: f64 = 0.05;

/// A call that joins a queue, with what is kept of it.
struct Joining {
    call: u64,
    since: Time,
    kept: KeptLeg,
}

/// Everything that has been learned in a partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Learning {
    /// The queues. They are saved apart, in pieces: there may be thousands, of two
    /// kilobytes each.
    #[serde(skip)]
    pub(super) queues: Vec<LearnedQueue>,
    pub(super) agencies: Vec<LearnedAgency>,
    pub(super) groups: Vec<Group>,
    /// Facts behind which the allowed lateness has not passed.
    pub(super) pending: Pending,
    /// Facts before this instant are settled.
    pub(super) settled_to: Time,
    /// The memory of the facts that are being settled.
    #[serde(skip)]
    pub(super) room: Vec<Fact>,
    #[serde(skip)]
    pub(super) index: Index,
}

impl Default for Learning {
    fn default() -> Self {
        Self {
            queues: Vec::new(),
            agencies: Vec::new(),
            groups: Vec::new(),
            pending: Pending::default(),
            settled_to: Time(i64::MIN),
            room: Vec::new(),
            index: Index::default(),
        }
    }
}

impl Learning {
    /// Appends a piece of the queues.
    pub(crate) fn save_queues(&self, piece: usize, bytes: Vec<u8>) -> Vec<u8> {
        let places = pieces::places(self.queues.len(), piece);
        pieces::save(self.queues[places].iter(), bytes)
    }

    /// Takes a piece of the queues from what was saved; answers what is left.
    pub(crate) fn load_queues<'b>(&mut self, bytes: &'b [u8]) -> postcard::Result<&'b [u8]> {
        pieces::load(bytes, |queue| self.queues.push(queue))
    }

    /// The instant before which facts are settled.
    pub(crate) fn settled_to(&self) -> Time {
        self.settled_to
    }

    /// Forgets whoever is not there any more at an instant.
    pub(crate) fn forget(&mut self, at: Time) {
        for agency in &mut self.agencies {
            agency.settled.staff.forget(seconds(at));
            agency.ahead.staff.forget(seconds(at));
        }
        for queue in &mut self.queues {
            queue.forget(at);
        }
    }

    /// Takes note of a fact. `late` says that it comes too late for being learned
    /// from; `live`, whether the copy that is ahead sees it now, or only when it is
    /// asked for ([`Learning::catch_up`]).
    pub(crate) fn take(&mut self, fact: Fact, late: bool, live: bool) {
        let fact = if late { fact.when_late() } else { Some(fact) };
        let Some(fact) = fact else { return };
        if live {
            self.look_ahead(&fact);
        }
        self.pending.push(fact);
    }

    /// Makes the copy that is ahead anew, as of an instant.
    pub(crate) fn catch_up(&mut self, at: Time) {
        if self.settled_to >= at {
            return;
        }
        for queue in &mut self.queues {
            queue.ahead = queue.settled.ahead();
        }
        for agency in &mut self.agencies {
            agency.ahead = agency.settled.clone();
        }
        for fact in self.pending.before(at) {
            self.look_ahead(&fact);
        }
    }

    /// Settles the facts before an instant, in their order.
    pub(crate) fn settle(&mut self, before: Time, surroundings: &mut impl Surroundings) {
        if before <= self.settled_to {
            return;
        }
        self.settled_to = before;
        let mut facts = std::mem::take(&mut self.room);
        self.pending.take_before(before, &mut facts);
        let (mut near, mut done) = (0, 0);
        for instant in facts.chunk_by(|one, other| one.time == other.time) {
            if done >= near {
                near = facts.len().min(done + AT_A_TIME);
                let words = facts[done..near]
                    .iter()
                    .map(|fact| self.settled_words(fact));
                bring_near(words);
            }
            self.settle_instant(instant, surroundings);
            done += instant.len();
        }
        facts.clear();
        self.room = facts;
    }

    /// Reads a word of each piece of memory that a fact will change once it is
    /// settled ([`crate::nearness`]).
    fn settled_words(&self, fact: &Fact) -> u64 {
        let agency = &self.agencies[fact.agency.0 as usize];
        let queue = fact.queue.map(|id| &self.queues[id.0 as usize]);
        agency.settled.words() ^ queue.map_or(0, |queue| queue.settled.words())
    }

    fn settle_instant(&mut self, facts: &[Fact], surroundings: &mut impl Surroundings) {
        // Estimates are from what was known strictly before.
        let entries: SmallVec<[Joining; 2]> = facts
            .iter()
            .filter_map(|fact| self.open(fact, surroundings))
            .collect();
        let mut again: SmallVec<[(&Fact, Joining); 1]> = SmallVec::new();
        let mut entries = entries.into_iter();
        for fact in facts {
            if let FactWhat::Entered { .. } = fact.what {
                if let Some(entry) = entries.next()
                    && let Err(entry) = self.settle_entry(fact, entry)
                {
                    again.push((fact, entry));
                }
            } else {
                self.settle_fact(fact, surroundings);
            }
        }
        // Who was there may have left at this very instant, to join once more.
        for (fact, entry) in again {
            let _is_there_still = self.settle_entry(fact, entry);
        }
    }

    /// What a call is that joins its queue by a fact, with what is foreseen for it.
    fn open(&mut self, fact: &Fact, surroundings: &mut impl Surroundings) -> Option<Joining> {
        let (FactWhat::Entered { call, day_part }, Some(id)) = (fact.what, fact.queue) else {
            return None;
        };
        let queue = &mut self.queues[id.0 as usize];
        queue.settled.look_for_surprise(fact.time);
        let around = self.settled_around(fact.agency, fact.time);
        let view = self.settled_view(id, 0, &around, fact.time, day_part);
        let queue = &self.queues[id.0 as usize];
        let is_open = !queue.settled.lever.is_closed();
        let estimate = if !(is_open && surroundings.is_open(fact.cell, fact.time)) {
            Err(NoEstimate::Closed)
        } else if around.nobody(queue.place) {
            Err(NoEstimate::NobodyStaffed)
        } else {
            self.weigh(id, &view)
        };
        surroundings.given(GivenTo {
            at: fact.time,
            call,
            queue: id,
            estimate,
        });
        let teaches = matches!(estimate, Ok(_) | Err(NoEstimate::TooLittleHistory));
        let kept = KeptLeg {
            cell: fact.cell,
            foreseen: estimate.ok().map(|waits| {
                [waits.mean_seconds, waits.p50_seconds, waits.p90_seconds].map(|one| one as f32)
            }),
            features: teaches.then(|| Box::new(view.features)),
        };
        Some(Joining {
            call,
            since: fact.time,
            kept,
        })
    }

    pub(super) fn weigh(&self, id: QueueId, view: &QueueOutlook) -> Result<Waits, NoEstimate> {
        let queue = &self.queues[id.0 as usize];
        let group = &self.groups[queue.group];
        if group.moments.outcomes < LEAST_OUTCOMES {
            return group.without_waits().ok_or(NoEstimate::TooLittleHistory);
        }
        let weights = if queue.outcomes < OWN_FROM {
            &group.weights
        } else {
            &queue.weights
        };
        let learned = weights
            .estimate(&view.features)
            .ok_or(NoEstimate::TooLittleHistory)?;
        Ok(match view.paced {
            Some(paced) => learned.reaching(paced),
            None => learned,
        })
    }

    /// Lets a call join its queue. It comes back if it is there already.
    fn settle_entry(&mut self, fact: &Fact, entry: Joining) -> Result<(), Joining> {
        let Some(id) = fact.queue else { return Ok(()) };
        let Joining { call, since, kept } = entry;
        let entered = self.queues[id.0 as usize]
            .settled
            .waiters
            .enter(call, since, kept);
        match entered {
            Ok(Joined::Waits) => self.move_settled(fact, Some(Movement::Joined)),
            Ok(Joined::HadLeft { answered }) => self.settle_early(id, call, answered, since),
            Err(kept) => return Err(Joining { call, since, kept }),
        }
        Ok(())
    }

    /// Lets a call join its queue that had left it already, by the clock of another
    /// server: it did not wait.
    fn settle_early(&mut self, id: QueueId, call: u64, answered: bool, at: Time) {
        let queue = &mut self.queues[id.0 as usize];
        // The copy that is ahead may have seen the two in the other order.
        queue.ahead.waiters.forget_call(call, at);
        if answered {
            self.groups[queue.group].at_once += 1.0;
        }
    }

    fn settle_fact(&mut self, fact: &Fact, surroundings: &mut impl Surroundings) {
        let movement = match (fact.queue, fact.what) {
            (Some(id), FactWhat::Answered { call, .. }) => self
                .settle_leave(id, call, fact.time, true)
                .map(|(since, kept)| {
                    self.learn_answer(id, fact, (since, &kept), surroundings);
                    let waited = (fact.time - since).seconds();
                    Movement::PickedUp { waited }
                }),
            (Some(id), FactWhat::Abandoned { call }) => self
                .settle_leave(id, call, fact.time, false)
                .map(|(since, kept)| {
                    let settled = &mut self.queues[id.0 as usize].settled;
                    settled.give_up(since, kept, fact.time);
                    Movement::Left
                }),
            (Some(id), FactWhat::Left { call }) => self
                .settle_leave(id, call, fact.time, false)
                .map(|_| Movement::Left),
            (Some(id), FactWhat::LeftUnscored { call, answered }) => {
                if let Some((since, kept)) = self.settle_leave(id, call, fact.time, answered)
                    && answered
                    && kept.foreseen.is_some()
                    && fact.time - since > WAITED_OVER
                {
                    surroundings.unscored(kept.cell, fact.time);
                }
                // What moved then says nothing of now.
                None
            }
            (Some(id), FactWhat::Lever { open }) => {
                self.queues[id.0 as usize]
                    .settled
                    .lever
                    .pull(fact.time, open);
                None
            }
            (_, FactWhat::Ended { .. }) => Some(Movement::Ended),
            // Entries have been settled; agents move nobody; a queue that is not
            // followed has nobody to move.
            (_, FactWhat::Entered { .. } | FactWhat::Agent { .. })
            | (
                None,
                FactWhat::Answered { .. }
                | FactWhat::Abandoned { .. }
                | FactWhat::Left { .. }
                | FactWhat::LeftUnscored { .. }
                | FactWhat::Lever { .. },
            ) => None,
        };
        self.move_settled(fact, movement);
    }

    /// Lets a call leave its queue. Answers since when it was there, and what was
    /// kept of it.
    fn settle_leave(
        &mut self,
        id: QueueId,
        call: u64,
        at: Time,
        answered: bool,
    ) -> Option<(Time, KeptLeg)> {
        let queue = &mut self.queues[id.0 as usize];
        // The copy that is ahead may have seen an outcome before its entry, and
        // would keep it.
        queue.ahead.waiters.forget_call(call, at);
        queue.settled.waiters.leave(call, at, answered)
    }

    fn move_settled(&mut self, fact: &Fact, movement: Option<Movement>) {
        let agency = &mut self.agencies[fact.agency.0 as usize];
        let signals = fact.queue.map(|id| {
            let queue = &mut self.queues[id.0 as usize];
            agency.settled.fronts[queue.place] = queue.settled.waiters.front(fact.time);
            &mut queue.settled.signals
        });
        note(fact, movement, signals, &mut agency.settled);
    }

    /// Learns from a wait that an answer ended, and from those who had come
    /// before and given up.
    fn learn_answer(
        &mut self,
        id: QueueId,
        fact: &Fact,
        (since, kept): (Time, &KeptLeg),
        surroundings: &mut impl Surroundings,
    ) {
        let waited = fact.time - since;
        let settled = &mut self.queues[id.0 as usize].settled;
        for gone in settled.outlived_by(since, fact.time) {
            let would_have = (fact.time - gone.since).seconds();
            self.learn(id, &gone.features, would_have, VIRTUAL_SHARE);
        }
        if waited <= WAITED_OVER {
            let group = self.queues[id.0 as usize].group;
            self.groups[group].at_once += 1.0;
            return;
        }
        if let Some([mean, p50, p90]) = kept.foreseen {
            let beyond = waited.seconds() > f64::from(p90);
            self.queues[id.0 as usize].settled.exceed(beyond);
            surroundings.came(
                kept.cell,
                fact.time,
                Foreseen::against(waited, mean, p50, p90),
            );
        }
        if let Some(features) = &kept.features {
            self.learn(id, features, waited.seconds(), 1.0);
        }
        let agency = &mut self.agencies[fact.agency.0 as usize];
        agency.wait(waited.seconds());
    }

    fn learn(&mut self, id: QueueId, features: &Features, waited: f64, share: f64) {
        let queue = &mut self.queues[id.0 as usize];
        let Group {
            moments, weights, ..
        } = &mut self.groups[queue.group];
        let gain = moments.take_in(weights, features, share);
        weights.learn(features, waited, &gain, 1.0);
        if queue.outcomes < OWN_FROM {
            queue.weights = *weights;
        } else {
            let speed = moments.outcomes / (queue.outcomes + OTHERS_COUNT);
            let speed = speed.min(MOST_MOVED.max(gain.leverage) / gain.leverage);
            queue.weights.learn(features, waited, &gain, speed);
        }
        queue.outcomes = queue.outcomes * regression::MEMORY + share;
    }

    /// Lets the copy that is ahead see a fact.
    fn look_ahead(&mut self, fact: &Fact) {
        let agency = &mut self.agencies[fact.agency.0 as usize];
        let Some(id) = fact.queue else {
            return note(fact, None, None, &mut agency.ahead);
        };
        let queue = &mut self.queues[id.0 as usize];
        bring_near([agency.ahead.words(), queue.ahead.words()].into_iter());
        let movement = queue.ahead.see(fact);
        agency.ahead.fronts[queue.place] = queue.ahead.waiters.front(fact.time);
        note(
            fact,
            movement,
            Some(&mut queue.ahead.signals),
            &mut agency.ahead,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::regression::Moments;

    #[test]
    fn a_queue_whose_name_no_other_has_takes_two_kilobytes() {
        let moments = Moments::default();
        let bytes = size_of::<LearnedQueue>() + size_of::<Group>() + moments.heap_bytes();
        assert!(bytes <= 2_048, "{bytes} bytes");
    }
}

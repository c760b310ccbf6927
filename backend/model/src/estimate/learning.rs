//! Facts in, estimates out, and what came of them.
//!
//! The weights of a queue begin as those of all queues of its name in the
//! partition, and move away from them as its own outcomes come. How far each
//! weight moves is shared by the name (`Moments`): queues of a name differ in
//! how long they wait more than in what their features look like.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::NoEstimate;

use super::Waits;
use super::agency::{Agency, Side, note};
use super::fact::{AgencyId, Fact, FactWhat, QueueId};
use super::features::{FEATURES, Features, Seen, Waiting};
use super::queue::{Queue, Stay};
use super::regression::{Moments, Weights};
use super::signals::{Signals, seconds};
use crate::contribution::{CellId, Foreseen};
use crate::leg::LOST_AFTER;
use crate::partition::names::NameId;

/// Who waited no longer than this did not wait, and teaches nothing.
pub(crate) const WAITED_OVER: Span = Span::from_seconds(2);

/// With fewer outcomes than this a name has too little history.
const LEAST_OUTCOMES: f64 = 20.0;

/// Outcomes of a queue's own before its weights part from those of its name.
const OWN_FROM: f64 = 50.0;

/// What the outcomes of others of its name count for, in outcomes of its own.
const OTHERS_COUNT: f64 = 200.0;

/// A queue's own outcome moves its forecast at most so far to what was seen.
const MOST_MOVED: f64 = 0.5;

/// What the wait of one who gave up, had it gone on, counts for: that it would
/// have been longer is known, how long only from those who came later.
const VIRTUAL_SHARE: f64 = 0.05;

/// All queues of a name.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Group {
    name: NameId,
    moments: Moments,
    weights: Weights,
}

/// What a leg was given when it opened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct GivenTo {
    pub at: Time,
    pub call: u64,
    pub queue: QueueId,
    pub estimate: Result<Waits, NoEstimate>,
}

/// What is asked of, and told to, who settles.
pub(crate) trait Surroundings {
    /// Whether the place of a cell is open at an instant.
    fn is_open(&mut self, cell: CellId, at: Time) -> bool;
    /// An estimate was given.
    fn given(&mut self, given: GivenTo);
    /// What was foreseen for a leg that was answered in a cell, and what came
    /// of it.
    fn came(&mut self, cell: CellId, at: Time, foreseen: Foreseen);
}

/// What there is to go by for a call that joins.
struct Outlook {
    features: Features,
    /// The waits by the queue's own pace.
    paced: [f64; 3],
}

/// Everything that has been learned in a partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Learning {
    queues: Vec<Queue>,
    agencies: Vec<Agency>,
    groups: Vec<Group>,
    /// Facts behind which the allowed lateness has not passed.
    pending: Vec<Fact>,
    /// Facts before this instant are settled.
    settled_to: Time,
    #[serde(skip)]
    index: Index,
}

#[derive(Clone, Debug, Default)]
struct Index {
    queues: HashMap<(NameId, NameId), QueueId>,
    agencies: HashMap<NameId, AgencyId>,
    groups: HashMap<NameId, usize>,
}

impl Default for Learning {
    fn default() -> Self {
        Self {
            queues: Vec::new(),
            agencies: Vec::new(),
            groups: Vec::new(),
            pending: Vec::new(),
            settled_to: Time(i64::MIN),
            index: Index::default(),
        }
    }
}

impl Learning {
    /// Makes the index anew, which is not part of the state.
    pub(crate) fn resolve(&mut self) {
        let queues = self.queues.iter().zip(0..);
        let agencies = self.agencies.iter().zip(0..);
        self.index = Index {
            queues: queues
                .map(|(queue, at)| (queue.names, QueueId(at)))
                .collect(),
            agencies: agencies
                .map(|(agency, at)| (agency.name, AgencyId(at)))
                .collect(),
            groups: self
                .groups
                .iter()
                .zip(0..)
                .map(|(group, at)| (group.name, at))
                .collect(),
        };
    }

    /// The agency of a name.
    pub(crate) fn agency(&mut self, name: NameId) -> AgencyId {
        if let Some(&known) = self.index.agencies.get(&name) {
            return known;
        }
        let id = AgencyId(self.agencies.len() as u32);
        self.agencies.push(Agency::new(name));
        self.index.agencies.insert(name, id);
        id
    }

    /// The queue of an agency.
    pub(crate) fn queue(&mut self, agency: NameId, queue: NameId) -> (AgencyId, QueueId) {
        if let Some(&known) = self.index.queues.get(&(agency, queue)) {
            return (self.queues[known.0 as usize].agency, known);
        }
        let of_agency = self.agency(agency);
        let group = self.group(queue);
        let id = QueueId(self.queues.len() as u32);
        self.queues
            .push(Queue::new((agency, queue), of_agency, group));
        self.agencies[of_agency.0 as usize].queues.push(id);
        self.index.queues.insert((agency, queue), id);
        (of_agency, id)
    }

    /// The queue of an agency, if an event has named it.
    pub(crate) fn known_queue(&self, agency: NameId, queue: NameId) -> Option<QueueId> {
        self.index.queues.get(&(agency, queue)).copied()
    }

    /// Agency and queue.
    pub(crate) fn names_of(&self, id: QueueId) -> (NameId, NameId) {
        self.queues[id.0 as usize].names
    }

    fn group(&mut self, name: NameId) -> usize {
        *self.index.groups.entry(name).or_insert_with(|| {
            self.groups.push(Group {
                name,
                moments: Moments::default(),
                weights: Weights::default(),
            });
            self.groups.len() - 1
        })
    }

    /// Up to when facts are settled.
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

    /// Takes note of a fact. `late`: too late for being learned from.
    pub(crate) fn take(&mut self, fact: Fact, late: bool) {
        self.look_ahead(&fact);
        if !late {
            self.pending.push(fact);
        }
    }

    /// Settles the facts before an instant, in their order.
    pub(crate) fn settle(&mut self, before: Time, surroundings: &mut impl Surroundings) {
        if before <= self.settled_to {
            return;
        }
        self.settled_to = before;
        self.pending.sort_unstable_by_key(Fact::order);
        let due = self.pending.partition_point(|fact| fact.time < before);
        let facts: Vec<Fact> = self.pending.drain(..due).collect();
        for instant in facts.chunk_by(|one, other| one.time == other.time) {
            // Estimates are from what was known strictly before.
            let stays: SmallVec<[Stay; 2]> = instant
                .iter()
                .filter_map(|fact| self.open(fact, surroundings))
                .collect();
            let mut stays = stays.into_iter();
            for fact in instant {
                self.settle_fact(fact, &mut stays, surroundings);
            }
        }
    }

    /// The stay that an entry opens, with what is foreseen for it.
    fn open(&mut self, fact: &Fact, surroundings: &mut impl Surroundings) -> Option<Stay> {
        let (FactWhat::Entered { call, day_part }, Some(id)) = (fact.what, fact.queue) else {
            return None;
        };
        let queue = &mut self.queues[id.0 as usize];
        queue.look_for_surprise(fact.time);
        let view = self.settled_view(id, fact.time, day_part);
        let nobody = self.agencies[fact.agency.0 as usize]
            .settled
            .staff
            .nobody(seconds(fact.time));
        let estimate = if !surroundings.is_open(fact.cell, fact.time) {
            Err(NoEstimate::Closed)
        } else if nobody {
            Err(NoEstimate::NobodyStaffed)
        } else {
            self.weigh(id, &view, fact.time)
        };
        surroundings.given(GivenTo {
            at: fact.time,
            call,
            queue: id,
            estimate,
        });
        let teaches = matches!(estimate, Ok(_) | Err(NoEstimate::TooLittleHistory));
        Some(Stay {
            call,
            since: fact.time,
            cell: fact.cell,
            features: teaches.then(|| view.features.map(|feature| feature as f32)),
            foreseen: estimate.ok().map(|waits| {
                [waits.mean_seconds, waits.p50_seconds, waits.p90_seconds].map(|one| one as f32)
            }),
        })
    }

    fn weigh(&self, id: QueueId, view: &Outlook, at: Time) -> Result<Waits, NoEstimate> {
        let queue = &self.queues[id.0 as usize];
        let group = &self.groups[queue.group];
        if group.moments.outcomes < LEAST_OUTCOMES {
            return Err(NoEstimate::TooLittleHistory);
        }
        let weights = if queue.outcomes < OWN_FROM {
            &group.weights
        } else {
            &queue.weights
        };
        let learned = weights.estimate(&view.features);
        if queue.was_surprised(at) {
            return Ok(learned.at_least(view.paced));
        }
        Ok(learned)
    }

    fn settle_fact(
        &mut self,
        fact: &Fact,
        stays: &mut impl Iterator<Item = Stay>,
        surroundings: &mut impl Surroundings,
    ) {
        let now = seconds(fact.time);
        let mut waited = None;
        if let Some(id) = fact.queue {
            let queue = &mut self.queues[id.0 as usize];
            match fact.what {
                FactWhat::Entered { .. } => queue.enter(stays.next(), fact.time),
                FactWhat::Answered { call, .. } => {
                    if let Some(stay) = queue.leave(call) {
                        waited = Some((fact.time - stay.since).seconds());
                        self.learn_answer(id, fact, &stay, surroundings);
                    }
                }
                FactWhat::Abandoned { call } => {
                    if let Some(stay) = queue.leave(call) {
                        queue.give_up(stay, fact.time);
                    }
                }
                FactWhat::Left { call } => {
                    queue.leave(call);
                }
                FactWhat::Ended { .. } | FactWhat::Agent { .. } => {}
            }
        }
        let agency = &mut self.agencies[fact.agency.0 as usize];
        let signals = fact.queue.map(|id| &mut self.queues[id.0 as usize].settled);
        note(fact, now, waited, signals, &mut agency.settled);
    }

    /// Learns from a wait that an answer ended, and from those who had come
    /// before and given up.
    fn learn_answer(
        &mut self,
        id: QueueId,
        fact: &Fact,
        stay: &Stay,
        surroundings: &mut impl Surroundings,
    ) {
        let waited = fact.time - stay.since;
        for gone in self.queues[id.0 as usize].outlived_by(stay, fact.time) {
            let would_have = (fact.time - gone.since).seconds();
            self.learn(id, &gone.features, would_have, VIRTUAL_SHARE);
        }
        if waited <= WAITED_OVER {
            return;
        }
        if let Some([mean, p50, p90]) = stay.foreseen {
            let beyond = waited.seconds() > f64::from(p90);
            self.queues[id.0 as usize].exceed(beyond);
            surroundings.came(
                stay.cell,
                fact.time,
                Foreseen::against(waited, mean, p50, p90),
            );
        }
        if let Some(features) = &stay.features {
            self.learn(id, features, waited.seconds(), 1.0);
        }
        let agency = &mut self.agencies[fact.agency.0 as usize];
        agency.wait(waited.seconds());
    }

    fn learn(&mut self, id: QueueId, features: &[f32; FEATURES], waited: f64, share: f64) {
        let features = features.map(f64::from);
        let queue = &mut self.queues[id.0 as usize];
        let Group {
            moments, weights, ..
        } = &mut self.groups[queue.group];
        let gain = moments.take_in(weights, &features, share);
        weights.learn(&features, waited, &gain, 1.0);
        if queue.outcomes < OWN_FROM {
            queue.weights = *weights;
        } else {
            let speed = moments.outcomes / (queue.outcomes + OTHERS_COUNT);
            let speed = speed.min(MOST_MOVED.max(gain.leverage) / gain.leverage);
            queue.weights.learn(&features, waited, &gain, speed);
        }
        queue.outcomes = queue.outcomes * super::regression::MEMORY + share;
    }

    /// The features of a queue by what is settled.
    fn settled_view(&self, id: QueueId, at: Time, day_part: f32) -> Outlook {
        let queue = &self.queues[id.0 as usize];
        let agency = &self.agencies[queue.agency.0 as usize];
        let first = |queue: &Queue| {
            let waiting = queue.waiting_at(at);
            (waiting.len(), waiting.first().map(|stay| stay.since))
        };
        self.features(
            queue,
            (&queue.settled, &agency.settled),
            at,
            day_part,
            first,
        )
    }

    /// The features of a queue by all that has arrived.
    fn ahead_view(&self, id: QueueId, at: Time, day_part: f32) -> Outlook {
        let queue = &self.queues[id.0 as usize];
        let agency = &self.agencies[queue.agency.0 as usize];
        let first = |queue: &Queue| {
            let entries = queue.ahead_waiting.iter().map(|&(_, since)| since);
            (queue.ahead_waiting.len(), entries.min())
        };
        self.features(queue, (&queue.ahead, &agency.ahead), at, day_part, first)
    }

    fn features(
        &self,
        queue: &Queue,
        (signals, side): (&Signals, &Side),
        at: Time,
        day_part: f32,
        first: impl Fn(&Queue) -> (usize, Option<Time>),
    ) -> Outlook {
        let waiting = |(number, first): (usize, Option<Time>)| Waiting {
            number: number as f64,
            first: first.map_or(0.0, |since| (at - since).seconds()),
        };
        let agency = &self.agencies[queue.agency.0 as usize];
        let of_agency = agency
            .queues
            .iter()
            .map(|id| first(&self.queues[id.0 as usize]));
        let all = of_agency.fold(
            (0, None),
            |(number, oldest): (usize, Option<Time>), (more, since)| {
                let oldest = [oldest, since].into_iter().flatten().min();
                (number + more, oldest)
            },
        );
        let now = seconds(at);
        let seen = Seen {
            seconds: now,
            day_part: day_part.into(),
            queue: signals,
            queue_waiting: waiting(first(queue)),
            agency: &side.signals,
            agency_waiting: waiting(all),
            strength: side.staff.strength(now),
            usual_wait: agency.usual_wait.into(),
        };
        Outlook {
            features: seen.features(),
            paced: seen.paced(),
        }
    }

    /// The estimate for a call that joins a queue at an instant, and how many
    /// have joined of late. By what is settled where that reaches so far, so
    /// that it depends on the set of events alone; else by all that has arrived.
    pub(crate) fn estimate(
        &self,
        id: QueueId,
        at: Time,
        day_part: f32,
    ) -> (Result<Waits, NoEstimate>, f64) {
        let queue = &self.queues[id.0 as usize];
        let agency = &self.agencies[queue.agency.0 as usize];
        let is_settled = self.settled_to >= at;
        let (view, signals, side) = if is_settled {
            (
                self.settled_view(id, at, day_part),
                &queue.settled,
                &agency.settled,
            )
        } else {
            (
                self.ahead_view(id, at, day_part),
                &queue.ahead,
                &agency.ahead,
            )
        };
        let arrived = signals.fading.at(seconds(at)).arrived[1].into();
        if side.staff.nobody(seconds(at)) {
            return (Err(NoEstimate::NobodyStaffed), arrived);
        }
        (self.weigh(id, &view, at), arrived)
    }

    /// Lets the copy that is ahead see a fact as it arrives.
    fn look_ahead(&mut self, fact: &Fact) {
        let now = seconds(fact.time);
        let mut waited = None;
        if let Some(id) = fact.queue {
            let waiting = &mut self.queues[id.0 as usize].ahead_waiting;
            match fact.what {
                FactWhat::Entered { call, .. } => {
                    waiting.retain(|(_, since)| fact.time - *since <= LOST_AFTER);
                    waiting.push((call, fact.time));
                }
                FactWhat::Answered { call, .. }
                | FactWhat::Abandoned { call }
                | FactWhat::Left { call } => {
                    if let Some(at) = waiting.iter().position(|(known, _)| *known == call) {
                        let (_, since) = waiting.remove(at);
                        waited = Some((fact.time - since).seconds().max(0.0));
                    }
                }
                FactWhat::Ended { .. } | FactWhat::Agent { .. } => {}
            }
        }
        let agency = &mut self.agencies[fact.agency.0 as usize];
        let signals = fact.queue.map(|id| &mut self.queues[id.0 as usize].ahead);
        note(fact, now, waited, signals, &mut agency.ahead);
    }
}

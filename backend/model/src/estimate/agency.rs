//! An agency: what it shows as a whole, and who is there.

use serde::{Deserialize, Serialize};

use super::fact::{Fact, FactWhat, QueueId};
use super::signals::{Signals, seconds};
use super::staff::Staff;
use super::waiters::Front;
use crate::names::NameId;

/// Speed of the slow running mean of an agency's waits, and where it begins.
const USUAL_SPEED: f64 = 0.01;
const FIRST_USUAL_SECONDS: f32 = 60.0;

/// What an agency shows as a whole, in one of the two copies: settled, or ahead.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct AgencySignals {
    pub(super) signals: Signals,
    pub(super) staff: Staff,
    /// Who waits in each of its queues, as they last changed: so that an estimate
    /// looks at one place, not at every queue.
    pub(super) fronts: Vec<Front>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LearnedAgency {
    pub(super) name: NameId,
    pub(super) queues: Vec<QueueId>,
    pub(super) settled: AgencySignals,
    pub(super) ahead: AgencySignals,
    pub(super) usual_wait: f32,
}

impl AgencySignals {
    /// A word of each of its pieces in memory ([`crate::nearness`]).
    pub(super) fn words(&self) -> u64 {
        let waiting = self
            .fronts
            .first()
            .map_or(0, |front| u64::from(front.number));
        waiting ^ self.signals.words() ^ self.staff.words()
    }
}

impl LearnedAgency {
    pub(super) fn new(name: NameId) -> Self {
        Self {
            name,
            queues: Vec::new(),
            settled: AgencySignals::default(),
            ahead: AgencySignals::default(),
            usual_wait: FIRST_USUAL_SECONDS,
        }
    }

    /// Takes note of a queue of the agency, and answers its number among them.
    pub(super) fn begin_queue(&mut self, queue: QueueId) -> usize {
        self.queues.push(queue);
        for side in [&mut self.settled, &mut self.ahead] {
            side.fronts.push(Front::default());
        }
        self.queues.len() - 1
    }

    /// Takes note of a wait, in seconds.
    pub(super) fn wait(&mut self, waited: f64) {
        let usual = f64::from(self.usual_wait);
        self.usual_wait = (usual + USUAL_SPEED * (waited - usual)) as f32;
    }
}

/// What a fact was for those who wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Movement {
    /// A call joined them.
    Joined,
    /// One of them was picked up, after so many seconds.
    PickedUp { waited: f64 },
    /// One of them left in another way.
    Left,
    /// A conversation ended.
    Ended,
}

impl Signals {
    fn see(&mut self, now: f64, movement: Movement) {
        match movement {
            Movement::Joined => self.arrive(now),
            Movement::PickedUp { waited } => self.answer(now, waited),
            Movement::Left => self.depart(now),
            Movement::Ended => self.end(now),
        }
    }
}

/// Lets the signals of a queue and of its agency see a movement, and its staff the
/// fact.
pub(super) fn note(
    fact: &Fact,
    movement: Option<Movement>,
    queue: Option<&mut Signals>,
    agency: &mut AgencySignals,
) {
    let now = seconds(fact.time);
    if let Some(movement) = movement {
        if let Some(queue) = queue {
            queue.see(now, movement);
        }
        agency.signals.see(now, movement);
    }
    let staff = &mut agency.staff;
    match fact.what {
        FactWhat::Answered { agent, .. } => staff.picks_up(agent, now),
        FactWhat::Ended { agent } => staff.ends(agent, now),
        FactWhat::Agent {
            agent,
            presence,
            serves,
        } => staff.tells(agent, now, presence, serves),
        FactWhat::Entered { .. }
        | FactWhat::Abandoned { .. }
        | FactWhat::Left { .. }
        | FactWhat::LeftUnscored { .. }
        | FactWhat::Lever { .. } => {}
    }
}

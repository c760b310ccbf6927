//! An agency: what it shows as a whole, and who is there.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::fact::{Fact, FactWhat, Presence, QueueId};
use super::signals::Signals;
use super::staff::Staff;
use crate::partition::names::NameId;

/// Speed of the slow running mean of an agency's waits, and where it begins.
const USUAL_SPEED: f64 = 0.01;
const FIRST_USUAL_SECONDS: f32 = 60.0;

/// What an agency shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Side {
    pub(super) signals: Signals,
    pub(super) staff: Staff,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Agency {
    pub(super) name: NameId,
    pub(super) queues: Vec<QueueId>,
    pub(super) settled: Side,
    pub(super) ahead: Side,
    pub(super) usual_wait: f32,
}

impl Agency {
    pub(super) fn new(name: NameId) -> Self {
        Self {
            name,
            queues: Vec::new(),
            settled: Side::default(),
            ahead: Side::default(),
            usual_wait: FIRST_USUAL_SECONDS,
        }
    }

    /// Takes note of a wait, in seconds.
    pub(super) fn wait(&mut self, waited: f64) {
        let usual = f64::from(self.usual_wait);
        self.usual_wait = (usual + USUAL_SPEED * (waited - usual)) as f32;
    }
}

/// Lets the signals of a queue and of its agency see a fact.
pub(super) fn note(
    fact: &Fact,
    now: f64,
    waited: Option<f64>,
    queue: Option<&mut Signals>,
    agency: &mut Side,
) {
    let signals: SmallVec<[&mut Signals; 2]> =
        queue.into_iter().chain([&mut agency.signals]).collect();
    for signals in signals {
        match fact.what {
            FactWhat::Entered { .. } => signals.arrive(now),
            FactWhat::Answered { .. } => match waited {
                Some(waited) => signals.answer(now, waited),
                None => signals.depart(now),
            },
            FactWhat::Abandoned { .. } | FactWhat::Left { .. } => signals.depart(now),
            FactWhat::Ended { .. } => signals.end(now),
            FactWhat::Agent { .. } => {}
        }
    }
    let staff = &mut agency.staff;
    match fact.what {
        FactWhat::Answered { agent, .. } => {
            agent
                .into_iter()
                .for_each(|agent| staff.see(agent, now, Presence::Busy));
        }
        FactWhat::Ended { agent } => {
            agent
                .into_iter()
                .for_each(|agent| staff.see(agent, now, Presence::Free));
        }
        FactWhat::Agent { agent, presence } => staff.tell(agent, now, presence),
        _ => {}
    }
}

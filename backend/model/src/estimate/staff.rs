//! The agents of an agency, as far as their calls and changes of state tell.

use serde::{Deserialize, Serialize};

use super::fact::Presence;

/// An agent of whom nothing was heard for longer is not counted as at work.
const AT_WORK_SECONDS: f64 = 900.0;

/// And after twelve hours as offline.
const FORGOTTEN_SECONDS: f64 = 12.0 * 3_600.0;

/// No agency is told more apart: what lies beyond is not needed to be exact.
const MOST: usize = 1_024;

/// An agent that is staffed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Member {
    agent: u64,
    heard: f64,
    presence: Presence,
}

/// Who is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Staff {
    /// By the hash of the agent.
    members: Vec<Member>,
    /// Whether agents tell of their states here.
    has_states: bool,
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Strength {
    /// With a caller, or in after-call work.
    pub busy: f64,
    /// At work, and neither busy nor away.
    pub free: f64,
}

impl Staff {
    /// An agent took or ended a call.
    pub(super) fn see(&mut self, agent: u64, seconds: f64, presence: Presence) {
        let place = self
            .members
            .binary_search_by_key(&agent, |known| known.agent);
        match place {
            Ok(at) if presence == Presence::Gone => {
                self.members.remove(at);
            }
            Ok(at) => {
                let member = &mut self.members[at];
                member.heard = member.heard.max(seconds);
                member.presence = presence;
            }
            Err(_) if presence == Presence::Gone => {}
            Err(at) if self.members.len() < MOST => {
                let member = Member {
                    agent,
                    heard: seconds,
                    presence,
                };
                self.members.insert(at, member);
            }
            // Room for the next one, if there can be any.
            Err(_) => self
                .members
                .retain(|known| seconds - known.heard <= AT_WORK_SECONDS),
        }
    }

    /// An agent told its state.
    pub(super) fn tell(&mut self, agent: u64, seconds: f64, presence: Presence) {
        self.has_states = true;
        self.see(agent, seconds, presence);
    }

    /// Forgets those who have been silent for twelve hours at an instant.
    pub(super) fn forget(&mut self, seconds: f64) {
        self.members
            .retain(|known| seconds - known.heard <= FORGOTTEN_SECONDS);
    }

    /// Who is at work at an instant.
    pub(super) fn strength(&self, seconds: f64) -> Strength {
        let mut strength = Strength::default();
        for member in &self.members {
            match member.presence {
                Presence::Busy if seconds - member.heard <= FORGOTTEN_SECONDS => {
                    strength.busy += 1.0;
                }
                Presence::Free if seconds - member.heard <= AT_WORK_SECONDS => strength.free += 1.0,
                _ => {}
            }
        }
        strength
    }

    /// Whether agents tell of their states, and none is there.
    pub(super) fn nobody(&self, seconds: f64) -> bool {
        let is_there = |member: &Member| seconds - member.heard <= FORGOTTEN_SECONDS;
        self.has_states && !self.members.iter().any(is_there)
    }
}

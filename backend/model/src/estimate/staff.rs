//! The agents of an agency, as far as their calls and changes of state tell.

use serde::{Deserialize, Serialize};

use super::fact::{Availability, Serves};

/// An agent of whom nothing was heard for longer is not counted as at work.
const AT_WORK_SECONDS: f64 = 900.0;

/// An agent of whom nothing was heard for twelve hours is forgotten, as offline.
const FORGOTTEN_SECONDS: f64 = 12.0 * 3_600.0;

/// The most agents of an agency that are told apart: what lies beyond need not be
/// exact.
const MOST: usize = 1_024;

/// An agent that was heard of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Member {
    agent: u64,
    heard: f64,
    presence: Availability,
    serves: Serves,
}

/// The agents of an agency who are there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Staff {
    /// The agents, by their hashes.
    members: Vec<Member>,
    /// Whether agents tell of their states here.
    has_states: bool,
    /// When an agent that was not named last picked up a call, in seconds.
    unnamed_at: f64,
}

/// How many agents of an agency are at work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Strength {
    /// Agents with a caller, or in after-call work.
    pub busy: f64,
    /// Agents at work who are neither busy nor away.
    pub free: f64,
}

impl Staff {
    /// A word of each of its pieces in memory ([`crate::nearness`]): where a search
    /// begins.
    pub(super) fn words(&self) -> u64 {
        let middle = self.members.get(self.members.len() / 2);
        middle.map_or(0, |member| member.agent)
    }

    /// Takes note that an agent picked up a call.
    pub(super) fn picks_up(&mut self, agent: Option<u64>, seconds: f64) {
        let Some(agent) = agent else {
            self.unnamed_at = self.unnamed_at.max(seconds);
            return;
        };
        self.see(agent, seconds, |member| {
            member.presence = Availability::Busy
        });
    }

    /// Takes note that a conversation of an agent ended. An agent who has signed off
    /// is not back for that.
    pub(super) fn ends(&mut self, agent: Option<u64>, seconds: f64) {
        let Some(agent) = agent else { return };
        self.see(agent, seconds, |member| {
            if member.presence != Availability::Gone {
                member.presence = Availability::Free;
            }
        });
    }

    /// Takes note of the state that an agent told, and of the queues it serves.
    /// `None` stands for those it told last, or for all if it has told none.
    pub(super) fn tells(
        &mut self,
        agent: u64,
        seconds: f64,
        presence: Availability,
        serves: Option<Serves>,
    ) {
        self.has_states = true;
        self.see(agent, seconds, |member| {
            member.presence = presence;
            member.serves = serves.unwrap_or(member.serves);
        });
    }

    fn see(&mut self, agent: u64, seconds: f64, change: impl FnOnce(&mut Member)) {
        let place = self
            .members
            .binary_search_by_key(&agent, |known| known.agent);
        let at = match place {
            Ok(at) => at,
            Err(at) if self.members.len() < MOST => {
                let member = Member {
                    agent,
                    heard: seconds,
                    presence: Availability::Free,
                    serves: Serves::ALL,
                };
                self.members.insert(at, member);
                at
            }
            // Room for the next one, if there can be any.
            Err(_) => {
                return self
                    .members
                    .retain(|known| seconds - known.heard <= AT_WORK_SECONDS);
            }
        };
        let member = &mut self.members[at];
        member.heard = member.heard.max(seconds);
        change(member);
    }

    /// Takes every agent for serving all queues, since the numbers of the queues
    /// have changed.
    pub(super) fn serve_all(&mut self) {
        self.members
            .iter_mut()
            .for_each(|member| member.serves = Serves::ALL);
    }

    /// Forgets those who have been silent for twelve hours at an instant.
    pub(super) fn forget(&mut self, seconds: f64) {
        self.members
            .retain(|known| seconds - known.heard <= FORGOTTEN_SECONDS);
    }

    /// How many agents are at work at an instant.
    pub(super) fn strength(&self, seconds: f64) -> Strength {
        let mut strength = Strength::default();
        for member in &self.members {
            match member.presence {
                Availability::Busy if seconds - member.heard <= FORGOTTEN_SECONDS => {
                    strength.busy += 1.0;
                }
                Availability::Free if seconds - member.heard <= AT_WORK_SECONDS => {
                    strength.free += 1.0
                }
                Availability::Busy
                | Availability::Free
                | Availability::Away
                | Availability::Gone => {}
            }
        }
        strength
    }

    /// The queues that those who are there serve; `None` where agents do not tell
    /// of their states, so that nobody can be said to be there for none of them.
    pub(super) fn served(&self, seconds: f64) -> Option<Serves> {
        let tells = self.has_states && seconds - self.unnamed_at > AT_WORK_SECONDS;
        tells.then(|| {
            let is_there = |member: &&Member| {
                member.presence != Availability::Gone && seconds - member.heard <= FORGOTTEN_SECONDS
            };
            let there = self.members.iter().filter(is_there);
            Serves::any(there.map(|member| member.serves))
        })
    }
}

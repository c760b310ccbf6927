//! Agents, as they stand.

use std::ops::{Index, IndexMut};

use vigie_contract::text::Text;
use vigie_contract::time::{Span, Time};

use super::doing::{Doing, PauseReason};
use crate::network::AgencyId;
use crate::random::mix;

/// An agent, by position.
pub(crate) type AgentId = u32;

/// An agent.
pub(crate) struct Agent {
    pub agency: AgencyId,
    pub number: u32,
    pub pseudonym: String,
    pub doing: Doing,
    /// Changes with the state: old timers find nothing.
    pub stamp: u32,
    /// Slot of the call that rings or is talked to or wrapped up.
    pub call: Option<u32>,
    pub shift_ends: Time,
    /// A pause that begins when the agent is free, in seconds.
    pub pause_due: Option<(u16, PauseReason)>,
    /// When the hold that lasts began.
    pub hold_began: Time,
    pub wrap_up: Span,
}

impl Agent {
    pub fn new(seed: u64, agency: AgencyId, number: u32) -> Self {
        let id = mix(&[seed, 3, u64::from(agency), u64::from(number)]);
        Self {
            agency,
            number,
            pseudonym: format!("a{:010x}", id & 0xff_ffff_ffff),
            doing: Doing::Offline,
            stamp: 0,
            call: None,
            shift_ends: Time(0),
            pause_due: None,
            hold_began: Time(0),
            wrap_up: Span(0),
        }
    }
}

/// All agents, those of an agency one after the other.
#[derive(Default)]
pub(crate) struct Agents(Vec<Agent>);

impl Agents {
    /// Adds the agents of an agency; where they are.
    pub fn hire(&mut self, seed: u64, agency: AgencyId, count: u32) -> std::ops::Range<AgentId> {
        let first = self.0.len() as AgentId;
        let agents = (0..count).map(|number| Agent::new(seed, agency, number));
        self.0.extend(agents);
        first..first + count
    }

    /// An agent's pseudonym as sent.
    pub fn pseudonym(&self, id: AgentId) -> Option<Text<'static>> {
        Some(self[id].pseudonym.clone().into())
    }

    /// Whether an agent's state is still that of a stamp.
    pub fn is_current(&self, id: AgentId, stamp: u32) -> bool {
        self[id].stamp == stamp
    }

    /// The call that an agent has in hand, if the agent's state is still that
    /// of the stamp.
    pub fn call_in_hand(&self, id: AgentId, stamp: u32) -> Option<u32> {
        self[id].call.filter(|_| self.is_current(id, stamp))
    }

    /// Puts a call in an agent's hands; the stamp of the agent's state.
    pub fn take_call(&mut self, id: AgentId, slot: u32) -> u32 {
        let agent = &mut self[id];
        agent.call = Some(slot);
        agent.stamp
    }
}

impl Index<AgentId> for Agents {
    type Output = Agent;

    fn index(&self, id: AgentId) -> &Agent {
        &self.0[id as usize]
    }
}

impl IndexMut<AgentId> for Agents {
    fn index_mut(&mut self, id: AgentId) -> &mut Agent {
        &mut self.0[id as usize]
    }
}

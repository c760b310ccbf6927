//! What happens at each agency: who waits, who is free, how its levers stand.

use std::collections::VecDeque;
use std::ops::{Index, IndexMut, Range};

use vigie_contract::text::Text;
use vigie_contract::time::Time;

use super::agents::{AgentId, Agents};
use super::calls::{CallKey, Calls};
use crate::network::{Agency, AgencyId};

/// The levers of a queue as they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueueLevers {
    pub is_open: bool,
    /// When a caller last met each of those pulled by load; `None`: it is off.
    pub met: [Option<Time>; 5],
}

/// What happens at an agency: who waits, who is free.
pub(crate) struct Desk {
    /// Legs in the order in which they will be answered. One that left in the
    /// meantime has another stamp and is passed over.
    pub queue: VecDeque<CallKey>,
    /// Legs that wait and whose turn has not come.
    pub waiting: u32,
    /// Agents in the order in which they became free. One whose state has
    /// changed in the meantime has another stamp and is passed over.
    pub free: VecDeque<(AgentId, u32)>,
    /// Agents logged in and not on a pause.
    pub present: u32,
    /// Promises for agents to dial: not before, then the call.
    pub callbacks: VecDeque<(Time, CallKey)>,
    /// Mean time that an agent needs for a call, in seconds.
    pub handle_seconds: f64,
    /// Calls a second of its callers in the running quarter-hour.
    pub calls_per_second: f64,
    /// Agents of the agency.
    pub agents: Range<AgentId>,
    /// The queues that they serve, as sent.
    pub queues: Vec<Text<'static>>,
    /// Levers, by position of the queue in its network.
    pub levers: Vec<QueueLevers>,
    /// It closed before its hours were over, and stays so for the day.
    pub is_closed_early: bool,
    /// The waits that it announces are far too short.
    pub announces_falsely: bool,
}

impl Desk {
    /// The desk of an agency before anybody has come, with its agents.
    pub fn new(agency: &Agency, agents: Range<AgentId>) -> Self {
        let queues = || agency.queues.iter().map(|&queue| agency.queue(queue));
        let asked_for = || queues().filter(|queue| !queue.is_expert);
        let talk: f64 = asked_for().map(|queue| queue.talk_seconds).sum();
        Self {
            queue: VecDeque::new(),
            waiting: 0,
            free: VecDeque::new(),
            present: 0,
            callbacks: VecDeque::new(),
            handle_seconds: talk / asked_for().count() as f64 + agency.kind().wrap_up_seconds,
            calls_per_second: 0.0,
            agents,
            queues: queues().map(|queue| queue.code.into()).collect(),
            levers: vec![QueueLevers::default(); agency.kind().queues.len()],
            is_closed_early: false,
            announces_falsely: false,
        }
    }

    /// Whether an agent is free.
    pub fn has_free_agent(&self, agents: &Agents) -> bool {
        let mut free = self.free.iter();
        free.any(|&(id, stamp)| agents.is_current(id, stamp))
    }

    /// The agent who has been free the longest, left in place.
    pub fn first_free(&mut self, agents: &Agents) -> Option<AgentId> {
        while let Some(&(id, stamp)) = self.free.front() {
            if agents.is_current(id, stamp) {
                return Some(id);
            }
            self.free.pop_front();
        }
        None
    }

    /// Takes the call whose turn it is.
    pub fn next_in_line(&mut self, calls: &Calls) -> Option<u32> {
        loop {
            let key = self.queue.pop_front()?;
            if calls.is_current(key) {
                self.waiting -= 1;
                return Some(key.slot);
            }
        }
    }
}

/// The desks of all agencies.
pub(crate) struct Desks(Vec<Desk>);

impl Desks {
    /// The desks of all agencies, in the order of the network.
    pub fn new(desks: Vec<Desk>) -> Self {
        Self(desks)
    }

    /// How many calls, agents and promises the desks hold.
    #[cfg(test)]
    pub fn held(&self) -> usize {
        let held = |desk: &Desk| desk.queue.len() + desk.free.len() + desk.callbacks.len();
        self.0.iter().map(held).sum()
    }
}

impl Index<AgencyId> for Desks {
    type Output = Desk;

    fn index(&self, id: AgencyId) -> &Desk {
        &self.0[usize::from(id)]
    }
}

impl IndexMut<AgencyId> for Desks {
    fn index_mut(&mut self, id: AgencyId) -> &mut Desk {
        &mut self.0[usize::from(id)]
    }
}

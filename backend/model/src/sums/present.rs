//! What is going on in a scope at an instant.

use serde::{Deserialize, Serialize};
use vigie_contract::event::AgentState;
use vigie_contract::time::Time;

use crate::codes::{self, ReasonCode};
use crate::contribution::{Occupied, PresentChange, occupied};
use crate::numbers::Numbers;

/// Who waits in a scope, what is promised and what its agents do, as of the instant
/// up to which time has passed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Present {
    /// Legs that wait, by when they asked and why, with their number.
    pub waiting: Numbers<(Time, ReasonCode)>,
    /// Promises that are open, by due time, with their number.
    pub promises: Numbers<Time>,
    pub agents: Attendance,
}

/// The reason shown for pauses that have none, so that the pauses by reason add up
/// to all agents paused.
const UNSPECIFIED: &str = "unspecified";

/// How many states an agent may be in.
const STATES: usize = 7;

/// How many agents are in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attendance {
    /// The number of agents in each state, by the number of the state.
    by_state: [i64; STATES],
    /// The number of agents paused, by reason, rising; none is zero.
    pauses: Vec<(Box<str>, i64)>,
    /// The sum of the midnights of the agencies of busy agents, in microseconds; it
    /// wraps round. From it and their number follows how long they would have been
    /// busy, had they been so since midnight.
    busy_midnights: i64,
    /// The sum of the midnights of the agencies of ready agents, in microseconds; it
    /// wraps round.
    ready_midnights: i64,
}

impl Present {
    /// Makes a change. `pause`: the text of the reason of a pause; `midnight`: that of
    /// the agency, as of the instant up to which time has passed.
    pub(crate) fn change(&mut self, change: PresentChange, pause: Option<&str>, midnight: Time) {
        match change {
            PresentChange::Waiting(key, by) => self.waiting.change(key, by),
            PresentChange::Promised(due, by) => self.promises.change(due, by),
            PresentChange::Agents(presence, by) => {
                self.agents.change(presence.state, pause, midnight, by);
            }
        }
    }

    /// Whether the value can be of a real scope, which has to be checked of what was
    /// decoded.
    pub(super) fn is_sound(&self) -> bool {
        let known = |((_, reason), _): ((Time, ReasonCode), i64)| reason.word().is_some();
        self.waiting.is_sound()
            && self.waiting.iter().all(known)
            && self.promises.is_sound()
            && self
                .agents
                .pauses
                .is_sorted_by(|one, other| one.0 < other.0)
    }

    /// Adds what is going on in another place.
    pub(crate) fn add(&mut self, other: &Self) {
        self.waiting.add(&other.waiting);
        self.promises.add(&other.promises);
        self.agents.add(&other.agents);
    }
}

impl Attendance {
    /// Changes the number of agents in a state; `pause`: its reason, where one is
    /// given.
    pub(crate) fn change(
        &mut self,
        state: AgentState,
        pause: Option<&str>,
        midnight: Time,
        by: i64,
    ) {
        self.by_state[usize::from(codes::agent_state::code(state))] += by;
        if state == AgentState::Paused {
            self.change_pause(pause.unwrap_or(UNSPECIFIED), by);
        }
        let midnights = by.wrapping_mul(midnight.0);
        match occupied(state) {
            Some(Occupied::Busy) => {
                self.busy_midnights = self.busy_midnights.wrapping_add(midnights);
            }
            Some(Occupied::Ready) => {
                self.ready_midnights = self.ready_midnights.wrapping_add(midnights);
            }
            None => {}
        }
    }

    fn change_pause(&mut self, reason: &str, by: i64) {
        match self
            .pauses
            .binary_search_by(|(known, _)| (**known).cmp(reason))
        {
            Ok(at) if self.pauses[at].1 + by == 0 => {
                self.pauses.remove(at);
            }
            Ok(at) => self.pauses[at].1 += by,
            Err(at) => self.pauses.insert(at, (reason.into(), by)),
        }
    }

    /// How many agents are in a state.
    pub(crate) fn of(&self, state: AgentState) -> i64 {
        self.by_state[usize::from(codes::agent_state::code(state))]
    }

    /// How many agents are paused, by reason.
    pub(crate) fn pauses(&self) -> impl Iterator<Item = (&str, i64)> {
        self.pauses
            .iter()
            .map(|(reason, number)| (&**reason, *number))
    }

    /// How many agents are busy, or how many are ready.
    pub(crate) fn occupied(&self, as_what: Occupied) -> i64 {
        let states = (0..).zip(self.by_state);
        let of_it = states.filter(|&(code, _)| {
            codes::agent_state::word(code).and_then(occupied) == Some(as_what)
        });
        of_it.map(|(_, number)| number).sum()
    }

    /// How long the agents who are busy (or ready) at an instant would have been so,
    /// had they been so since midnight: summed over agents, in microseconds.
    pub(crate) fn since_midnight(&self, as_what: Occupied, as_of: Time) -> i64 {
        let midnights = match as_what {
            Occupied::Busy => self.busy_midnights,
            Occupied::Ready => self.ready_midnights,
        };
        self.occupied(as_what)
            .wrapping_mul(as_of.0)
            .wrapping_sub(midnights)
    }

    fn add(&mut self, other: &Self) {
        for (own, more) in self.by_state.iter_mut().zip(other.by_state) {
            *own += more;
        }
        for (reason, number) in &other.pauses {
            self.change_pause(reason, *number);
        }
        self.busy_midnights = self.busy_midnights.wrapping_add(other.busy_midnights);
        self.ready_midnights = self.ready_midnights.wrapping_add(other.ready_midnights);
    }
}

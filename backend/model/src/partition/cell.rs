//! A cell: what one queue of one agency, on one line, contributes.
//!
//! The finest grain that is counted; every scope of both trees is a sum of
//! cells. An event that names no queue or no agency has a cell of its own, so
//! that it counts above and not below. An agent counts once in an agency and once
//! in each of its queues and lines, which is no sum: queues and lines have cells
//! of [`CellKind::Duty`] for that.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use vigie_contract::event::AgentState;
use vigie_contract::time::Time;

use super::quarters::Quarters;
use crate::books::{Books, By};
use crate::codes::{self, ReasonCode};
use crate::contribution::{CellKind, Contribution, Presence, PresentChange};
use crate::limits::NAMED_FOR;
use crate::names::NameId;
use crate::numbers::Numbers;
use crate::sums::{Ever, LastHeard};
use crate::tally::{Family, Sink, Slot, Tally};

/// The codes that a cell is about, and its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct CellKey {
    pub agency: Option<NameId>,
    pub queue: Option<NameId>,
    pub line: Option<NameId>,
    pub kind: CellKind,
}

/// What a cell holds, as of the partition's last advance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub key: CellKey,
    /// The sums of its quarter-hours, of the days that can still be asked for.
    quarters: Quarters,
    /// Legs that wait, by when they asked and why, with their number.
    waiting: Numbers<(Time, ReasonCode)>,
    /// Promises that are open, by due time, with their number.
    promises: Numbers<Time>,
    /// Agents by state, and the reason of a pause, with their number.
    agents: Vec<InState>,
    /// The sources of its events, by their number: a line may have thousands.
    sources: Vec<Source>,
    /// Counts by origin since the state began, for counters that only rise.
    ever: Ever,
}

/// Agents of a cell in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InState {
    #[serde(with = "codes::agent_state")]
    pub state: AgentState,
    /// The reason of a pause, if one was given.
    pub reason: Option<NameId>,
    pub number: i64,
}

/// A source of a cell's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub name: NameId,
    /// The time of its newest event.
    pub newest: Time,
    /// When its last event arrived, by the clock that silence goes by.
    pub heard: Time,
}

impl Source {
    /// When it was last heard.
    pub(crate) fn last(self) -> LastHeard {
        LastHeard {
            newest: self.newest,
            heard: self.heard,
        }
    }
}

impl Cell {
    pub(crate) fn new(key: CellKey) -> Self {
        Self {
            key,
            quarters: Quarters::default(),
            waiting: Numbers::default(),
            promises: Numbers::default(),
            agents: Vec::new(),
            sources: Vec::new(),
            ever: Ever::default(),
        }
    }

    /// Reads a word of each piece of the cell itself ([`crate::nearness`]).
    pub(crate) fn own_words(&self) -> u64 {
        let own = u64::from(self.waiting.is_empty()) ^ self.ever.offered as u64;
        own ^ self
            .quarters
            .newest()
            .map_or(0, |(number, _)| number as u64)
    }

    /// Reads a word of each list that the cell points to ([`crate::nearness`]).
    pub(crate) fn listed_words(&self) -> u64 {
        let newest = self.quarters.newest();
        let sums = newest.map_or(0, |(_, quarter)| quarter.both.words());
        sums ^ self.waiting.word()
    }

    /// Takes in a contribution that it handled.
    pub(crate) fn take_as_handler(&mut self, contribution: &Contribution) {
        let sign = i64::from(contribution.sign);
        match contribution.present_change() {
            Some(PresentChange::Waiting(key, by)) => self.waiting.change(key, by),
            Some(PresentChange::Promised(due, by)) => self.promises.change(due, by),
            Some(PresentChange::Agents(presence, by)) => self.change_agents(presence, by),
            None => {}
        }
        if let Some((entered, extra)) = contribution.cohort() {
            self.quarters.change(entered, |quarter| {
                quarter.both.add(Slot::extra(Family::First, extra), sign);
            });
        }
        self.quarters.change(contribution.at, |quarter| {
            contribution.add_volume(&mut quarter.both);
            if contribution.handler == contribution.origin {
                contribution.add_service(By::Origin, &mut quarter.both);
            } else {
                contribution.add_service(By::Handler, &mut quarter.by_handler);
            }
        });
    }

    fn change_agents(&mut self, presence: Presence, by: i64) {
        let Presence { state, reason, .. } = presence;
        let place = self
            .agents
            .iter()
            .position(|known| known.state == state && known.reason == reason);
        match place {
            Some(at) if self.agents[at].number + by == 0 => {
                self.agents.swap_remove(at);
            }
            Some(at) => self.agents[at].number += by,
            None => self.agents.push(InState {
                state,
                reason,
                number: by,
            }),
        }
    }

    /// Takes in a contribution that was asked for here, wherever it was handled.
    pub(crate) fn take_as_origin(&mut self, contribution: &Contribution) {
        self.ever.take(contribution);
        if contribution.handler != contribution.origin {
            self.quarters.change(contribution.at, |quarter| {
                contribution.add_service(By::Origin, &mut quarter.by_origin);
            });
        }
    }

    /// Takes note of an event of a source.
    pub(crate) fn hear(&mut self, heard: Source) {
        let place = self
            .sources
            .binary_search_by_key(&heard.name, |known| known.name);
        match place {
            Ok(at) => {
                let known = &mut self.sources[at];
                known.newest = known.newest.max(heard.newest);
                known.heard = known.heard.max(heard.heard);
            }
            Err(at) => self.sources.insert(at, heard),
        }
    }

    /// Forgets the quarter-hours before an instant.
    pub(crate) fn forget_before(&mut self, time: Time) {
        self.quarters.forget_before(time);
    }

    /// The quarter-hours since an instant, by their number since 1970.
    pub(crate) fn since(&self, time: Time) -> impl Iterator<Item = (i64, Cow<'_, Books<Tally>>)> {
        self.quarters.since(time)
    }

    /// Legs that wait, by when they asked and why, with their number.
    pub(crate) fn waiting(&self) -> &Numbers<(Time, ReasonCode)> {
        &self.waiting
    }

    /// Promises that are open, by due time, with their number.
    pub(crate) fn promises(&self) -> &Numbers<Time> {
        &self.promises
    }

    /// Agents by state and the reason of a pause, with their number.
    pub(crate) fn agents(&self) -> &[InState] {
        &self.agents
    }

    pub(crate) fn sources(&self) -> &[Source] {
        &self.sources
    }

    pub(crate) fn ever(&self) -> Ever {
        self.ever
    }

    /// The source of its newest event.
    pub(crate) fn newest_source(&self) -> Option<Source> {
        self.sources
            .iter()
            .copied()
            .max_by_key(|source| source.newest)
    }

    /// Forgets the sources that have been silent for too long to be shown: all
    /// but that of its newest event, which tells how old its data are.
    pub(crate) fn forget_sources(&mut self, passed: Time) {
        let is_fresh = |source: &Source| {
            passed - source.newest <= NAMED_FOR || passed - source.heard <= NAMED_FOR
        };
        if self.sources.iter().all(is_fresh) {
            return;
        }
        let newest = self.newest_source();
        self.sources
            .retain(|source| is_fresh(source) || newest.is_some_and(|newest| newest == *source));
        self.sources.shrink_to_fit();
    }

    /// Whether its own events left nothing that can still be shown.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty()
            && self.promises.is_empty()
            && self.agents.is_empty()
            && self.quarters.is_empty()
    }

    /// Takes over what must not be lost of another cell: its counts since the state
    /// began, and its newest source.
    pub(crate) fn inherit(&mut self, ever: Ever, newest: Option<Source>) {
        self.ever.add(ever);
        if let Some(newest) = newest {
            self.hear(newest);
        }
    }

    /// Empties the cell and marks it as vacant.
    pub(crate) fn vacate(&mut self) {
        *self = Self::new(CellKey {
            agency: None,
            queue: None,
            line: None,
            kind: CellKind::Vacant,
        });
    }
}

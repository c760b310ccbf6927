//! Who waits at some agencies, and which of their agents are idle.

use hashbrown::HashMap;
use vigie_contract::event::AgentState;
use vigie_contract::time::Time;

use super::state::Partition;
use crate::contribution::{CellId, CellKind, PresentChange};
use crate::names::NameId;
use crate::rules::slack::{LOOKED_BACK, StandingChange};
use crate::sums::HelpSums;
use crate::terms::Terms;

impl Partition {
    /// Some cells, by the code of their agency; those that have one.
    pub(crate) fn by_agency(&self, cells: &[CellId]) -> HashMap<&str, Vec<CellId>> {
        let mut agencies: HashMap<NameId, Vec<CellId>> = HashMap::new();
        for &cell in cells {
            if let Some(agency) = self.cells[cell.0 as usize].key.agency {
                agencies.entry(agency).or_default().push(cell);
            }
        }
        let named = agencies.into_iter();
        named
            .map(|(agency, cells)| (self.name(agency), cells))
            .collect()
    }

    /// Adds what the cells of an agency tell, as of an instant up to which time has passed;
    /// not what changed of late ([`Partition::changes_of_late`]).
    pub(crate) fn add_help(
        &self,
        cells: &[CellId],
        as_of: Time,
        terms: &Terms,
        sums: &mut HelpSums,
    ) {
        for &id in cells {
            let cell = &self.cells[id.0 as usize];
            let waiting: i64 = cell.waiting().iter().map(|(_, number)| number).sum();
            if waiting != 0 {
                let queue = cell.key.queue.map_or("", |queue| self.name(queue));
                *sums.waiting.entry(queue.into()).or_default() += waiting;
            }
            for of in cell.agents() {
                // Neither reasons nor midnights are asked for here.
                sums.agents.change(of.state, None, as_of, of.number);
            }
            // Where no call came yet, the duties of agents tell of the hours.
            let rules = self.counting(id, as_of);
            let is_open = terms.calendar.known_open(rules.hours, rules.zone, as_of);
            sums.open.take(cell.key.line.is_some(), is_open);
        }
    }

    /// What changed of those who wait and of agents who are ready in the minutes before an
    /// instant, in cells that have a number; with that number.
    pub(crate) fn changes_of_late(
        &self,
        numbers: &HashMap<CellId, usize>,
        as_of: Time,
    ) -> impl Iterator<Item = (usize, StandingChange)> {
        let from = (as_of - LOOKED_BACK).second();
        let panes = self.panes.between(from, as_of.second());
        panes.filter_map(|contribution| {
            let (waiting, ready) = match contribution.present_change()? {
                PresentChange::Waiting(_, by) => (by, 0),
                PresentChange::Agents(presence, by) if presence.state == AgentState::Ready => {
                    (0, by)
                }
                PresentChange::Agents(..) | PresentChange::Promised(..) => return None,
            };
            let number = *numbers.get(&contribution.handler)?;
            let at = contribution.at;
            Some((number, StandingChange { at, waiting, ready }))
        })
    }

    /// The time of the newest event that told of some cells.
    pub(crate) fn newest_of(&self, cells: &[CellId]) -> Option<Time> {
        let sources = cells.iter();
        let sources = sources.flat_map(|cell| self.cells[cell.0 as usize].sources());
        sources.map(|source| source.newest).max()
    }

    /// The queue of a cell of calls, and the line that it names.
    pub(crate) fn queue_and_line(&self, cell: CellId) -> Option<(&str, Option<&str>)> {
        let key = self.cells[cell.0 as usize].key;
        let (_, queue, line) = self.names_of(key);
        (key.kind == CellKind::Calls).then_some((queue?, line))
    }
}

//! A partition as what contributes to the sums of scopes.

use std::borrow::Cow;

use vigie_contract::time::Time;

use super::state::Partition;
use crate::board::{Changes, Codes, Contributor};
use crate::books::Books;
use crate::contribution::{CellId, CellKind, Contribution};
use crate::directory::ZoneSince;
use crate::names::NameId;
use crate::sums::{Ever, Present};
use crate::tally::Tally;

impl Contributor for Partition {
    fn take_changes(&mut self) -> Changes {
        Changes {
            made: std::mem::take(&mut self.unplaced),
            freed: std::mem::take(&mut self.freed),
            handed_over: std::mem::take(&mut self.handed_over),
        }
    }

    fn cells(&self) -> usize {
        self.cells.len()
    }

    fn place(&self, cell: CellId) -> (CellKind, Codes<'_>) {
        let key = self.cells[cell.0 as usize].key;
        (key.kind, self.names_of(key))
    }

    fn zone(&self, cell: CellId, at: Time) -> ZoneSince {
        self.rules.zone(cell, at)
    }

    fn name(&self, name: NameId) -> &str {
        self.names.name(name)
    }

    fn between(&self, from: i64, to: i64) -> impl Iterator<Item = Contribution> {
        self.panes.between(from, to)
    }

    fn take_corrections(&mut self) -> Vec<Contribution> {
        self.ended.take_up_corrections();
        std::mem::take(&mut self.corrections)
    }

    fn quarters(
        &self,
        cell: CellId,
        since: Time,
    ) -> impl Iterator<Item = (i64, Cow<'_, Books<Tally>>)> {
        self.cells[cell.0 as usize].since(since)
    }

    fn add_standing(&self, cell: CellId, midnight: Time, present: &mut Present, ever: &mut Ever) {
        let cell = &self.cells[cell.0 as usize];
        present.waiting.add(cell.waiting());
        present.promises.add(cell.promises());
        for agents in cell.agents() {
            let pause = agents.reason.map(|name| self.names.name(name));
            present
                .agents
                .change(agents.state, pause, midnight, agents.number);
        }
        ever.add(cell.ever());
    }
}

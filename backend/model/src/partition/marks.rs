//! What something refers to, while it is looked for what can be forgotten.

use super::cell::CellKey;
use crate::agent::DutyId;
use crate::call;
use crate::contribution::CellId;
use crate::leg::LegWhat;
use crate::names::NameId;

/// The cells and names that something refers to, by number.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    pub cells: Vec<bool>,
    pub names: Vec<bool>,
    pub duties: Vec<bool>,
}

impl Marks {
    pub(super) fn cell(&mut self, cell: CellId) {
        mark(&mut self.cells, cell.0);
    }

    pub(super) fn name(&mut self, name: NameId) {
        mark(&mut self.names, name.0);
    }

    pub(super) fn duty(&mut self, duty: DutyId) {
        mark(&mut self.duties, duty.0);
    }

    pub(super) fn call(&mut self, history: &[u8]) {
        for event in call::unpack(history, "") {
            self.cell(event.what.own());
            self.name(event.id.source);
            if let LegWhat::Queued(entry) = event.what {
                self.cell(entry.origin);
            }
        }
    }

    pub(super) fn key(&mut self, key: CellKey) {
        let names = [key.agency, key.queue, key.line];
        names.into_iter().flatten().for_each(|name| self.name(name));
    }
}

/// Marks a number, where it was given out before marking began.
fn mark(marks: &mut [bool], number: u32) {
    if let Some(mark) = marks.get_mut(number as usize) {
        *mark = true;
    }
}

/// How far what is over is forgotten.
#[derive(Clone, Debug)]
pub(super) struct Forgetting {
    /// The next shard of histories.
    pub shard: usize,
    /// What the histories refer to that stay.
    pub marks: Marks,
}

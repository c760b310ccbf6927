//! What is predicted of promises, by the lists that they are taken from.

use hashbrown::{HashMap, HashSet};
use vigie_contract::time::Time;

use crate::contribution::CellId;
use crate::names::NameId;
use crate::promise::Spells;

/// The promises of one kind of a queue of an agency, which are taken in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ListKey {
    pub agency: Option<NameId>,
    pub queue: Option<NameId>,
    pub kind: u8,
}

/// What is predicted of promises: derived from their histories.
#[derive(Clone, Debug, Default)]
pub(super) struct Predictions {
    /// The spells of each promise, by its key.
    pub lists: HashMap<ListKey, HashMap<u64, Spells>>,
    /// Lists of which something was told late, and since when they have to be looked at
    /// again.
    pub told_late: HashMap<ListKey, Time>,
    /// The promises that will be missed, by their keys, as of the last prediction, with
    /// the cells that made them.
    pub missed: HashMap<ListKey, Vec<(u64, CellId)>>,
    /// How many of them each cell made.
    pub of_cell: HashMap<CellId, i64>,
}

impl Predictions {
    /// The lists to look at as of an instant: all of them, or those told of late.
    pub(super) fn to_look_at(&self, is_new: bool) -> HashSet<ListKey> {
        match is_new {
            true => self
                .lists
                .keys()
                .chain(self.missed.keys())
                .copied()
                .collect(),
            false => self.told_late.keys().copied().collect(),
        }
    }

    /// Takes over which promises of a list will be missed.
    pub(super) fn set_missed(&mut self, list: ListKey, missed: Vec<(u64, CellId)>) {
        let before = match missed.is_empty() {
            true => self.missed.remove(&list),
            false => self.missed.insert(list, missed.clone()),
        };
        for (_, cell) in missed {
            *self.of_cell.entry(cell).or_default() += 1;
        }
        for (_, cell) in before.into_iter().flatten() {
            if let Some(number) = self.of_cell.get_mut(&cell) {
                *number -= 1;
                if *number == 0 {
                    self.of_cell.remove(&cell);
                }
            }
        }
    }
}

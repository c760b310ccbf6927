//! Where events last came from: which agencies and sources a partition told of.

use std::collections::BTreeSet;

use vigie_contract::frame::Crumb;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use super::state::Fold;
use crate::board::ScopeId;
use crate::partition::cell::{Cell, Source};
use crate::sums::KNOWN_FOR;

/// Who was heard in some partitions within the last day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The agencies, in the order of the tree.
    pub agencies: Vec<Crumb>,
    /// The sources, sorted by name.
    pub sources: Vec<String>,
}

impl Fold {
    /// Who was heard in some partitions within the day before `now`.
    pub fn heard_in(&self, partitions: &BTreeSet<i32>, now: Time) -> Heard {
        let tree = self.board.tree();
        let is_fresh = |source: &Source| now - source.heard < KNOWN_FOR;
        let is_heard = |id: &ScopeId| {
            let node = tree.node(*id);
            let is_agency = matches!(node.scope, Scope::Agency(..));
            let mut cells = node.cells.iter();
            is_agency
                && cells.any(|(number, cells)| {
                    let partition = self.partitions.get(number);
                    let asked = partition.filter(|_| partitions.contains(number));
                    asked.is_some_and(|partition| {
                        let all = partition.cells();
                        let of_agency = cells.iter().map(|cell| &all[cell.0 as usize]);
                        of_agency.flat_map(Cell::sources).any(is_fresh)
                    })
                })
        };
        let agencies = tree.ids().filter(is_heard).map(|id| tree.node(id).crumb());
        let sources: BTreeSet<&str> = partitions
            .iter()
            .filter_map(|number| self.partitions.get(number))
            .flat_map(|partition| {
                let of_cells = partition.cells().iter().flat_map(|cell| cell.sources());
                let known = of_cells.filter(|source| is_fresh(source));
                known.map(|source| partition.name(source.name))
            })
            .collect();
        Heard {
            agencies: agencies.collect(),
            sources: sources.into_iter().map(str::to_owned).collect(),
        }
    }
}

//! Where events last came from: which agencies and sources a partition told of.

use std::collections::BTreeSet;

use vigie_contract::frame::Crumb;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};

use super::state::Fold;
use crate::board::ScopeId;

/// A source is known for so long after it was last heard.
const KNOWN_FOR: Span = Span::from_seconds(24 * 3_600);

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
        let is_heard = |id: &ScopeId| {
            let is_agency = matches!(tree.node(*id).scope, Scope::Agency(..));
            let mut cells = tree.node(*id).cells.iter();
            is_agency
                && cells.any(|&(number, cell)| {
                    let partition = self.partitions.get(&number);
                    partitions.contains(&number)
                        && partition.is_some_and(|partition| {
                            let mut sources = partition.cells()[cell.0 as usize].sources().iter();
                            sources.any(|source| now - source.heard < KNOWN_FOR)
                        })
                })
        };
        let agencies = tree.ids().filter(is_heard).map(|id| Crumb {
            scope: tree.node(id).scope.clone(),
            name: tree.node(id).name.clone(),
        });
        let sources: BTreeSet<&str> = partitions
            .iter()
            .filter_map(|number| self.partitions.get(number))
            .flat_map(|partition| {
                let of_cells = partition.cells().iter().flat_map(|cell| cell.sources());
                let known = of_cells.filter(|source| now - source.heard < KNOWN_FOR);
                known.map(|source| partition.name(source.name))
            })
            .collect();
        Heard {
            agencies: agencies.collect(),
            sources: sources.into_iter().map(str::to_owned).collect(),
        }
    }
}

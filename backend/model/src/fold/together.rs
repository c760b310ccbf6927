//! Scopes taken together: the sums of a selection, in which nothing counts twice.
//!
//! What happens counts in one cell, and a cell lies below one member at most: sums add
//! up. Agents are the exception, who count in their agency, in each of their queues and in
//! each line that these serve: where two members may share some, each is taken out again
//! wherever it counts beyond the first.

use std::borrow::Cow;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;

use super::state::Fold;
use crate::board::ScopeId;
use crate::contribution::CellId;
use crate::figures;
use crate::partition::Partition;
use crate::sums::ScopeSums;

/// So many agents are looked at in the time that a cell takes.
const AGENTS_A_CELL: usize = 10;

/// The numbers of the scopes that something is of.
pub(super) type Ids = SmallVec<[ScopeId; 1]>;

impl Fold {
    /// The first scope of it that neither the directory nor an event has named.
    pub fn unnamed<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<&'e Scope> {
        let tree = self.board.tree();
        let mut members = of.into().members().iter();
        members.find(|scope| tree.find(scope).is_none())
    }

    /// How many cells lie below it: what its figures cost grows with them. Where all agents
    /// have to be looked at, so many of these count as one more.
    pub fn cells_of<'e>(&self, of: impl Into<ExtentRef<'e>>) -> usize {
        let of = of.into();
        let ids = self.ids(of).unwrap_or_default();
        let below = ids.iter().flat_map(|&id| self.cells_below(id));
        let cells: usize = below.map(|(_, cells)| cells.len()).sum();
        match figures::may_share_agents(of) {
            true => {
                let agents = self.partitions.values().map(Partition::agents);
                cells + agents.sum::<usize>() / AGENTS_A_CELL
            }
            false => cells,
        }
    }

    /// The scopes of it that have been named; `None` if none has.
    pub(super) fn ids(&self, of: ExtentRef<'_>) -> Option<Ids> {
        let tree = self.board.tree();
        let members = of.members().iter();
        let ids: Ids = members.filter_map(|scope| tree.find(scope)).collect();
        (!ids.is_empty()).then_some(ids)
    }

    /// What a table of it has a row for: the children of a scope, the members of a
    /// selection.
    pub(super) fn rows_of(&self, of: ExtentRef<'_>, ids: &[ScopeId]) -> Vec<ScopeId> {
        match of {
            ExtentRef::Scope(_) => {
                let nodes = ids.iter().map(|&id| self.board.tree().node(id));
                nodes.flat_map(|node| &node.children).copied().collect()
            }
            ExtentRef::Selection(_) => ids.to_vec(),
        }
    }

    /// The agencies that it is compared over: those below it, and those of a selection.
    pub(super) fn agencies_of(&self, of: ExtentRef<'_>, ids: &[ScopeId]) -> Vec<ScopeId> {
        let tree = self.board.tree();
        let is_of_selection = matches!(of, ExtentRef::Selection(_));
        let is_agency = |id: ScopeId| matches!(tree.node(id).scope, Scope::Agency(..));
        let agencies = |&id: &ScopeId| match is_of_selection && is_agency(id) {
            true => vec![id],
            false => tree.agencies_below(id),
        };
        ids.iter().flat_map(agencies).collect()
    }

    /// The cells below some scopes, by partition.
    pub(super) fn cells_below_all(
        &self,
        ids: &[ScopeId],
    ) -> BTreeMap<i32, (&Partition, Cow<'_, [CellId]>)> {
        let mut all: BTreeMap<i32, (&Partition, Cow<'_, [CellId]>)> = BTreeMap::new();
        for &id in ids {
            for (number, partition, cells) in self.numbered_cells_below(id) {
                let known = all.entry(number);
                known
                    .and_modify(|(_, known)| known.to_mut().extend_from_slice(cells))
                    .or_insert((partition, Cow::Borrowed(cells)));
            }
        }
        all
    }

    /// The sums of it that the board keeps: not who tells of it, its outlook and its
    /// levers.
    pub(super) fn kept_sums(&self, of: ExtentRef<'_>, ids: &[ScopeId]) -> ScopeSums<'_> {
        let mut sums = self.board.sums(ids[0]);
        for &id in &ids[1..] {
            let added = sums.add(&self.board.sums(id));
            added.expect("a board has the same windows everywhere");
        }
        if figures::may_share_agents(of) {
            self.count_agents_once(ids, &mut sums);
        }
        sums
    }

    /// Takes out agents who count in more than one of some scopes, but once.
    fn count_agents_once(&self, ids: &[ScopeId], sums: &mut ScopeSums<'_>) {
        let Some(as_of) = self.board_time() else {
            return;
        };
        let mut members: HashMap<i32, HashMap<CellId, ScopeId>> = HashMap::new();
        for &id in ids {
            for (number, _, cells) in self.numbered_cells_below(id) {
                let of_partition = members.entry(number).or_default();
                of_partition.extend(cells.iter().map(|&cell| (cell, id)));
            }
        }
        let agents = &mut sums.present.to_mut().agents;
        for (number, members) in members {
            let partition = &self.partitions[&number];
            for (doing, cells) in partition.doings_at(as_of) {
                let pause = doing.reason.map(|reason| partition.name(reason));
                let mut counted: SmallVec<[ScopeId; 4]> = SmallVec::new();
                for cell in cells {
                    match members.get(cell) {
                        Some(member) if !counted.contains(member) => counted.push(*member),
                        Some(_) | None => continue,
                    }
                    if counted.len() > 1 {
                        let midnight = partition.midnight(*cell, as_of, &self.terms);
                        agents.change(doing.state, pause, midnight, -1);
                    }
                }
            }
        }
    }
}

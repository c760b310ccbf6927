//! Figures of scopes, and the scopes that have any.

use vigie_contract::frame::Crumb;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, Quarter, View};

use super::state::Fold;
use crate::board::{Contributor, Node, ScopeId};
use crate::contribution::CellId;
use crate::figures::{self, Measures, NamedScope, QuarterSums, Setting};
use crate::partition::Partition;
use crate::sums::ScopeSums;

/// The figures of a scope in which nothing happens are told once in so many times:
/// between two scrapes of Prometheus, where they are taken each second.
const EACH_SCOPE_WITHIN: usize = 10;

impl Fold {
    /// The view of a scope as of the last advance.
    ///
    /// `None` where neither the directory nor an event has named it, or before
    /// the first advance.
    pub fn view(&self, scope: &Scope) -> Option<View> {
        let setting = self.setting()?;
        let tree = self.board.tree();
        let id = tree.find(scope)?;
        let agencies = tree.agencies_below(id).into_iter();
        let agencies: Vec<_> = agencies
            .map(|agency| (&tree.node(agency).scope, self.board.sums(agency)))
            .collect();
        let sums = self.sums_of(id, setting.as_of);
        Some(View {
            severity: self.severity(id).map(|(severity, _)| severity),
            judged: self.judged(id, &sums, setting.as_of),
            ..figures::view(scope, &sums, &agencies, setting)
        })
    }

    /// The sums of a scope as of the last advance: all that its figures follow from,
    /// and what another process can add its own sums to. `None` if neither the
    /// directory nor an event has named the scope, or before the first advance.
    pub fn sums(&self, scope: &Scope) -> Option<ScopeSums<'_>> {
        let as_of = self.board_time()?;
        Some(self.sums_of(self.board.tree().find(scope)?, as_of))
    }

    /// What figures depend on beside sums; `None` before the first advance.
    pub fn setting(&self) -> Option<Setting<'_>> {
        Some(Setting {
            as_of: self.board_time()?,
            clock: self.settings.clock,
            directory: &self.terms.versions,
        })
    }

    /// The headline figures of the children of a scope, in the order in which
    /// they were first named.
    pub fn children(&self, scope: &Scope) -> Option<Vec<Card>> {
        let setting = self.setting()?;
        let tree = self.board.tree();
        let children = &tree.node(tree.find(scope)?).children;
        let card = |&child| {
            let sums = self.board.sums(child);
            let severity = self.severity(child);
            Card {
                severity: severity.map(|(severity, _)| severity),
                worst: severity.and_then(|(_, worst)| worst),
                suppressed: self.suppressed(child),
                ..figures::card(named(tree.node(child)), &sums, setting)
            }
        };
        Some(children.iter().map(card).collect())
    }

    /// The quarter-hours of today in which something happened, oldest first; `None`
    /// for a scope that nobody has named.
    pub fn quarters(&self, scope: &Scope) -> Option<Vec<Quarter>> {
        let as_of = self.board_time()?;
        let id = self.board.tree().find(scope)?;
        let mut sums = QuarterSums::default();
        for (partition, cells) in self.cells_below(id) {
            for &cell in cells {
                let start = partition.midnight(cell, as_of, &self.terms);
                for (quarter, of_cell) in partition.quarters(cell, start) {
                    sums.add(quarter, &of_cell);
                }
            }
        }
        let short_abandons_count = self.short_abandons_count(scope);
        Some(figures::quarters(sums, short_abandons_count))
    }

    /// The figures for metrics of the scopes that are `wanted` and may have changed
    /// since this was last asked: those where something happened, those where
    /// somebody waits, and those that the directory does not know. Of the other
    /// scopes only the estimate changes, by the passing of time alone. Each of them
    /// has its turn once in [`EACH_SCOPE_WITHIN`] times.
    pub fn take_measures(&mut self, wanted: impl Fn(&Scope) -> bool) -> Vec<Measures> {
        let changed = std::mem::take(&mut self.unmeasured);
        let turn = self.turn;
        self.turn = (turn + 1) % EACH_SCOPE_WITHIN;
        self.measures_of(|id, node| {
            let has_its_turn = id.0 % EACH_SCOPE_WITHIN == turn;
            let is_due = !node.known || has_its_turn || changed.contains(&id);
            wanted(&node.scope) && (is_due || self.board.has_waiting(id))
        })
    }

    /// Figures of every scope that is `wanted`, for metrics.
    pub fn measures(&self, wanted: impl Fn(&Scope) -> bool) -> Vec<Measures> {
        self.measures_of(|_, node| wanted(&node.scope))
    }

    fn measures_of(&self, is_wanted: impl Fn(ScopeId, &Node) -> bool) -> Vec<Measures> {
        let Some(setting) = self.setting() else {
            return Vec::new();
        };
        let tree = self.board.tree();
        let wanted = tree.ids().filter(|&id| is_wanted(id, tree.node(id)));
        let measures = wanted.map(|id| {
            let sums = self.sums_with_outlook(id, setting.as_of);
            figures::measures(named(tree.node(id)), &sums, setting)
        });
        measures.collect()
    }

    /// Whether calls given up within a few seconds count against the pick-up rates
    /// of a scope: the rule of its network, as of the last advance.
    pub fn short_abandons_count(&self, scope: &Scope) -> bool {
        let as_of = self.as_of().unwrap_or(Time(i64::MAX));
        self.terms.versions.short_abandons_count_in(scope, as_of)
    }

    /// The scopes from the top down to this one, itself last; empty for a scope
    /// that nobody has named.
    pub fn path(&self, scope: &Scope) -> Vec<Crumb> {
        let tree = self.board.tree();
        let mut path: Vec<Crumb> =
            std::iter::successors(tree.find(scope), |&id| tree.node(id).parent)
                .map(|id| tree.node(id).crumb())
                .collect();
        path.reverse();
        path
    }

    /// Every scope that the directory or an event has named, with its name.
    pub fn scopes(&self) -> impl Iterator<Item = Crumb> + '_ {
        let tree = self.board.tree();
        tree.ids().map(|id| tree.node(id).crumb())
    }

    /// The number at which the desk of an agency is rung up, if the scope is one.
    pub fn desk_number(&self, scope: &Scope) -> Option<&str> {
        match scope {
            Scope::Agency(_, _, agency) => self.terms.directory.desk_number(agency),
            Scope::All
            | Scope::Network(_)
            | Scope::Region(..)
            | Scope::Queue(..)
            | Scope::Line(_)
            | Scope::LineRegion(..) => None,
        }
    }

    /// The instant that the sums are as of.
    pub(super) fn board_time(&self) -> Option<Time> {
        self.board.as_of().map(Time::from_seconds)
    }

    /// All sums of a scope.
    fn sums_of(&self, id: ScopeId, as_of: Time) -> ScopeSums<'_> {
        let mut sums = self.sums_with_outlook(id, as_of);
        for (partition, cells) in self.cells_below(id) {
            sums.sources.add(&partition.sources(cells));
        }
        if let Scope::Agency(..) | Scope::Queue(..) = self.board.tree().node(id).scope {
            sums.levers = self.levers(id, as_of);
        }
        sums
    }

    /// The sums of a scope that metrics are made from: not who tells of it, nor its
    /// levers.
    pub(super) fn sums_with_outlook(&self, id: ScopeId, as_of: Time) -> ScopeSums<'_> {
        let mut sums = self.board.sums(id);
        let needs_one_line = figures::needs_one_line(&self.board.tree().node(id).scope);
        for (partition, cells) in self.cells_below(id) {
            let outlook = partition.outlook(cells, as_of, needs_one_line, &self.terms);
            sums.outlook.add(&outlook);
        }
        sums
    }

    /// The cells of a scope, with the partition whose they are.
    pub(super) fn cells_below(&self, id: ScopeId) -> impl Iterator<Item = (&Partition, &[CellId])> {
        let cells = self.numbered_cells_below(id);
        cells.map(|(_, partition, cells)| (partition, cells))
    }

    /// The cells of a scope, with the number of the partition whose they are, and the
    /// partition.
    pub(super) fn numbered_cells_below(
        &self,
        id: ScopeId,
    ) -> impl Iterator<Item = (i32, &Partition, &[CellId])> {
        let cells = self.board.tree().node(id).cells.iter();
        cells.filter_map(|(&number, cells)| {
            Some((number, self.partitions.get(&number)?, &cells[..]))
        })
    }
}

fn named(node: &Node) -> NamedScope<'_> {
    NamedScope {
        scope: &node.scope,
        name: &node.name,
        known: node.known,
    }
}

//! Figures of scopes, and the scopes that have any.

use vigie_contract::extent::ExtentRef;
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
    /// The view of a scope or of a selection as of the last advance. A member that
    /// nobody has named ([`Fold::unnamed`]) adds nothing.
    ///
    /// `None` where neither the directory nor an event has named it, or any of it, or
    /// before the first advance.
    pub fn view<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<View> {
        let of = of.into();
        let setting = self.setting()?;
        let tree = self.board.tree();
        let ids = self.ids(of)?;
        let agencies = self.agencies_of(of, &ids).into_iter();
        let agencies: Vec<_> = agencies
            .map(|agency| (&tree.node(agency).scope, self.board.sums(agency)))
            .collect();
        let sums = self.sums_of(of, &ids, setting.as_of);
        let severities = ids.iter().filter_map(|&id| self.severity(id));
        Some(View {
            severity: severities.map(|(severity, _)| severity).max(),
            judged: match of {
                ExtentRef::Scope(_) => self.judged(ids[0], &sums, setting.as_of),
                // Its members are, each for itself.
                ExtentRef::Selection(_) => None,
            },
            closing_record: self.closing_record(of),
            ..figures::view(of, &sums, &agencies, setting)
        })
    }

    /// The sums of a scope as of the last advance: all that its figures follow from,
    /// and what another process can add its own sums to. `None` if neither the
    /// directory nor an event has named the scope, or before the first advance.
    pub fn sums(&self, scope: &Scope) -> Option<ScopeSums<'_>> {
        let as_of = self.board_time()?;
        let id = self.board.tree().find(scope)?;
        Some(self.sums_of(scope.into(), &[id], as_of))
    }

    /// What figures depend on beside sums; `None` before the first advance.
    pub fn setting(&self) -> Option<Setting<'_>> {
        Some(Setting {
            as_of: self.board_time()?,
            clock: self.settings.clock,
            directory: &self.terms.versions,
        })
    }

    /// The headline figures of the children of a scope, in the order in which they were
    /// first named, or of the members of a selection, by their paths.
    pub fn children<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<Card>> {
        let of = of.into();
        let setting = self.setting()?;
        let tree = self.board.tree();
        let children = self.rows_of(of, &self.ids(of)?);
        let card = |child| {
            let sums = self.board.sums(child);
            let severity = self.severity(child);
            Card {
                severity: severity.map(|(severity, _)| severity),
                worst: severity.and_then(|(_, worst)| worst),
                suppressed: self.suppressed(child),
                ..figures::card(named(tree.node(child)), &sums, setting)
            }
        };
        Some(children.into_iter().map(card).collect())
    }

    /// The quarter-hours of today in which something happened, oldest first; `None`
    /// for a scope that nobody has named.
    pub fn quarters<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Option<Vec<Quarter>> {
        let of = of.into();
        let as_of = self.board_time()?;
        let ids = self.ids(of)?;
        let mut sums = QuarterSums::default();
        for (partition, cells) in self.cells_below_all(&ids).into_values() {
            for &cell in &*cells {
                let start = partition.midnight(cell, as_of, &self.terms);
                for (quarter, of_cell) in partition.quarters(cell, start) {
                    sums.add(quarter, &of_cell);
                }
            }
        }
        let short_abandons_count = self.short_abandons_count(of);
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
            let node = tree.node(id);
            let sums = self.sums_with_outlook((&node.scope).into(), &[id], setting.as_of);
            figures::measures(named(node), &sums, setting)
        });
        measures.collect()
    }

    /// Whether calls given up within a few seconds count against the pick-up rates
    /// of a scope: the rule of its network, as of the last advance; of a selection, the
    /// one that its members share.
    pub fn short_abandons_count<'e>(&self, of: impl Into<ExtentRef<'e>>) -> bool {
        let as_of = self.as_of().unwrap_or(Time(i64::MAX));
        self.terms.versions.short_abandons_count_over(of, as_of)
    }

    /// The scopes from the top down to this one, itself last, or to the last that holds
    /// all members of a selection; empty for a scope that nobody has named.
    pub fn path<'e>(&self, of: impl Into<ExtentRef<'e>>) -> Vec<Crumb> {
        let of = of.into();
        let tree = self.board.tree();
        let paths = of.members().iter().map(|scope| {
            let up = std::iter::successors(tree.find(scope), |&id| tree.node(id).parent);
            let mut down: Vec<ScopeId> = up.collect();
            down.reverse();
            down
        });
        let shared = paths.reduce(|one, other| {
            let both = one.into_iter().zip(other);
            let shared = both.take_while(|(one, other)| one == other);
            shared.map(|(id, _)| id).collect()
        });
        let shared = shared.into_iter().flatten();
        shared.map(|id| tree.node(id).crumb()).collect()
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

    /// All sums of it.
    fn sums_of(&self, of: ExtentRef<'_>, ids: &[ScopeId], as_of: Time) -> ScopeSums<'_> {
        let mut sums = self.sums_with_outlook(of, ids, as_of);
        for (partition, cells) in self.cells_below_all(ids).into_values() {
            sums.sources.add(&partition.sources(&cells));
            sums.predicted_missed += partition.predicted_missed(&cells);
        }
        sums.closing = self.closing_sums(of, ids, as_of);
        if figures::has_levers(of) {
            sums.levers = self.levers(ids, as_of);
        }
        sums.callers = self.callers_in(of);
        sums
    }

    /// The sums of it that metrics are made from: not who tells of it, nor its levers.
    pub(super) fn sums_with_outlook(
        &self,
        of: ExtentRef<'_>,
        ids: &[ScopeId],
        as_of: Time,
    ) -> ScopeSums<'_> {
        let mut sums = self.kept_sums(of, ids);
        let needs_one_line = figures::needs_one_line(of);
        for (partition, cells) in self.cells_below_all(ids).into_values() {
            let outlook = partition.outlook(&cells, as_of, needs_one_line, &self.terms);
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

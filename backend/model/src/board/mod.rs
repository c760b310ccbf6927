//! The sums of every scope, kept up to date second by second.
//!
//! Derived, never saved: it can be made anew from the partitions at any time,
//! and a property test holds the two ways of getting there equal. A
//! contribution is added to the windows of the scopes above its cells as time
//! passes it, and subtracted as it falls out: what a second costs depends on
//! what happened in it, not on the number of agencies.

mod tree;

use std::collections::BTreeMap;

use smallvec::SmallVec;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use crate::contribution::{By, CellId, Contribution};
use crate::directory::ZoneId;
use crate::partition::cell::Cell;
use crate::partition::{Partition, Rules};
use crate::tally::Tally;
pub(crate) use tree::{ScopeId, Tree};

/// The name of the window since local midnight.
pub(crate) const TODAY: &str = "today";

/// A sliding window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sliding {
    /// As views call it.
    pub name: String,
    /// Its length.
    pub seconds: i64,
}

/// The sliding windows that views have where nothing else is said: 5, 15 and 60
/// minutes.
pub fn default_windows() -> Vec<Sliding> {
    [5, 15, 60].map(Sliding::minutes).into()
}

impl Sliding {
    /// A window of so many minutes.
    pub fn minutes(minutes: i64) -> Self {
        Self {
            name: format!("{minutes}m"),
            seconds: minutes * 60,
        }
    }
}

/// Sums of a scope by window: the sliding ones, then today's.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sums {
    by_origin: Vec<Tally>,
    by_handler: Vec<Tally>,
}

impl Sums {
    fn new(windows: usize) -> Self {
        Self {
            by_origin: vec![Tally::default(); windows],
            by_handler: vec![Tally::default(); windows],
        }
    }

    /// The windows in their order.
    pub(crate) fn of(&self, by: By) -> &[Tally] {
        match by {
            By::Origin => &self.by_origin,
            By::Handler => &self.by_handler,
        }
    }
}

/// The sums of every scope as of a second.
#[derive(Debug, Default)]
pub(crate) struct Board {
    tree: Tree,
    sliding: Vec<Sliding>,
    sums: Vec<Sums>,
    as_of: Option<i64>,
}

impl Board {
    pub(crate) fn new(rules: &Rules, only: Option<&[Scope]>, sliding: Vec<Sliding>) -> Self {
        Self {
            tree: Tree::new(&rules.directory, only),
            sliding,
            sums: Vec::new(),
            as_of: None,
        }
    }

    pub(crate) fn as_of(&self) -> Option<i64> {
        self.as_of
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn sums(&self, scope: ScopeId) -> &Sums {
        &self.sums[scope.0]
    }

    /// The windows of a scope, each with its name and its length in seconds;
    /// today has none.
    pub(crate) fn windows(
        &self,
        scope: ScopeId,
        by: By,
    ) -> impl Iterator<Item = (&str, Option<i64>, &Tally)> {
        self.sliding
            .iter()
            .map(|sliding| (sliding.name.as_str(), Some(sliding.seconds)))
            .chain([(TODAY, None)])
            .zip(self.sums[scope.0].of(by))
            .map(|((name, seconds), tally)| (name, seconds, tally))
    }

    /// A window of a scope by origin; today's where there is none of that name.
    pub(crate) fn window(&self, scope: ScopeId, name: &str) -> &Tally {
        let known = self.sliding.iter().position(|known| known.name == name);
        &self.sums[scope.0].by_origin[known.unwrap_or(self.today_at())]
    }

    /// Position of `today` behind the sliding windows.
    fn today_at(&self) -> usize {
        self.sliding.len()
    }

    /// Forgets everything but the scopes: the next move makes it anew.
    pub(crate) fn reset(&mut self) {
        self.as_of = None;
        self.tree.forget_cells();
    }

    /// Brings the sums to `to`, where all partitions are.
    pub(crate) fn advance(
        &mut self,
        partitions: &mut BTreeMap<i32, Partition>,
        to: i64,
        rules: &mut Rules,
    ) {
        self.place_new_cells(partitions, rules);
        match self.as_of.replace(to) {
            Some(from) if to - from <= rules.longest_window => {
                self.correct(partitions, from, rules);
                self.slide(partitions, from, to);
                self.continue_today(partitions, from, to, rules);
            }
            _ => self.rebuild(partitions, to, rules),
        }
    }

    /// Position and length of each sliding window.
    fn lengths(&self) -> impl Iterator<Item = (usize, i64)> + use<> {
        let lengths: SmallVec<[i64; 4]> = self.sliding.iter().map(|known| known.seconds).collect();
        lengths.into_iter().enumerate()
    }

    fn place_new_cells(&mut self, partitions: &BTreeMap<i32, Partition>, rules: &Rules) {
        for (&number, partition) in partitions {
            self.tree.place_cells(number, partition, &rules.directory);
        }
        self.sums
            .resize(self.tree.len(), Sums::new(self.sliding.len() + 1));
    }

    /// Makes the sums anew, as of `to`.
    fn rebuild(&mut self, partitions: &mut BTreeMap<i32, Partition>, to: i64, rules: &mut Rules) {
        self.sums.fill(Sums::new(self.sliding.len() + 1));
        for (&number, partition) in partitions.iter_mut() {
            partition.take_corrections();
            for (window, length) in self.lengths() {
                for contribution in partition.panes(to - length, to) {
                    self.add(number, window, &contribution, Parts::BOTH);
                }
            }
        }
        self.rebuild_today(partitions, to, rules);
    }

    /// Adds what was said of panes that had passed already.
    fn correct(
        &mut self,
        partitions: &mut BTreeMap<i32, Partition>,
        as_of: i64,
        rules: &mut Rules,
    ) {
        for (&number, partition) in partitions.iter_mut() {
            for contribution in partition.take_corrections() {
                let second = contribution.at.second();
                if second >= as_of {
                    // Passed since: it slides in with its pane.
                    continue;
                }
                for (window, length) in self.lengths() {
                    if second >= as_of - length {
                        self.add(number, window, &contribution, Parts::BOTH);
                    }
                }
                let mut is_today = |cell: CellId| {
                    let zone = partition.rules_of(cell).zone;
                    today(zone, as_of, rules) <= contribution.at
                };
                let parts = Parts {
                    handler: is_today(contribution.handler),
                    origin: is_today(contribution.origin),
                };
                self.add(number, self.today_at(), &contribution, parts);
            }
        }
    }

    /// Moves the sliding windows.
    fn slide(&mut self, partitions: &BTreeMap<i32, Partition>, from: i64, to: i64) {
        for (&number, partition) in partitions {
            for (window, length) in self.lengths() {
                for contribution in partition.panes(from.max(to - length), to) {
                    self.add(number, window, &contribution, Parts::BOTH);
                }
                for contribution in partition.panes(from - length, from.min(to - length)) {
                    self.add(number, window, &contribution.taken_back(), Parts::BOTH);
                }
            }
        }
    }

    /// Adds to today, or begins it anew where a midnight has passed.
    fn continue_today(
        &mut self,
        partitions: &BTreeMap<i32, Partition>,
        from: i64,
        to: i64,
        rules: &mut Rules,
    ) {
        let zones = rules.directory.zones().len();
        let is_new = (0..zones)
            .any(|zone| today(ZoneId(zone), from, rules) != today(ZoneId(zone), to, rules));
        if is_new {
            return self.rebuild_today(partitions, to, rules);
        }
        for (&number, partition) in partitions {
            for contribution in partition.panes(from, to) {
                self.add(number, self.today_at(), &contribution, Parts::BOTH);
            }
        }
    }

    fn rebuild_today(&mut self, partitions: &BTreeMap<i32, Partition>, to: i64, rules: &mut Rules) {
        let today_at = self.today_at();
        for sums in &mut self.sums {
            sums.by_origin[today_at].clear();
            sums.by_handler[today_at].clear();
        }
        for (&number, partition) in partitions {
            for (at, cell) in partition.cells().iter().enumerate() {
                let id = CellId(at as u32);
                let start = today(partition.rules_of(id).zone, to, rules);
                self.add_day(number, id, cell, start);
            }
        }
    }

    fn add_day(&mut self, partition: i32, id: CellId, cell: &Cell, start: Time) {
        let today_at = self.today_at();
        let (mut by_origin, mut by_handler) = (Tally::default(), Tally::default());
        cell.add_since(start, By::Origin, &mut by_origin);
        cell.add_since(start, By::Handler, &mut by_handler);
        for &scope in self.tree.scopes_above(partition, id) {
            let sums = &mut self.sums[scope.0];
            sums.by_origin[today_at].merge(&by_origin);
            sums.by_handler[today_at].merge(&by_handler);
        }
    }

    fn add(&mut self, partition: i32, window: usize, contribution: &Contribution, parts: Parts) {
        if parts.handler {
            for &scope in self.tree.scopes_above(partition, contribution.handler) {
                let sums = &mut self.sums[scope.0];
                contribution.add_volume(&mut sums.by_origin[window]);
                contribution.add_volume(&mut sums.by_handler[window]);
                contribution.add_service(By::Handler, &mut sums.by_handler[window]);
            }
        }
        if parts.origin {
            for &scope in self.tree.scopes_above(partition, contribution.origin) {
                contribution.add_service(By::Origin, &mut self.sums[scope.0].by_origin[window]);
            }
        }
    }
}

/// Which parts of a contribution are added.
#[derive(Clone, Copy)]
struct Parts {
    handler: bool,
    origin: bool,
}

impl Parts {
    const BOTH: Self = Self {
        handler: true,
        origin: true,
    };
}

/// Local midnight of a zone as of a second.
fn today(zone: ZoneId, as_of: i64, rules: &mut Rules) -> Time {
    rules.calendar.day(zone, Time::from_seconds(as_of)).start
}

//! The sums of every scope, kept up to date second by second.
//!
//! Derived, never saved: it can be made anew from the partitions at any time,
//! and a property test holds the two ways of getting there equal. A
//! contribution is added to the windows of the scopes above its cells as time
//! passes it, and subtracted as it falls out: what a second costs depends on
//! what happened in it, not on the number of agencies.

mod tree;

use std::borrow::Cow;
use std::collections::BTreeMap;

use smallvec::SmallVec;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use crate::contribution::{By, CellId, Contribution, Shares};
use crate::directory::ZoneId;
use crate::partition::cell::Cell;
use crate::partition::quarters::Quarter;
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

/// Sums of a scope by window: the sliding ones, then today's. Most calls are
/// handled where they were asked for: those are held once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sums(Vec<WindowSums>);

/// The sums of a window.
#[derive(Clone, Debug, Default, PartialEq)]
struct WindowSums {
    both: Tally,
    by_origin: Tally,
    by_handler: Tally,
}

impl Sums {
    fn new(windows: usize) -> Self {
        Self(vec![WindowSums::default(); windows])
    }

    /// A window by its place.
    pub(crate) fn of(&self, by: By, window: usize) -> Cow<'_, Tally> {
        let sums = &self.0[window];
        let own = match by {
            By::Origin => &sums.by_origin,
            By::Handler => &sums.by_handler,
        };
        if own.is_empty() {
            return Cow::Borrowed(&sums.both);
        }
        let mut sum = sums.both.clone();
        sum.merge(own);
        Cow::Owned(sum)
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
    ) -> impl Iterator<Item = (&str, Option<i64>, Cow<'_, Tally>)> {
        self.sliding
            .iter()
            .map(|sliding| (sliding.name.as_str(), Some(sliding.seconds)))
            .chain([(TODAY, None)])
            .enumerate()
            .map(move |(at, (name, seconds))| (name, seconds, self.sums[scope.0].of(by, at)))
    }

    /// A window of a scope by origin; today's where there is none of that name.
    pub(crate) fn window(&self, scope: ScopeId, name: &str) -> Cow<'_, Tally> {
        let place = self.place_of(name).unwrap_or(self.today_at());
        self.sums[scope.0].of(By::Origin, place)
    }

    /// The place of a window among those of a scope.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        match name {
            TODAY => Some(self.today_at()),
            _ => self.sliding.iter().position(|known| known.name == name),
        }
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
                let is_new_day = self.is_new_day(from, to, rules);
                self.take_in(partitions, from, to, !is_new_day);
                self.let_go(partitions, from, to);
                if is_new_day {
                    self.rebuild_today(partitions, to, rules);
                }
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
        for partition in partitions.values_mut() {
            partition.take_corrections();
        }
        self.take_in(partitions, to - rules.longest_window, to, false);
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
                let shares = contribution.shares();
                for (window, length) in self.lengths() {
                    if second >= as_of - length {
                        self.add(number, window, &contribution, &shares, Parts::BOTH);
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
                self.add(number, self.today_at(), &contribution, &shares, parts);
            }
        }
    }

    /// Adds what happened from `from` to `to` to the windows that hold it, and
    /// to today.
    fn take_in(
        &mut self,
        partitions: &BTreeMap<i32, Partition>,
        from: i64,
        to: i64,
        is_today: bool,
    ) {
        for (&number, partition) in partitions {
            for contribution in partition.panes(from, to) {
                let shares = contribution.shares();
                let second = contribution.at.second();
                for (window, length) in self.lengths() {
                    if second >= to - length {
                        self.add(number, window, &contribution, &shares, Parts::BOTH);
                    }
                }
                if is_today {
                    let today_at = self.today_at();
                    self.add(number, today_at, &contribution, &shares, Parts::BOTH);
                }
            }
        }
    }

    /// Takes out of the sliding windows what they no longer hold.
    fn let_go(&mut self, partitions: &BTreeMap<i32, Partition>, from: i64, to: i64) {
        for (&number, partition) in partitions {
            for (window, length) in self.lengths() {
                for contribution in partition.panes(from - length, from.min(to - length)) {
                    let mut shares = contribution.shares();
                    shares.turn();
                    self.add(number, window, &contribution, &shares, Parts::BOTH);
                }
            }
        }
    }

    /// Whether a midnight has passed in some zone.
    fn is_new_day(&self, from: i64, to: i64, rules: &mut Rules) -> bool {
        let zones = rules.directory.zones().len();
        (0..zones).any(|zone| today(ZoneId(zone), from, rules) != today(ZoneId(zone), to, rules))
    }

    fn rebuild_today(&mut self, partitions: &BTreeMap<i32, Partition>, to: i64, rules: &mut Rules) {
        let today_at = self.today_at();
        for sums in &mut self.sums {
            sums.0[today_at] = WindowSums::default();
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
        let mut day = Quarter::default();
        for (_, quarter) in cell.since(start) {
            day.both.merge(&quarter.both);
            day.by_origin.merge(&quarter.by_origin);
            day.by_handler.merge(&quarter.by_handler);
        }
        for &scope in self.tree.scopes_above(partition, id) {
            let sums = &mut self.sums[scope.0].0[today_at];
            sums.both.merge(&day.both);
            sums.by_origin.merge(&day.by_origin);
            sums.by_handler.merge(&day.by_handler);
        }
    }

    fn add(
        &mut self,
        partition: i32,
        window: usize,
        contribution: &Contribution,
        shares: &Shares,
        parts: Parts,
    ) {
        if parts.handler {
            for &scope in self.tree.scopes_above(partition, contribution.handler) {
                let sums = &mut self.sums[scope.0].0[window];
                sums.both.add_all(&shares.both);
                sums.by_handler.add_all(&shares.by_handler);
            }
        }
        if parts.origin && !shares.by_origin.is_empty() {
            for &scope in self.tree.scopes_above(partition, contribution.origin) {
                self.sums[scope.0].0[window]
                    .by_origin
                    .add_all(&shares.by_origin);
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

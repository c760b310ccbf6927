//! The sums of every scope, kept up to date second by second.
//!
//! Derived, never saved: it can be made anew from the partitions at any time,
//! and a property test holds the two ways of getting there equal. A
//! contribution is added to the windows of the scopes above its cells as time
//! passes it, and subtracted as it falls out: what a second costs depends on
//! what happened in it, not on the number of agencies.

mod gathered;
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
use crate::tally::{Amounts, Rows, Tally};
use gathered::Gathered;
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

/// Which window of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WindowAt {
    /// A sliding one, by its place.
    Sliding(usize),
    /// Since local midnight.
    Today,
}

/// Sums of a scope by window. Most calls are handled where they were asked for:
/// those are held once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sums {
    both: Windows,
    by_origin: Windows,
    by_handler: Windows,
}

/// The sliding windows, side by side, and today, which has slots that no window
/// has any more.
#[derive(Clone, Debug, PartialEq)]
struct Windows {
    sliding: Rows,
    today: Tally,
}

/// The windows that a contribution is added to.
#[derive(Clone, Debug, Default)]
struct Wanted {
    sliding: SmallVec<[usize; 4]>,
    today: bool,
}

impl Sums {
    fn new(sliding: usize) -> Self {
        let windows = || Windows {
            sliding: Rows::new(sliding),
            today: Tally::default(),
        };
        Self {
            both: windows(),
            by_origin: windows(),
            by_handler: windows(),
        }
    }

    /// The sums of a window.
    pub(crate) fn of(&self, by: By, window: WindowAt) -> Cow<'_, Tally> {
        let own = match by {
            By::Origin => &self.by_origin,
            By::Handler => &self.by_handler,
        };
        let mut sum = self.both.window(window);
        if !own.is_empty() {
            sum.to_mut().merge(&own.window(window));
        }
        sum
    }

    fn forget_today(&mut self) {
        for windows in [&mut self.both, &mut self.by_origin, &mut self.by_handler] {
            windows.today = Tally::default();
        }
    }
}

impl Windows {
    fn is_empty(&self) -> bool {
        self.sliding.is_empty() && self.today.is_empty()
    }

    fn window(&self, window: WindowAt) -> Cow<'_, Tally> {
        match window {
            WindowAt::Sliding(place) => Cow::Owned(self.sliding.window(place)),
            WindowAt::Today => Cow::Borrowed(&self.today),
        }
    }

    fn add_all(&mut self, amounts: &Amounts, wanted: &Wanted) {
        self.sliding.add_all(amounts, &wanted.sliding);
        if wanted.today {
            self.today.add_all(amounts);
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
    gathered: Gathered,
}

impl Board {
    pub(crate) fn new(rules: &Rules, only: Option<&[Scope]>, sliding: Vec<Sliding>) -> Self {
        Self {
            tree: Tree::new(&rules.directory, only),
            sliding,
            sums: Vec::new(),
            as_of: None,
            gathered: Gathered::default(),
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

    /// The windows of views, each with its name and its length in seconds; today
    /// has none.
    pub(crate) fn windows(&self) -> impl Iterator<Item = (&str, Option<i64>, WindowAt)> {
        let sliding = self.sliding.iter().enumerate();
        sliding
            .map(|(at, known)| {
                let seconds = Some(known.seconds);
                (known.name.as_str(), seconds, WindowAt::Sliding(at))
            })
            .chain([(TODAY, None, WindowAt::Today)])
    }

    /// A window of a scope by origin; today's where there is none of that name.
    pub(crate) fn window(&self, scope: ScopeId, name: &str) -> Cow<'_, Tally> {
        let place = self.place_of(name).unwrap_or(WindowAt::Today);
        self.sums[scope.0].of(By::Origin, place)
    }

    /// The place of a window among those of a scope.
    pub(crate) fn place_of(&self, name: &str) -> Option<WindowAt> {
        match name {
            TODAY => Some(WindowAt::Today),
            _ => {
                let known = self.sliding.iter().position(|known| known.name == name);
                known.map(WindowAt::Sliding)
            }
        }
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

    /// The windows that hold a second, as of `as_of`.
    fn holding(&self, second: i64, as_of: i64, today: bool) -> Wanted {
        let sliding = self.sliding.iter().enumerate();
        Wanted {
            sliding: sliding
                .filter(|(_, known)| second >= as_of - known.seconds)
                .map(|(at, _)| at)
                .collect(),
            today,
        }
    }

    fn place_new_cells(&mut self, partitions: &mut BTreeMap<i32, Partition>, rules: &Rules) {
        let is_new = self.as_of.is_none();
        let windows = self.sliding.len();
        for (&number, partition) in partitions {
            let sums = &mut self.sums;
            let forget = |gone: ScopeId| sums[gone.0] = Sums::new(windows);
            self.tree
                .place_cells(number, partition, &rules.directory, forget);
        }
        self.sums.resize(self.tree.len(), Sums::new(windows));
        if is_new {
            let sums = &mut self.sums;
            self.tree
                .let_go_of_unnamed(|gone| sums[gone.0] = Sums::new(windows));
        }
    }

    /// Makes the sums anew, as of `to`.
    fn rebuild(&mut self, partitions: &mut BTreeMap<i32, Partition>, to: i64, rules: &mut Rules) {
        self.sums.fill(Sums::new(self.sliding.len()));
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
                let mut wanted = |cell: CellId| {
                    let zone = partition.rules_of(cell).zone;
                    let is_today = today(zone, as_of, rules) <= contribution.at;
                    self.holding(second, as_of, is_today)
                };
                let at_handler = wanted(contribution.handler);
                let at_origin = wanted(contribution.origin);
                let shares = contribution.shares();
                for &scope in self.tree.scopes_above(number, contribution.handler) {
                    let sums = &mut self.sums[scope.0];
                    sums.both.add_all(&shares.both, &at_handler);
                }
                self.add_elsewhere(number, &contribution, &shares, &at_handler, &at_origin);
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
        // Between two edges all seconds are held by the same windows.
        let mut edges: SmallVec<[i64; 5]> = self
            .sliding
            .iter()
            .map(|known| to - known.seconds)
            .filter(|edge| from < *edge && *edge < to)
            .chain([from, to])
            .collect();
        edges.sort_unstable();
        for edge in edges.windows(2) {
            let wanted = self.holding(edge[0], to, is_today);
            self.add(partitions, edge[0]..edge[1], 1, &wanted);
        }
    }

    /// Takes out of the sliding windows what they no longer hold.
    fn let_go(&mut self, partitions: &BTreeMap<i32, Partition>, from: i64, to: i64) {
        for window in 0..self.sliding.len() {
            let length = self.sliding[window].seconds;
            let wanted = Wanted {
                sliding: [window].into_iter().collect(),
                today: false,
            };
            let gone = from - length..from.min(to - length);
            self.add(partitions, gone, -1, &wanted);
        }
    }

    /// Whether a midnight has passed in some zone.
    fn is_new_day(&self, from: i64, to: i64, rules: &mut Rules) -> bool {
        let zones = rules.directory.zones().len();
        (0..zones).any(|zone| today(ZoneId(zone), from, rules) != today(ZoneId(zone), to, rules))
    }

    fn rebuild_today(&mut self, partitions: &BTreeMap<i32, Partition>, to: i64, rules: &mut Rules) {
        self.sums.iter_mut().for_each(Sums::forget_today);
        for (&number, partition) in partitions {
            for (at, cell) in partition.cells().iter().enumerate() {
                let id = CellId(at as u32);
                let start = today(partition.rules_of(id).zone, to, rules);
                self.add_day(number, id, cell, start);
            }
        }
    }

    fn add_day(&mut self, partition: i32, id: CellId, cell: &Cell, start: Time) {
        let mut day = Quarter::default();
        for (_, quarter) in cell.since(start) {
            day.both.merge(&quarter.both);
            day.by_origin.merge(&quarter.by_origin);
            day.by_handler.merge(&quarter.by_handler);
        }
        for &scope in self.tree.scopes_above(partition, id) {
            let sums = &mut self.sums[scope.0];
            sums.both.today.merge(&day.both);
            sums.by_origin.today.merge(&day.by_origin);
            sums.by_handler.today.merge(&day.by_handler);
        }
    }

    /// Adds what happened in some seconds to some windows, or takes it out.
    fn add(
        &mut self,
        partitions: &BTreeMap<i32, Partition>,
        seconds: std::ops::Range<i64>,
        sign: i8,
        wanted: &Wanted,
    ) {
        for (&number, partition) in partitions {
            for contribution in partition.panes(seconds.start, seconds.end) {
                let mut shares = contribution.shares();
                if sign < 0 {
                    shares.turn();
                }
                self.add_elsewhere(number, &contribution, &shares, wanted, wanted);
                let scopes = self.tree.scopes_above(number, contribution.handler);
                self.gathered.push(shares.both, scopes);
                if self.gathered.is_full() {
                    self.add_gathered(wanted);
                }
            }
        }
        self.add_gathered(wanted);
    }

    fn add_gathered(&mut self, wanted: &Wanted) {
        let sums = &mut self.sums;
        self.gathered.drain(|scope, amounts| {
            sums[scope.0].both.add_all(amounts, wanted);
        });
    }

    /// Adds what goes by origin and by handler to different cells.
    fn add_elsewhere(
        &mut self,
        partition: i32,
        contribution: &Contribution,
        shares: &Shares,
        at_handler: &Wanted,
        at_origin: &Wanted,
    ) {
        if contribution.origin == contribution.handler {
            return;
        }
        for &scope in self.tree.scopes_above(partition, contribution.handler) {
            let sums = &mut self.sums[scope.0];
            sums.by_handler.add_all(&shares.by_handler, at_handler);
        }
        for &scope in self.tree.scopes_above(partition, contribution.origin) {
            let sums = &mut self.sums[scope.0];
            sums.by_origin.add_all(&shares.by_origin, at_origin);
        }
    }
}

/// Local midnight of a zone as of a second.
fn today(zone: ZoneId, as_of: i64, rules: &mut Rules) -> Time {
    rules.calendar.day(zone, Time::from_seconds(as_of)).start
}

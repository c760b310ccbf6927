//! The sums of every scope, and how a second changes them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use smallvec::SmallVec;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;

use super::contributor::Contributor;
use super::gathered::Gathered;
use super::standing::Standing;
use super::tree::{ScopeId, Tree};
use crate::books::Books;
use crate::contribution::{CellId, Contribution};
use crate::directory::ZoneSince;
use crate::sums::{ClosingSums, Outlook, ScopeSums, Sliding, Sources, Wanted, WindowSums};
use crate::tally::{Amounts, Extra, Family, Slot, Tally};
use crate::terms::Terms;

/// The sums of every scope as of a second.
#[derive(Debug, Default)]
pub(crate) struct Board {
    tree: Tree,
    sliding: Vec<Sliding>,
    windows: Vec<Books<WindowSums>>,
    standing: Standing,
    as_of: Option<i64>,
    gathered: Gathered,
}

impl Board {
    pub(crate) fn new(terms: &Terms, only: Option<&[Scope]>, sliding: Vec<Sliding>) -> Self {
        Self {
            tree: Tree::new(&terms.directory, only),
            sliding,
            ..Self::default()
        }
    }

    pub(crate) fn as_of(&self) -> Option<i64> {
        self.as_of
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The sums of a scope that are kept: not who tells of it, its outlook and its
    /// levers, which are gathered for those who ask.
    pub(crate) fn sums(&self, scope: ScopeId) -> ScopeSums<'_> {
        let (present, ever) = self.standing.of(scope);
        ScopeSums {
            sliding: Cow::Borrowed(&self.sliding),
            windows: Cow::Borrowed(&self.windows[scope.0]),
            present: Cow::Borrowed(present),
            ever,
            sources: Sources::default(),
            outlook: Outlook::default(),
            predicted_missed: 0,
            closing: ClosingSums::default(),
            levers: Vec::new(),
            callers: None,
        }
    }

    /// Whether somebody waits in a scope.
    pub(crate) fn has_waiting(&self, scope: ScopeId) -> bool {
        !self.standing.of(scope).0.waiting.is_empty()
    }

    /// The scopes whose sums changed since that was last taken.
    pub(crate) fn take_changed(&mut self) -> Vec<ScopeId> {
        self.standing.take_changed()
    }

    /// Forgets everything but the scopes: the next move makes it anew.
    pub(crate) fn reset(&mut self) {
        self.as_of = None;
        self.tree.forget_cells();
    }

    /// Brings the sums to `to`, where all contributors are.
    pub(crate) fn advance<C: Contributor>(
        &mut self,
        contributors: &mut BTreeMap<i32, C>,
        to: i64,
        terms: &mut Terms,
    ) {
        let handed_over = self.place_new_cells(contributors, terms);
        let from = self.as_of.replace(to);
        match from {
            Some(from) if to - from <= terms.longest_window => {
                let is_new_day = self.standing.pass(to, terms);
                self.correct(contributors, from, terms);
                self.take_in(contributors, from, to, !is_new_day, true);
                self.let_go(contributors, from, to);
                if is_new_day {
                    self.rebuild_today(contributors, to, terms);
                }
                if is_new_day || handed_over {
                    self.standing.rebuild(&self.tree, contributors);
                }
            }
            Some(_) | None => self.rebuild(contributors, to, terms),
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

    /// Places the cells that contributors have made, and takes out those they have
    /// forgotten; answers whether something went from one to another.
    fn place_new_cells<C: Contributor>(
        &mut self,
        contributors: &mut BTreeMap<i32, C>,
        terms: &Terms,
    ) -> bool {
        let is_new = self.as_of.is_none();
        let sliding = self.sliding.len();
        let mut handed_over = false;
        let mut all_gone = Vec::new();
        for (&number, contributor) in contributors {
            let changes = contributor.take_changes();
            handed_over |= changes.handed_over || !changes.freed.is_empty();
            let gone = |gone: ScopeId| all_gone.push(gone);
            self.tree
                .place_cells(number, contributor, &changes, &terms.directory, gone);
        }
        if is_new {
            self.tree.let_go_of_unnamed(|gone| all_gone.push(gone));
        }
        let nothing = || Books {
            both: WindowSums::new(sliding),
            by_origin: WindowSums::new(sliding),
            by_handler: WindowSums::new(sliding),
        };
        for gone in all_gone {
            if let Some(windows) = self.windows.get_mut(gone.0) {
                *windows = nothing();
            }
            self.standing.forget(gone);
        }
        self.windows.resize_with(self.tree.len(), nothing);
        self.standing.resize(self.tree.len());
        handed_over
    }

    /// Makes the sums anew, as of `to`.
    fn rebuild<C: Contributor>(
        &mut self,
        contributors: &mut BTreeMap<i32, C>,
        to: i64,
        terms: &mut Terms,
    ) {
        let sliding = self.sliding.len();
        for windows in self.windows.iter_mut().flat_map(Books::parts_mut) {
            *windows = WindowSums::new(sliding);
        }
        for contributor in contributors.values_mut() {
            contributor.take_corrections();
        }
        self.standing.pass(to, terms);
        self.take_in(contributors, to - terms.longest_window, to, false, false);
        self.rebuild_today(contributors, to, terms);
        self.standing.rebuild(&self.tree, contributors);
    }

    /// Adds what was said of panes that had passed already.
    fn correct<C: Contributor>(
        &mut self,
        contributors: &mut BTreeMap<i32, C>,
        as_of: i64,
        terms: &mut Terms,
    ) {
        for (&number, contributor) in contributors.iter_mut() {
            for contribution in contributor.take_corrections() {
                let second = contribution.at.second();
                if second >= as_of {
                    // Passed since: it slides in with its pane.
                    continue;
                }
                let mut wanted = |cell: CellId| {
                    let zone = contributor.zone(cell, Time::from_seconds(as_of));
                    let is_today = today(zone, as_of, terms) <= contribution.at;
                    self.holding(second, as_of, is_today)
                };
                let at_handler = wanted(contribution.handler);
                let at_origin = wanted(contribution.origin);
                let shares = contribution.shares();
                for &scope in self.tree.scopes_above(number, contribution.handler) {
                    let windows = &mut self.windows[scope.0];
                    windows.both.add_all(&shares.both, &at_handler);
                    self.standing.note_change(scope);
                }
                self.add_elsewhere(number, &contribution, &shares, &at_handler, &at_origin);
                self.standing
                    .take(&self.tree, (number, contributor), &contribution);
            }
        }
    }

    /// Adds what happened from `from` to `to` to the windows that hold it, to today,
    /// and to what is going on now.
    fn take_in<C: Contributor>(
        &mut self,
        contributors: &BTreeMap<i32, C>,
        from: i64,
        to: i64,
        is_today: bool,
        is_new: bool,
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
            self.add(contributors, edge[0]..edge[1], 1, &wanted, is_new);
        }
    }

    /// Takes out of the sliding windows what they no longer hold.
    fn let_go<C: Contributor>(&mut self, contributors: &BTreeMap<i32, C>, from: i64, to: i64) {
        for window in 0..self.sliding.len() {
            let length = self.sliding[window].seconds;
            let wanted = Wanted {
                sliding: [window].into_iter().collect(),
                today: false,
            };
            let gone = from - length..from.min(to - length);
            self.add(contributors, gone, -1, &wanted, false);
        }
    }

    fn rebuild_today<C: Contributor>(
        &mut self,
        contributors: &BTreeMap<i32, C>,
        to: i64,
        terms: &mut Terms,
    ) {
        for windows in self.windows.iter_mut().flat_map(Books::parts_mut) {
            windows.forget_today();
        }
        for (&number, contributor) in contributors {
            for at in 0..contributor.cells() {
                let cell = CellId(at as u32);
                let zone = contributor.zone(cell, Time::from_seconds(to));
                let start = today(zone, to, terms);
                self.add_day(number, cell, contributor, start);
            }
        }
    }

    fn add_day(&mut self, number: i32, cell: CellId, contributor: &impl Contributor, start: Time) {
        let mut day = Books::<Tally>::default();
        for (_, quarter) in contributor.quarters(cell, start) {
            for (sum, of_quarter) in day.zip_mut(&quarter) {
                sum.merge(of_quarter);
            }
        }
        for extra in Extra::COHORT {
            day.both.forget(Slot::extra(Family::First, extra));
        }
        for &scope in self.tree.scopes_above(number, cell) {
            for (windows, of_day) in self.windows[scope.0].zip_mut(&day) {
                windows.add_to_today(of_day);
            }
        }
    }

    /// Adds what happened in some seconds to some windows, or takes it out; what is
    /// new changes what is going on, too.
    fn add<C: Contributor>(
        &mut self,
        contributors: &BTreeMap<i32, C>,
        seconds: Range<i64>,
        sign: i8,
        wanted: &Wanted,
        is_new: bool,
    ) {
        for (&number, contributor) in contributors {
            for contribution in contributor.between(seconds.start, seconds.end) {
                let mut shares = contribution.shares();
                if sign < 0 {
                    shares.parts_mut().into_iter().for_each(Amounts::turn);
                }
                if is_new {
                    self.standing
                        .take(&self.tree, (number, contributor), &contribution);
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
        let windows = &mut self.windows;
        let standing = &mut self.standing;
        self.gathered.drain(|scope, amounts| {
            windows[scope.0].both.add_all(amounts, wanted);
            standing.note_change(scope);
        });
    }

    /// Adds what goes by origin and by handler to different cells.
    fn add_elsewhere(
        &mut self,
        number: i32,
        contribution: &Contribution,
        shares: &Books<Amounts>,
        at_handler: &Wanted,
        at_origin: &Wanted,
    ) {
        if contribution.origin == contribution.handler {
            return;
        }
        for &scope in self.tree.scopes_above(number, contribution.handler) {
            let windows = &mut self.windows[scope.0];
            windows.by_handler.add_all(&shares.by_handler, at_handler);
        }
        for &scope in self.tree.scopes_above(number, contribution.origin) {
            let windows = &mut self.windows[scope.0];
            windows.by_origin.add_all(&shares.by_origin, at_origin);
            self.standing.note_change(scope);
        }
    }
}

/// The last midnight of what is counted by a zone, as of a second.
fn today(counted: ZoneSince, as_of: i64, terms: &mut Terms) -> Time {
    let day = terms.calendar.day(counted.zone, Time::from_seconds(as_of));
    day.start.max(counted.since)
}

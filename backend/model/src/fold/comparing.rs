//! The windows between which a rate moved: those that end now, and those of the past
//! that can still be counted.
//!
//! Two things are kept of the past: what happened second by second, for as long as the
//! longest sliding window; and the sums of the quarter-hours of today. A window of the
//! past is put together from these: whole quarter-hours, and seconds at its edges. So one
//! that begins before the seconds kept has to begin with a quarter-hour.

use hashbrown::{HashMap, HashSet};
use vigie_contract::explanation::WindowLength;
use vigie_contract::extent::ExtentRef;
use vigie_contract::scope::Scope;
use vigie_contract::time::{Span, Time};

use super::state::Fold;
use crate::board::{Contributor, ScopeId};
use crate::books::By;
use crate::contribution::PresentChange;
use crate::figures::{self, Side, SideOf};
use crate::sums::{QUARTER_SECONDS, WindowAt};
use crate::tally::Tally;

/// Why a window of the past cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCounted {
    /// Neither the directory nor an event has named the scope.
    #[error("neither the directory nor an event has named {0}")]
    UnknownScope(Scope),
    /// No time has passed yet.
    #[error("no figures yet")]
    NotYet,
    /// The window ends after the instant that the figures are as of.
    #[error("{to} is to come: figures are as of {as_of}")]
    Ahead {
        /// The end of the window.
        to: Time,
        /// The instant that the figures are as of.
        as_of: Time,
    },
    /// Single calls that ended at the instant are not listed any more.
    #[error("{since} is too long ago: calls are listed for 60 minutes, since {earliest}")]
    Past {
        /// The instant that was asked for.
        since: Time,
        /// The earliest instant since which they are listed.
        earliest: Time,
    },
    /// What happened in the window is not kept any more.
    #[error(
        "the window {window} that ends at {to} cannot be counted any more: to the second it \
         can since {seconds_since}, and from quarter-hour to quarter-hour since {quarters_since}"
    )]
    Gone {
        /// The length of the window.
        window: WindowLength,
        /// The end of the window.
        to: Time,
        /// The instant since which every second is kept.
        seconds_since: Time,
        /// The instant since which the quarter-hours are kept: the last midnight of the
        /// agencies of the scope.
        quarters_since: Time,
    },
}

/// What is added up for a window: quarter-hours, and the seconds at its edges.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pieces {
    quarters: Quarters,
    /// From one second (included) to another (excluded).
    seconds: Vec<(i64, i64)>,
}

/// Quarter-hours of a window, by their number since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quarters {
    /// None.
    Without,
    /// From one (included) to another (excluded).
    Between(i64, i64),
    /// Those since the midnight of each cell, up to one (excluded).
    OfToday(i64),
}

impl Fold {
    /// The window that ends at the instant of the last advance; `None` for a scope that
    /// nobody has named, for a length that the fold keeps no sums of, and before the first
    /// advance. An offline fold has to be settled before.
    pub fn side<'e>(&self, of: impl Into<ExtentRef<'e>>, length: WindowLength) -> Option<Side> {
        let of = of.into();
        let to = self.board_time()?;
        let ids = self.ids(of)?;
        let sums = self.kept_sums(of, &ids);
        let at = match length {
            WindowLength::Seconds(seconds) => {
                let mut sliding = sums.sliding.iter();
                WindowAt::Sliding(sliding.position(|known| known.seconds == seconds)?)
            }
            WindowLength::Today => WindowAt::Today,
        };
        let side_of = SideOf {
            promises_open: Some(self.promises_open(&ids)),
            ..self.side_of(of, length, to)
        };
        let mut side = Side::new(side_of, &sums.windows.of(By::Origin, at));
        for child in self.rows_of(of, &ids) {
            let node = self.board.tree().node(child);
            let sums = self.board.sums(child);
            let window = sums.windows.in_place(By::Origin, at);
            side.add_child(&node.scope, &node.name, &window);
        }
        Some(side)
    }

    /// A window that ended at any instant, as far as what happened in it is still kept.
    /// For a fold that keeps its sums up to date, of all scopes.
    ///
    /// # Errors
    /// Where nothing is known of the scope or of the window.
    pub fn side_at<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        length: WindowLength,
        to: Time,
    ) -> Result<Side, NotCounted> {
        let of = of.into();
        let as_of = self.board_time().ok_or(NotCounted::NotYet)?;
        let tree = self.board.tree();
        if let Some(unnamed) = self.unnamed(of) {
            return Err(NotCounted::UnknownScope(unnamed.clone()));
        }
        let ids = self.ids(of).unwrap_or_default();
        if to > as_of {
            return Err(NotCounted::Ahead { to, as_of });
        }
        let seconds_since = as_of - Span::from_seconds(self.terms.longest_window);
        let quarters_since = self.last_midnight(of, &ids, as_of);
        let since = [seconds_since, quarters_since].map(Time::second);
        let pieces = pieces(length, to.second(), since).ok_or(NotCounted::Gone {
            window: length,
            to,
            seconds_since,
            quarters_since,
        })?;
        let side_of = SideOf {
            promises_open: (to >= seconds_since).then(|| self.promises_open_at(&ids, to, as_of)),
            ..self.side_of(of, length, to)
        };
        let rows = self.rows_of(of, &ids);
        let sums = self.gathered(&ids, &rows, to, &pieces);
        let mut whole = Tally::default();
        ids.iter().for_each(|id| whole.merge(&sums[id]));
        let mut side = Side::new(side_of, &whole);
        for row in rows {
            let node = tree.node(row);
            side.add_child(&node.scope, &node.name, &sums[&row]);
        }
        Ok(side)
    }

    /// A window in which nothing happened.
    pub fn empty_side<'e>(
        &self,
        of: impl Into<ExtentRef<'e>>,
        length: WindowLength,
        to: Time,
    ) -> Side {
        let side_of = SideOf {
            promises_open: Some(0),
            ..self.side_of(of.into(), length, to)
        };
        Side::new(side_of, &Tally::default())
    }

    fn side_of(&self, of: ExtentRef<'_>, length: WindowLength, to: Time) -> SideOf {
        let directory = &self.terms.versions;
        SideOf {
            from: match length {
                WindowLength::Seconds(seconds) => to - Span::from_seconds(seconds),
                WindowLength::Today => directory.midnight_over(of, to),
            },
            to,
            short_abandons_count: directory.short_abandons_count_over(of, to),
            is_wide_today: length == WindowLength::Today && figures::is_wide(of),
            promises_open: None,
        }
    }

    /// The latest of the last midnights of the cells below, which may lie in several time
    /// zones; its own where it has no cells.
    fn last_midnight(&self, of: ExtentRef<'_>, ids: &[ScopeId], as_of: Time) -> Time {
        let cells = self.cells_below_all(ids).into_values();
        let zones = cells.flat_map(|(partition, cells)| {
            let zones = cells.iter().map(|&cell| partition.zone(cell, as_of));
            let mut zones: Vec<_> = zones.collect();
            zones.sort_unstable();
            zones.dedup();
            zones
        });
        let calendar = &self.terms.calendar;
        let midnights = zones.map(|counted| {
            let day = calendar.known_day(counted.zone, as_of);
            day.start.max(counted.since)
        });
        let own = || self.terms.versions.midnight_over(of, as_of);
        midnights.max().unwrap_or_else(own)
    }

    /// The sums by origin of some scopes, and of what tables of them have rows for.
    fn gathered(
        &self,
        ids: &[ScopeId],
        rows: &[ScopeId],
        to: Time,
        pieces: &Pieces,
    ) -> HashMap<ScopeId, Tally> {
        let wanted = ids.iter().chain(rows);
        let mut sums = wanted.map(|&scope| (scope, Tally::default())).collect();
        self.add_quarters(ids, to, pieces.quarters, &mut sums);
        for &(from, to) in &pieces.seconds {
            self.add_seconds(ids, (from, to), &mut sums);
        }
        sums
    }

    /// Adds quarter-hours of the cells of some scopes to the scopes above them that are
    /// summed. `to`: the end of the window, which says of which day it is.
    fn add_quarters(
        &self,
        ids: &[ScopeId],
        to: Time,
        quarters: Quarters,
        sums: &mut HashMap<ScopeId, Tally>,
    ) {
        let tree = self.board.tree();
        for (number, (partition, cells)) in self.cells_below_all(ids) {
            for &cell in &*cells {
                let (since, end) = match quarters {
                    Quarters::Without => return,
                    Quarters::Between(first, end) => (start_of(first), end),
                    Quarters::OfToday(end) => (partition.midnight(cell, to, &self.terms), end),
                };
                let mut sum = Tally::default();
                let known = partition.quarters(cell, since);
                for (_, quarter) in known.take_while(|(at, _)| *at < end) {
                    quarter.add_to(By::Origin, &mut sum);
                }
                for scope in tree.scopes_above(number, cell) {
                    if let Some(known) = sums.get_mut(scope) {
                        known.merge(&sum);
                    }
                }
            }
        }
    }

    /// Adds what happened in some scopes from one second (included) to another (excluded) to
    /// the scopes that are summed.
    fn add_seconds(
        &self,
        ids: &[ScopeId],
        (from, to): (i64, i64),
        sums: &mut HashMap<ScopeId, Tally>,
    ) {
        let tree = self.board.tree();
        for (number, (partition, cells)) in self.cells_below_all(ids) {
            let mut is_below = vec![false; partition.cells().len()];
            for cell in &*cells {
                is_below[cell.0 as usize] = true;
            }
            for contribution in partition.between(from, to) {
                let cells = [contribution.handler, contribution.origin];
                if !cells.iter().any(|cell| is_below[cell.0 as usize]) {
                    continue;
                }
                let shares = contribution.shares();
                for (cell, amounts) in [
                    (contribution.handler, &shares.both),
                    (contribution.origin, &shares.by_origin),
                ] {
                    for scope in tree.scopes_above(number, cell) {
                        if let Some(known) = sums.get_mut(scope) {
                            known.add_all(amounts);
                        }
                    }
                }
            }
        }
    }

    /// Promises of every kind that are open as of the last advance.
    fn promises_open(&self, ids: &[ScopeId]) -> i64 {
        let of_scope = |&id: &ScopeId| {
            let sums = self.board.sums(id);
            sums.present
                .promises
                .iter()
                .map(|(_, number)| number)
                .sum::<i64>()
        };
        ids.iter().map(of_scope).sum()
    }

    /// Promises that were open at an instant since which every second is kept: those of
    /// now, less what has changed since.
    fn promises_open_at(&self, ids: &[ScopeId], at: Time, as_of: Time) -> i64 {
        let tree = self.board.tree();
        let wanted: &HashSet<ScopeId> = &ids.iter().copied().collect();
        let since: i64 = self
            .partitions
            .iter()
            .flat_map(|(&number, partition)| {
                let happened = partition.between(at.second(), as_of.second());
                happened.filter_map(move |contribution| match contribution.present_change() {
                    Some(PresentChange::Promised(_, by)) => {
                        let mut above = tree.scopes_above(number, contribution.handler).iter();
                        above.any(|scope| wanted.contains(scope)).then_some(by)
                    }
                    Some(PresentChange::Waiting(..) | PresentChange::Agents(..)) | None => None,
                })
            })
            .sum();
        self.promises_open(ids) - since
    }
}

/// What a window that ends at a second is put together from; `None` where that is not
/// kept. `since`: the second since which every second is kept, and that since which the
/// quarter-hours are.
fn pieces(
    length: WindowLength,
    to: i64,
    [seconds_since, quarters_since]: [i64; 2],
) -> Option<Pieces> {
    let end = to.div_euclid(QUARTER_SECONDS);
    let last = end * QUARTER_SECONDS;
    // Of the last quarter-hour that it does not hold whole.
    let at_end = (last < to).then_some((last, to));
    let ends_well = at_end.is_none() || last >= seconds_since;
    let seconds = match length {
        WindowLength::Seconds(seconds) => seconds,
        WindowLength::Today => {
            return (to >= quarters_since && ends_well).then(|| Pieces {
                quarters: Quarters::OfToday(end),
                seconds: at_end.into_iter().collect(),
            });
        }
    };
    let from = to - seconds;
    let first = -(-from).div_euclid(QUARTER_SECONDS);
    if from >= quarters_since && first < end {
        let begin = first * QUARTER_SECONDS;
        let at_begin = (from < begin).then_some((from, begin));
        let begins_well = at_begin.is_none() || from >= seconds_since;
        return (begins_well && ends_well).then(|| Pieces {
            quarters: Quarters::Between(first, end),
            seconds: at_begin.into_iter().chain(at_end).collect(),
        });
    }
    (from >= seconds_since).then(|| Pieces {
        quarters: Quarters::Without,
        seconds: vec![(from, to)],
    })
}

fn start_of(quarter: i64) -> Time {
    Time::from_seconds(quarter * QUARTER_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nine in the morning; every second is kept since eight, quarter-hours since six.
    const SINCE: [i64; 2] = [8 * 3_600, 6 * 3_600];

    fn at(clock: &str) -> i64 {
        let parts: Vec<i64> = clock.split(':').map(|part| part.parse().unwrap()).collect();
        parts[0] * 3_600 + parts[1] * 60 + parts[2]
    }

    fn check(length: &str, to: &str, quarters: Option<Quarters>, seconds: &[(&str, &str)]) {
        let expected = quarters.map(|quarters| Pieces {
            quarters,
            seconds: seconds
                .iter()
                .map(|(from, to)| (at(from), at(to)))
                .collect(),
        });
        let found = pieces(length.parse().unwrap(), at(to), SINCE);
        assert_eq!(found, expected, "{length} to {to}");
    }

    #[test]
    fn a_window_is_whole_quarter_hours_and_seconds_at_its_edges() {
        let between = |from: &str, to: &str| Some(Quarters::Between(at(from) / 900, at(to) / 900));
        let seconds = Some(Quarters::Without);
        check("60m", "9:00:00", between("8:00:00", "9:00:00"), &[]);
        check("60m", "7:00:00", between("6:00:00", "7:00:00"), &[]);
        check(
            "30m",
            "8:45:01",
            between("8:30:00", "8:45:00"),
            &[("8:15:01", "8:30:00"), ("8:45:00", "8:45:01")],
        );
        check("60m", "8:20:00", None, &[]);
        check(
            "50m",
            "8:20:00",
            between("7:30:00", "8:15:00"),
            &[("8:15:00", "8:20:00")],
        );
        check("50m", "8:10:00", None, &[]);
        check("10m", "8:58:00", seconds, &[("8:48:00", "8:58:00")]);
        check("10m", "8:10:00", seconds, &[("8:00:00", "8:10:00")]);
        check("10m", "8:09:59", None, &[]);
        check("60m", "6:45:00", None, &[]);
        check("24h", "9:00:00", None, &[]);
    }

    #[test]
    fn today_begins_with_each_midnight() {
        let until = |to: &str| Some(Quarters::OfToday(at(to) / 900));
        check("today", "9:00:00", until("9:00:00"), &[]);
        check(
            "today",
            "8:20:00",
            until("8:15:00"),
            &[("8:15:00", "8:20:00")],
        );
        check(
            "today",
            "8:00:01",
            until("8:00:00"),
            &[("8:00:00", "8:00:01")],
        );
        check("today", "7:45:00", until("7:45:00"), &[]);
        check("today", "7:45:01", None, &[]);
        check("today", "6:00:00", until("6:00:00"), &[]);
        check("today", "5:45:00", None, &[]);
    }

    #[test]
    fn across_midnight_every_second_has_to_be_kept() {
        let since = [at("5:30:00"), at("6:00:00")];
        let pieces = |length: &str, to| pieces(length.parse().unwrap(), at(to), since);
        let expected = |from: &str, to: &str| {
            Some(Pieces {
                quarters: Quarters::Without,
                seconds: vec![(at(from), at(to))],
            })
        };
        assert_eq!(pieces("30m", "6:15:00"), expected("5:45:00", "6:15:00"));
        assert_eq!(pieces("60m", "6:30:00"), expected("5:30:00", "6:30:00"));
        assert_eq!(pieces("60m", "6:15:00"), None);
    }
}

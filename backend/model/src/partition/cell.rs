//! A cell: what one queue of one agency, on one line, contributes.
//!
//! The finest grain that is counted; every scope of both trees is a sum of
//! cells. An event that names no queue or no agency has a cell of its own, so
//! that it counts above and not below.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vigie_contract::event::QueueReason;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::names::NameId;
use crate::contribution::{By, Contribution, What};
use crate::directory::{HoursId, ZoneId};
use crate::tally::Tally;

/// Seconds in a quarter-hour.
pub(crate) const QUARTER_SECONDS: i64 = 900;

/// What a cell is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct CellKey {
    pub agency: Option<NameId>,
    pub queue: Option<NameId>,
    pub line: Option<NameId>,
}

/// What a cell holds, as of the partition's last advance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub key: CellKey,
    /// The days that may still be asked for, by quarter-hour since 1970.
    quarters: BTreeMap<i64, Quarter>,
    /// Legs that wait, by when they asked and why, with their number.
    waiting: BTreeMap<(Time, Reason), i64>,
    /// Callback promises that are open, by due time, with their number.
    promises: BTreeMap<Time, i64>,
    /// The newest event.
    newest: Option<Time>,
    /// Since the state began, by origin: for counters that only rise.
    ever: Ever,
}

/// What the directory says of a cell: not part of the state, so that another
/// directory needs no other state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellRules {
    pub zone: ZoneId,
    pub hours: Option<HoursId>,
    /// X of the service level.
    pub answer_within: Span,
}

/// Sums of a quarter-hour. Most contributions go by origin and by handler to
/// the same cell: those are held once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Quarter {
    both: Tally,
    by_origin: Tally,
    by_handler: Tally,
}

/// Counts since the state began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ever {
    pub offered: i64,
    pub answered: i64,
    pub abandoned: i64,
}

/// A reason that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Reason(u8);

impl From<QueueReason> for Reason {
    fn from(reason: QueueReason) -> Self {
        Reason(reason as u8)
    }
}

impl Reason {
    pub(crate) fn is(self, reason: QueueReason) -> bool {
        self.0 == reason as u8
    }
}

impl Cell {
    pub(crate) fn new(key: CellKey) -> Self {
        Self {
            key,
            quarters: BTreeMap::new(),
            waiting: BTreeMap::new(),
            promises: BTreeMap::new(),
            newest: None,
            ever: Ever::default(),
        }
    }

    /// Takes in a contribution that it handled.
    pub(crate) fn take_as_handler(&mut self, contribution: &Contribution) {
        let sign = i64::from(contribution.sign);
        match contribution.what {
            What::Entered { reason, asked } => {
                change(&mut self.waiting, (asked, reason.into()), sign);
            }
            What::Closed(closed) => {
                change(
                    &mut self.waiting,
                    (closed.asked, closed.reason.into()),
                    -sign,
                );
            }
            What::PromiseOpened { due } => change(&mut self.promises, due, sign),
            What::PromiseClosed { due } => change(&mut self.promises, due, -sign),
            _ => {}
        }
        if contribution.is_an_event() {
            self.newest = self.newest.max(Some(contribution.at));
        }
        let quarter = self.quarter(contribution.at);
        contribution.add_volume(&mut quarter.both);
        if contribution.handler == contribution.origin {
            contribution.add_service(By::Origin, &mut quarter.both);
        } else {
            contribution.add_service(By::Handler, &mut quarter.by_handler);
        }
    }

    /// Takes in a contribution that was asked for here, wherever it was handled.
    pub(crate) fn take_as_origin(&mut self, contribution: &Contribution) {
        let (offered, answered, abandoned) = contribution.outcome();
        self.ever.offered += offered;
        self.ever.answered += answered;
        self.ever.abandoned += abandoned;
        if contribution.handler != contribution.origin {
            let quarter = self.quarter(contribution.at);
            contribution.add_service(By::Origin, &mut quarter.by_origin);
        }
    }

    fn quarter(&mut self, at: Time) -> &mut Quarter {
        self.quarters
            .entry(at.second().div_euclid(QUARTER_SECONDS))
            .or_default()
    }

    /// Forgets the quarter-hours before an instant.
    pub(crate) fn forget_before(&mut self, time: Time) {
        let first = time.0.div_euclid(QUARTER_SECONDS * MICROS_PER_SECOND);
        while let Some(quarter) = self.quarters.first_entry()
            && *quarter.key() < first
        {
            quarter.remove();
        }
    }

    /// Adds the quarter-hours since an instant.
    pub(crate) fn add_since(&self, time: Time, by: By, tally: &mut Tally) {
        let first = time.0.div_euclid(QUARTER_SECONDS * MICROS_PER_SECOND);
        for quarter in self.quarters.range(first..).map(|(_, quarter)| quarter) {
            tally.merge(&quarter.both);
            match by {
                By::Origin => tally.merge(&quarter.by_origin),
                By::Handler => tally.merge(&quarter.by_handler),
            }
        }
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = (Time, Reason, i64)> + '_ {
        self.waiting
            .iter()
            .map(|(&(asked, reason), &number)| (asked, reason, number))
    }

    pub(crate) fn promises(&self) -> impl Iterator<Item = (Time, i64)> + '_ {
        self.promises.iter().map(|(&due, &number)| (due, number))
    }

    pub(crate) fn newest(&self) -> Option<Time> {
        self.newest
    }

    pub(crate) fn ever(&self) -> Ever {
        self.ever
    }
}

/// Changes a number in a map that holds no zeros.
fn change<K: Ord + Copy>(map: &mut BTreeMap<K, i64>, key: K, by: i64) {
    let number = map.entry(key).or_insert(0);
    *number += by;
    if *number == 0 {
        map.remove(&key);
    }
}

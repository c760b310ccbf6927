//! What happened in one second.
//!
//! A contribution waits here until the second has passed. Then it is in the
//! cells, and stays for the sliding windows to take it in and out again: packed,
//! since an hour of the country is a million of them.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

use super::cell::Source;
use crate::call;
use crate::contribution::{CellId, Closed, Contribution, What};

/// Panes by second.
///
/// Nearly all events come in order: into the newest pane, or behind it. So the
/// panes of what has happened lie in a row, and only what is dated ahead of all
/// events, a promise that will come due, waits in a map.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Panes {
    /// By second, rising; none that is empty.
    row: VecDeque<(i64, Pane)>,
    ahead: BTreeMap<i64, Pane>,
}

impl Panes {
    /// The pane of a second that has passed, or that an event has reached.
    pub(super) fn reached(&mut self, second: i64) -> &mut Pane {
        let place = match self.row.back() {
            Some((newest, _)) if *newest == second => self.row.len() - 1,
            Some((newest, _)) if *newest > second => {
                self.row.partition_point(|&(known, _)| known < second)
            }
            _ => self.row.len(),
        };
        let is_known = self.row.get(place).is_some_and(|pane| pane.0 == second);
        if !is_known {
            self.row.insert(place, (second, Pane::default()));
        }
        &mut self.row[place].1
    }

    /// The pane of a second that is ahead of all events.
    pub(super) fn ahead(&mut self, second: i64) -> &mut Pane {
        self.ahead.entry(second).or_default()
    }

    /// The panes from `from` (included) to `to` (excluded), as time passes them.
    pub(super) fn pass(&mut self, from: i64, to: i64) -> impl Iterator<Item = &mut Pane> {
        while let Some(pane) = self.ahead.first_entry()
            && *pane.key() < to
        {
            let (second, pane) = pane.remove_entry();
            self.reached(second).merge(pane);
        }
        let places = self.places(from, to);
        self.row.range_mut(places).map(|(_, pane)| pane)
    }

    /// What has come in from `from` (included) to `to` (excluded).
    pub(super) fn passed(&self, from: i64, to: i64) -> impl Iterator<Item = Contribution> + '_ {
        let panes = self.row.range(self.places(from, to));
        panes.flat_map(|(second, pane)| pane.passed(*second))
    }

    /// Forgets what was before a second.
    pub(super) fn forget_before(&mut self, second: i64) {
        while self.row.front().is_some_and(|pane| pane.0 < second) {
            self.row.pop_front();
        }
    }

    fn places(&self, from: i64, to: i64) -> std::ops::Range<usize> {
        let place = |second| self.row.partition_point(|&(known, _)| known < second);
        // An empty range where `from` is past `to`.
        place(from.min(to))..place(to)
    }
}

/// What happened in one second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pane {
    /// Those to come in when the second passes.
    contributions: Vec<Contribution>,
    /// Events heard, until then.
    heard: Vec<(CellId, Source)>,
    /// Those that came in, packed.
    passed: Vec<u8>,
}

/// A contribution as packed: without what only cells need to know.
#[derive(Serialize, Deserialize)]
struct Packed {
    micros: u32,
    handler: CellId,
    origin: Option<CellId>,
    sign: i8,
    what: What,
}

impl Pane {
    /// Adds what will come in when the second passes.
    pub(super) fn push(&mut self, contribution: Contribution) {
        self.contributions.push(contribution);
    }

    /// Adds what has come in after the second had passed.
    pub(super) fn push_passed(&mut self, contribution: &Contribution) {
        call::append(&mut self.passed, &Packed::of(contribution));
    }

    /// Takes note of an event of a source.
    pub(super) fn hear(&mut self, cell: CellId, source: Source) {
        match self.heard.last_mut() {
            Some((known, last)) if *known == cell && last.name == source.name => {
                last.newest = last.newest.max(source.newest);
                last.heard = last.heard.max(source.heard);
            }
            _ => self.heard.push((cell, source)),
        }
    }

    fn merge(&mut self, other: Pane) {
        self.contributions.extend(other.contributions);
        self.heard.extend(other.heard);
        self.passed.extend(other.passed);
    }

    /// The second passes: what comes in.
    pub(super) fn pass(&mut self) -> (Vec<Contribution>, Vec<(CellId, Source)>) {
        let contributions = std::mem::take(&mut self.contributions);
        for contribution in &contributions {
            self.push_passed(contribution);
        }
        (contributions, std::mem::take(&mut self.heard))
    }

    /// What has come in, for the windows.
    fn passed(&self, second: i64) -> impl Iterator<Item = Contribution> + '_ {
        let mut bytes = &self.passed[..];
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let (packed, rest) =
                postcard::take_from_bytes::<Packed>(bytes).expect("it was packed here");
            bytes = rest;
            Some(packed.unpack(second))
        })
    }
}

impl Packed {
    fn of(contribution: &Contribution) -> Self {
        let &Contribution {
            at,
            handler,
            origin,
            sign,
            what,
        } = contribution;
        let micros = (at - Time::from_seconds(at.second())).0;
        Self {
            micros: micros as u32,
            handler,
            origin: (origin != handler).then_some(origin),
            sign,
            what: match what {
                What::Entered { reason, .. } => What::Entered {
                    reason,
                    asked: Time(0),
                },
                What::Closed(closed) => What::Closed(Closed {
                    asked: Time(0),
                    entered: Time(0),
                    ..closed
                }),
                other => other,
            },
        }
    }

    fn unpack(self, second: i64) -> Contribution {
        Contribution {
            at: Time::from_seconds(second) + Span(self.micros.into()),
            handler: self.handler,
            origin: self.origin.unwrap_or(self.handler),
            sign: self.sign,
            what: self.what,
        }
    }
}

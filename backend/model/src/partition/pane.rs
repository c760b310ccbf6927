//! What happened in one second.
//!
//! A contribution waits here until the second has passed. Then it is in the
//! cells, and stays for the sliding windows to take it in and out again: packed
//! from the start, since an hour of the country is a million of them, and what is
//! written once and read four times had better be small.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::time::{Span, Time};

use super::cell::Source;
use crate::call;
use crate::contribution::{CellId, Closed, Contribution, What};
use crate::pieces;

/// Panes by second.
///
/// Nearly all events come in order: into the newest pane, or behind it. So the
/// panes of what has happened lie in a row, and only what is dated ahead of all
/// events, a promise that will come due, waits in a map.
#[derive(Clone, Debug, Default)]
pub(super) struct Panes {
    /// The panes by second, rising; none is empty.
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
    pub(super) fn pass(&mut self, from: i64, to: i64) -> impl Iterator<Item = &mut (i64, Pane)> {
        while let Some(pane) = self.ahead.first_entry()
            && *pane.key() < to
        {
            let (second, pane) = pane.remove_entry();
            self.reached(second).merge(pane);
        }
        let places = self.places(from, to);
        self.row.range_mut(places)
    }

    /// The contributions from second `from` (included) to `to` (excluded).
    pub(super) fn between(&self, from: i64, to: i64) -> impl Iterator<Item = Contribution> + '_ {
        let panes = self.row.range(self.places(from, to));
        panes.flat_map(|(second, pane)| pane.contributions(*second))
    }

    /// Forgets the panes before a second.
    pub(super) fn forget_before(&mut self, second: i64) {
        while self.row.front().is_some_and(|pane| pane.0 < second) {
            self.row.pop_front();
        }
    }

    /// Appends one of the pieces in which panes are saved. The first piece also
    /// holds all that are ahead.
    pub(super) fn save(&self, piece: usize, mut bytes: Vec<u8>) -> Vec<u8> {
        let places = pieces::places(self.row.len(), piece);
        bytes = pieces::save(self.row.range(places), bytes);
        let ahead = if piece == 0 { self.ahead.len() } else { 0 };
        let ahead: Vec<_> = self.ahead.iter().take(ahead).collect();
        pieces::save(ahead.into_iter(), bytes)
    }

    /// Takes a piece from what was saved; answers what is left.
    pub(super) fn load<'b>(&mut self, bytes: &'b [u8]) -> postcard::Result<&'b [u8]> {
        let left = pieces::load(bytes, |pane| self.row.push_back(pane))?;
        pieces::load(left, |(second, pane)| {
            self.ahead.insert(second, pane);
        })
    }

    /// The sources heard in seconds that have not passed.
    pub(super) fn sources(&self) -> impl Iterator<Item = Source> + '_ {
        let panes = self
            .row
            .iter()
            .map(|(_, pane)| pane)
            .chain(self.ahead.values());
        panes.flat_map(|pane| pane.heard.iter().map(|&(_, source)| source))
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
    /// Contributions, packed.
    #[serde(with = "serde_bytes")]
    packed: Vec<u8>,
    /// Events heard, until the second has passed.
    heard: HeardSources,
}

/// The sources heard in one second, with the cells of their events. In a quiet
/// second there is one.
type HeardSources = SmallVec<[(CellId, Source); 1]>;

/// The bytes that are reserved for the first contribution of a pane. In a quiet
/// second no more are needed.
const ROOM: usize = 64;

/// A contribution as it is packed: without the second, which is that of its pane,
/// and with times as distances from its instant.
#[derive(Serialize, Deserialize)]
struct PackedContribution {
    micros: u32,
    handler: CellId,
    origin: Option<CellId>,
    sign: i8,
    what: What,
}

impl Pane {
    /// Adds a contribution of its second.
    pub(super) fn push(&mut self, contribution: &Contribution) {
        if self.packed.is_empty() {
            self.packed.reserve(ROOM);
        }
        call::append(&mut self.packed, &PackedContribution::of(contribution));
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
        self.packed.extend(other.packed);
        self.heard.extend(other.heard);
    }

    /// Hands over the events heard, as the second passes.
    pub(super) fn take_heard(&mut self) -> HeardSources {
        std::mem::take(&mut self.heard)
    }

    /// The contributions of its second.
    pub(super) fn contributions(&self, second: i64) -> impl Iterator<Item = Contribution> + '_ {
        let mut bytes = &self.packed[..];
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let (packed, rest) =
                postcard::take_from_bytes::<PackedContribution>(bytes).expect("it was packed here");
            bytes = rest;
            Some(packed.unpack(second))
        })
    }
}

impl PackedContribution {
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
            what: turn_times(what, at),
        }
    }

    fn unpack(self, second: i64) -> Contribution {
        let at = Time::from_seconds(second) + Span(self.micros.into());
        Contribution {
            at,
            handler: self.handler,
            origin: self.origin.unwrap_or(self.handler),
            sign: self.sign,
            what: turn_times(self.what, at),
        }
    }
}

/// Replaces the times of a contribution by how long before an instant they are,
/// which are small numbers; applied again, it gives the times back.
fn turn_times(what: What, at: Time) -> What {
    let turn = |time: Time| Time(at.0.wrapping_sub(time.0));
    if let What::Entered { reason, asked } = what {
        What::Entered {
            reason,
            asked: turn(asked),
        }
    } else if let What::Closed(closed) = what {
        What::Closed(Closed {
            asked: turn(closed.asked),
            entered: turn(closed.entered),
            ..closed
        })
    } else {
        what
    }
}

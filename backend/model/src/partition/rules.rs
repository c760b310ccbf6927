//! What the directory says of each cell: not part of the state, so that another
//! directory needs no other state.

use hashbrown::HashMap;
use vigie_contract::time::{Span, Time};

use crate::board::Codes;
use crate::contribution::CellId;
use crate::directory::calendar::{Calendar, Day};
use crate::directory::{Directory, HoursId, Versions, ZoneId, ZoneSince};

/// The rules by which things are counted in a cell. They change at its midnight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counting {
    pub zone: ZoneId,
    pub hours: Option<HoursId>,
    /// The threshold X of the service level.
    pub answer_within: Span,
    /// The wait below which an abandon is short.
    pub short_abandon: Span,
}

impl Counting {
    fn of((agency, queue, line): Codes<'_>, directory: &Directory) -> Self {
        Self {
            zone: directory.zone(agency, line),
            hours: directory.hours(agency, line),
            answer_within: directory.answer_within(agency, queue),
            short_abandon: directory.short_abandon(),
        }
    }
}

/// What the directory says of a cell as a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// Whether the directory lists it.
    pub is_listed: bool,
    /// Whether it holds what has no place of its own.
    pub holds_others: bool,
}

/// The rules of a cell that were not always the same: each set with the instant from
/// which it holds, in their order.
type Turns = Box<[(Time, Counting)]>;

/// What the directory says of the cells of a partition, by their index.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    cells: Vec<(Counting, Place)>,
    /// Of the cells whose rules have changed of late, or will: all that ever held.
    turns: HashMap<CellId, Turns>,
}

impl Rules {
    /// Forgets all cells.
    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.turns.clear();
    }

    /// Adds a cell that has no place yet.
    pub(super) fn push_vacant(&mut self) {
        self.cells.push(Default::default());
    }

    /// Takes a cell its place.
    pub(super) fn vacate(&mut self, cell: CellId) {
        self.cells[cell.0 as usize] = Default::default();
        self.turns.remove(&cell);
    }

    /// Gives a cell a place, of some codes.
    pub(super) fn set(&mut self, cell: CellId, codes: Codes<'_>, place: Place, all: &Versions) {
        let (agency, _, line) = codes;
        let chain = all.by_which(|directory| directory.zone(agency, line));
        let turns = chain.map(|(since, directory)| (since, Counting::of(codes, directory)));
        let mut turns: Vec<_> = turns.collect();
        turns.dedup_by_key(|(_, counting)| *counting);
        self.turns.remove(&cell);
        if let Some(&(_, newest)) = turns.last() {
            self.cells[cell.0 as usize] = (newest, place);
        }
        if turns.len() > 1 {
            self.turns.insert(cell, turns.into());
        }
    }

    pub(super) fn place(&self, cell: CellId) -> Place {
        self.cells[cell.0 as usize].1
    }

    /// The rules of a cell at an instant.
    pub(super) fn at(&self, cell: CellId, at: Time) -> Counting {
        match self.turned(cell, at) {
            None => self.cells[cell.0 as usize].0,
            Some((_, counting, _)) => counting,
        }
    }

    /// The time zone of a cell at an instant, and since when it is counted by that.
    pub(super) fn zone(&self, cell: CellId, at: Time) -> ZoneSince {
        let (since, counting) = match self.turned(cell, at) {
            None => (Time(i64::MIN), self.cells[cell.0 as usize].0),
            Some((since, counting, _)) => (since, counting),
        };
        ZoneSince {
            zone: counting.zone,
            since,
        }
    }

    /// The day of a cell that holds an instant: a civil day, or what of it the rules
    /// hold for that the instant goes by.
    pub(super) fn day(&self, cell: CellId, at: Time, calendar: &mut Calendar) -> Day {
        match self.turned(cell, at) {
            None => calendar.day(self.cells[cell.0 as usize].0.zone, at),
            Some((since, counting, until)) => calendar.day(counting.zone, at).within(since, until),
        }
    }

    /// The day of a cell that holds an instant, for those who cannot remember it.
    pub(super) fn known_day(&self, cell: CellId, at: Time, calendar: &Calendar) -> Day {
        match self.turned(cell, at) {
            None => calendar.known_day(self.cells[cell.0 as usize].0.zone, at),
            Some((since, counting, until)) => {
                calendar.known_day(counting.zone, at).within(since, until)
            }
        }
    }

    /// The rules of a cell at an instant, with those from when to when they hold; `None`
    /// where they have always been the same.
    fn turned(&self, cell: CellId, at: Time) -> Option<(Time, Counting, Time)> {
        if self.turns.is_empty() {
            return None;
        }
        let turns = self.turns.get(&cell)?;
        let next = turns.partition_point(|&(since, _)| since <= at).max(1);
        let (since, counting) = turns[next - 1];
        let until = turns.get(next).map_or(Time(i64::MAX), |&(until, _)| until);
        Some((since, counting, until))
    }
}

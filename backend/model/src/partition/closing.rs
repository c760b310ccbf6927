//! Which queues of some cells close soon, and what that will do to those who wait.

use hashbrown::HashMap;
use smallvec::SmallVec;
use vigie_contract::time::{Span, Time};
use vigie_contract::view::{ClosingBasis, Count, NoEstimate};

use super::rules::Counting;
use super::state::Partition;
use crate::contribution::{CellId, CellKind};
use crate::directory::Kept;
use crate::estimate::Waits;
use crate::names::NameId;
use crate::rules::closing::{AHEAD, LOOKED_BACK, by_departures, cut_off, latest_entry};
use crate::sums::{ClosingQueue, ClosingSums, ExpectedEntry, QUARTER_SECONDS};
use crate::tally::{Family, Slot, Summed};
use crate::terms::Terms;

/// The cells of a queue, and when it closes.
#[derive(Debug, Default)]
struct QueueCells {
    cells: SmallVec<[CellId; 4]>,
    /// When those that are open close, the last of them: of the cells that name a line,
    /// and of those that do not. `Some(None)`: one of them never does.
    of_lines: Option<Option<Time>>,
    without_line: Option<Option<Time>>,
}

impl QueueCells {
    fn take(&mut self, has_line: bool, closes_at: Option<Time>) {
        let place = match has_line {
            true => &mut self.of_lines,
            false => &mut self.without_line,
        };
        *place = match *place {
            None => Some(closes_at),
            Some(known) => Some(known.zip(closes_at).map(|(one, other)| one.max(other))),
        };
    }

    /// Cells that name a line decide, if there are any: a lever, say, names none.
    fn closes_at(&self) -> Option<Time> {
        self.of_lines.or(self.without_line).flatten()
    }
}

/// When hours close that are open at an instant, each looked up once.
pub(crate) struct Hours<'t> {
    terms: &'t Terms,
    as_of: Time,
    /// `None` where they are closed.
    known: HashMap<Kept, Option<Option<Time>>>,
}

impl<'t> Hours<'t> {
    pub(crate) fn at(as_of: Time, terms: &'t Terms) -> Self {
        Self {
            terms,
            as_of,
            known: HashMap::new(),
        }
    }

    fn closing(&mut self, rules: Counting) -> Option<Option<Time>> {
        let (kept, at) = ((rules.hours, rules.zone), self.as_of);
        let calendar = &self.terms.calendar;
        *self.known.entry(kept).or_insert_with(|| {
            let is_open = calendar.known_open(kept.0, kept.1, at);
            is_open.then(|| calendar.known_closing(kept.0, kept.1, at))
        })
    }

    fn is_soon(&self, closing: Option<Time>) -> bool {
        closing.is_some_and(|closing| closing <= self.as_of + AHEAD)
    }
}

impl Partition {
    /// Whether some of the cells are open and close so many seconds later.
    pub(crate) fn closes_after(
        &self,
        cells: &[CellId],
        seconds: &[i64],
        hours: &mut Hours<'_>,
    ) -> bool {
        let as_of = hours.as_of;
        cells.iter().any(|&cell| {
            let closing = hours.closing(self.counting(cell, as_of)).flatten();
            closing.is_some_and(|at| seconds.contains(&(at.second() - as_of.second())))
        })
    }

    /// The queues of some cells that close soon, as of an instant.
    pub(crate) fn closings(&self, cells: &[CellId], as_of: Time, terms: &Terms) -> ClosingSums {
        let mut sums = ClosingSums::default();
        let mut hours = Hours::at(as_of, terms);
        // Most of the day nothing closes soon, and scopes may have thousands of queues.
        let closes_soon = |&cell: &CellId| {
            let closing = hours.closing(self.counting(cell, as_of)).flatten();
            hours.is_soon(closing)
        };
        if !cells.iter().any(closes_soon) {
            return sums;
        }
        for queue in self.queues_of(cells, &mut hours).into_values() {
            let Some(closes_at) = queue.closes_at() else {
                continue;
            };
            if hours.is_soon(Some(closes_at)) {
                sums.add(&self.closing(&queue.cells, closes_at, as_of, terms));
            }
        }
        sums
    }

    /// The queues of some cells, with when those close that are open.
    fn queues_of(
        &self,
        cells: &[CellId],
        hours: &mut Hours<'_>,
    ) -> HashMap<(NameId, NameId), QueueCells> {
        let mut queues: HashMap<(NameId, NameId), QueueCells> = HashMap::new();
        for &cell in cells {
            let key = self.cells[cell.0 as usize].key;
            let Some(queue) = key.agency.zip(key.queue) else {
                continue;
            };
            if key.kind != CellKind::Calls || !self.is_current(cell, hours.as_of) {
                continue;
            }
            let queue = queues.entry(queue).or_default();
            queue.cells.push(cell);
            if let Some(closing) = hours.closing(self.counting(cell, hours.as_of)) {
                queue.take(key.line.is_some(), closing);
            }
        }
        queues
    }

    /// A queue that closes at an instant.
    fn closing(
        &self,
        cells: &[CellId],
        closes_at: Time,
        as_of: Time,
        terms: &Terms,
    ) -> ClosingSums {
        let each = || cells.iter().map(|cell| &self.cells[cell.0 as usize]);
        let waiting = each().flat_map(|cell| cell.waiting().iter());
        let waiting: i64 = waiting.map(|(_, number)| number).sum();
        let promises = each().flat_map(|cell| cell.promises().iter());
        let due_after = promises.filter(|(due, _)| *due > closes_at);
        let next = self.next_caller(cells, waiting, as_of, terms);
        let expected = match next {
            Ok((waits, _)) => cut_off(waiting, waits, closes_at - as_of),
            Err(_) => 0.0,
        };
        ClosingSums {
            queues: 1,
            untold: i64::from(next.is_err()),
            expected: (expected * 1e6).round() as i64,
            promises_due_after: due_after.map(|(_, number)| number).sum(),
            only: Some(ClosingQueue {
                closes_at,
                expected: next.map(|(waits, basis)| ExpectedEntry {
                    latest: latest_entry(waits, closes_at),
                    basis,
                }),
            }),
        }
    }

    /// The wait of the next caller of a queue: as it is estimated, else by those answered
    /// of late, or why neither tells.
    fn next_caller(
        &self,
        cells: &[CellId],
        waiting: i64,
        as_of: Time,
        terms: &Terms,
    ) -> Result<(Waits, ClosingBasis), NoEstimate> {
        let outlook = self.outlook(cells, as_of, false, terms);
        let estimate = outlook.queues.first().map(|(estimate, _)| *estimate);
        let reason = match estimate {
            Some(Ok(waits)) => return Ok((waits, ClosingBasis::Estimate)),
            Some(Err(reason)) => reason,
            None => NoEstimate::TooLittleHistory,
        };
        let (answered, over) = self.answered_of_late(cells, as_of);
        let waits = by_departures(waiting, answered, over).ok_or(reason)?;
        Ok((waits, ClosingBasis::Departures))
    }

    /// How many were answered since the quarter-hour in which it was half an hour ago, and
    /// how long that is.
    fn answered_of_late(&self, cells: &[CellId], as_of: Time) -> (i64, Span) {
        let from = (as_of - LOOKED_BACK).second();
        let from = Time::from_seconds(from - from.rem_euclid(QUARTER_SECONDS));
        let slots = [Family::First, Family::SecondLevel, Family::Callback]
            .map(|family| Slot::count(family, Count::Answered));
        let quarters = cells
            .iter()
            .flat_map(|cell| self.cells[cell.0 as usize].since(from));
        let answered = quarters.map(|(_, books)| {
            let of = |slot| books.both.get(slot) + books.by_handler.get(slot);
            slots.map(of).iter().sum::<i64>()
        });
        (answered.sum(), as_of - from)
    }
}

//! What the next caller of some cells can expect: the estimates of their queues.

use hashbrown::HashMap;
use vigie_contract::time::Time;
use vigie_contract::view::NoEstimate;

use super::state::Partition;
use crate::contribution::CellId;
use crate::directory::ZoneId;
use crate::estimate::Waits;
use crate::estimate::fact::{AgencyId, QueueId};
use crate::estimate::learning::Around;
use crate::sums::{Outlook, ServedLines};
use crate::terms::Terms;

/// The time zone of a queue, and whether it is open, from whichever of its cells was
/// seen first. Cells that name a line decide, if there are any: a lever, say, names
/// none.
#[derive(Clone, Copy, Debug, Default)]
struct QueueHours {
    of_lines: Option<(ZoneId, bool)>,
    without_line: Option<(ZoneId, bool)>,
}

impl QueueHours {
    fn take(&mut self, has_line: bool, zone: ZoneId, is_open: bool) {
        let place = match has_line {
            true => &mut self.of_lines,
            false => &mut self.without_line,
        };
        let (known, was_open) = place.unwrap_or((zone, false));
        *place = Some((known.min(zone), was_open || is_open));
    }

    fn of_queue(self) -> Option<(ZoneId, bool)> {
        self.of_lines.or(self.without_line)
    }
}

impl Partition {
    /// What the next caller of some cells can expect. `needs_one_line`: there is no
    /// such caller where their queues serve several lines, and nothing to estimate.
    pub(crate) fn outlook(
        &self,
        cells: &[CellId],
        as_of: Time,
        needs_one_line: bool,
        terms: &Terms,
    ) -> Outlook {
        let lines = self.lines(cells, as_of);
        let queues = if needs_one_line && lines.are_several() {
            Vec::new()
        } else {
            self.estimates(cells, 0, as_of, terms)
        };
        Outlook { queues, lines }
    }

    /// The lines that the queues of some cells serve. Queues that the directory does
    /// not list, and that nobody has named for 26 hours, are left out, forgotten or
    /// not.
    fn lines(&self, cells: &[CellId], as_of: Time) -> ServedLines {
        let mut lines = ServedLines::default();
        for &cell in cells {
            if self.estimated_queue(cell).is_some() && self.is_current(cell, as_of) {
                let (_, _, line) = self.names_of(self.cells[cell.0 as usize].key);
                line.into_iter().for_each(|line| lines.note(line));
            }
        }
        lines
    }

    /// The estimate of each queue of some cells, were so many `more` to wait in it, and how
    /// many joined it of late.
    pub(crate) fn estimates(
        &self,
        cells: &[CellId],
        more: u32,
        as_of: Time,
        terms: &Terms,
    ) -> Vec<(Result<Waits, NoEstimate>, f64)> {
        let mut known: HashMap<QueueId, usize> = HashMap::new();
        let mut queues: Vec<(QueueId, QueueHours)> = Vec::new();
        for &cell in cells {
            let current = self.is_current(cell, as_of).then_some(cell);
            let Some(queue) = current.and_then(|cell| self.estimated_queue(cell)) else {
                continue;
            };
            let at = *known.entry(queue).or_insert_with(|| {
                queues.push((queue, QueueHours::default()));
                queues.len() - 1
            });
            let rules = self.counting(cell, as_of);
            let (_, _, line) = self.names_of(self.cells[cell.0 as usize].key);
            let is_open = terms.calendar.known_open(rules.hours, rules.zone, as_of);
            queues[at].1.take(line.is_some(), rules.zone, is_open);
        }
        // What an agency shows to all its queues is looked at once.
        let mut around: HashMap<AgencyId, Around> = HashMap::new();
        let estimate = |(queue, hours): (QueueId, QueueHours)| {
            let (zone, is_open) = hours.of_queue()?;
            let day = terms.calendar.known_day(zone, as_of);
            let agency = self.estimated_agency(queue);
            let around = around
                .entry(agency)
                .or_insert_with(|| self.around(agency, as_of));
            let (estimate, joined) = self.estimate(queue, more, around, as_of, day);
            let estimate = if is_open {
                estimate
            } else {
                Err(NoEstimate::Closed)
            };
            Some((estimate, joined))
        };
        queues.into_iter().filter_map(estimate).collect()
    }
}

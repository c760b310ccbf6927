//! Estimated waits: of the next caller of a scope, with their record, and those
//! that were given to calls.

use hashbrown::HashMap;
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Estimate, NoEstimate};

use super::Fold;
use crate::board::{ScopeId, TODAY};
use crate::contribution::{By, CellId};
use crate::directory::ZoneId;
use crate::estimate::fact::{AgencyId, QueueId};
use crate::estimate::learning::Around;
use crate::estimate::{Given, Waits, mixture};
use crate::indicators;
use crate::partition::Partition;

/// The sliding window over which the record of estimates is told.
const RECORD_WINDOW: &str = "60m";

/// Zone of a queue, and whether it is open, from those of its cells: whichever was
/// seen first. Its lines tell, where there are any; a lever, say, names none.
#[derive(Clone, Copy, Debug, Default)]
struct Hours {
    of_lines: Option<(ZoneId, bool)>,
    without_line: Option<(ZoneId, bool)>,
}

impl Hours {
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

impl Fold {
    /// The estimate for the next caller of a scope, and the record of such
    /// estimates.
    pub(super) fn estimate(&self, id: ScopeId, as_of: Time) -> Estimate {
        let node = self.board.tree().node(id);
        // An agency or a region has a next caller, whatever the line; a network
        // and all of them only where there is one line.
        let is_wide = matches!(node.scope, Scope::All | Scope::Network(_));
        let waits = if is_wide && !self.has_one_line(&node.cells, as_of) {
            Err(NoEstimate::SeveralLines)
        } else {
            mixture::mix(&self.estimates_below(&node.cells, as_of))
        };
        let record = |window| {
            let place = self.board.place_of(window)?;
            let tally = self.board.sums(id).of(By::Handler, place);
            Some(indicators::record(&tally))
        };
        Estimate {
            record_60m: record(RECORD_WINDOW).unwrap_or_default(),
            record_today: record(TODAY).unwrap_or_default(),
            mean_seconds: waits.ok().map(|waits| waits.mean_seconds),
            p50_seconds: waits.ok().map(|waits| waits.p50_seconds),
            p90_seconds: waits.ok().map(|waits| waits.p90_seconds),
            reason: waits.err(),
        }
    }

    /// Whether the queues of some cells serve one line at most: else there is no
    /// such thing as their next caller. Queues that the directory does not list, and
    /// that nobody has named for 26 hours, are left out, forgotten or not.
    fn has_one_line(&self, cells: &[(i32, CellId)], as_of: Time) -> bool {
        let lines = cells.iter().filter_map(|&(number, cell)| {
            let partition = self.partitions.get(&number)?;
            partition.estimated_queue(cell)?;
            partition.is_current(cell, as_of).then_some(())?;
            let (_, _, line) = partition.names_of(partition.cells()[cell.0 as usize].key);
            line
        });
        lines
            .clone()
            .zip(lines.skip(1))
            .all(|(one, other)| one == other)
    }

    /// The estimate of each queue of some cells, and how many joined it of late.
    fn estimates_below(
        &self,
        cells: &[(i32, CellId)],
        as_of: Time,
    ) -> Vec<(Result<Waits, NoEstimate>, f64)> {
        let mut known: HashMap<(i32, QueueId), usize> = HashMap::new();
        let mut queues: Vec<(i32, &Partition, QueueId, Hours)> = Vec::new();
        for &(number, cell) in cells {
            let partition = self.partitions.get(&number);
            let partition = partition.filter(|partition| partition.is_current(cell, as_of));
            let queue = partition.and_then(|partition| partition.estimated_queue(cell));
            let Some((partition, queue)) = partition.zip(queue) else {
                continue;
            };
            let at = *known.entry((number, queue)).or_insert_with(|| {
                queues.push((number, partition, queue, Hours::default()));
                queues.len() - 1
            });
            let rules = partition.rules_of(cell);
            let (_, _, line) = partition.names_of(partition.cells()[cell.0 as usize].key);
            let is_open = self
                .rules
                .calendar
                .known_open(rules.hours, rules.zone, as_of);
            queues[at].3.take(line.is_some(), rules.zone, is_open);
        }
        // What an agency shows to all its queues is looked at once.
        let mut around: HashMap<(i32, AgencyId), Around> = HashMap::new();
        let estimate = |(number, partition, queue, hours): (i32, &Partition, QueueId, Hours)| {
            let (zone, is_open) = hours.of_queue()?;
            let day = self.rules.calendar.known_day(zone, as_of);
            let agency = partition.estimated_agency(queue);
            let around = around
                .entry((number, agency))
                .or_insert_with(|| partition.around(agency, as_of));
            let (estimate, joined) = partition.estimate(queue, around, as_of, day);
            let estimate = if is_open {
                estimate
            } else {
                Err(NoEstimate::Closed)
            };
            Some((estimate, joined))
        };
        queues.into_iter().filter_map(estimate).collect()
    }

    /// From now on, remembers each estimate that is given to a call, until it is
    /// taken ([`Fold::take_estimates`]).
    pub fn record_estimates(&mut self) {
        self.records_estimates = true;
        for partition in self.partitions.values_mut() {
            partition.given.get_or_insert_default();
        }
    }

    /// The estimates given since they were last taken, by partition and in the
    /// order of the events' times: those that are settled, 30 s behind the
    /// newest event.
    pub fn take_estimates(&mut self) -> Vec<Given> {
        let mut taken = Vec::new();
        for partition in self.partitions.values_mut() {
            let list = partition.given.as_mut().map(std::mem::take);
            taken.extend(list.into_iter().flatten().map(|given| Given {
                at: given.at,
                call: given.call,
                queue: partition.codes_of(given.queue),
                estimate: given.estimate,
            }));
        }
        taken
    }

    /// Settles the estimates of all that was read: at the end of the events,
    /// since nothing can come in between any more.
    pub fn settle_estimates(&mut self) {
        for partition in self.partitions.values_mut() {
            partition.settle_all_estimates(&mut self.rules);
        }
    }
}

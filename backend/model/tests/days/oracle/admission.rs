//! What becomes of each arrival (indicators.md, Event time).

use std::collections::BTreeMap;

use vigie_contract::event::Event;

use crate::clock::{DAY, MINUTE, SECOND};
use crate::generate::{Arrival, What};

use super::places::Places;
use super::told::{Named, named};

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Applied { late: bool },
    Duplicate,
    TooLate,
    Refused,
    Skipped,
}

const WEEK: i64 = 7 * DAY;
const CLOSES_AFTER: i64 = 15 * MINUTE;
const LATE: i64 = 30 * SECOND;

/// Looked at together at the start; in a row to move the clock, and at the end.
const FIRST: usize = 30;
const ROW: usize = 30;
const ROW_AT_END: usize = 3;
/// How long something is held, in events, and how many are.
const PASSED: usize = 10_000;
const HELD: usize = 1_000;

/// What makes an event the same as another.
fn identity<'e>(event: &'e Event<'static>) -> (&'e str, &'e str, &'e str, &'e str, i64) {
    let type_name = event.body.type_name();
    let Event {
        source,
        id,
        subject,
        time,
        ..
    } = event;
    (source, id, type_name, subject, time.0)
}

/// The fates of all arrivals: each partition by itself, since none tells another
/// its time (readings 51 to 54).
pub fn judge(arrivals: &[Arrival], places: &Places<'_>) -> Vec<Fate> {
    let mut fates: Vec<Fate> = arrivals
        .iter()
        .map(|arrival| match arrival.what {
            What::Skipped => Fate::Skipped,
            _ => Fate::Refused,
        })
        .collect();
    let mut partitions: BTreeMap<i32, Vec<(usize, &Event<'static>)>> = BTreeMap::new();
    for (at, arrival) in arrivals.iter().enumerate() {
        if let What::Event(event) = &arrival.what {
            let events = partitions.entry(arrival.partition).or_default();
            events.push((at, event));
        }
    }
    for events in partitions.into_values() {
        let mut judged = Judged {
            places,
            events: &events,
            applied: Vec::new(),
            fates: vec![Fate::Refused; events.len()],
            held: Vec::new(),
            row: Vec::new(),
        };
        judged.judge();
        for ((at, _), fate) in events.iter().zip(judged.fates) {
            fates[*at] = fate;
        }
    }
    fates
}

/// The events of a partition, by their places in the list of them.
struct Judged<'e, 'd> {
    places: &'e Places<'d>,
    events: &'e [(usize, &'e Event<'static>)],
    applied: Vec<usize>,
    /// Refused, but for those that were taken in.
    fates: Vec<Fate>,
    held: Vec<usize>,
    /// Of the held, those since the clock reached one.
    row: Vec<usize>,
}

impl Judged<'_, '_> {
    fn time(&self, at: usize) -> i64 {
        self.events[at].1.time.0
    }

    fn newest(&self) -> Option<i64> {
        self.applied.iter().map(|&at| self.time(at)).max()
    }

    fn judge(&mut self) {
        let first: Vec<usize> = (0..self.events.len().min(FIRST)).collect();
        let (from, to) = self.most_of(&first);
        for at in first {
            match self.time(at) {
                time if time > to => self.hold(at),
                time if time >= from => self.take(at),
                _ => self.row.clear(),
            }
        }
        for at in FIRST..self.events.len() {
            let newest = self.newest().expect("the clock has started");
            if self.time(at) > newest + WEEK {
                self.hold(at);
                if self.row.len() == ROW {
                    self.move_on();
                }
            } else {
                self.take(at);
            }
            self.held.retain(|held| at - held < PASSED);
        }
        let subject = |at: usize| &self.events[at].1.subject;
        let differ = self
            .row
            .iter()
            .any(|&at| subject(at) != subject(self.row[0]));
        if self.row.len() >= ROW_AT_END && differ {
            self.move_on();
        }
    }

    fn hold(&mut self, at: usize) {
        self.held.push(at);
        self.row.push(at);
        if self.held.len() > HELD {
            self.held.remove(0);
        }
    }

    /// Earliest and latest of most of some: of those that no gap of more than a
    /// week parts, the later where as many.
    fn most_of(&self, some: &[usize]) -> (i64, i64) {
        let mut times: Vec<i64> = some.iter().map(|&at| self.time(at)).collect();
        times.sort_unstable();
        let mut most = (0, 0, 0);
        let mut from = 0;
        for at in 0..times.len() {
            if at > 0 && times[at] - times[at - 1] > WEEK {
                from = at;
            }
            if at + 1 - from >= most.0 {
                most = (at + 1 - from, times[from], times[at]);
            }
        }
        (most.1, most.2)
    }

    /// What is held and no more than a week ahead of most of the row is taken.
    fn move_on(&mut self) {
        let row = std::mem::take(&mut self.row);
        let (_, to) = self.most_of(&row);
        for at in std::mem::take(&mut self.held) {
            match self.time(at) <= to + WEEK {
                true => self.take(at),
                false => self.held.push(at),
            }
        }
    }

    /// Takes one in, by looking back over all that were taken before.
    fn take(&mut self, at: usize) {
        self.row.clear();
        let event = self.events[at].1;
        let day_end = |event: &Event<'static>| {
            let Named { agency, line, .. } = named(&event.body);
            self.places.zone(agency, line).end_of_day(event.time.0)
        };
        let newest = self.newest();
        let since = |end: i64| newest.map_or(i64::MIN, |newest| newest - end);
        let mut before = self.applied.iter().map(|&at| self.events[at].1);
        self.fates[at] = if since(day_end(event)) > CLOSES_AFTER {
            Fate::TooLate
        } else if before.any(|known| {
            identity(known) == identity(event) && since(day_end(known)) <= CLOSES_AFTER
        }) {
            Fate::Duplicate
        } else {
            self.applied.push(at);
            Fate::Applied {
                late: since(event.time.0) > LATE,
            }
        };
    }
}

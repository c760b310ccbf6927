//! How far event time has come over all partitions (`indicators.md`, Windows).
//!
//! Under `clock = event`, and while what has piled up is read, the figures are
//! as of a T that the events give: 30 s behind the newest event of the slowest
//! partition. A minimum over partitions is unknown until each has said
//! something, and a partition at its end must not hold the others back: hence the
//! three cases of what is known. There is no clock in here: whoever has one tells
//! that nothing came for 5 s.

use std::collections::BTreeMap;

use vigie_contract::time::{Span, Time};

/// An event further behind the newest of its partition is late; T stays this far
/// behind, for those that come a bit late.
pub const ALLOWED_LATENESS: Span = Span::from_seconds(30);

/// A partition further ahead of the slowest than this waits.
pub const FURTHEST_AHEAD: Span = Span::from_seconds(300);

/// What is known of the event time of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartitionTime {
    /// Neither an event nor the end of the partition has been seen.
    Unknown,
    /// The partition is being read; the time of its newest event.
    Reading(Time),
    /// The partition is at its end; the time of its newest event, if it ever had
    /// one.
    AtEnd(Option<Time>),
}

/// How far event time has come over all partitions.
#[derive(Clone, Debug, Default)]
pub struct Watermark {
    partitions: BTreeMap<i32, PartitionTime>,
    /// The newest time of the slowest partition among those being read. It is kept,
    /// since it is asked for at every event.
    slowest: Option<Time>,
    unknown: usize,
    /// The greatest T that was answered, since T never goes back.
    reached: Option<Time>,
}

impl Watermark {
    /// A watermark of no partition yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a partition to be read, with its newest time if its state has one.
    pub fn add(&mut self, partition: i32, newest: Option<Time>) {
        let known = newest.map_or(PartitionTime::Unknown, PartitionTime::Reading);
        self.partitions.insert(partition, known);
        self.recount();
    }

    /// Whether the partition is one to be read.
    pub fn knows(&self, partition: i32) -> bool {
        self.partitions.contains_key(&partition)
    }

    /// Removes a partition that is read elsewhere from now on.
    pub fn remove(&mut self, partition: i32) {
        self.partitions.remove(&partition);
        self.recount();
    }

    /// Takes note of the newest time of a partition, as of an event just accepted.
    pub fn observe(&mut self, partition: i32, newest: Time) {
        let Some(known) = self.partitions.get_mut(&partition) else {
            return;
        };
        match *known {
            PartitionTime::Reading(before) if before >= newest => {}
            PartitionTime::Reading(before) => {
                *known = PartitionTime::Reading(newest);
                if self.slowest == Some(before) {
                    self.recount();
                }
            }
            PartitionTime::Unknown | PartitionTime::AtEnd(_) => {
                *known = PartitionTime::Reading(newest);
                self.recount();
            }
        }
    }

    /// Takes note of whether a partition is at its end: everything in it was read,
    /// and nothing has come for 5 s.
    pub fn set_at_end(&mut self, partition: i32, at_end: bool) {
        let Some(known) = self.partitions.get_mut(&partition) else {
            return;
        };
        let changed = match (*known, at_end) {
            (PartitionTime::Unknown, true) => PartitionTime::AtEnd(None),
            (PartitionTime::Reading(newest), true) => PartitionTime::AtEnd(Some(newest)),
            (PartitionTime::AtEnd(None), false) => PartitionTime::Unknown,
            (PartitionTime::AtEnd(Some(newest)), false) => PartitionTime::Reading(newest),
            (PartitionTime::AtEnd(_), true)
            | (PartitionTime::Unknown | PartitionTime::Reading(_), false) => {
                return;
            }
        };
        *known = changed;
        self.recount();
    }

    /// T: a whole second, never earlier than before. `None` before each
    /// partition has given an event or is at its end.
    pub fn time(&mut self) -> Option<Time> {
        if self.unknown == 0
            && let Some(newest) = self.slowest.or_else(|| self.newest())
        {
            let time = Time::from_seconds((newest - ALLOWED_LATENESS).second());
            self.reached = self.reached.max(Some(time));
        }
        self.reached
    }

    /// Whether a partition must wait for the slowest, or for one of which
    /// nothing is known: that one may start anywhere.
    pub fn must_wait(&self, partition: i32) -> bool {
        let newest = match self.partitions.get(&partition) {
            Some(PartitionTime::Reading(newest)) => *newest,
            Some(PartitionTime::AtEnd(Some(newest))) => *newest,
            None | Some(PartitionTime::Unknown | PartitionTime::AtEnd(None)) => return false,
        };
        self.unknown > 0
            || self
                .slowest
                .is_some_and(|slowest| newest > slowest + FURTHEST_AHEAD)
    }

    /// The newest time over all partitions.
    fn newest(&self) -> Option<Time> {
        self.partitions
            .values()
            .filter_map(|known| match known {
                PartitionTime::Reading(newest) => Some(*newest),
                PartitionTime::AtEnd(newest) => *newest,
                PartitionTime::Unknown => None,
            })
            .max()
    }

    fn recount(&mut self) {
        self.unknown = 0;
        self.slowest = None;
        for known in self.partitions.values() {
            match known {
                PartitionTime::Unknown => self.unknown += 1,
                PartitionTime::Reading(newest) => {
                    let least = self.slowest.map_or(*newest, |slowest| slowest.min(*newest));
                    self.slowest = Some(least);
                }
                PartitionTime::AtEnd(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn of(partitions: &[i32]) -> Watermark {
        let mut watermark = Watermark::new();
        for partition in partitions {
            watermark.add(*partition, None);
        }
        watermark
    }

    #[test]
    fn it_starts_once_each_partition_has_said_something() {
        let mut watermark = of(&[0, 1]);
        assert_eq!(watermark.time(), None);
        watermark.observe(0, at(1_000));
        assert_eq!(watermark.time(), None);
        watermark.observe(1, at(900));
        assert_eq!(watermark.time(), Some(at(870)));

        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.set_at_end(1, true);
        assert_eq!(watermark.time(), Some(at(970)));
    }

    #[test]
    fn the_slowest_that_is_not_at_its_end_decides() {
        let mut watermark = of(&[0, 1, 2]);
        for (partition, newest) in [(0, 1_000), (1, 1_100), (2, 500)] {
            watermark.observe(partition, at(newest));
        }
        assert_eq!(watermark.time(), Some(at(470)));
        watermark.set_at_end(2, true);
        assert_eq!(watermark.time(), Some(at(970)));
        for partition in [0, 1] {
            watermark.set_at_end(partition, true);
        }
        assert_eq!(watermark.time(), Some(at(1_070)));
    }

    #[test]
    fn it_never_goes_back() {
        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.set_at_end(1, true);
        assert_eq!(watermark.time(), Some(at(970)));
        watermark.observe(1, at(100));
        assert_eq!(watermark.time(), Some(at(970)));
        watermark.observe(1, at(1_200));
        watermark.observe(0, at(1_100));
        assert_eq!(watermark.time(), Some(at(1_070)));
    }

    #[test]
    fn a_partition_is_as_far_as_its_newest_event_not_its_last() {
        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.observe(1, at(2_000));
        watermark.observe(1, at(500));
        assert_eq!(watermark.time(), Some(at(970)));
        assert!(watermark.must_wait(1));
        watermark.observe(0, at(3_000));
        assert_eq!(watermark.time(), Some(at(1_970)));
    }

    #[test]
    fn it_is_a_whole_second_rounded_down() {
        let mut watermark = of(&[0]);
        watermark.observe(0, Time(1_000_999_999));
        assert_eq!(watermark.time(), Some(at(970)));
    }

    #[test]
    fn a_partition_further_ahead_than_five_minutes_waits() {
        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        assert!(watermark.must_wait(0), "the other may start anywhere");
        assert!(!watermark.must_wait(1));
        watermark.observe(1, at(1_300));
        assert!(!watermark.must_wait(0));
        assert!(!watermark.must_wait(1));
        watermark.observe(1, at(1_301));
        assert!(watermark.must_wait(1));
        watermark.set_at_end(0, true);
        assert!(!watermark.must_wait(1), "the slowest is at its end");
        watermark.observe(0, at(1_000));
        assert!(watermark.must_wait(1));
        watermark.remove(0);
        assert!(!watermark.must_wait(1));
    }

    #[test]
    fn a_restored_partition_counts_from_its_newest() {
        let mut watermark = of(&[]);
        assert_eq!(watermark.time(), None);
        watermark.add(3, Some(at(500)));
        assert_eq!(watermark.time(), Some(at(470)));
        watermark.add(4, None);
        watermark.observe(3, at(2_000));
        assert_eq!(watermark.time(), Some(at(470)));
    }

    #[test]
    fn a_partition_at_its_end_waits_too_if_it_is_ahead() {
        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.observe(1, at(1_301));
        watermark.set_at_end(1, true);
        assert!(watermark.must_wait(1));
        watermark.observe(0, at(1_001));
        assert!(!watermark.must_wait(1));
    }

    #[test]
    fn one_that_goes_on_from_its_end_stands_where_it_stood() {
        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.observe(1, at(500));
        watermark.set_at_end(1, true);
        assert_eq!(watermark.time(), Some(at(970)));
        watermark.set_at_end(1, false);
        watermark.observe(0, at(2_000));
        assert_eq!(watermark.time(), Some(at(970)));
        watermark.observe(1, at(1_500));
        assert_eq!(watermark.time(), Some(at(1_470)));

        let mut watermark = of(&[0, 1]);
        watermark.observe(0, at(1_000));
        watermark.set_at_end(1, true);
        watermark.set_at_end(1, false);
        assert_eq!(watermark.time(), None);
        assert!(watermark.must_wait(0));
    }

    #[test]
    fn what_it_is_told_of_other_partitions_is_nothing() {
        let mut watermark = of(&[0]);
        assert!(watermark.knows(0));
        assert!(!watermark.knows(7));
        watermark.observe(7, at(10));
        watermark.set_at_end(7, true);
        assert_eq!(watermark.time(), None);
        assert!(!watermark.must_wait(7));
    }
}

//! What the broker had of a partition at which instants, as far as it is not folded.

use std::collections::VecDeque;

use vigie_contract::time::Time;

/// How many instants are kept; beyond, every second of them is dropped.
const KEPT: usize = 64;

/// The ends that a partition had, of which something is not folded yet.
///
/// One end at a time would not do: once it is met, what came since had been waiting
/// for as long, and would seem to be new.
#[derive(Debug, Default)]
pub struct DueEnds(VecDeque<(i64, Time)>);

impl DueEnds {
    /// Takes note that the partition had this end at `told`, and is read up to
    /// `read`.
    pub fn heard(&mut self, end: i64, read: Option<i64>, told: Time) {
        let is_met = |due: i64| read.is_some_and(|read| read >= due);
        // What a partition that was cut short does not have will never come.
        self.0.retain(|(due, _)| *due <= end && !is_met(*due));
        let is_more = self.0.back().is_none_or(|(due, _)| *due < end);
        if is_more && !is_met(end) {
            self.0.push_back((end, told));
        }
        if self.0.len() > KEPT {
            // The oldest stays: since then it is behind.
            let mut place = 0;
            self.0.retain(|_| {
                place += 1;
                place % 2 == 1
            });
        }
    }

    /// Since when there is something that is not folded, if the partition is read up
    /// to `read`.
    pub fn since(&self, read: Option<i64>) -> Option<Time> {
        let mut unmet = self
            .0
            .iter()
            .filter(|(due, _)| read.is_none_or(|read| read < *due));
        unmet.next().map(|(_, told)| *told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn what_waits_is_as_old_as_the_first_word_of_it() {
        let mut due = DueEnds::default();
        for now in 1..=5 {
            due.heard(now * 10, Some(0), at(now));
        }
        for (read, since) in [(0, Some(1)), (10, Some(2)), (49, Some(5)), (50, None)] {
            assert_eq!(due.since(Some(read)), since.map(at), "{read}");
        }
        due.heard(50, Some(20), at(6));
        assert_eq!(due.since(Some(20)), Some(at(3)));
        due.heard(30, Some(20), at(7));
        assert_eq!(due.since(Some(30)), None, "the rest is gone");
    }

    #[test]
    fn of_a_long_time_few_instants_are_kept_and_the_first_of_them() {
        let mut due = DueEnds::default();
        for now in 1..=10_000 {
            due.heard(now * 10, Some(0), at(now));
        }
        assert!(due.0.len() <= KEPT);
        assert_eq!(due.since(Some(0)), Some(at(1)));
        let since = due.since(Some(99_900)).unwrap();
        assert!(since > at(9_990) && since <= at(10_000), "{since}");
    }
}

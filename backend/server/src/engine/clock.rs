//! The time of day that figures are as of, whatever the clock of this machine
//! does.
//!
//! The broker stamps each message with its own time (`LogAppendTime`), and events
//! are judged by that. So its clock is the reference: where the two differ by more
//! than [`TOLERATED`], this machine's is corrected by the difference, and where
//! they differ by more than [`OFF`], that is said. A clock that is stepped moves
//! against the monotonic one, so a step is seen at once and the difference known
//! before the next message comes. Partitions are led by different brokers, whose
//! clocks may differ: each tells its own, and what most of them say is the
//! reference, so that it does not turn with whoever spoke last. Pure: both clocks
//! are given.

use std::collections::{BTreeMap, VecDeque};

use vigie_contract::time::{Span, Time};

/// The largest difference of two clocks that counts as none: messages take some time
/// to come.
const TOLERATED: Span = Span::from_seconds(2);

/// The least difference of two clocks that is told.
pub const OFF: Span = Span::from_seconds(5);

/// The largest step of the clock, against the monotonic one, that counts as an
/// adjustment and not as a step.
const NO_STEP: Span = Span::from_seconds(1);

/// How many messages are compared, each of another second. The one that came fastest
/// tells most; messages that came in one go took the same time, and count as one.
const SAMPLES: usize = 5;
const SAMPLE_EVERY: Span = Span::from_seconds(1);

/// The time of day, by the broker's clock where that is known.
#[derive(Debug, Default)]
pub struct ReferenceClock {
    /// The system's clock and the monotonic one, when last looked at.
    last: Option<(Time, Span)>,
    /// The last messages of each partition that had just arrived when they were
    /// read.
    samples: BTreeMap<i32, VecDeque<Sample>>,
    stepped: Option<Span>,
}

/// The fastest message of a second.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// The clock of the broker less that of this system.
    ahead: Span,
    /// The clock of this system when the first message of the second came.
    from: Time,
}

impl ReferenceClock {
    /// The time of day, where the system's clock says `system` and `monotonic` has
    /// passed since some instant that does not change.
    pub fn look(&mut self, system: Time, monotonic: Span) -> Time {
        if let Some((before, at)) = self.last.replace((system, monotonic)) {
            let step = Span((system - before).0 - (monotonic.0 - at.0));
            if step.0.abs() > NO_STEP.0 {
                self.stepped = Some(step);
                for sample in self.samples.values_mut().flatten() {
                    sample.ahead = Span(sample.ahead.0 - step.0);
                    sample.from = sample.from + step;
                }
            }
        }
        system + self.correction()
    }

    /// By how much the system's clock was stepped since this was last asked.
    pub fn take_step(&mut self) -> Option<Span> {
        self.stepped.take()
    }

    /// A message of a partition that the broker had received at `arrived` came in
    /// when the system's clock said `system`. `fresh`: it had been waited for, so it came
    /// as soon as it was there. One that is not tells only that the broker's
    /// clock is at least there.
    pub fn heard(&mut self, partition: i32, arrived: Time, system: Time, fresh: bool) {
        let ahead = arrived - system;
        let samples = self.samples.entry(partition).or_default();
        let known = fastest(samples).unwrap_or_default();
        if !fresh && ahead.0 <= known.0 + TOLERATED.0 {
            return;
        }
        match samples.back_mut() {
            Some(last) if (system - last.from).0.abs() < SAMPLE_EVERY.0 => {
                last.ahead = last.ahead.max(ahead);
            }
            _ => {
                let from = system;
                samples.push_back(Sample { ahead, from });
                if samples.len() > SAMPLES {
                    samples.pop_front();
                }
            }
        }
    }

    /// By how much the clock of the broker that is furthest off is ahead of the
    /// system's, where that is known and must be said.
    pub fn off(&self) -> Option<Span> {
        let furthest = self.differences().max_by_key(|ahead| ahead.0.abs());
        furthest.filter(|ahead| ahead.0.abs() > OFF.0)
    }

    /// The difference of the clocks of broker and system, for each partition.
    fn differences(&self) -> impl Iterator<Item = Span> {
        self.samples.values().filter_map(fastest)
    }

    /// The median over partitions; of two, that nearer to the system's clock.
    fn difference(&self) -> Option<Span> {
        let mut all: Vec<Span> = self.differences().collect();
        all.sort_unstable();
        let middle = [all.len().checked_sub(1)? / 2, all.len() / 2];
        let middle = middle.map(|at| all[at]);
        middle.into_iter().min_by_key(|ahead| ahead.0.abs())
    }

    fn correction(&self) -> Span {
        let known = self
            .difference()
            .filter(|ahead| ahead.0.abs() > TOLERATED.0);
        known.unwrap_or_default()
    }
}

/// By how much the broker's clock is ahead by the message that came fastest.
fn fastest(samples: &VecDeque<Sample>) -> Option<Span> {
    samples.iter().map(|sample| sample.ahead).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    fn span(seconds: i64) -> Span {
        Span::from_seconds(seconds)
    }

    /// Of a system's clock that is right, at 1,000 s, and knows it.
    fn right() -> ReferenceClock {
        let mut clock = ReferenceClock::default();
        assert_eq!(clock.look(at(1_000), span(0)), at(1_000));
        clock.heard(0, Time(at(1_000).0 - 50_000), at(1_000), true);
        clock
    }

    #[test]
    fn a_clock_that_is_right_is_taken_as_it_is() {
        let mut clock = right();
        assert_eq!(clock.look(at(1_010), span(10)), at(1_010));
        assert_eq!((clock.off(), clock.take_step()), (None, None));
    }

    #[test]
    fn a_step_back_or_forth_is_seen_at_once_and_time_goes_on() {
        for step in [-600, -7_200, 3_600] {
            let mut clock = right();
            let time = clock.look(at(1_010 + step), span(10));
            assert!((time - at(1_010)).0.abs() < 100_000, "{step}: {time}");
            assert_eq!(clock.take_step(), Some(span(step)));
            assert_eq!(clock.take_step(), None);
            let off = clock.off().expect("it is said");
            assert!((off.0 + span(step).0).abs() < 100_000, "{step}: {off:?}");
            // Stepped back to what it was.
            assert_eq!(clock.look(at(1_020), span(20)), at(1_020));
            assert_eq!(clock.off(), None);
        }
    }

    #[test]
    fn without_a_word_of_the_broker_the_system_decides() {
        let mut clock = ReferenceClock::default();
        clock.look(at(1_000), span(0));
        assert_eq!(clock.look(at(400), span(10)), at(400));
        assert_eq!(clock.off(), None);
    }

    #[test]
    fn two_hours_behind_is_noticed_at_the_first_message() {
        for fresh in [false, true] {
            let mut clock = ReferenceClock::default();
            clock.look(at(1_000), span(0));
            clock.heard(0, at(8_200), at(1_000), fresh);
            assert_eq!(clock.look(at(1_001), span(1)), at(8_201));
            assert_eq!(clock.off(), Some(span(7_200)));
        }
    }

    #[test]
    fn what_has_piled_up_does_not_look_like_a_clock_that_is_ahead() {
        let mut clock = ReferenceClock::default();
        clock.look(at(8_000), span(0));
        clock.heard(0, at(1_000), at(8_000), false);
        assert_eq!(clock.look(at(8_001), span(1)), at(8_001));
        clock.heard(0, at(1_001), at(8_001), true);
        assert_eq!(clock.off(), Some(span(-7_000)), "it had been waited for");
    }

    #[test]
    fn brokers_that_disagree_do_not_make_it_turn() {
        let mut clock = ReferenceClock::default();
        clock.look(at(1_000), span(0));
        for second in 1..60 {
            let now = at(1_000 + second);
            // Two partitions of one broker, and one of a broker that is ahead.
            for (partition, ahead) in [(0, 0), (1, 0), (2, 20)] {
                let often = if second % 20 < 10 { 1 } else { 5 };
                for _ in 0..often {
                    clock.heard(partition, now + span(ahead), now, true);
                }
            }
            assert_eq!(clock.look(now, span(second)), now);
            assert_eq!(clock.off(), Some(span(20)), "it is said");
        }
    }

    #[test]
    fn one_slow_message_among_some_is_no_difference() {
        let mut clock = right();
        clock.heard(0, at(990), at(1_000), true);
        assert_eq!(clock.off(), None);
        for _ in 0..400 {
            clock.heard(0, at(991), at(1_001), true);
        }
        assert_eq!(clock.off(), None, "nor is all that came with it");
        for second in 1_002..1_002 + SAMPLES as i64 {
            clock.heard(0, at(second - 10), at(second), true);
        }
        assert_eq!(clock.off(), Some(span(-10)), "all of them are");
    }
}

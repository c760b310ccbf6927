//! How much of its time the engine gives to requests.
//!
//! The engine folds, publishes and answers on one thread. Whoever asks much
//! would otherwise slow the figures of everybody: what answers may take is a
//! budget that fills again as time passes, and what is asked beyond it is told
//! to come again. An answer that took longer than what was left is owed, so
//! that over a while answers never take more than their share.

use std::time::Duration;

const SECOND: i128 = 1_000_000_000;

/// Engine time for requests, in nanoseconds.
#[derive(Debug)]
pub(super) struct Budget {
    a_second: i128,
    /// What is left, in nanoseconds; a negative number is owed.
    left: i128,
    /// When it was last refilled, as the time since the engine began.
    refilled: Duration,
}

impl Budget {
    /// A budget of so much of each second, full.
    pub(super) fn new(a_second: Duration) -> Self {
        let a_second = nanoseconds(a_second);
        Self {
            a_second,
            left: a_second,
            refilled: Duration::ZERO,
        }
    }

    /// Whether anything is left; `now` is since the engine began.
    pub(super) fn has_left(&mut self, now: Duration) -> bool {
        let passed = nanoseconds(now.saturating_sub(self.refilled));
        self.refilled = self.refilled.max(now);
        self.left = (self.left + passed * self.a_second / SECOND).min(self.a_second);
        self.left > 0
    }

    /// Takes the time of an answer from the budget.
    pub(super) fn spend(&mut self, took: Duration) {
        self.left -= nanoseconds(took);
    }
}

fn nanoseconds(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// Asks at every millisecond of some seconds; how much of the time was
    /// taken by answers of that length.
    fn taken(budget: Duration, answer: Duration, seconds: u32) -> Duration {
        let mut budget = Budget::new(budget);
        let (mut now, mut taken) = (Duration::ZERO, Duration::ZERO);
        while now < seconds * 1_000 * MILLISECOND {
            if budget.has_left(now) {
                budget.spend(answer);
                taken += answer;
                now += answer;
            }
            now += MILLISECOND;
        }
        taken
    }

    #[test]
    fn answers_never_take_more_than_their_share() {
        for answer in [1, 7, 150, 2_000] {
            let answer = answer * MILLISECOND;
            let taken = taken(200 * MILLISECOND, answer, 60);
            // The first second may use what was saved up, and the last answer
            // what is owed.
            let most = 61 * 200 * MILLISECOND + answer;
            let least = 60 * 190 * MILLISECOND - answer;
            assert!(taken <= most, "{taken:?} by answers of {answer:?}");
            assert!(taken >= least, "{taken:?} by answers of {answer:?}");
        }
    }

    #[test]
    fn what_is_not_used_is_saved_for_a_second_at_most() {
        let mut budget = Budget::new(100 * MILLISECOND);
        let later = Duration::from_secs(3600);
        assert!(budget.has_left(later));
        budget.spend(100 * MILLISECOND);
        assert!(!budget.has_left(later));
        assert!(
            !budget.has_left(Duration::ZERO),
            "a clock that went back gives none"
        );
        assert!(budget.has_left(later + 11 * MILLISECOND));
    }
}

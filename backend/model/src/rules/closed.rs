//! What was expected of closings, against what came of them.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Seconds before closing at which what is expected is kept.
pub(crate) const KEPT_BEFORE: [i64; 3] = [3_600, 1_800, 900];

/// Seconds after closing at which is counted who was cut off: platforms let those who wait
/// go on for some minutes.
pub(crate) const COUNTED_AFTER: i64 = 900;

/// So many closings of a queue are kept.
const CLOSINGS: usize = 14;

/// Seconds for which a closing is kept.
const KEPT_FOR: i64 = 30 * 86_400;

/// A number of calls that is expected, in millionths: sums of it are exact.
pub(crate) type Millionths = i64;

/// A closing of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExpectedClosing {
    /// The second of it.
    pub at: i64,
    /// What was expected, each so long before; `None` where nothing was.
    pub expected: [Option<Millionths>; KEPT_BEFORE.len()],
}

/// The closings of a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closings {
    /// The one to come, or of which it is not known yet what came of it.
    pub next: Option<ExpectedClosing>,
    /// Those of which it is known, each with how many were cut off, the oldest first.
    past: VecDeque<(ExpectedClosing, i64)>,
}

impl Closings {
    /// Takes note of what is expected at a second of a closing, if it is one at which that
    /// is kept.
    pub(crate) fn expect(&mut self, second: i64, closes_at: i64, expected: Option<Millionths>) {
        let before = |seconds: &i64| closes_at - second == *seconds;
        let Some(place) = KEPT_BEFORE.iter().position(before) else {
            return;
        };
        let next = self.next.filter(|next| next.at == closes_at);
        let mut next = next.unwrap_or(ExpectedClosing {
            at: closes_at,
            expected: [None; KEPT_BEFORE.len()],
        });
        next.expected[place] = expected;
        self.next = Some(next);
    }

    /// Whether it is to be counted at a second who was cut off.
    pub(crate) fn is_to_be_counted(&self, second: i64) -> bool {
        self.next
            .is_some_and(|next| next.at + COUNTED_AFTER == second)
    }

    /// Takes note of how many were cut off by the closing.
    pub(crate) fn count(&mut self, cut_off: i64) {
        let Some(closing) = self.next.take() else {
            return;
        };
        if closing.expected.iter().any(Option::is_some) {
            self.past.push_back((closing, cut_off));
        }
        if self.past.len() > CLOSINGS {
            self.past.pop_front();
        }
    }

    /// Forgets, as of a second, what is too old, and a closing whose time was not judged;
    /// answers whether something is left.
    pub(crate) fn forget(&mut self, second: i64) -> bool {
        self.past
            .retain(|(closing, _)| second - closing.at <= KEPT_FOR);
        self.next = self.next.filter(|next| second <= next.at + COUNTED_AFTER);
        self.next.is_some() || !self.past.is_empty()
    }
}

/// Sums over closings, by how long before what was expected of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scores(pub [Score; KEPT_BEFORE.len()]);

/// Sums over closings of which something was expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub closings: i64,
    pub expected: Millionths,
    pub cut_off: i64,
    /// Of the absolute differences.
    pub error: Millionths,
}

impl Scores {
    /// Adds the closings of a queue.
    pub(crate) fn add(&mut self, closings: &Closings) {
        for (closing, cut_off) in &closings.past {
            for (score, expected) in self.0.iter_mut().zip(closing.expected) {
                let Some(expected) = expected else { continue };
                score.closings += 1;
                score.expected += expected;
                score.cut_off += cut_off;
                score.error += (expected - cut_off * 1_000_000).abs();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(closings: &Closings) -> [Score; 3] {
        let mut scores = Scores::default();
        scores.add(closings);
        scores.0
    }

    #[test]
    fn a_closing_is_scored_by_what_was_expected_at_each_time() {
        let mut closings = Closings::default();
        closings.expect(6_400, 10_000, Some(500_000));
        closings.expect(7_000, 10_000, Some(9_000_000));
        closings.expect(8_200, 10_000, None);
        closings.expect(9_100, 10_000, Some(3_000_000));
        assert!(!closings.is_to_be_counted(10_000));
        assert!(closings.is_to_be_counted(10_900));
        closings.count(2);
        let score = |expected, error| Score {
            closings: 1,
            expected,
            cut_off: 2,
            error,
        };
        let expected = [
            score(500_000, 1_500_000),
            Score::default(),
            score(3_000_000, 1_000_000),
        ];
        assert_eq!(scores(&closings), expected);
    }

    #[test]
    fn what_is_old_and_what_was_not_judged_is_forgotten() {
        let mut closings = Closings::default();
        for day in 0..20 {
            let at = day * 86_400;
            closings.expect(at - 900, at, Some(0));
            closings.count(1);
        }
        assert_eq!(scores(&closings)[2].closings, CLOSINGS as i64);
        closings.expect(99, 999, Some(1));
        assert!(closings.forget(19 * 86_400 + KEPT_FOR));
        assert_eq!((scores(&closings)[2].closings, closings.next), (1, None));
        assert!(!closings.forget(20 * 86_400 + KEPT_FOR));
    }
}

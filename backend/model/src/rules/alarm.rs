//! How bad something is, by its levels of the last minutes.

use serde::{Deserialize, Serialize};
use vigie_contract::time::Span;
use vigie_contract::view::Severity;

use super::criteria::Criterion;
use super::level::Level;
use super::toll::Toll;

/// Whether a threshold is passed for good, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Latch {
    /// The second of the first judgement at which it was passed, of those that led to
    /// its being said; `None` while it is not said.
    since: Option<i64>,
    /// The second of the first judgement of the present row of those that speak against
    /// what is said; `None` if the last one does not.
    turning: Option<i64>,
}

impl Latch {
    /// Takes in a judgement. `is_reached`: the threshold is passed; `is_kept`: so is one
    /// that is made harder.
    fn judge(&mut self, at: i64, is_reached: bool, is_kept: bool, criterion: Criterion) {
        let (is_against, lasts) = match self.since {
            None => (is_reached, criterion.hold),
            Some(_) => (!is_kept, criterion.release),
        };
        if !is_against {
            self.turning = None;
            return;
        }
        let first = *self.turning.get_or_insert(at);
        if Span::from_seconds(at - first) >= lasts {
            self.since = match self.since {
                None => Some(first),
                Some(_) => None,
            };
            self.turning = None;
        }
    }
}

/// How bad something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alarm {
    warning: Latch,
    critical: Latch,
    /// The toll when it began, or at the first judgement of those that may lead to it.
    before: Toll,
}

impl Alarm {
    /// Takes in the level of a judgement, and the toll of the scope as of it.
    pub(crate) fn judge(&mut self, at: i64, level: Level, criterion: Criterion, toll: Toll) {
        let was_under_way = self.is_under_way();
        for (latch, severity) in [
            (&mut self.warning, Severity::Warning),
            (&mut self.critical, Severity::Critical),
        ] {
            let [is_reached, is_kept] = [level.reached, level.kept].map(|level| level >= severity);
            latch.judge(at, is_reached, is_kept, criterion);
        }
        self.before = match (was_under_way, self.is_under_way()) {
            (true, true) => self.before,
            (false, true) => toll,
            (_, false) => Toll::default(),
        };
    }

    fn is_under_way(&self) -> bool {
        self.warning.since.is_some() || self.warning.turning.is_some()
    }

    /// How bad it is.
    pub(crate) fn state(&self) -> Severity {
        if self.critical.since.is_some() {
            Severity::Critical
        } else if self.warning.since.is_some() {
            Severity::Warning
        } else {
            Severity::Ok
        }
    }

    /// The second since when it has been so: the first judgement of those that led to
    /// its state. What was critical and is a warning has been one since it first was.
    pub(crate) fn since(&self) -> Option<i64> {
        self.critical.since.or(self.warning.since)
    }

    /// The second since when it has been above ok, whatever it was in between, and the
    /// toll of the scope as of then; `None` where it is ok. Whatever passes the
    /// threshold of what is critical passes that of a warning.
    pub(crate) fn stretch(&self) -> Option<(i64, Toll)> {
        Some((self.warning.since?, self.before))
    }

    /// Whether it is ok and nothing speaks against that.
    pub(crate) fn is_calm(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::view::Concern;

    use super::super::criteria::Criteria;
    use super::*;

    /// The states after each of some judgements, five seconds apart, of waits.
    fn states(waits: impl IntoIterator<Item = f64>) -> Vec<(Severity, Option<i64>)> {
        let criterion = Criteria::default().of(Concern::LongestWait);
        let mut alarm = Alarm::default();
        let after = |(at, wait): (i64, f64)| {
            let level = Level::of(Some(wait), Concern::LongestWait, criterion);
            alarm.judge(at * 5, level, criterion, Toll::default());
            (alarm.state(), alarm.since())
        };
        (0..).zip(waits).map(after).collect()
    }

    #[test]
    fn a_threshold_has_to_be_passed_for_a_minute() {
        let states = states(std::iter::repeat_n(301.0, 13));
        assert_eq!(states[11], (Severity::Ok, None));
        assert_eq!(states[12], (Severity::Warning, Some(0)));
    }

    #[test]
    fn one_judgement_below_begins_the_minute_anew() {
        let waits = [vec![301.0; 12], vec![299.0], vec![301.0; 13]].concat();
        let states = states(waits);
        assert_eq!(states[24], (Severity::Ok, None));
        assert_eq!(states[25], (Severity::Warning, Some(13 * 5)));
    }

    #[test]
    fn what_worsens_has_been_critical_since_that_threshold_was_passed() {
        let waits = [vec![301.0; 20], vec![901.0; 13]].concat();
        let states = states(waits);
        assert_eq!(states[31], (Severity::Warning, Some(0)));
        assert_eq!(states[32], (Severity::Critical, Some(100)));
    }

    #[test]
    fn the_toll_is_that_of_when_it_began() {
        let criterion = Criteria::default().of(Concern::LongestWait);
        let mut alarm = Alarm::default();
        let waits = [vec![0.0, 301.0, 0.0], vec![301.0; 20], vec![0.0; 30]].concat();
        let mut began = Vec::new();
        for (at, wait) in (0..).zip(waits) {
            let level = Level::of(Some(wait), Concern::LongestWait, criterion);
            let toll = Toll {
                offered: at,
                abandoned: 0,
            };
            alarm.judge(at * 5, level, criterion, toll);
            began.extend(alarm.stretch());
        }
        began.dedup();
        let toll = Toll {
            offered: 3,
            abandoned: 0,
        };
        assert_eq!(began, [(15, toll)]);
        assert!(alarm.is_calm());
    }

    #[test]
    fn it_ends_after_two_minutes_beyond_the_margin() {
        // 280 is no better than a warning; 0 is.
        let waits = [vec![901.0; 13], vec![280.0; 40], vec![0.0; 25]].concat();
        let states = states(waits);
        assert_eq!(states[13 + 23], (Severity::Critical, Some(0)));
        assert_eq!(states[13 + 24], (Severity::Warning, Some(0)));
        assert_eq!(states[53 + 23], (Severity::Warning, Some(0)));
        assert_eq!(states[53 + 24], (Severity::Ok, None));
    }
}

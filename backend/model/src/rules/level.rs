//! How bad a value is by itself.

use serde::{Deserialize, Serialize};
use vigie_contract::view::{Concern, Severity};

use super::criteria::{Criterion, Nature, nature};

/// By how much a rate has to be above a threshold, once it was under it, to count as
/// better.
const RATE_MARGIN: f64 = 0.02;

/// The part of a threshold that a time has to be under, once it was over it, to count
/// as better.
const TIME_MARGIN: f64 = 0.9;

/// The margin of a rate: where a threshold leaves less room than that below 1, half of
/// what it leaves, so that a perfect rate is always better.
fn rate_margin(threshold: f64) -> f64 {
    RATE_MARGIN.min((1.0 - threshold) / 2.0)
}

/// How bad a value is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Level {
    /// The worst threshold that it passes.
    #[serde(with = "crate::codes::severity")]
    pub reached: Severity,
    /// The worst threshold that it passes if all are made harder by a margin: what is
    /// bad already is no better as long as that is passed. Not better than `reached`.
    #[serde(with = "crate::codes::severity")]
    pub kept: Severity,
}

impl Level {
    /// How bad a value is: of a rate, its bound. One that is absent is not bad.
    pub(crate) fn of(value: Option<f64>, concern: Concern, criterion: Criterion) -> Self {
        let Some(value) = value else {
            return Self::default();
        };
        let Criterion {
            warning, critical, ..
        } = criterion;
        let worst = |passes: &dyn Fn(f64) -> bool| {
            if passes(critical) {
                Severity::Critical
            } else if passes(warning) {
                Severity::Warning
            } else {
                Severity::Ok
            }
        };
        match nature(concern) {
            Nature::Rate => Self {
                reached: worst(&|threshold| value < threshold),
                kept: worst(&|threshold| value < threshold + rate_margin(threshold)),
            },
            Nature::Time => Self {
                reached: worst(&|threshold| value > threshold),
                kept: worst(&|threshold| value > threshold * TIME_MARGIN),
            },
            Nature::Count => {
                let reached = worst(&|threshold| value >= threshold);
                Self {
                    reached,
                    kept: reached,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::criteria::Criteria;
    use super::*;

    #[test]
    fn what_is_bad_is_better_beyond_a_margin_only() {
        let level = |concern, value| {
            let level = Level::of(Some(value), concern, Criteria::default().of(concern));
            (level.reached, level.kept)
        };
        use Severity::{Critical, Ok, Warning};
        for (value, expected) in [
            (0.871, (Ok, Ok)),
            (0.869, (Ok, Warning)),
            (0.849, (Warning, Warning)),
            (0.719, (Warning, Critical)),
            (0.699, (Critical, Critical)),
        ] {
            assert_eq!(level(Concern::PickUp, value), expected, "{value}");
        }
        for (value, expected) in [
            (270.0, (Ok, Ok)),
            (271.0, (Ok, Warning)),
            (300.0, (Ok, Warning)),
            (300.5, (Warning, Warning)),
            (811.0, (Warning, Critical)),
            (901.0, (Critical, Critical)),
        ] {
            assert_eq!(level(Concern::LongestWait, value), expected, "{value}");
        }
        for (value, expected) in [(0.0, Ok), (1.0, Warning), (9.0, Warning), (10.0, Critical)] {
            assert_eq!(
                level(Concern::CutOff, value),
                (expected, expected),
                "{value}"
            );
        }
    }
}

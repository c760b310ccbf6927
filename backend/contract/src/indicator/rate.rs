//! A fraction that keeps its two sides.

use serde::{Deserialize, Serialize};

/// A rate with what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Numerator over denominator.
    pub value: f64,
    /// Numerator and denominator.
    pub of: [i64; 2],
    /// The upper end of its 90 % Wilson score interval: what the share behind the rate
    /// may well be, as few calls tell little. Not below `value`.
    pub upper: f64,
}

/// The quantile of the normal distribution of which a two-sided interval of 90 % is
/// made.
const Z: f64 = 1.6449;

impl Rate {
    /// Absent where the denominator is 0.
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator > 0).then(|| {
            let value = numerator as f64 / denominator as f64;
            Self {
                value,
                of: [numerator, denominator],
                upper: wilson_upper(value, denominator as f64),
            }
        })
    }
}

/// The upper end of the Wilson score interval of a share of `n` (E. B. Wilson, 1927,
/// without continuity correction). Sums that do not come from the same calls may make
/// a share above 1, which is its own bound.
fn wilson_upper(value: f64, n: f64) -> f64 {
    let share = value.clamp(0.0, 1.0);
    let centre = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    // At 1 the two ends meet but for the last digit.
    ((centre + half) / (1.0 + Z * Z / n)).min(1.0).max(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_nothing_is_absent() {
        assert_eq!(Rate::of(0, 0), None);
        let rate = Rate::of(1, 4).unwrap();
        assert_eq!((rate.value, rate.of), (0.25, [1, 4]));
    }

    #[test]
    fn few_calls_leave_much_room_above_a_rate() {
        let upper = |of, number| Rate::of(of, number).unwrap().upper;
        // The larger root p of (value − p)² = z² p (1 − p) ÷ n, by bisection in decimals.
        for (of, number, known) in [
            (2, 3, 0.921737),
            (20, 30, 0.789166),
            (0, 10, 0.212951),
            (78, 100, 0.840263),
        ] {
            assert!((upper(of, number) - known).abs() < 1e-6, "{of} of {number}");
        }
        assert_eq!(upper(7, 7), 1.0);
        assert_eq!(upper(9, 6), 1.5);
        assert!(upper(-1, 6) > 0.0);
    }
}

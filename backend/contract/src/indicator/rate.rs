//! A fraction that keeps its two sides.

use serde::{Deserialize, Serialize};

/// A rate with what it was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Numerator over denominator.
    pub value: f64,
    /// Numerator and denominator.
    pub of: [i64; 2],
}

impl Rate {
    /// Absent where the denominator is 0.
    pub fn of(numerator: i64, denominator: i64) -> Option<Self> {
        (denominator > 0).then(|| Self {
            value: numerator as f64 / denominator as f64,
            of: [numerator, denominator],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_nothing_is_absent() {
        assert_eq!(Rate::of(0, 0), None);
        assert_eq!(
            Rate::of(1, 4),
            Some(Rate {
                value: 0.25,
                of: [1, 4]
            })
        );
    }
}

//! Three linear estimates of a wait, learned together online: its mean, by
//! weighted least squares, and two quantiles, by stochastic Newton steps on the
//! pinball loss.
//!
//! The quantity they share is the inverse of the weighted second moments of the
//! features, kept as in recursive least squares (Haykin, *Adaptive Filter
//! Theory*, ch. 10). For a quantile p with forecast f the step is
//! `gain · (p − [w ≤ f]) ÷ density`, the density of waits at f taken as that of
//! an exponential with the queue's usual error. Waits spread in proportion to
//! their length, so a long one weighs less.

use serde::{Deserialize, Serialize};

use super::Waits;
use super::features::{FEATURES, Features};

/// What an outcome counts for when the next one has come.
pub(super) const MEMORY: f64 = 0.9999;

/// Variance of a weight of which nothing is known yet.
const UNKNOWN: f64 = 1.0;

/// And the most it may grow to while its feature shows nothing.
const MOST_UNKNOWN: f64 = 1_000.0;

/// Added to a forecast before its spread is taken to be proportional to it.
const SPREAD_FROM_SECONDS: f64 = 60.0;

/// A short wait weighs at most so much more than the usual one.
const MOST_WEIGHT: f64 = 3.0;

/// Speed at which the usual error follows.
const ERROR_SPEED: f64 = 0.002;

/// The usual error before anything is known, in seconds.
const FIRST_ERROR_SECONDS: f64 = 60.0;

/// Weights of a queue, or of all queues of a name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Weights {
    mean: [f32; FEATURES],
    p50: [f32; FEATURES],
    p90: [f32; FEATURES],
    /// Running mean of the error of the median, in seconds.
    usual_error: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            mean: [0.0; FEATURES],
            p50: [0.0; FEATURES],
            p90: [0.0; FEATURES],
            usual_error: FIRST_ERROR_SECONDS as f32,
        }
    }
}

impl Weights {
    /// The waits to expect; none where the weights are beyond all numbers.
    pub(super) fn estimate(&self, features: &Features) -> Option<Waits> {
        let waits = [&self.mean, &self.p50, &self.p90].map(|weights| dot(weights, features));
        let are_numbers = waits.iter().all(|seconds| seconds.is_finite());
        are_numbers.then(|| Waits::clamped(waits))
    }

    /// How much the wait of a call with these features says, against a usual one.
    fn weight(&self, features: &Features) -> f64 {
        let spread = dot(&self.p50, features).max(0.0) + SPREAD_FROM_SECONDS;
        (f64::from(self.usual_error) / spread).min(MOST_WEIGHT)
    }

    /// Learns a wait, with the gain of its features, `speed` times as fast.
    pub(super) fn learn(&mut self, features: &Features, waited: f64, gain: &Gain, speed: f64) {
        let error = waited - dot(&self.mean, features);
        let beyond = |weights, p: f64| {
            let held = waited <= dot(weights, features);
            p - f64::from(u8::from(held))
        };
        // Of an exponential, the inverse of the density at its p quantile is mean
        // ÷ (1 − p): 2 and 10 times the mean. Steps of 10 shook the 90th; 4 is
        // what the months of tuning did best with.
        let usual = f64::from(self.usual_error) / gain.weight;
        let [p50, p90] = [
            beyond(&self.p50, 0.5) * usual * 2.0,
            beyond(&self.p90, 0.9) * usual * 4.0,
        ];
        let median_error = (waited - dot(&self.p50, features)).abs();
        for (at, gain) in gain.by_feature.iter().enumerate() {
            let gain = gain * speed;
            self.mean[at] += (gain * error) as f32;
            self.p50[at] += (gain * p50) as f32;
            self.p90[at] += (gain * p90) as f32;
        }
        let change = ERROR_SPEED * (median_error - f64::from(self.usual_error));
        self.usual_error += change as f32;
    }
}

/// How far an outcome moves each weight for a unit of error.
#[derive(Debug)]
pub(super) struct Gain {
    by_feature: Features,
    /// The weight of the outcome.
    weight: f64,
    /// How much of the error in the forecast of the same features it mends.
    pub leverage: f64,
}

/// The inverse of the second moments of the features: how much is still unknown
/// of each weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moments {
    /// The lower triangle, row by row.
    inverse: Vec<f64>,
    /// Outcomes learned from, fading.
    pub outcomes: f64,
}

impl Default for Moments {
    fn default() -> Self {
        let entry = |(row, column)| if row == column { UNKNOWN } else { 0.0 };
        Self {
            inverse: triangle().map(entry).collect(),
            outcomes: 0.0,
        }
    }
}

/// Rows and columns of the lower triangle.
fn triangle() -> impl Iterator<Item = (usize, usize)> {
    (0..FEATURES).flat_map(|row| (0..=row).map(move |column| (row, column)))
}

fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

impl Moments {
    /// Takes in the features of an outcome: the gain by which it is learned.
    /// `share`: what it counts for, 1 for an answered call.
    pub(super) fn take_in(&mut self, weights: &Weights, features: &Features, share: f64) -> Gain {
        let weight = weights.weight(features);
        let mut spread = [0.0; FEATURES];
        for row in 0..FEATURES {
            let start = place(row, 0);
            let of_row = &self.inverse[start..=start + row];
            let mut sum = 0.0;
            for (column, entry) in of_row.iter().enumerate().take(row) {
                sum += entry * features[column];
                spread[column] += entry * features[row];
            }
            spread[row] += sum + of_row[row] * features[row];
        }
        let along: f64 = spread
            .iter()
            .zip(features)
            .map(|(one, other)| one * other)
            .sum();
        let whole = MEMORY / (share * weight) + along;
        let by_feature = spread.map(|one| one / whole);
        for (row, of_row) in spread.iter().enumerate() {
            let start = place(row, 0);
            let entries = &mut self.inverse[start..=start + row];
            for (entry, of_column) in entries.iter_mut().zip(&by_feature) {
                *entry = (*entry - of_row * of_column) / MEMORY;
            }
        }
        self.bound();
        self.outcomes = self.outcomes * MEMORY + share;
        Gain {
            by_feature,
            weight,
            leverage: along / whole,
        }
    }

    /// Keeps what is unknown of a weight finite while its feature shows nothing.
    fn bound(&mut self) {
        for row in 0..FEATURES {
            let own = self.inverse[place(row, row)];
            if own <= MOST_UNKNOWN {
                continue;
            }
            let by = (MOST_UNKNOWN / own).sqrt();
            for other in 0..FEATURES {
                let at = if other <= row {
                    place(row, other)
                } else {
                    place(other, row)
                };
                self.inverse[at] *= by;
            }
            self.inverse[place(row, row)] = MOST_UNKNOWN;
        }
    }
}

fn dot(weights: &[f32; FEATURES], features: &Features) -> f64 {
    let products = weights.iter().zip(features);
    products
        .map(|(&weight, feature)| f64::from(weight) * feature)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(first: f64, second: f64) -> Features {
        let mut features = [0.0; FEATURES];
        features[0] = 1.0;
        features[1] = first;
        features[2] = second;
        features
    }

    /// Learns what is asked of it, from numbers that repeat in no pattern.
    fn learned(rounds: u32, wait: impl Fn(f64, f64, f64) -> f64) -> Weights {
        let mut moments = Moments::default();
        let mut weights = Weights::default();
        let mut state = 7_u64;
        let mut die = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        };
        for _ in 0..rounds {
            let (first, second, noise) = (die() * 3.0, die() * 3.0, die());
            let features = features(first, second);
            let gain = moments.take_in(&weights, &features, 1.0);
            weights.learn(&features, wait(first, second, noise), &gain, 1.0);
        }
        weights
    }

    #[test]
    fn a_linear_wait_is_found() {
        let weights = learned(5_000, |first, second, _| 30.0 + 20.0 * first + 5.0 * second);
        let waits = weights.estimate(&features(2.0, 1.0)).unwrap();
        assert!((waits.mean_seconds - 75.0).abs() < 1.0, "{waits:?}");
    }

    #[test]
    fn quantiles_of_a_spread_wait_are_found() {
        // Uniform from 0 to 100 s times the first feature.
        let weights = learned(60_000, |first, _, noise| 100.0 * first * noise);
        let waits = weights.estimate(&features(2.0, 1.0)).unwrap();
        assert!((waits.mean_seconds - 100.0).abs() < 8.0, "{waits:?}");
        assert!((waits.p50_seconds - 100.0).abs() < 12.0, "{waits:?}");
        assert!((waits.p90_seconds - 180.0).abs() < 15.0, "{waits:?}");
    }

    #[test]
    fn an_empty_feature_does_not_run_away() {
        let mut moments = Moments::default();
        let weights = Weights::default();
        for _ in 0..200_000 {
            moments.take_in(&weights, &features(1.0, 0.0), 1.0);
        }
        let most = moments
            .inverse
            .iter()
            .fold(0.0, |most: f64, one| most.max(one.abs()));
        assert!(most <= MOST_UNKNOWN, "{most}");
        assert!(moments.inverse.iter().all(|one| one.is_finite()));
    }
}

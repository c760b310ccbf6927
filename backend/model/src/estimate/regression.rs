//! Three linear estimates of a wait, learned together online: its mean, by
//! weighted least squares, and two quantiles, by stochastic Newton steps on the
//! pinball loss.
//!
//! The quantity they share is the inverse of the weighted second moments of the
//! features, as in recursive least squares (Haykin, *Adaptive Filter Theory*,
//! ch. 10). For a quantile p with forecast f the step is
//! `gain · (p − [w ≤ f]) ÷ density`, the density of waits at f taken as that of
//! an exponential with the queue's usual error. Waits spread in proportion to
//! their length, so a long one weighs less.

use serde::{Deserialize, Serialize};

use super::features::{FEATURES, Features};
use super::waits::Waits;

/// What an outcome counts for when the next one has come.
pub(super) const MEMORY: f64 = 0.9999;

/// The variance of a weight of which nothing is known yet.
const UNKNOWN: f32 = 0.2;

/// The most that the variance of a weight may grow to, given the weights before it,
/// while its feature shows nothing that theirs do not. Of two features that say the
/// same, the second shows what is lost in rounding: with a thousand in the place of
/// ten that would move it.
const MOST_UNKNOWN: f32 = 10.0;

/// The factor by which the variance of what is unknown grows with each outcome.
const GROWTH: f32 = (1.0 / MEMORY) as f32;

/// The seconds added to a forecast before its spread is taken to be proportional to
/// it.
const SPREAD_FROM_SECONDS: f64 = 60.0;

/// The most that a short wait weighs against the usual one.
const MOST_WEIGHT: f64 = 3.0;

/// The least that a long wait weighs against the usual one.
const LEAST_WEIGHT: f64 = 1e-6;

/// The speed at which the usual error follows the newest one.
const ERROR_SPEED: f64 = 0.002;

/// The usual error before anything is known, in seconds.
const FIRST_ERROR_SECONDS: f64 = 60.0;

/// Weights of a queue, or of all queues of a name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Weights {
    mean: Features,
    p50: Features,
    p90: Features,
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
    #[expect(
        clippy::manual_clamp,
        reason = "clamped, what is no number would stay none"
    )]
    fn weight(&self, features: &Features) -> f64 {
        let spread = dot(&self.p50, features).max(0.0) + SPREAD_FROM_SECONDS;
        let weight = f64::from(self.usual_error) / spread;
        weight.max(LEAST_WEIGHT).min(MOST_WEIGHT)
    }

    /// Learns a wait, with the gain of its features, `speed` times as fast.
    pub(super) fn learn(&mut self, features: &Features, waited: f64, gain: &Gain, speed: f64) {
        let error = waited - dot(&self.mean, features);
        let median_error = waited - dot(&self.p50, features);
        let beyond = |error: f64, p: f64| p - f64::from(u8::from(error <= 0.0));
        // Of an exponential, the inverse of the density at its p quantile is mean
        // ÷ (1 − p): 2 and 10 times the mean. Steps of 10 shook the 90th; 3.6 is
        // what the months of tuning did best with.
        let usual = f64::from(self.usual_error) / gain.weight;
        let p50 = beyond(median_error, 0.5) * usual * 2.0;
        let p90 = beyond(waited - dot(&self.p90, features), 0.9) * usual * 3.6;
        gain.step(&mut self.mean, speed * error);
        gain.step(&mut self.p50, speed * p50);
        gain.step(&mut self.p90, speed * p90);
        let change = ERROR_SPEED * (median_error.abs() - f64::from(self.usual_error));
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

impl Gain {
    fn step(&self, weights: &mut Features, length: f64) {
        let length = length as f32;
        for (weight, gain) in weights.iter_mut().zip(&self.by_feature) {
            *weight += gain * length;
        }
    }
}

/// Numbers that are worked on side by side.
type Lanes = [f32; LANES];

const LANES: usize = 4;

const _: () = assert!(FEATURES.is_multiple_of(LANES));

/// The inverse of the second moments of the features: how much is still unknown
/// of each weight.
///
/// Kept as U·D·Uᵀ, U with a diagonal of ones, D diagonal (Bierman, *Factorization
/// Methods for Discrete Sequential Estimation*, ch. V): so it stays positive
/// whatever is rounded, and half the precision will do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Moments {
    /// The diagonal D.
    unknown: Features,
    /// What U has above its diagonal, column by column, each filled up with zeros
    /// to whole lanes.
    above: Vec<Lanes>,
    /// Outcomes learned from, fading.
    pub outcomes: f64,
}

impl Default for Moments {
    fn default() -> Self {
        let lanes = (0..FEATURES).map(lanes_above).sum();
        Self {
            unknown: [UNKNOWN; FEATURES],
            above: vec![[0.0; LANES]; lanes],
            outcomes: 0.0,
        }
    }
}

/// Lanes that a column takes.
fn lanes_above(column: usize) -> usize {
    column.div_ceil(LANES)
}

impl Moments {
    /// The bytes that it takes on the heap.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&self.above[..])
    }

    /// Takes in the features of an outcome: the gain by which it is learned.
    /// `share`: what it counts for, 1 for an answered call.
    pub(super) fn take_in(&mut self, weights: &Weights, features: &Features, share: f64) -> Gain {
        let weight = weights.weight(features);
        let known = (MEMORY / (share * weight)) as f32;
        let mut whole = known;
        let mut spread = [0.0; FEATURES];
        let mut rest = &mut self.above[..];
        for (column, unknown) in self.unknown.iter_mut().enumerate() {
            let (above, next) = rest.split_at_mut(lanes_above(column));
            let along = features[column] + sum_of_products(above, features);
            let more = *unknown * along;
            let grown = whole + more * along;
            let by = along / whole;
            let (spread_before, _) = spread.as_chunks_mut::<LANES>();
            for (entries, spread) in above.iter_mut().zip(spread_before) {
                for (entry, spread) in entries.iter_mut().zip(spread) {
                    let before = *entry;
                    *entry -= *spread * by;
                    *spread += before * more;
                }
            }
            spread[column] = more;
            // While a feature shows nothing, what is unknown of it would grow.
            *unknown = (*unknown * whole / grown * GROWTH).min(MOST_UNKNOWN);
            whole = grown;
            rest = next;
        }
        self.outcomes = self.outcomes * MEMORY + share;
        Gain {
            by_feature: spread.map(|one| one / whole),
            weight,
            leverage: f64::from((whole - known) / whole),
        }
    }
}

fn dot(weights: &Features, features: &Features) -> f64 {
    let (weights, _) = weights.as_chunks::<LANES>();
    f64::from(sum_of_products(weights, features))
}

/// The sum of the products of some lanes with the features that stand beside them.
fn sum_of_products(lanes: &[Lanes], features: &Features) -> f32 {
    let (features, _) = features.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (lanes, features) in lanes.iter().zip(features) {
        for ((sum, one), other) in sums.iter_mut().zip(lanes).zip(features) {
            *sum += one * other;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(first: f32, second: f32) -> Features {
        let mut features = [0.0; FEATURES];
        features[0] = 1.0;
        features[1] = first;
        features[2] = second;
        features
    }

    /// Numbers from 0 to 1 that repeat in no pattern.
    fn die() -> impl FnMut() -> f64 {
        let mut state = 7_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as f64 / (1_u64 << 31) as f64
        }
    }

    /// Learns outcomes one after the other: features, wait and what it counts for.
    fn learned_from(
        rounds: u32,
        mut outcome: impl FnMut(&mut dyn FnMut() -> f64) -> (Features, f64, f64),
    ) -> (Moments, Weights) {
        let mut moments = Moments::default();
        let mut weights = Weights::default();
        let mut die = die();
        for _ in 0..rounds {
            let (features, waited, share) = outcome(&mut die);
            let gain = moments.take_in(&weights, &features, share);
            weights.learn(&features, waited, &gain, 1.0);
        }
        (moments, weights)
    }

    /// Learns what is asked of it.
    fn learned(rounds: u32, wait: impl Fn(f64, f64, f64) -> f64) -> Weights {
        let (_, weights) = learned_from(rounds, |die| {
            let (first, second, noise) = (die() * 3.0, die() * 3.0, die());
            let features = features(first as f32, second as f32);
            (features, wait(first, second, noise), 1.0)
        });
        weights
    }

    /// The same gains as recursive least squares in its plain form, all features
    /// of which show something.
    #[test]
    fn the_factors_are_those_of_the_inverse() {
        let mut moments = Moments::default();
        let weights = Weights::default();
        let mut inverse = [[0.0; FEATURES]; FEATURES];
        for (at, row) in inverse.iter_mut().enumerate() {
            row[at] = f64::from(UNKNOWN);
        }
        let mut die = die();
        for round in 0..500 {
            let features: Features = std::array::from_fn(|_| die() as f32 * 3.0);
            let share = if round % 5 == 0 { 0.05 } else { 1.0 };
            let gain = moments.take_in(&weights, &features, share);
            let wide = features.map(f64::from);
            let spread: [f64; FEATURES] =
                inverse.map(|row| (0..FEATURES).map(|at| row[at] * wide[at]).sum());
            let along: f64 = (0..FEATURES).map(|at: usize| spread[at] * wide[at]).sum();
            let whole = MEMORY / (share * weights.weight(&features)) + along;
            for (row, of_row) in inverse.iter_mut().zip(spread) {
                for (entry, of_column) in row.iter_mut().zip(spread) {
                    *entry = (*entry - of_row * of_column / whole) / MEMORY;
                }
            }
            for (gain, spread) in gain.by_feature.iter().zip(spread) {
                let expected = spread / whole;
                let error = (f64::from(*gain) - expected).abs();
                assert!(error < 1e-4, "{gain} {expected} in round {round}");
            }
            assert!((gain.leverage - along / whole).abs() < 1e-4);
        }
    }

    #[test]
    fn features_that_say_the_same_do_not_part() {
        let (_, weights) = learned_from(120_000, |die| {
            let mut features = features(die() as f32 * 3.0, die() as f32 * 3.0);
            let twin = die() as f32 * 3.0;
            (features[5], features[14]) = (twin, twin);
            (features, 20.0 + 30.0 * f64::from(twin) + 60.0 * die(), 1.0)
        });
        for of in [&weights.mean, &weights.p50, &weights.p90] {
            let apart = (of[5] - of[14]).abs();
            assert!(apart < 3.0, "{} {}", of[5], of[14]);
        }
    }

    #[test]
    fn absurd_features_leave_numbers() {
        let (moments, weights) = learned_from(20_000, |die| {
            let features = std::array::from_fn(|_| match die() {
                none if none < 0.3 => 0.0,
                little if little < 0.8 => die() as f32,
                _ => 10_f32.powf(6.0 * die() as f32),
            });
            let share = if die() < 0.3 { 0.05 } else { 1.0 };
            (features, 7_200.0 * die().powi(4), share)
        });
        assert_numbers(&moments);
        let all = [weights.mean, weights.p50, weights.p90];
        assert!(all.as_flattened().iter().all(|one| one.is_finite()));
        assert!(weights.usual_error.is_finite());
    }

    fn assert_numbers(moments: &Moments) {
        let above = moments.above.as_flattened();
        assert!(above.iter().all(|one| one.is_finite()));
        let in_range = |one: &f32| (0.0..=MOST_UNKNOWN).contains(one);
        assert!(
            moments.unknown.iter().all(in_range),
            "{:?}",
            moments.unknown
        );
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
        assert_numbers(&moments);
    }
}

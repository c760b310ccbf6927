//! Random numbers that are the same on every platform.
//!
//! The stream is ChaCha8, whose output is specified to the bit; logarithms and
//! exponentials come from `libm`, because those of the standard library are
//! the platform's. Additions, products and square roots are exact by IEEE 754.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A seeded stream of random numbers.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with a probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..count; 0 where there is nothing to choose from.
    pub fn index(&mut self, count: usize) -> usize {
        let count = count as u64;
        ((u128::from(self.0.next_u64()) * u128::from(count)) >> 64) as usize
    }

    /// Exponential of a mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Lognormal of a median, `sigma` in logarithms.
    pub fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Lognormal of a mean, `sigma` in logarithms.
    pub fn lognormal_of_mean(&mut self, mean: f64, sigma: f64) -> f64 {
        self.lognormal(mean * libm::exp(-0.5 * sigma * sigma), sigma)
    }

    /// Standard normal (Box and Muller, one of the pair).
    fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }
}

/// Mixes numbers into one that looks random: fixed properties of callers,
/// agents and days, which do not depend on what was drawn before.
///
/// Source of the finaliser: Sebastiano Vigna, splitmix64.
pub(crate) fn mix(parts: &[u64]) -> u64 {
    parts
        .iter()
        .fold(0x9e37_79b9_7f4a_7c15_u64, |state, &part| {
            let mut z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        })
}

/// A fixed number in [0, 1) for the given parts.
pub(crate) fn fixed_unit(parts: &[u64]) -> f64 {
    (mix(parts) >> 11) as f64 / (1_u64 << 53) as f64
}

//! The wait of the next caller of several queues: a mixture of theirs, each
//! weighted by its arrivals. Quantiles are never averaged: they are read off the
//! mixture.

use std::cmp::Ordering;
use std::f64::consts::{LN_2, LN_10};
use std::sync::LazyLock;

use vigie_contract::view::NoEstimate;

use super::waits::Waits;

/// Points by which the distribution of a queue is told.
const POINTS: usize = 20;

/// The least weight of a queue in a mixture, so that one that nobody has joined of
/// late counts a little.
const LEAST_WEIGHT: f64 = 0.01;

/// The shortest median, in seconds: the shape of a distribution follows from the
/// ratio of its two quantiles.
const LEAST_SECONDS: f64 = 0.1;

/// The least ratio of the 90th percentile to the median.
const LEAST_RATIO: f64 = 1.05;

/// The mixture of the estimates of queues, each with its weight. One alone is
/// itself. Where no queue has an estimate: the reason of those that are joined
/// most.
pub(crate) fn mix(queues: &[(Result<Waits, NoEstimate>, f64)]) -> Result<Waits, NoEstimate> {
    if let [(only, _)] = queues {
        return *only;
    }
    // Sums of floating point, in an order of their own: queues come in that in
    // which events first named them.
    let mut queues = queues.to_vec();
    queues.sort_unstable_by(|one, other| {
        let [one, other] = [one, other].map(numbers);
        one.partial_cmp(&other).unwrap_or(Ordering::Equal)
    });
    let weighted = queues
        .iter()
        .map(|&(estimate, weight)| (estimate, weight.max(LEAST_WEIGHT)));
    let known: Vec<(Waits, f64)> = weighted
        .clone()
        .filter_map(|(estimate, weight)| Some((estimate.ok()?, weight)))
        .collect();
    let whole: f64 = known.iter().map(|(_, weight)| weight).sum();
    if known.is_empty() {
        return Err(main_reason(weighted));
    }
    let mut points: Vec<(f64, f64)> = known
        .iter()
        .flat_map(|&(waits, weight)| spread(waits).map(move |wait| (wait, weight / POINTS as f64)))
        .collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mean: f64 = known
        .iter()
        .map(|(waits, weight)| waits.mean_seconds * weight)
        .sum();
    Ok(Waits::clamped([
        mean / whole,
        quantile(&points, 0.5 * whole),
        quantile(&points, 0.9 * whole),
    ]))
}

/// The numbers by which queues are sorted here; all of them are finite.
fn numbers(&(estimate, weight): &(Result<Waits, NoEstimate>, f64)) -> [f64; 5] {
    match estimate {
        Ok(waits) => [
            0.0,
            waits.mean_seconds,
            waits.p50_seconds,
            waits.p90_seconds,
            weight,
        ],
        Err(reason) => [1.0, f64::from(reason as u8), 0.0, 0.0, weight],
    }
}

fn main_reason(queues: impl Iterator<Item = (Result<Waits, NoEstimate>, f64)>) -> NoEstimate {
    let mut sums: Vec<(NoEstimate, f64)> = Vec::new();
    for (estimate, weight) in queues {
        let Err(reason) = estimate else { continue };
        match sums.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += weight,
            None => sums.push((reason, weight)),
        }
    }
    sums.into_iter()
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .map_or(NoEstimate::TooLittleHistory, |(reason, _)| reason)
}

/// Where the points of a distribution stand: ln(−ln(1 − p) ÷ ln 2) at the middle
/// of each of its equal parts.
static STANDINGS: LazyLock<[f64; POINTS]> = LazyLock::new(|| {
    std::array::from_fn(|point| {
        let part = (point as f64 + 0.5) / POINTS as f64;
        (-(1.0 - part).ln() / LN_2).ln()
    })
});

/// Waits that stand for equal parts of a queue's distribution: a Weibull
/// distribution through the two quantiles,
/// F(w) = 1 − exp(−ln 2 · (w ÷ P50)^k), k = ln(ln 10 ÷ ln 2) ÷ ln(P90 ÷ P50).
fn spread(waits: Waits) -> impl Iterator<Item = f64> {
    let p50 = waits.p50_seconds.max(LEAST_SECONDS);
    let ratio = (waits.p90_seconds / p50).max(LEAST_RATIO);
    let inverse_shape = ratio.ln() / (LN_10 / LN_2).ln();
    STANDINGS
        .iter()
        .map(move |standing| p50 * (inverse_shape * standing).exp())
}

/// The share of waits that are longer than a time, in seconds, by the same distribution.
pub(crate) fn share_beyond(waits: Waits, seconds: f64) -> f64 {
    let p50 = waits.p50_seconds.max(LEAST_SECONDS);
    let ratio = (waits.p90_seconds / p50).max(LEAST_RATIO);
    let shape = (LN_10 / LN_2).ln() / ratio.ln();
    (-LN_2 * (seconds.max(0.0) / p50).powf(shape)).exp()
}

/// The wait below which a part of the weight lies, between the two points around it.
fn quantile(points: &[(f64, f64)], weight: f64) -> f64 {
    let mut under = 0.0;
    let mut before = 0.0;
    for &(wait, own) in points {
        // A point stands for the weight around it: half of it lies below.
        let middle = under + own / 2.0;
        if middle >= weight {
            let start = under - own / 2.0;
            let part = ((weight - start) / own).clamp(0.0, 1.0);
            return before + (wait - before) * part;
        }
        under += own;
        before = wait;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(mean: f64, p50: f64, p90: f64) -> Result<Waits, NoEstimate> {
        Ok(Waits::clamped([mean, p50, p90]))
    }

    #[test]
    fn one_queue_is_itself() {
        let one = waits(50.0, 40.0, 120.0);
        assert_eq!(mix(&[(one, 3.0)]), one);
        let closed = Err(NoEstimate::Closed);
        assert_eq!(mix(&[(closed, 3.0)]), closed);
    }

    #[test]
    fn queues_alike_mix_to_what_they_are() {
        let one = waits(50.0, 40.0, 120.0);
        let mixed = mix(&[(one, 3.0), (one, 1.0)]).unwrap();
        assert!((mixed.p50_seconds - 40.0).abs() < 2.0, "{mixed:?}");
        assert!((mixed.p90_seconds - 120.0).abs() < 8.0, "{mixed:?}");
        assert_eq!(mixed.mean_seconds, 50.0);
    }

    #[test]
    fn a_mixture_is_no_average_of_quantiles() {
        // Nine of ten callers wait about a minute, one an hour.
        let mixed = mix(&[
            (waits(60.0, 60.0, 70.0), 9.5),
            (waits(3_600.0, 3_600.0, 4_000.0), 0.5),
        ]);
        let mixed = mixed.unwrap();
        assert!(mixed.p50_seconds < 70.0, "{mixed:?}");
        assert!(mixed.p90_seconds < 120.0, "{mixed:?}");
        assert_eq!(mixed.mean_seconds, (60.0 * 9.5 + 3_600.0 * 0.5) / 10.0);
    }

    #[test]
    fn queues_without_estimate_are_left_out() {
        let one = waits(50.0, 40.0, 120.0);
        let mixed = mix(&[(Err(NoEstimate::Closed), 100.0), (one, 1.0)]).unwrap();
        assert!((mixed.p50_seconds - 40.0).abs() < 2.0, "{mixed:?}");
        let reason = mix(&[
            (Err(NoEstimate::Closed), 1.0),
            (Err(NoEstimate::NobodyStaffed), 5.0),
        ]);
        assert_eq!(reason, Err(NoEstimate::NobodyStaffed));
    }

    #[test]
    fn half_wait_beyond_the_median_and_a_tenth_beyond_the_90th_percentile() {
        let waits = waits(50.0, 40.0, 120.0).unwrap();
        for (seconds, share) in [(0.0, 1.0), (40.0, 0.5), (120.0, 0.1)] {
            let beyond = share_beyond(waits, seconds);
            assert!((beyond - share).abs() < 1e-9, "{seconds}: {beyond}");
        }
    }

    #[test]
    fn waits_of_nothing_and_of_hours_stay_in_range() {
        for (p50, p90) in [
            (0.0, 0.0),
            (0.0, 7_200.0),
            (7_200.0, 7_200.0),
            (f64::NAN, 5.0),
        ] {
            let mixed = mix(&[(waits(p50, p50, p90), 1.0), (waits(1.0, 1.0, 2.0), 0.0)]).unwrap();
            assert!(mixed.p50_seconds <= mixed.p90_seconds, "{mixed:?}");
            assert!(mixed.p90_seconds.is_finite());
        }
    }
}

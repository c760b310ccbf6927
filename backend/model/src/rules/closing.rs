//! What closing will do to those who wait (`judgement.md`, What is about to happen;
//! `docs/predictions.md` has the definitions).

use vigie_contract::time::{Span, Time};

use crate::estimate::Waits;
use crate::estimate::mixture::share_beyond;

/// A closing is projected from this long before it on.
pub(crate) const AHEAD: Span = Span::from_seconds(2 * 3_600);

/// Those answered are counted from the quarter-hour on that lies this long back.
pub(crate) const LOOKED_BACK: Span = Span::from_seconds(30 * 60);

/// Of more who wait, so many stand for all.
const POINTS: i64 = 500;

/// The normal deviate of which nine in ten are less.
const Z_90: f64 = 1.2816;

/// The wait of the next caller of a queue behind others, where so many were answered over
/// a time: that of the sum of as many gaps as there are callers, each of the mean length
/// (a gamma distribution, its quantiles by Wilson and Hilferty). `None` where nobody was.
pub(crate) fn by_departures(waiting: i64, answered: i64, over: Span) -> Option<Waits> {
    if answered <= 0 {
        return None;
    }
    let gap = over.seconds() / answered as f64;
    let gaps = waiting.max(0) as f64 + 1.0;
    let quantile = |z: f64| {
        let spread = 1.0 / (9.0 * gaps);
        gap * gaps * (1.0 - spread + z * spread.sqrt()).powi(3)
    };
    Some(Waits {
        mean_seconds: gap * gaps,
        p50_seconds: quantile(0.0),
        p90_seconds: quantile(Z_90),
    })
}

/// Of those who wait, how many will not have been answered once a time has passed: the
/// one at place k of n waits for k ÷ (n + 1) of what the next caller would.
pub(crate) fn cut_off(waiting: i64, next: Waits, left: Span) -> f64 {
    let points = waiting.min(POINTS);
    let weight = waiting as f64 / points.max(1) as f64;
    let shares = (0..points).map(|point| {
        let place = (point as f64 + 0.5) * weight + 0.5;
        share_beyond(next, left.seconds() * (waiting as f64 + 1.0) / place)
    });
    shares.sum::<f64>() * weight
}

/// The last instant at which an entry has nine chances in ten of an answer before
/// closing, were the wait then what it is now.
pub(crate) fn latest_entry(next: Waits, closes_at: Time) -> Time {
    let wait = Span::from_seconds(next.p90_seconds.ceil() as i64);
    closes_at - wait
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTES: i64 = 60;

    fn waits(p50: f64, p90: f64) -> Waits {
        Waits {
            mean_seconds: p50,
            p50_seconds: p50,
            p90_seconds: p90,
        }
    }

    #[test]
    fn nobody_is_cut_off_with_time_enough_and_all_with_none() {
        let next = waits(300.0, 600.0);
        assert!(cut_off(10, next, Span::from_seconds(120 * MINUTES)) < 1e-3);
        assert_eq!(cut_off(10, next, Span::from_seconds(0)), 10.0);
        assert_eq!(cut_off(0, next, Span::from_seconds(0)), 0.0);
    }

    #[test]
    fn those_at_the_end_of_the_line_are_cut_off() {
        // Twenty minutes for the next of ten, ten minutes left: about half of the line.
        let next = waits(1_200.0, 1_300.0);
        let expected = cut_off(9, next, Span::from_seconds(10 * MINUTES));
        assert!((4.0..5.0).contains(&expected), "{expected}");
    }

    #[test]
    fn many_are_as_few_scaled() {
        let next = waits(1_200.0, 1_900.0);
        let few = cut_off(POINTS, next, Span::from_seconds(600)) / POINTS as f64;
        let many = cut_off(1_000_000, next, Span::from_seconds(600)) / 1e6;
        assert!((few - many).abs() < 0.01, "{few} {many}");
    }

    #[test]
    fn one_gap_is_exponential_and_many_are_nearly_certain() {
        let hour = Span::from_seconds(3_600);
        let one = by_departures(0, 60, hour).unwrap();
        assert!((one.p50_seconds - 60.0 * 0.693).abs() < 1.0, "{one:?}");
        assert!((one.p90_seconds - 60.0 * 2.303).abs() < 2.0, "{one:?}");
        let many = by_departures(99, 60, hour).unwrap();
        assert!((many.p50_seconds - 5_980.0).abs() < 5.0, "{many:?}");
        assert!((many.p90_seconds - 6_787.0).abs() < 20.0, "{many:?}");
        assert_eq!(by_departures(3, 0, hour), None);
    }

    #[test]
    fn an_entry_is_of_use_until_the_90th_percentile_before_closing() {
        let at = latest_entry(waits(60.0, 90.2), Time::from_seconds(1_000));
        assert_eq!(at, Time::from_seconds(909));
    }
}

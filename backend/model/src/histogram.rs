//! Bins of waits for quantiles: log-linear, mergeable and subtractable.
//!
//! 64 bins an octave: a bin is at most 1/64 as wide as its lower bound, so its
//! middle is within 0.8 % of every value in it, and its last value, which the
//! longest wait is shown as, within 1.6 %. Below 128 µs each value has a bin of
//! its own; zero is exact. Integers only, so that every platform agrees.

/// Bins an octave, as a power of two.
const PRECISION: u32 = 6;

/// More than any bin of a 63-bit value.
pub(crate) const BINS: u16 = 4_096;

/// The bin of a wait in microseconds; negative waits count as zero.
pub(crate) fn bin(micros: i64) -> u16 {
    let value = micros.max(0) as u64;
    let exponent = 63 - (value | 1).leading_zeros();
    if exponent < PRECISION {
        return value as u16;
    }
    let shift = exponent - PRECISION;
    (((shift + 1) << PRECISION) + ((value >> shift) as u32 - (1 << PRECISION))) as u16
}

/// The value that stands for a bin, in microseconds: its middle.
pub(crate) fn middle(bin: u16) -> i64 {
    let (first, width) = edges(bin);
    first + width / 2
}

/// The least value of a bin, in microseconds.
pub(crate) fn first(bin: u16) -> i64 {
    edges(bin).0
}

/// The greatest value of a bin, in microseconds.
pub(crate) fn last(bin: u16) -> i64 {
    let (first, width) = edges(bin);
    first + (width - 1)
}

/// The least value of a bin, and how many it holds.
fn edges(bin: u16) -> (i64, i64) {
    let bin = i64::from(bin);
    if bin < 2 << PRECISION {
        return (bin, 1);
    }
    let shift = (bin >> PRECISION) - 1;
    let first = ((bin & ((1 << PRECISION) - 1)) + (1 << PRECISION)) << shift;
    (first, 1 << shift)
}

/// The value at rank ⌈pn⌉ of `n` values spread over bins in rising order.
///
/// `None` where there are none. `p` in (0, 1].
pub(crate) fn nearest_rank(bins: impl Iterator<Item = (u16, i64)> + Clone, p: f64) -> Option<i64> {
    let total: i64 = bins.clone().map(|(_, count)| count).sum();
    let rank = rank(total, p)?;
    let mut seen = 0;
    bins.into_iter()
        .find(|(_, count)| {
            seen += count;
            seen >= rank
        })
        .map(|(bin, _)| middle(bin))
}

/// The nearest rank ⌈pn⌉, at least 1; `None` of nothing.
pub(crate) fn rank(n: i64, p: f64) -> Option<i64> {
    // A hair below, so that 0.9 × 10 is rank 9 whatever the float says.
    (n > 0).then(|| ((p * n as f64 - 1e-9).ceil() as i64).clamp(1, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_two_per_cent_of_its_bin() {
        let mut value = 1_i64;
        while value < 1 << 60 {
            for near in [value - 1, value, value + 1] {
                let bin = bin(near);
                let error = (middle(bin) - near).abs() as f64;
                assert!(error <= 0.008 * near as f64, "{near}: {}", middle(bin));
                assert!((first(bin)..=last(bin)).contains(&near), "{near}");
                let longest = last(bin) as f64;
                assert!(longest <= 1.016 * near as f64, "{near}: {longest}");
            }
            value += value / 7 + 1;
        }
        assert!(bin(i64::MAX) < BINS);
        assert_eq!(last(bin(i64::MAX)), i64::MAX);
        assert_eq!(middle(bin(0)), 0);
        assert_eq!(middle(bin(127)), 127, "a bin of its own");
        assert_eq!(middle(bin(128)), 129, "the first bin of two");
        assert_eq!(last(bin(128)), 129, "the first bin of two");
        assert_eq!(bin(-5), 0);
    }

    #[test]
    fn bins_rise_with_values() {
        let bins: Vec<u16> = (0..100_000).map(bin).collect();
        assert!(bins.is_sorted());
    }

    #[test]
    fn ranks_are_the_nearest() {
        for (n, p, expected) in [
            (10, 0.5, 5),
            (10, 0.9, 9),
            (11, 0.5, 6),
            (1, 0.95, 1),
            (20, 0.95, 19),
            (3, 0.9, 3),
        ] {
            assert_eq!(rank(n, p), Some(expected), "{p} of {n}");
        }
        assert_eq!(rank(0, 0.5), None);
    }

    #[test]
    fn quantiles_of_spread_values() {
        let bins = [(bin(0), 5), (bin(10), 4), (bin(60), 1)];
        assert_eq!(nearest_rank(bins.into_iter(), 0.5), Some(0));
        assert_eq!(nearest_rank(bins.into_iter(), 0.9), Some(10));
        assert_eq!(nearest_rank(bins.into_iter(), 0.95), Some(60));
    }
}

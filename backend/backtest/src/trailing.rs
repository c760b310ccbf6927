//! Lengths of time of the last while, and their sums over windows.

use std::collections::VecDeque;

use vigie_contract::time::{Span, Time};

/// Lengths of time of the last while, oldest first, and their sums over the last
/// `N` windows.
#[derive(Debug)]
pub struct TrailingSpans<const N: usize> {
    recent: VecDeque<(Time, Span)>,
    windows: [WindowSum; N],
}

/// The sum over the newest `count` of what is recent.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowSum {
    /// How many lengths of time the window holds.
    pub count: usize,
    /// The sum of the lengths of time in the window.
    pub sum: Span,
}

impl<const N: usize> Default for TrailingSpans<N> {
    fn default() -> Self {
        Self {
            recent: VecDeque::new(),
            windows: [WindowSum::default(); N],
        }
    }
}

impl<const N: usize> TrailingSpans<N> {
    /// Adds the newest length of time.
    pub fn add(&mut self, at: Time, span: Span) {
        self.recent.push_back((at, span));
        for window in &mut self.windows {
            window.count += 1;
            window.sum.0 += span.0;
        }
    }

    /// Leaves in each window what happened from `now` less its length on; the
    /// first window is the longest, and what leaves it is forgotten.
    pub fn pass(&mut self, now: Time, lengths: [Span; N], mut forgotten: impl FnMut(Span)) {
        for (window, length) in self.windows.iter_mut().zip(lengths) {
            while window.count > 0 {
                let (at, span) = self.recent[self.recent.len() - window.count];
                if at >= now - length {
                    break;
                }
                window.count -= 1;
                window.sum.0 -= span.0;
            }
        }
        while self.recent.len() > self.windows[0].count {
            if let Some((_, span)) = self.recent.pop_front() {
                forgotten(span);
            }
        }
    }

    /// The sum over a window, by its number.
    pub fn sum(&self, window: usize) -> WindowSum {
        self.windows[window]
    }

    /// The mean over a window, by its number; `None` where it holds nothing.
    pub fn mean(&self, window: usize) -> Option<f64> {
        let WindowSum { count, sum } = self.windows[window];
        (count > 0).then(|| sum.seconds() / count as f64)
    }
}

/// The quantile of nearest rank, ⌈p·n⌉, of sorted lengths of time.
pub fn nearest_rank(sorted: &[Span], percent: usize) -> Option<Span> {
    let rank = (percent * sorted.len()).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_nearest_rank() {
        let sorted: Vec<Span> = (1..=10).map(Span).collect();
        for (length, percent, expected) in [
            (0, 50, None),
            (1, 50, Some(1)),
            (1, 90, Some(1)),
            (2, 50, Some(1)),
            (3, 50, Some(2)),
            (10, 50, Some(5)),
            (10, 90, Some(9)),
            (9, 90, Some(9)),
        ] {
            let found = nearest_rank(&sorted[..length], percent);
            assert_eq!(found, expected.map(Span), "{percent} % of {length}");
        }
    }
}

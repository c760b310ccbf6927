//! Lines of the log that stand for many.

use std::time::{Duration, Instant};

/// Something that may happen any number of times, and that the log tells of at most
/// every so often, with how often it has happened since.
#[derive(Debug)]
pub struct Seldom {
    every: Duration,
    told: Option<Instant>,
    untold: u64,
}

impl Seldom {
    /// Something that is told of at most once in so long.
    pub fn every(every: Duration) -> Self {
        Self {
            every,
            told: None,
            untold: 0,
        }
    }

    /// Notes that it has happened once more. If it is to be told now, answers how
    /// often it has happened since it was last told, this time included.
    pub fn happened(&mut self, now: Instant) -> Option<u64> {
        self.untold += 1;
        let is_due = self
            .told
            .is_none_or(|told| now.saturating_duration_since(told) >= self.every);
        is_due.then(|| {
            self.told = Some(now);
            std::mem::take(&mut self.untold)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_stands_for_what_happened_in_so_long() {
        let began = Instant::now();
        let mut seldom = Seldom::every(Duration::from_secs(10));
        let mut happened = |second| seldom.happened(began + Duration::from_secs(second));
        assert_eq!(happened(0), Some(1));
        assert_eq!(happened(1), None);
        assert_eq!(happened(9), None);
        assert_eq!(happened(10), Some(3));
        assert_eq!(happened(11), None);
        assert_eq!(happened(99), Some(2));
    }
}

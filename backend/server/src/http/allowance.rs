//! How much a client may send.

use std::time::Duration;

/// A number of messages a second, of which a second's worth may come at once.
#[derive(Debug)]
pub(super) struct Allowance {
    a_second: f64,
    left: f64,
    /// When it was last refilled, as the time since the connection was opened.
    refilled: Duration,
}

impl Allowance {
    /// An allowance of so many messages a second.
    pub(super) fn of(a_second: u32) -> Self {
        Self {
            a_second: f64::from(a_second),
            left: f64::from(a_second),
            refilled: Duration::ZERO,
        }
    }

    /// Takes one, if there is one left; `now` is since the connection was opened.
    pub(super) fn take(&mut self, now: Duration) -> bool {
        let passed = now.saturating_sub(self.refilled).as_secs_f64();
        self.refilled = self.refilled.max(now);
        self.left = (self.left + passed * self.a_second).min(self.a_second);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seconds_worth_may_come_at_once_and_then_so_many_a_second() {
        let mut allowance = Allowance::of(10);
        let mut taken = |milliseconds| allowance.take(Duration::from_millis(milliseconds));
        assert_eq!((0..20).filter(|_| taken(0)).count(), 10);
        let in_two_seconds = (1..=2_000).filter(|at| taken(*at)).count();
        assert!((19..=20).contains(&in_two_seconds), "{in_two_seconds}");
        assert_eq!((0..20).filter(|_| taken(3_600_000)).count(), 10);
        assert!(!taken(0), "a clock that went back gives none");
    }
}

//! Events at a multiple of the speed at which they happened.

use std::time::{Duration, Instant};

use vigie_contract::time::Time;

/// Waits for each event's turn.
#[derive(Debug)]
pub struct Pace {
    speed: f64,
    start: Option<(Instant, Time)>,
}

impl Pace {
    /// A pace of `speed` times that at which events happened.
    pub fn new(speed: f64) -> Self {
        Self { speed, start: None }
    }

    /// How long to wait, at `now`, for the turn of what happened at `time`; the
    /// first one's is at once.
    pub fn wait(&mut self, time: Time, now: Instant) -> Duration {
        let (began, first) = *self.start.get_or_insert((now, time));
        let after = (time - first).seconds().max(0.0) / self.speed;
        Duration::try_from_secs_f64(after)
            .unwrap_or(Duration::MAX)
            .saturating_sub(now - began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_faster_than_they_did() {
        let began = Instant::now();
        let mut pace = Pace::new(10.0);
        let mut wait = |seconds, after| {
            let now = began + Duration::from_millis(after);
            pace.wait(Time::from_seconds(seconds), now)
        };
        assert_eq!(wait(1_000, 0), Duration::ZERO);
        assert_eq!(wait(1_060, 1_000), Duration::from_secs(5));
        assert_eq!(wait(1_060, 7_000), Duration::ZERO);
        assert_eq!(wait(990, 7_000), Duration::ZERO);
    }
}

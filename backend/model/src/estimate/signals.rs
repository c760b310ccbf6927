//! What a queue shows, and an agency as a whole: constant memory.

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;

/// Seconds in which the slowest of the decaying sums falls to 1/e; the others
/// are its 4th, 16th and 48th part.
const SLOWEST_SECONDS: f64 = 960.0;

/// The number of departures whose instants are kept.
const KEPT: usize = 8;

/// Weight of the newest wait in the running mean of waits.
const NEWEST: f64 = 0.25;

/// Sums that fade: what happened t seconds ago counts exp(−t ÷ length).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Fading {
    as_of: f64,
    /// Departures, over 60, 240 and 960 s.
    pub departed: [f32; 3],
    /// Departures that an agent picked up, over 60 and 240 s.
    pub taken: [f32; 2],
    /// Arrivals, over 60 and 240 s.
    pub arrived: [f32; 2],
    /// Conversations ended, over 20, 60 and 240 s.
    pub ended: [f32; 3],
    /// Waits of the answered in seconds, and their number, over 960 s.
    pub waits: f32,
    pub answered: f32,
}

impl Fading {
    /// The sums at a later instant. An earlier one changes nothing.
    pub(super) fn at(mut self, seconds: f64) -> Self {
        let passed = seconds - self.as_of;
        if passed <= 0.0 {
            return self;
        }
        self.as_of = seconds;
        let over_960 = (-passed / SLOWEST_SECONDS).exp();
        let over_240 = over_960.powi(4);
        let over_60 = over_240.powi(4);
        let over_20 = over_60.powi(3);
        let fade = |sum: &mut f32, by: f64| *sum = (f64::from(*sum) * by) as f32;
        fade(&mut self.departed[0], over_60);
        fade(&mut self.departed[1], over_240);
        fade(&mut self.departed[2], over_960);
        fade(&mut self.taken[0], over_60);
        fade(&mut self.taken[1], over_240);
        fade(&mut self.arrived[0], over_60);
        fade(&mut self.arrived[1], over_240);
        fade(&mut self.ended[0], over_20);
        fade(&mut self.ended[1], over_60);
        fade(&mut self.ended[2], over_240);
        fade(&mut self.waits, over_960);
        fade(&mut self.answered, over_960);
        self
    }
}

/// What a queue or an agency has shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Signals {
    pub fading: Fading,
    /// Running mean of the waits of the answered, in seconds.
    pub recent_wait: f32,
    /// The instants of the last departures, in seconds; a ring.
    departures: [f64; KEPT],
    departed: u32,
}

impl Signals {
    /// A word of each of its pieces in memory ([`crate::nearness`]).
    pub(super) fn words(&self) -> u64 {
        let first = self.fading.as_of.to_bits() ^ u64::from(self.fading.answered.to_bits());
        let [oldest, .., newest] = self.departures;
        first ^ oldest.to_bits() ^ newest.to_bits() ^ u64::from(self.departed)
    }

    pub(super) fn arrive(&mut self, seconds: f64) {
        self.fading = self.fading.at(seconds);
        self.fading.arrived.iter_mut().for_each(|sum| *sum += 1.0);
    }

    pub(super) fn answer(&mut self, seconds: f64, waited: f64) {
        self.depart(seconds);
        self.fading.taken.iter_mut().for_each(|sum| *sum += 1.0);
        self.fading.waits += waited as f32;
        self.fading.answered += 1.0;
        self.recent_wait += (NEWEST * (waited - f64::from(self.recent_wait))) as f32;
    }

    /// Takes note of a leg that closed, in whatever way.
    pub(super) fn depart(&mut self, seconds: f64) {
        self.fading = self.fading.at(seconds);
        self.fading.departed.iter_mut().for_each(|sum| *sum += 1.0);
        self.departures[self.departed as usize % KEPT] = seconds;
        self.departed = self.departed.wrapping_add(1);
    }

    pub(super) fn end(&mut self, seconds: f64) {
        self.fading = self.fading.at(seconds);
        self.fading.ended.iter_mut().for_each(|sum| *sum += 1.0);
    }

    /// Seconds from one departure to the next, over the last eight of them; the
    /// longest sum's length shared out where there have been fewer.
    pub(super) fn between_departures(&self, seconds: f64) -> f64 {
        let known = (self.departed as usize).min(KEPT);
        if known < KEPT {
            return SLOWEST_SECONDS / (known as f64 + 1.0);
        }
        // The oldest is where the next will be written.
        let oldest = self.departures[self.departed as usize % KEPT];
        (seconds - oldest).clamp(0.0, SLOWEST_SECONDS) / KEPT as f64
    }
}

/// An instant in seconds, for sums of floating point.
pub(super) fn seconds(time: Time) -> f64 {
    time.0 as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_fade_by_their_lengths() {
        let mut signals = Signals::default();
        signals.depart(1_000.0);
        let later = signals.fading.at(1_060.0);
        let expected = [60.0, 240.0, 960.0].map(|length: f64| (-60.0 / length).exp());
        for (sum, expected) in later.departed.into_iter().zip(expected) {
            assert!((f64::from(sum) - expected).abs() < 1e-6, "{sum} {expected}");
        }
    }

    #[test]
    fn time_that_goes_back_changes_nothing() {
        let mut signals = Signals::default();
        signals.arrive(1_000.0);
        assert_eq!(signals.fading.at(10.0), signals.fading);
    }

    #[test]
    fn departures_are_paced_by_the_last_eight() {
        let mut signals = Signals::default();
        for number in 0..20 {
            signals.depart(1_000.0 + 10.0 * f64::from(number));
        }
        // The eighth from the end was at 1,120, the last at 1,190.
        assert_eq!(signals.between_departures(1_200.0), 10.0);
    }
}

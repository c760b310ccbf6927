//! How often the 90th percentile held, by hour of the day.

use serde::Serialize;

/// An hour of the day is judged where it has at least so many calls.
pub const CALLS_OF_AN_HOUR: u64 = 200;

/// How often waits stayed under P90, by local hour of the day of the arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HourlyCoverage([(u64, u64); 24]);

/// An hour of the day and its coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HourCoverage {
    /// The local hour, from 0 to 23.
    pub hour: u8,
    /// Calls that arrived in it.
    pub calls: u64,
    /// Share of their waits that did not pass P90.
    pub coverage_p90: f64,
}

impl HourlyCoverage {
    /// Adds what came of a forecast.
    pub fn add(&mut self, hour: u8, p90: f64, wait: f64) {
        let (calls, covered) = &mut self.0[usize::from(hour) % 24];
        *calls += 1;
        *covered += u64::from(wait <= p90);
    }

    /// The hour of least coverage among those with enough calls; of equals the
    /// first of the day.
    pub fn worst(&self) -> Option<HourCoverage> {
        let hours = (0..24).zip(self.0);
        let judged = hours.filter(|(_, (calls, _))| *calls >= CALLS_OF_AN_HOUR);
        judged
            .map(|(hour, (calls, covered))| HourCoverage {
                hour,
                calls,
                coverage_p90: covered as f64 / calls as f64,
            })
            .min_by(|one, other| one.coverage_p90.total_cmp(&other.coverage_p90))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_hour_has_enough_calls() {
        let mut hours = HourlyCoverage::default();
        for call in 0..200 {
            hours.add(9, 60.0, if call < 170 { 10.0 } else { 90.0 });
            hours.add(10, 60.0, if call < 160 { 10.0 } else { 90.0 });
        }
        for _ in 0..199 {
            hours.add(11, 60.0, 90.0);
        }
        let worst = HourCoverage {
            hour: 10,
            calls: 200,
            coverage_p90: 0.8,
        };
        assert_eq!(hours.worst(), Some(worst));
        assert_eq!(HourlyCoverage::default().worst(), None);
    }
}

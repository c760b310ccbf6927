//! How often waits stayed under a forecast, by the size of the forecast.

use serde::Serialize;

/// How often waits stayed under a forecast, by the size of the forecast.
///
/// Forecasts are counted in classes of fixed bounds, sixteen to each doubling of
/// (1 + seconds), so that memory does not grow with the calls; neighbouring
/// classes are then put together into ten groups of about as many calls. Bounds
/// are off a true decile's by at most a class, 6 % of the forecast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    classes: Vec<SizeClass>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct SizeClass {
    calls: u64,
    under: u64,
    forecast: f64,
}

/// Forecasts of about one size, and what came of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CalibrationGroup {
    /// How many calls had such a forecast.
    pub calls: u64,
    /// Their mean forecast, in seconds.
    pub forecast: f64,
    /// Share of waits that did not pass the forecast.
    pub coverage: f64,
}

/// At most so many groups make a calibration.
const GROUPS: u64 = 10;

impl Calibration {
    /// Adds what came of a forecast.
    pub fn add(&mut self, forecast: f64, wait: f64) {
        let class = class_of(forecast);
        if self.classes.len() <= class {
            self.classes.resize(class + 1, SizeClass::default());
        }
        let class = &mut self.classes[class];
        class.calls += 1;
        class.under += u64::from(wait <= forecast);
        class.forecast += forecast;
    }

    /// At most ten groups, by size of the forecast: a class belongs to the tenth
    /// of the calls in which its first call lies.
    pub fn groups(&self) -> Vec<CalibrationGroup> {
        let total: u64 = self.classes.iter().map(|class| class.calls).sum();
        let mut groups = vec![SizeClass::default(); GROUPS as usize];
        let mut before = 0;
        for class in self.classes.iter().filter(|class| class.calls > 0) {
            let group = &mut groups[(before * GROUPS / total) as usize];
            group.calls += class.calls;
            group.under += class.under;
            group.forecast += class.forecast;
            before += class.calls;
        }
        let filled = groups.iter().filter(|group| group.calls > 0);
        filled
            .map(|group| CalibrationGroup {
                calls: group.calls,
                forecast: group.forecast / group.calls as f64,
                coverage: group.under as f64 / group.calls as f64,
            })
            .collect()
    }
}

/// The number of a forecast's class: the exponent and the first four binary
/// digits of 1 + seconds, so that bounds are exact.
fn class_of(forecast: f64) -> usize {
    const DIGITS: u32 = f64::MANTISSA_DIGITS - 1 - 4;
    // A day and more is one class.
    let seconds = forecast.clamp(0.0, 86_400.0);
    ((1.0 + seconds).to_bits() >> DIGITS) as usize - (1.0_f64.to_bits() >> DIGITS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scores::tests::assert_close;

    #[test]
    fn classes_double_every_sixteen() {
        for (forecast, class) in [
            (0.0, 0),
            (0.062, 0),
            (0.0625, 1),
            (1.0, 16),
            (3.0, 32),
            (3.2, 32),
            (3.25, 33),
            (-5.0, 0),
            (1e12, class_of(86_400.0)),
        ] {
            assert_eq!(class_of(forecast), class, "{forecast}");
        }
    }

    #[test]
    fn a_calibration_has_ten_groups_of_about_as_many_calls() {
        let mut calibration = Calibration::default();
        assert_eq!(calibration.groups(), []);
        for call in 0..100 {
            // Forecasts of 2^0 to 2^9 s, ten each; nine of ten waits under them.
            let forecast = f64::from(1 << (call / 10));
            let wait = if call % 10 == 0 { 2.0 * forecast } else { 0.5 };
            calibration.add(forecast, wait);
        }
        let groups = calibration.groups();
        assert_eq!(groups.len(), 10);
        for (power, group) in groups.iter().enumerate() {
            assert_eq!(group.calls, 10);
            assert_close(Some(group.coverage), 0.9);
            assert_close(Some(group.forecast), f64::from(1 << power));
        }
        // All of one size are one group.
        let mut same = Calibration::default();
        for wait in [1.0, 2.0, 3.0, 4.0] {
            same.add(3.0, wait);
        }
        let only = CalibrationGroup {
            calls: 4,
            forecast: 3.0,
            coverage: 0.75,
        };
        assert_eq!(same.groups(), [only]);
    }
}

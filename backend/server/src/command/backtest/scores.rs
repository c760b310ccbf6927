//! How good forecasts of a wait were.
//!
//! Definitions, for a forecast f of a wait w, in seconds:
//! - pinball loss at p: p·(w − f) where w > f, else (1 − p)·(f − w)
//!   (Koenker and Bassett, "Regression Quantiles", Econometrica 46, 1978);
//! - coverage: the share of calls with w ≤ f;
//! - RMSE, MAE and bias: of f − w, of the forecast of the mean; a positive bias
//!   says that waits were shorter than forecast.

use serde::Serialize;

/// What was forecast of a wait, in seconds. A forecaster that knows only one
/// number gives it as the mean and as P50.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forecast {
    /// The mean.
    pub mean: Option<f64>,
    /// The median.
    pub p50: Option<f64>,
    /// What nine waits of ten do not pass.
    pub p90: Option<f64>,
}

impl Forecast {
    /// One number.
    pub fn point(seconds: f64) -> Self {
        Self {
            mean: Some(seconds),
            p50: Some(seconds),
            p90: None,
        }
    }
}

/// The loss of a forecast of the p-quantile.
pub fn pinball(p: f64, forecast: f64, wait: f64) -> f64 {
    if wait > forecast {
        p * (wait - forecast)
    } else {
        (1.0 - p) * (forecast - wait)
    }
}

/// Errors of forecasts of the mean, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Errors {
    calls: u64,
    squared: f64,
    absolute: f64,
    signed: f64,
}

/// Losses of forecasts of a quantile, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Losses {
    calls: u64,
    pinball: f64,
    covered: u64,
}

/// Sums over the calls of which one forecaster had a forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    calls: u64,
    mean: Errors,
    p50: Losses,
    p90: Losses,
}

/// The scores of a forecaster over some calls. A field is `null` where it never
/// forecast that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Calls of which it had a forecast.
    pub calls: u64,
    /// Root of the mean squared error of the mean, in seconds.
    pub rmse: Option<f64>,
    /// Mean absolute error of the mean, in seconds.
    pub mae: Option<f64>,
    /// Mean of forecast less wait, in seconds.
    pub bias: Option<f64>,
    /// Mean pinball loss of P50, in seconds.
    pub pinball_p50: Option<f64>,
    /// Mean pinball loss of P90, in seconds.
    pub pinball_p90: Option<f64>,
    /// Share of waits that did not pass P50.
    pub coverage_p50: Option<f64>,
    /// Share of waits that did not pass P90.
    pub coverage_p90: Option<f64>,
}

impl Errors {
    fn add(&mut self, error: f64) {
        self.calls += 1;
        self.squared += error * error;
        self.absolute += error.abs();
        self.signed += error;
    }

    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.squared += other.squared;
        self.absolute += other.absolute;
        self.signed += other.signed;
    }
}

impl Losses {
    fn add(&mut self, p: f64, forecast: f64, wait: f64) {
        self.calls += 1;
        self.pinball += pinball(p, forecast, wait);
        self.covered += u64::from(wait <= forecast);
    }

    fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.pinball += other.pinball;
        self.covered += other.covered;
    }
}

impl Sums {
    /// Adds what came of a forecast.
    pub fn add(&mut self, forecast: &Forecast, wait: f64) {
        self.calls += 1;
        if let Some(mean) = forecast.mean {
            self.mean.add(mean - wait);
        }
        if let Some(p50) = forecast.p50 {
            self.p50.add(0.5, p50, wait);
        }
        if let Some(p90) = forecast.p90 {
            self.p90.add(0.9, p90, wait);
        }
    }

    /// Adds the sums over other calls.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.mean.merge(&other.mean);
        self.p50.merge(&other.p50);
        self.p90.merge(&other.p90);
    }

    /// The scores over all that was added.
    pub fn score(&self) -> Score {
        let of = |sum: f64, calls: u64| (calls > 0).then(|| sum / calls as f64);
        Score {
            calls: self.calls,
            rmse: of(self.mean.squared, self.mean.calls).map(f64::sqrt),
            mae: of(self.mean.absolute, self.mean.calls),
            bias: of(self.mean.signed, self.mean.calls),
            pinball_p50: of(self.p50.pinball, self.p50.calls),
            pinball_p90: of(self.p90.pinball, self.p90.calls),
            coverage_p50: of(self.p50.covered as f64, self.p50.calls),
            coverage_p90: of(self.p90.covered as f64, self.p90.calls),
        }
    }
}

/// Our scores over another's, over the calls of which both had a forecast: under
/// 1 is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Ratio {
    /// Calls of which both had a forecast.
    pub calls: u64,
    /// Of the RMSE.
    pub rmse: Option<f64>,
    /// Of the MAE.
    pub mae: Option<f64>,
    /// Of the pinball loss of P50.
    pub pinball_p50: Option<f64>,
    /// Of the pinball loss of P90.
    pub pinball_p90: Option<f64>,
}

impl Ratio {
    /// Of two scores over the same calls.
    pub fn of(ours: &Score, theirs: &Score) -> Self {
        let over = |ours: Option<f64>, theirs: Option<f64>| {
            let theirs = theirs.filter(|theirs| *theirs > 0.0)?;
            Some(ours? / theirs)
        };
        Self {
            calls: ours.calls,
            rmse: over(ours.rmse, theirs.rmse),
            mae: over(ours.mae, theirs.mae),
            pinball_p50: over(ours.pinball_p50, theirs.pinball_p50),
            pinball_p90: over(ours.pinball_p90, theirs.pinball_p90),
        }
    }
}

/// A forecaster beside ours: over all calls of which it had a forecast, and both
/// over those of which we had one too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beside {
    /// It, over all of its calls.
    pub alone: Sums,
    /// It, where both had a forecast.
    pub theirs: Sums,
    /// Ours, over the same calls.
    pub ours: Sums,
}

impl Beside {
    /// Adds what came of its forecast, and of ours.
    pub fn add(&mut self, theirs: &Forecast, ours: Option<&Forecast>, wait: f64) {
        self.alone.add(theirs, wait);
        if let Some(ours) = ours {
            self.theirs.add(theirs, wait);
            self.ours.add(ours, wait);
        }
    }

    /// Adds the sums over other calls.
    pub fn merge(&mut self, other: &Self) {
        self.alone.merge(&other.alone);
        self.theirs.merge(&other.theirs);
        self.ours.merge(&other.ours);
    }

    /// Ours over its.
    pub fn ratio(&self) -> Ratio {
        Ratio::of(&self.ours.score(), &self.theirs.score())
    }
}

/// Fewest calls of an hour of the day that is judged.
pub const CALLS_OF_AN_HOUR: u64 = 200;

/// How often waits stayed under P90, by local hour of the day of the arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hours([(u64, u64); 24]);

/// An hour of the day and its coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Hour {
    /// From 0 to 23, local.
    pub hour: u8,
    /// Calls that arrived in it.
    pub calls: u64,
    /// Share of their waits that did not pass P90.
    pub coverage_p90: f64,
}

impl Hours {
    /// Adds what came of a forecast.
    pub fn add(&mut self, hour: u8, p90: f64, wait: f64) {
        let (calls, covered) = &mut self.0[usize::from(hour) % 24];
        *calls += 1;
        *covered += u64::from(wait <= p90);
    }

    /// The hour of least coverage among those with enough calls; of equals the
    /// first of the day.
    pub fn worst(&self) -> Option<Hour> {
        let hours = (0..24).zip(self.0);
        let judged = hours.filter(|(_, (calls, _))| *calls >= CALLS_OF_AN_HOUR);
        judged
            .map(|(hour, (calls, covered))| Hour {
                hour,
                calls,
                coverage_p90: covered as f64 / calls as f64,
            })
            .min_by(|one, other| one.coverage_p90.total_cmp(&other.coverage_p90))
    }
}

/// The middle of some numbers, of two the mean; `None` of none.
pub fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let upper = *numbers.get(half)?;
    Some(if numbers.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(numbers[half - 1], upper)
    })
}

/// How often waits stayed under a forecast, by the size of the forecast.
///
/// Forecasts are counted in classes of fixed bounds, sixteen to each doubling of
/// (1 + seconds), so that memory does not grow with the calls; neighbouring
/// classes are then put together into ten groups of about as many calls. Bounds
/// are off a true decile's by at most a class, 6 % of the forecast.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    classes: Vec<Class>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Class {
    calls: u64,
    under: u64,
    forecast: f64,
}

/// Forecasts of about one size, and what came of them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Calls.
    pub calls: u64,
    /// Their mean forecast, in seconds.
    pub forecast: f64,
    /// Share of waits that did not pass the forecast.
    pub coverage: f64,
}

/// Groups of a calibration.
const GROUPS: u64 = 10;

impl Calibration {
    /// Adds what came of a forecast.
    pub fn add(&mut self, forecast: f64, wait: f64) {
        let class = class_of(forecast);
        if self.classes.len() <= class {
            self.classes.resize(class + 1, Class::default());
        }
        let class = &mut self.classes[class];
        class.calls += 1;
        class.under += u64::from(wait <= forecast);
        class.forecast += forecast;
    }

    /// At most ten groups, by size of the forecast: a class belongs to the tenth
    /// of the calls in which its first call lies.
    pub fn groups(&self) -> Vec<Group> {
        let total: u64 = self.classes.iter().map(|class| class.calls).sum();
        let mut groups = vec![Class::default(); GROUPS as usize];
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
            .map(|group| Group {
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

    fn assert_close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
    }

    #[test]
    fn the_pinball_loss_weighs_the_two_sides() {
        for (p, forecast, wait, loss) in [
            (0.5, 10.0, 14.0, 2.0),
            (0.5, 14.0, 10.0, 2.0),
            (0.9, 10.0, 20.0, 9.0),
            (0.9, 20.0, 10.0, 1.0),
            (0.9, 10.0, 10.0, 0.0),
        ] {
            assert_close(Some(pinball(p, forecast, wait)), loss);
        }
    }

    /// Three calls: waits of 10, 20 and 30 s, forecasts of 12, 16 and 30 s, P90 of
    /// 15, 18 and 45 s.
    #[test]
    fn scores_of_three_calls_by_hand() {
        let mut sums = Sums::default();
        for (wait, mean, p90) in [(10.0, 12.0, 15.0), (20.0, 16.0, 18.0), (30.0, 30.0, 45.0)] {
            let forecast = Forecast {
                p90: Some(p90),
                ..Forecast::point(mean)
            };
            sums.add(&forecast, wait);
        }
        let score = sums.score();
        assert_eq!(score.calls, 3);
        // Errors +2, −4, 0.
        assert_close(score.rmse, (20.0_f64 / 3.0).sqrt());
        assert_close(score.mae, 2.0);
        assert_close(score.bias, -2.0 / 3.0);
        // (1 + 2 + 0) / 3.
        assert_close(score.pinball_p50, 1.0);
        // 0.1·5 + 0.9·2 + 0.1·15 = 3.8.
        assert_close(score.pinball_p90, 3.8 / 3.0);
        assert_close(score.coverage_p50, 2.0 / 3.0);
        assert_close(score.coverage_p90, 2.0 / 3.0);
    }

    #[test]
    fn what_was_never_forecast_has_no_score() {
        assert_eq!(Sums::default().score(), Score::default());
        let mut sums = Sums::default();
        sums.add(&Forecast::point(1.0), 2.0);
        assert_eq!(sums.score().pinball_p90, None);
        assert_eq!(sums.score().coverage_p90, None);
    }

    #[test]
    fn a_ratio_is_over_the_calls_that_both_forecast() {
        let mut beside = Beside::default();
        beside.add(&Forecast::point(14.0), Some(&Forecast::point(12.0)), 10.0);
        beside.add(&Forecast::point(1_000.0), None, 10.0);
        let ratio = beside.ratio();
        assert_eq!(ratio.calls, 1);
        assert_close(ratio.rmse, 0.5);
        assert_close(ratio.pinball_p50, 0.5);
        assert_eq!(ratio.pinball_p90, None);
        assert_eq!(beside.alone.score().calls, 2);
        // Never wrong: no ratio.
        let mut exact = Beside::default();
        exact.add(&Forecast::point(10.0), Some(&Forecast::point(12.0)), 10.0);
        assert_eq!(exact.ratio().rmse, None);
    }

    #[test]
    fn sums_over_parts_add_up() {
        let forecasts = [(3.0, 4.0), (9.0, 1.0), (5.0, 5.0)];
        let mut whole = Sums::default();
        let mut parts = Sums::default();
        for (forecast, wait) in forecasts {
            whole.add(&Forecast::point(forecast), wait);
            let mut part = Sums::default();
            part.add(&Forecast::point(forecast), wait);
            parts.merge(&part);
        }
        assert_eq!(whole, parts);
    }

    #[test]
    fn the_worst_hour_has_enough_calls() {
        let mut hours = Hours::default();
        for call in 0..200 {
            hours.add(9, 60.0, if call < 170 { 10.0 } else { 90.0 });
            hours.add(10, 60.0, if call < 160 { 10.0 } else { 90.0 });
        }
        for _ in 0..199 {
            hours.add(11, 60.0, 90.0);
        }
        let worst = Hour {
            hour: 10,
            calls: 200,
            coverage_p90: 0.8,
        };
        assert_eq!(hours.worst(), Some(worst));
        assert_eq!(Hours::default().worst(), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }

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
        let only = Group {
            calls: 4,
            forecast: 3.0,
            coverage: 0.75,
        };
        assert_eq!(same.groups(), [only]);
    }
}

//! How good forecasts of a wait were.
//!
//! Definitions, for a forecast f of a wait w, in seconds:
//! - pinball loss at p: p·(w − f) where w > f, else (1 − p)·(f − w)
//!   (Koenker and Bassett, "Regression Quantiles", Econometrica 46, 1978);
//! - coverage: the share of calls with w ≤ f;
//! - RMSE, MAE and bias: of f − w, of the forecast of the mean; a positive bias
//!   says that waits were shorter than forecast.

use serde::Serialize;

use crate::forecast::Forecast;

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
struct ErrorSums {
    calls: u64,
    squared: f64,
    absolute: f64,
    signed: f64,
}

/// Losses of forecasts of a quantile, summed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct LossSums {
    calls: u64,
    pinball: f64,
    covered: u64,
}

/// The scores of a forecaster as sums over the calls of which it had a forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScoreSums {
    calls: u64,
    mean: ErrorSums,
    p50: LossSums,
    p90: LossSums,
}

/// The scores of a forecaster over some calls. A field is `null` where it never
/// forecast that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ForecastScore {
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

impl ErrorSums {
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

impl LossSums {
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

impl ScoreSums {
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
    pub fn score(&self) -> ForecastScore {
        let of = |sum: f64, calls: u64| (calls > 0).then(|| sum / calls as f64);
        ForecastScore {
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
    /// Our RMSE over the other.
    pub rmse: Option<f64>,
    /// Our MAE over the other.
    pub mae: Option<f64>,
    /// Our pinball loss of P50 over the other.
    pub pinball_p50: Option<f64>,
    /// Our pinball loss of P90 over the other.
    pub pinball_p90: Option<f64>,
}

impl Ratio {
    /// The ratio of two scores over the same calls.
    pub fn of(ours: &ForecastScore, theirs: &ForecastScore) -> Self {
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

/// Another forecaster beside us: its scores over all calls of which it had a
/// forecast, and those of both over the calls of which we had one too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The scores of the other, over all calls of which it had a forecast.
    pub alone: ScoreSums,
    /// The scores of the other, over the calls of which both had a forecast.
    pub theirs: ScoreSums,
    /// Our scores, over the calls of which both had a forecast.
    pub ours: ScoreSums,
}

impl Comparison {
    /// Adds what came of the forecast of the other, and of ours where there is one.
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

    /// Our scores over those of the other.
    pub fn ratio(&self) -> Ratio {
        Ratio::of(&self.ours.score(), &self.theirs.score())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn assert_close(found: Option<f64>, expected: f64) {
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
        let mut sums = ScoreSums::default();
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
        assert_eq!(ScoreSums::default().score(), ForecastScore::default());
        let mut sums = ScoreSums::default();
        sums.add(&Forecast::point(1.0), 2.0);
        assert_eq!(sums.score().pinball_p90, None);
        assert_eq!(sums.score().coverage_p90, None);
    }

    #[test]
    fn a_ratio_is_over_the_calls_that_both_forecast() {
        let mut beside = Comparison::default();
        beside.add(&Forecast::point(14.0), Some(&Forecast::point(12.0)), 10.0);
        beside.add(&Forecast::point(1_000.0), None, 10.0);
        let ratio = beside.ratio();
        assert_eq!(ratio.calls, 1);
        assert_close(ratio.rmse, 0.5);
        assert_close(ratio.pinball_p50, 0.5);
        assert_eq!(ratio.pinball_p90, None);
        assert_eq!(beside.alone.score().calls, 2);
        // Never wrong: no ratio.
        let mut exact = Comparison::default();
        exact.add(&Forecast::point(10.0), Some(&Forecast::point(12.0)), 10.0);
        assert_eq!(exact.ratio().rmse, None);
    }

    #[test]
    fn sums_over_parts_add_up() {
        let forecasts = [(3.0, 4.0), (9.0, 1.0), (5.0, 5.0)];
        let mut whole = ScoreSums::default();
        let mut parts = ScoreSums::default();
        for (forecast, wait) in forecasts {
            whole.add(&Forecast::point(forecast), wait);
            let mut part = ScoreSums::default();
            part.add(&Forecast::point(forecast), wait);
            parts.merge(&part);
        }
        assert_eq!(whole, parts);
    }
}

//! What came of the forecasts, by local day of arrivals.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use crate::account::ScoredLeg;
use crate::forecast::Forecast;
use crate::forecaster::Forecaster;
use crate::leg::LegOutcome;
use crate::scores::{Comparison, Ratio};

/// The scores of the answered calls of one local day of arrivals.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DayScores {
    /// Its date.
    pub date: String,
    /// Calls scored.
    pub calls: u64,
    /// Our pinball loss of P50, over that of the trailing 30 minutes, where the
    /// window was not empty.
    pub ratio_p50: Option<f64>,
    /// Our pinball loss of P90, over that of the trailing 30 minutes, where the
    /// window was not empty.
    pub ratio_p90: Option<f64>,
    /// Half of the calls were off our P50 by no more, in seconds.
    pub median_absolute_error: Option<f64>,
    /// Half of the calls were off the forecast of LES by no more, in seconds.
    pub median_absolute_error_les: Option<f64>,
}

/// The scores of each day. The errors of a day are kept until it is over.
#[derive(Debug, Default)]
pub struct DailyScores {
    over: Vec<DayScores>,
    running: BTreeMap<i64, RunningDay>,
}

/// A day of which legs may still come.
#[derive(Debug, Default)]
struct RunningDay {
    calls: u64,
    trailing: Comparison,
    errors: Vec<f64>,
    errors_of_les: Vec<f64>,
}

impl DailyScores {
    /// Adds a leg.
    pub fn add(&mut self, leg: &ScoredLeg<'_>) {
        let LegOutcome::Answered(wait) = leg.outcome else {
            return;
        };
        let wait = wait.seconds();
        let day = self.running.entry(leg.day).or_default();
        day.calls += 1;
        let ours = leg.estimate.ok();
        if let Some(trailing) = &leg.forecasts[Forecaster::Trailing30m as usize] {
            day.trailing.add(trailing, ours.as_ref(), wait);
        }
        let error = |forecast: Option<Forecast>| Some((forecast?.p50? - wait).abs());
        day.errors.extend(error(ours));
        let les = leg.forecasts[Forecaster::Les as usize];
        day.errors_of_les.extend(error(les));
    }

    /// Closes the days before `day`: no more of their legs will come.
    pub fn close_before(&mut self, day: i64) {
        let later = self.running.split_off(&day);
        let over = std::mem::replace(&mut self.running, later);
        self.over.extend(over.into_iter().map(|(day, mut running)| {
            let Ratio {
                pinball_p50,
                pinball_p90,
                ..
            } = running.trailing.ratio();
            DayScores {
                date: date_of(day),
                calls: running.calls,
                ratio_p50: pinball_p50,
                ratio_p90: pinball_p90,
                median_absolute_error: median(&mut running.errors),
                median_absolute_error_les: median(&mut running.errors_of_les),
            }
        }));
    }

    /// All days, in their order; nothing more will come.
    pub fn into_days(mut self) -> Vec<DayScores> {
        self.close_before(i64::MAX);
        self.over
    }
}

fn date_of(day: i64) -> String {
    let midnight = Time::from_seconds(day.saturating_mul(86_400)).to_string();
    midnight.split('T').next().unwrap_or_default().to_owned()
}

/// The middle of some numbers, of two the mean; `None` of none.
fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_unstable_by(f64::total_cmp);
    let half = numbers.len() / 2;
    let upper = *numbers.get(half)?;
    Some(if numbers.len() % 2 == 1 {
        upper
    } else {
        f64::midpoint(numbers[half - 1], upper)
    })
}

#[cfg(test)]
mod tests {
    use vigie_contract::time::Span;

    use super::*;
    use crate::account::samples::{forecasts, scored_leg};

    #[test]
    fn days_are_told_once_over() {
        let mut days = DailyScores::default();
        let les = forecasts(30.0);
        for (wait, day) in [(10, 0), (20, 0), (40, 0), (50, 1)] {
            let mut leg = scored_leg(
                LegOutcome::Answered(Span::from_seconds(wait)),
                &les,
                Ok(20.0),
            );
            leg.day = day;
            days.add(&leg);
        }
        days.close_before(1);
        assert_eq!(days.over.len(), 1);
        let days = days.into_days();
        assert_eq!(days[0].date, "1970-01-01");
        assert_eq!(days[0].median_absolute_error, Some(10.0));
        assert_eq!(days[0].median_absolute_error_les, Some(10.0));
        assert_eq!(days[1].median_absolute_error, Some(30.0));
        assert_eq!(days[1].ratio_p50, None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_two() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}

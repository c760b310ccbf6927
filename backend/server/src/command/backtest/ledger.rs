//! What came of the forecasts, summed for whoever is scored: in total, by
//! region, by queue, by day, by size of the forecast.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use super::baselines::{FORECASTERS, Forecaster, Forecasts};
use super::outcomes::Outcome;
use super::scores::{Beside, Calibration, Forecast, Hours, Ratio, Sums, median};

/// Waits that are scored: those of the answered, and those that the abandoned
/// would have had.
const KINDS: usize = 2;

/// Legs by what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Answered after more than 2 s: scored.
    pub answered: u64,
    /// Abandoned after more than 2 s, with a virtual wait: scored beside.
    pub abandoned: u64,
    /// Abandoned after more than 2 s, without one.
    pub without_virtual_wait: u64,
    /// Answered or abandoned within 2 s.
    pub short: u64,
    /// Overflowed, cut off, called back or left as a message.
    pub closed_otherwise: u64,
    /// Without outcome for two hours, or with one that came too late.
    pub lost: u64,
    /// Waiting at the end of the input.
    pub open: u64,
}

impl Counts {
    /// Those of whom an estimate was wanted.
    pub fn population(&self) -> u64 {
        self.answered + self.abandoned + self.without_virtual_wait
    }
}

/// The sums of some legs.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Legs by what came of them.
    pub counts: Counts,
    /// Legs of the population without an estimate, by reason.
    pub without: BTreeMap<String, u64>,
    ours: [Sums; KINDS],
    theirs: [[Beside; FORECASTERS]; KINDS],
    /// Coverage of P90 by local hour, of the answered.
    pub hours: Hours,
}

/// A leg that is settled.
#[derive(Clone, Debug)]
pub struct Settled<'s> {
    /// When it began.
    pub queued: Time,
    /// What came of it.
    pub outcome: Outcome,
    /// What the others forecast.
    pub forecasts: &'s Forecasts,
    /// What we estimated, or why we did not.
    pub estimate: Result<Forecast, &'s str>,
    /// Its local day, in days since 1970.
    pub day: i64,
    /// Its local hour.
    pub hour: u8,
}

impl Account {
    /// Adds a leg.
    pub fn add(&mut self, leg: &Settled<'_>) {
        let counts = &mut self.counts;
        let (count, scored) = match leg.outcome {
            Outcome::Answered(wait) => (&mut counts.answered, Some((0, wait))),
            Outcome::Virtual(wait) => (&mut counts.abandoned, Some((1, wait))),
            Outcome::NoVirtualWait => (&mut counts.without_virtual_wait, None),
            Outcome::Short => (&mut counts.short, None),
            Outcome::ClosedOtherwise => (&mut counts.closed_otherwise, None),
            Outcome::Lost => (&mut counts.lost, None),
            Outcome::Open => (&mut counts.open, None),
        };
        *count += 1;
        if let Err(reason) = leg.estimate
            && (scored.is_some() || leg.outcome == Outcome::NoVirtualWait)
        {
            *self.without.entry(reason.to_owned()).or_default() += 1;
        }
        let Some((kind, wait)) = scored else {
            return;
        };
        let wait = wait.seconds();
        let ours = leg.estimate.ok();
        if let Some(ours) = &ours {
            self.ours[kind].add(ours, wait);
        }
        for (beside, forecast) in self.theirs[kind].iter_mut().zip(leg.forecasts) {
            if let Some(forecast) = forecast {
                beside.add(forecast, ours.as_ref(), wait);
            }
        }
        if let (Outcome::Answered(_), Some(p90)) = (leg.outcome, ours.and_then(|ours| ours.p90)) {
            self.hours.add(leg.hour, p90, wait);
        }
    }

    /// Our sums, and those of a forecaster beside ours; over answered calls, or
    /// over these and the virtual waits of the abandoned.
    pub fn ours(&self, with_virtual_waits: bool) -> Sums {
        let mut sums = self.ours[0];
        if with_virtual_waits {
            sums.merge(&self.ours[1]);
        }
        sums
    }

    /// The same of another forecaster.
    pub fn theirs(&self, forecaster: Forecaster, with_virtual_waits: bool) -> Beside {
        let place = forecaster as usize;
        let mut sums = self.theirs[0][place];
        if with_virtual_waits {
            sums.merge(&self.theirs[1][place]);
        }
        sums
    }
}

/// One local day of arrivals, answered calls.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Day {
    /// Its date.
    pub date: String,
    /// Calls scored.
    pub calls: u64,
    /// Our pinball loss of P50, over that of the trailing 30 minutes, where the
    /// window was not empty.
    pub ratio_p50: Option<f64>,
    /// The same of P90.
    pub ratio_p90: Option<f64>,
    /// Half of the calls were off our P50 by no more, in seconds.
    pub median_absolute_error: Option<f64>,
    /// The same of LES.
    pub median_absolute_error_les: Option<f64>,
}

/// Days, of which the errors are kept until they are over.
#[derive(Debug, Default)]
pub struct Days {
    over: Vec<Day>,
    running: BTreeMap<i64, Running>,
}

#[derive(Debug, Default)]
struct Running {
    calls: u64,
    trailing: Beside,
    errors: Vec<f64>,
    errors_of_les: Vec<f64>,
}

impl Days {
    /// Adds a leg.
    pub fn add(&mut self, leg: &Settled<'_>) {
        let Outcome::Answered(wait) = leg.outcome else {
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

    /// The days before one are over: nothing more of them will come.
    pub fn close_before(&mut self, day: i64) {
        let later = self.running.split_off(&day);
        let over = std::mem::replace(&mut self.running, later);
        self.over.extend(over.into_iter().map(|(day, mut running)| {
            let Ratio {
                pinball_p50,
                pinball_p90,
                ..
            } = running.trailing.ratio();
            Day {
                date: date_of(day),
                calls: running.calls,
                ratio_p50: pinball_p50,
                ratio_p90: pinball_p90,
                median_absolute_error: median(&mut running.errors),
                median_absolute_error_les: median(&mut running.errors_of_les),
            }
        }));
    }

    /// All of them, once all are over.
    pub fn into_days(mut self) -> Vec<Day> {
        self.close_before(i64::MAX);
        self.over
    }
}

fn date_of(day: i64) -> String {
    let midnight = Time::from_seconds(day.saturating_mul(86_400)).to_string();
    midnight.split('T').next().unwrap_or_default().to_owned()
}

/// What the report is made of.
#[derive(Debug, Default)]
pub struct Ledger {
    /// All legs.
    pub total: Account,
    /// By network and region, where asked for.
    pub regions: Option<BTreeMap<(String, String), Account>>,
    /// By agency and queue, where asked for.
    pub queues: Option<BTreeMap<(String, String), Account>>,
    /// By local day.
    pub days: Days,
    /// Of our P50, answered calls.
    pub calibration_p50: Calibration,
    /// Of our P90, answered calls.
    pub calibration_p90: Calibration,
    /// When the first leg scored began, and the last.
    pub span: Option<(Time, Time)>,
}

/// Where a leg waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// Network and region, `unassigned` where the directory has none.
    pub region: (String, String),
    /// Agency and queue.
    pub queue: (String, String),
}

impl Ledger {
    /// Adds a leg that is settled.
    pub fn add(&mut self, place: &Where, leg: &Settled<'_>) {
        let (first, last) = self.span.unwrap_or((leg.queued, leg.queued));
        self.span = Some((first.min(leg.queued), last.max(leg.queued)));
        self.total.add(leg);
        if let Some(regions) = &mut self.regions {
            account(regions, &place.region).add(leg);
        }
        if let Some(queues) = &mut self.queues {
            account(queues, &place.queue).add(leg);
        }
        self.days.add(leg);
        if let (Outcome::Answered(wait), Ok(ours)) = (leg.outcome, leg.estimate) {
            let wait = wait.seconds();
            if let Some(p50) = ours.p50 {
                self.calibration_p50.add(p50, wait);
            }
            if let Some(p90) = ours.p90 {
                self.calibration_p90.add(p90, wait);
            }
        }
    }
}

fn account<'a>(
    accounts: &'a mut BTreeMap<(String, String), Account>,
    key: &(String, String),
) -> &'a mut Account {
    accounts.entry(key.clone()).or_default()
}

#[cfg(test)]
mod tests {
    use vigie_contract::time::Span;

    use super::*;

    fn forecasts(les: f64) -> Forecasts {
        Forecaster::ALL
            .map(|forecaster| (forecaster == Forecaster::Les).then(|| Forecast::point(les)))
    }

    fn settled<'s>(
        outcome: Outcome,
        forecasts: &'s Forecasts,
        estimate: Result<f64, &'s str>,
    ) -> Settled<'s> {
        Settled {
            queued: Time::from_seconds(0),
            outcome,
            forecasts,
            estimate: estimate.map(|seconds| Forecast {
                p90: Some(2.0 * seconds),
                ..Forecast::point(seconds)
            }),
            day: 0,
            hour: 9,
        }
    }

    #[test]
    fn an_index_is_the_place_in_the_list() {
        for (place, forecaster) in Forecaster::ALL.into_iter().enumerate() {
            assert_eq!(forecaster as usize, place);
        }
    }

    #[test]
    fn virtual_waits_are_scored_beside_the_answered() {
        let mut account = Account::default();
        let les = forecasts(30.0);
        let seconds = Span::from_seconds;
        for (outcome, estimate) in [
            (Outcome::Answered(seconds(10)), Ok(12.0)),
            (Outcome::Virtual(seconds(40)), Ok(10.0)),
            (Outcome::Answered(seconds(20)), Err("closed")),
            (Outcome::NoVirtualWait, Err("closed")),
            (Outcome::Short, Err("closed")),
            (Outcome::Lost, Ok(1.0)),
        ] {
            account.add(&settled(outcome, &les, estimate));
        }
        assert_eq!(account.counts.population(), 4);
        assert_eq!(account.without, [("closed".to_owned(), 2)].into());
        assert_eq!(account.ours(false).score().calls, 1);
        let with = account.ours(true).score();
        assert_eq!((with.calls, with.coverage_p90), (2, Some(0.5)));
        let beside = account.theirs(Forecaster::Les, true);
        assert_eq!(beside.alone.score().calls, 3);
        // Errors of ours 2 and −30, of LES 20 and −10.
        let ratio = beside.ratio();
        assert_eq!((ratio.calls, ratio.mae), (2, Some(32.0 / 30.0)));
    }

    #[test]
    fn days_are_told_once_over() {
        let mut days = Days::default();
        let les = forecasts(30.0);
        for (wait, day) in [(10, 0), (20, 0), (40, 0), (50, 1)] {
            let mut leg = settled(Outcome::Answered(Span::from_seconds(wait)), &les, Ok(20.0));
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
}

//! What came of the forecasts for some legs, summed.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use crate::forecast::Forecast;
use crate::forecaster::{FORECASTERS, Forecaster, Forecasts};
use crate::hours::HourlyCoverage;
use crate::leg::LegOutcome;
use crate::scores::{Comparison, ScoreSums};

/// Kinds of waits that are scored: those of the answered, and those that the
/// abandoned would have had.
const KINDS: usize = 2;

/// Legs by what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LegCounts {
    /// Legs that were answered after more than 2 s: they are scored.
    pub answered: u64,
    /// Legs that were abandoned after more than 2 s and have a virtual wait: they are
    /// scored beside the answered.
    pub abandoned: u64,
    /// Legs that were abandoned after more than 2 s and have no virtual wait.
    pub without_virtual_wait: u64,
    /// Legs that were answered or abandoned within 2 s.
    pub short: u64,
    /// Legs that overflowed, were cut off, called back or left a message.
    pub closed_otherwise: u64,
    /// Legs without outcome for two hours, or with an outcome that came too late.
    pub lost: u64,
    /// Legs that wait at the end of the input.
    pub open: u64,
}

impl LegCounts {
    /// Legs of which an estimate was wanted: those that lasted over 2 s until they
    /// were answered or abandoned.
    pub fn population(&self) -> u64 {
        self.answered + self.abandoned + self.without_virtual_wait
    }
}

/// The scores of some legs, as sums.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Legs by what came of them.
    pub counts: LegCounts,
    /// Legs of the population without an estimate, by reason.
    pub without: BTreeMap<String, u64>,
    ours: [ScoreSums; KINDS],
    theirs: [[Comparison; FORECASTERS]; KINDS],
    /// Coverage of P90 by local hour, of the answered.
    pub hours: HourlyCoverage,
}

/// A leg of which both are known: what was forecast, and what came of it.
#[derive(Clone, Debug)]
pub struct ScoredLeg<'s> {
    /// When the leg began.
    pub queued: Time,
    /// What came of the leg.
    pub outcome: LegOutcome,
    /// What the other forecasters forecast.
    pub forecasts: &'s Forecasts,
    /// What we estimated, or why we did not.
    pub estimate: Result<Forecast, &'s str>,
    /// The local day on which it began, in days since 1970.
    pub day: i64,
    /// The local hour in which it began, from 0 to 23.
    pub hour: u8,
}

impl Account {
    /// Adds a leg.
    pub fn add(&mut self, leg: &ScoredLeg<'_>) {
        let counts = &mut self.counts;
        let (count, scored) = match leg.outcome {
            LegOutcome::Answered(wait) => (&mut counts.answered, Some((0, wait))),
            LegOutcome::Virtual(wait) => (&mut counts.abandoned, Some((1, wait))),
            LegOutcome::NoVirtualWait => (&mut counts.without_virtual_wait, None),
            LegOutcome::Short => (&mut counts.short, None),
            LegOutcome::ClosedOtherwise => (&mut counts.closed_otherwise, None),
            LegOutcome::Lost => (&mut counts.lost, None),
            LegOutcome::Open => (&mut counts.open, None),
        };
        *count += 1;
        if let Err(reason) = leg.estimate
            && (scored.is_some() || leg.outcome == LegOutcome::NoVirtualWait)
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
        for (comparison, forecast) in self.theirs[kind].iter_mut().zip(leg.forecasts) {
            if let Some(forecast) = forecast {
                comparison.add(forecast, ours.as_ref(), wait);
            }
        }
        if let (LegOutcome::Answered(_), Some(p90)) = (leg.outcome, ours.and_then(|ours| ours.p90))
        {
            self.hours.add(leg.hour, p90, wait);
        }
    }

    /// The sums of our estimates, over the answered calls; with virtual waits, over
    /// those and the abandoned.
    pub fn ours(&self, with_virtual_waits: bool) -> ScoreSums {
        let mut sums = self.ours[0];
        if with_virtual_waits {
            sums.merge(&self.ours[1]);
        }
        sums
    }

    /// The sums of another forecaster beside ours, over the answered calls; with
    /// virtual waits, over those and the abandoned.
    pub fn theirs(&self, forecaster: Forecaster, with_virtual_waits: bool) -> Comparison {
        let place = forecaster as usize;
        let mut sums = self.theirs[0][place];
        if with_virtual_waits {
            sums.merge(&self.theirs[1][place]);
        }
        sums
    }
}

/// Legs for tests.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// What the forecasters forecast where only LES does.
    pub(crate) fn forecasts(les: f64) -> Forecasts {
        Forecaster::ALL
            .map(|forecaster| (forecaster == Forecaster::Les).then(|| Forecast::point(les)))
    }

    /// A leg of the first hours of 1970, with our estimate or why there is none.
    pub(crate) fn scored_leg<'s>(
        outcome: LegOutcome,
        forecasts: &'s Forecasts,
        estimate: Result<f64, &'s str>,
    ) -> ScoredLeg<'s> {
        ScoredLeg {
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
}

#[cfg(test)]
mod tests {
    use vigie_contract::time::Span;

    use super::samples::{forecasts, scored_leg};
    use super::*;

    #[test]
    fn virtual_waits_are_scored_beside_the_answered() {
        let mut account = Account::default();
        let les = forecasts(30.0);
        let seconds = Span::from_seconds;
        for (outcome, estimate) in [
            (LegOutcome::Answered(seconds(10)), Ok(12.0)),
            (LegOutcome::Virtual(seconds(40)), Ok(10.0)),
            (LegOutcome::Answered(seconds(20)), Err("closed")),
            (LegOutcome::NoVirtualWait, Err("closed")),
            (LegOutcome::Short, Err("closed")),
            (LegOutcome::Lost, Ok(1.0)),
        ] {
            account.add(&scored_leg(outcome, &les, estimate));
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
}

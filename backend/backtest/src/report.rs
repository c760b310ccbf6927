//! All scores of a backtest, as JSON has them.

use std::collections::BTreeMap;

use serde::Serialize;
use vigie_contract::time::Time;

use crate::account::{Account, LegCounts};
use crate::calibration::CalibrationGroup;
use crate::days::DayScores;
use crate::forecaster::Forecaster;
use crate::hours::HourCoverage;
use crate::scorebook::Scorebook;
use crate::scores::{ForecastScore, Ratio};

/// All scores of a backtest.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The instant from which on calls that queued are scored.
    pub scored_from: Option<Time>,
    /// When the first call that is scored queued.
    pub first: Option<Time>,
    /// When the last call that is scored queued.
    pub last: Option<Time>,
    /// The scores over all queues.
    pub total: PartScores,
    /// The scores of each region, where asked for.
    pub regions: Option<Vec<RegionScores>>,
    /// The scores of each queue, where asked for.
    pub queues: Option<Vec<QueueScores>>,
    /// The scores of each local day of arrivals, answered calls.
    pub days: Vec<DayScores>,
    /// Share of waits under our forecasts, by the size of the forecast, answered calls.
    pub calibration: Calibrations,
}

/// The calibration of each quantile that we forecast.
#[derive(Debug, Serialize)]
pub struct Calibrations {
    /// The calibration of the median.
    pub p50: Vec<CalibrationGroup>,
    /// The calibration of the 90th percentile.
    pub p90: Vec<CalibrationGroup>,
}

/// The scores of a region.
#[derive(Debug, Serialize)]
pub struct RegionScores {
    /// Code of the network.
    pub network: String,
    /// Code of the region.
    pub region: String,
    /// Its scores.
    #[serde(flatten)]
    pub part: PartScores,
}

/// The scores of a queue.
#[derive(Debug, Serialize)]
pub struct QueueScores {
    /// Code of the agency.
    pub agency: String,
    /// Code of the queue.
    pub queue: String,
    /// Its scores.
    #[serde(flatten)]
    pub part: PartScores,
}

/// Scores over some queues.
#[derive(Debug, Serialize)]
pub struct PartScores {
    /// Calls by what came of them.
    pub counts: LegCounts,
    /// Of the calls answered or abandoned after more than 2 s, those that had no
    /// estimate.
    pub without_estimate: WithoutEstimate,
    /// Scores over the answered calls.
    pub answered: WaitScores,
    /// Scores over the answered calls and the virtual waits of the abandoned.
    pub with_virtual_waits: WaitScores,
    /// The local hour of arrival in which P90 held least, of those with at least
    /// 200 answered calls.
    pub worst_hour: Option<HourCoverage>,
}

/// Calls without an estimate.
#[derive(Debug, Serialize)]
pub struct WithoutEstimate {
    /// How many calls had no estimate.
    pub calls: u64,
    /// Calls of which an estimate was wanted.
    pub of: u64,
    /// Share of those that had none; `null` where none was wanted.
    pub share: Option<f64>,
    /// Calls without an estimate, by reason.
    pub reasons: BTreeMap<String, u64>,
}

/// Scores over some waits.
#[derive(Debug, Serialize)]
pub struct WaitScores {
    /// The scores of our estimates.
    pub estimate: ForecastScore,
    /// The scores of every other forecaster, in the order of [`Forecaster::ALL`].
    pub baselines: Vec<Baseline>,
}

/// The scores of another forecaster beside ours.
#[derive(Debug, Serialize)]
pub struct Baseline {
    /// Name of the forecaster.
    pub name: &'static str,
    /// The scores of the forecaster over all calls of which it had a forecast.
    #[serde(flatten)]
    pub score: ForecastScore,
    /// Our scores over its, over the calls of which both had a forecast.
    pub ratio: Ratio,
    /// Our scores over the calls of which both had a forecast.
    pub estimate: ForecastScore,
}

impl Report {
    /// The scores that follow from the sums.
    pub fn new(scored_from: Option<Time>, scorebook: Scorebook) -> Self {
        let regions = scorebook.regions.map(|regions| {
            let of_region =
                |((network, region), account): ((String, String), Account)| RegionScores {
                    network,
                    region,
                    part: PartScores::new(&account),
                };
            regions.into_iter().map(of_region).collect()
        });
        let queues = scorebook.queues.map(|queues| {
            let of_queue = |((agency, queue), account): ((String, String), Account)| QueueScores {
                agency,
                queue,
                part: PartScores::new(&account),
            };
            queues.into_iter().map(of_queue).collect()
        });
        Self {
            scored_from,
            first: scorebook.span.map(|(first, _)| first),
            last: scorebook.span.map(|(_, last)| last),
            total: PartScores::new(&scorebook.total),
            regions,
            queues,
            days: scorebook.days.into_days(),
            calibration: Calibrations {
                p50: scorebook.calibration_p50.groups(),
                p90: scorebook.calibration_p90.groups(),
            },
        }
    }
}

impl PartScores {
    fn new(account: &Account) -> Self {
        let (calls, of) = (account.without.values().sum(), account.counts.population());
        Self {
            counts: account.counts,
            without_estimate: WithoutEstimate {
                calls,
                of,
                share: (of > 0).then(|| calls as f64 / of as f64),
                reasons: account.without.clone(),
            },
            answered: WaitScores::new(account, false),
            with_virtual_waits: WaitScores::new(account, true),
            worst_hour: account.hours.worst(),
        }
    }
}

impl WaitScores {
    fn new(account: &Account, with_virtual_waits: bool) -> Self {
        let baselines = Forecaster::ALL.map(|forecaster| {
            let comparison = account.theirs(forecaster, with_virtual_waits);
            Baseline {
                name: forecaster.name(),
                score: comparison.alone.score(),
                ratio: comparison.ratio(),
                estimate: comparison.ours.score(),
            }
        });
        Self {
            estimate: account.ours(with_virtual_waits).score(),
            baselines: baselines.into(),
        }
    }

    /// Our scores over those of a forecaster.
    pub(crate) fn ratio(&self, forecaster: Forecaster) -> Option<&Ratio> {
        let baseline = self.baselines.get(forecaster as usize)?;
        Some(&baseline.ratio)
    }
}

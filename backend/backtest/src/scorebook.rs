//! What came of the forecasts, summed for whoever is scored: in total, by
//! region, by queue, by day, by size of the forecast.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use crate::account::{Account, ScoredLeg};
use crate::calibration::Calibration;
use crate::days::DailyScores;
use crate::leg::LegOutcome;
use crate::queues::QueuePlace;

/// The scores of all who are scored: what the report is made of.
#[derive(Debug, Default)]
pub struct Scorebook {
    /// The scores over all legs.
    pub total: Account,
    /// The scores by network and region, where asked for.
    pub regions: Option<BTreeMap<(String, String), Account>>,
    /// The scores by agency and queue, where asked for.
    pub queues: Option<BTreeMap<(String, String), Account>>,
    /// The scores of answered calls, by local day.
    pub days: DailyScores,
    /// How often waits stayed under our P50, answered calls.
    pub calibration_p50: Calibration,
    /// How often waits stayed under our P90, answered calls.
    pub calibration_p90: Calibration,
    /// When the first leg scored began, and the last.
    pub span: Option<(Time, Time)>,
}

impl Scorebook {
    /// Adds a leg that waited at `place`.
    pub fn add(&mut self, place: &QueuePlace, leg: &ScoredLeg<'_>) {
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
        if let (LegOutcome::Answered(wait), Ok(ours)) = (leg.outcome, leg.estimate) {
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

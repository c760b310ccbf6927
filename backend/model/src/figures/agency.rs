//! The figures of an agency, for metrics.

use vigie_contract::scope::Scope;
use vigie_contract::view::Estimate;

use super::card::Named;
use super::view::Setting;
use super::{estimate, now};
use crate::sums::ScopeSums;

/// Figures of an agency for metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct AgencyFigures {
    /// Code of its network.
    pub network: String,
    /// Code of its region.
    pub region: String,
    /// Its code.
    pub agency: String,
    /// Whether the directory has it.
    pub known: bool,
    /// Legs that wait.
    pub waiting: i64,
    /// Age of the one that waits longest.
    pub longest_wait_seconds: Option<f64>,
    /// Calls offered since the state began.
    pub offered: u64,
    /// Calls answered since the state began.
    pub answered: u64,
    /// Calls abandoned since the state began.
    pub abandoned: u64,
    /// The wait of its next caller.
    pub estimate: Estimate,
}

/// The figures of an agency; `None` for any other scope.
pub(crate) fn agency(
    named: Named<'_>,
    sums: &ScopeSums<'_>,
    setting: Setting<'_>,
) -> Option<AgencyFigures> {
    let Scope::Agency(network, region, agency) = named.scope else {
        return None;
    };
    let ever = |count: i64| count.max(0) as u64;
    Some(AgencyFigures {
        network: network.clone(),
        region: region.clone(),
        agency: agency.clone(),
        known: named.known,
        waiting: now::waiting(&sums.present),
        longest_wait_seconds: now::longest_wait(&sums.present, setting.as_of),
        offered: ever(sums.ever.offered),
        answered: ever(sums.ever.answered),
        abandoned: ever(sums.ever.abandoned),
        estimate: estimate::estimate(named.scope, sums, setting.windows),
    })
}

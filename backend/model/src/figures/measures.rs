//! The figures of a scope for metrics.

use vigie_contract::scope::Scope;
use vigie_contract::view::Estimate;

use super::card::NamedScope;
use super::view::Setting;
use super::{estimate, now};
use crate::sums::ScopeSums;

/// The figures of a scope of any level, for metrics.
#[derive(Clone, Debug, PartialEq)]
pub struct Measures {
    /// Whose figures.
    pub scope: Scope,
    /// Whether the directory has it.
    pub known: bool,
    /// Legs that wait.
    pub waiting: i64,
    /// Age of the leg that waits longest, in seconds.
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

/// The figures of a scope for metrics.
pub(crate) fn measures(
    named: NamedScope<'_>,
    sums: &ScopeSums<'_>,
    setting: Setting<'_>,
) -> Measures {
    let ever = |count: i64| count.max(0) as u64;
    Measures {
        scope: named.scope.clone(),
        known: named.known,
        waiting: now::waiting(&sums.present),
        longest_wait_seconds: now::longest_wait(&sums.present, setting.as_of),
        offered: ever(sums.ever.offered),
        answered: ever(sums.ever.answered),
        abandoned: ever(sums.ever.abandoned),
        estimate: estimate::estimate(named.scope.into(), sums),
    }
}

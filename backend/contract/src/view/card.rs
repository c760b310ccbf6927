//! The headline figures of a child of a scope.

use serde::{Deserialize, Serialize};

use super::judged::{Concern, Suppressed};
use super::severity::Severity;
use crate::indicator::Rate;
use crate::scope::Scope;
use crate::time::Time;

/// What is worst of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worst {
    /// What it is.
    pub concern: Concern,
    /// When what led to its severity was first seen.
    pub since: Time,
}

/// What a table shows of a scope in one row: the headline figures of a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The scope that the figures are of.
    pub scope: Scope,
    /// Its name in the directory, else its code.
    pub name: String,
    /// Whether the directory knows it.
    pub known: bool,
    /// Legs that wait for an agent.
    pub waiting: i64,
    /// Age of the leg that waits longest; `null` where none does.
    pub longest_wait_seconds: Option<f64>,
    /// The headline pick-up rate over 15 minutes.
    pub pick_up_agent_15m: Option<Rate>,
    /// The headline pick-up rate of today.
    pub pick_up_agent_today: Option<Rate>,
    /// Calls offered today.
    pub offered_today: i64,
    /// Calls answered today.
    pub answered_today: i64,
    /// Calls abandoned today.
    pub abandoned_today: i64,
    /// Average speed of answer over 15 minutes.
    pub answer_mean_15m_seconds: Option<f64>,
    /// The worst severity of what is judged; `null` where nothing is judged.
    pub severity: Option<Severity>,
    /// What is worst; `null` where nothing is bad, or nothing is judged.
    pub worst: Option<Worst>,
    /// Why nothing of it is judged; `null` where something is.
    pub suppressed: Option<Suppressed>,
}

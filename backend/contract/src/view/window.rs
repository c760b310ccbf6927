//! The figures of a window and of a quarter-hour.

use serde::{Deserialize, Serialize};

use crate::indicator::{Counts, Rates, Times};
use crate::time::Time;

/// The figures of a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Counts of first-level calls.
    pub counts: Counts,
    /// The same counts of legs of reason `transfer`.
    pub second_level: Counts,
    /// The same counts of legs of reason `callback`.
    pub callback: Counts,
    /// Rates, each with what it was computed from.
    pub rates: Rates,
    /// Times, in seconds.
    pub times: Times,
    /// How far apart its agencies are; `null` for agencies, queues and lines,
    /// and where no agency has 30 calls.
    pub spread: Option<Spread>,
}

/// The `agent` pick-up rates of the agencies of a scope, those with at least 30
/// calls in the denominator. Quartiles by nearest rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Agencies compared.
    pub agencies: i64,
    /// The highest rate.
    pub best: f64,
    /// The lowest rate.
    pub worst: f64,
    /// Third quartile less first quartile.
    pub interquartile_range: f64,
}

/// One quarter-hour of today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quarter {
    /// When it began, UTC.
    pub start: Time,
    /// Its figures by origin.
    pub window: Window,
    /// Its figures by handler.
    pub handled: Window,
    /// What became of those who entered in it.
    pub cohort: Cohort,
}

/// First-level legs (reasons asked and overflow) that entered in a
/// quarter-hour, by handler and at any hour. entered = answered + abandoned +
/// closed_otherwise + waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// Legs opened.
    pub entered: i64,
    /// Of these, answered.
    pub answered: i64,
    /// Of these, abandoned.
    pub abandoned: i64,
    /// Of these, closed in any other way.
    pub closed_otherwise: i64,
    /// Of these, still waiting.
    pub waiting: i64,
}

//! The figures of a window and of a quarter-hour.

use serde::{Deserialize, Serialize};

use crate::indicator::{Counts, Rates, Times};
use crate::time::Time;

/// The figures of a window.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Counts of first-level calls.
    pub counts: Counts,
    /// Counts of legs of reason `transfer`.
    pub second_level: Counts,
    /// Counts of legs of reason `callback`.
    pub callback: Counts,
    /// Rates, each with what it was computed from.
    pub rates: Rates,
    /// Times, in seconds.
    pub times: Times,
    /// The part of the window that its sources have told of, from 0 to 1: the mean over
    /// those known, of which one that reports has told of all, and a silent one of what
    /// lies before its newest event. `null` in quarter-hours, where no source is known,
    /// and where the window is empty.
    pub complete: Option<f64>,
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
    /// Figures of the quarter-hour by origin.
    pub window: Window,
    /// Figures of the quarter-hour by handler.
    pub handled: Window,
    /// What became of those who entered in it.
    pub cohort: Cohort,
}

/// First-level legs (reasons asked and overflow) that entered in a
/// quarter-hour, by handler and at any hour. entered = answered + abandoned +
/// closed_otherwise + waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// Legs that entered in the quarter-hour.
    pub entered: i64,
    /// Legs that entered in the quarter-hour and were answered.
    pub answered: i64,
    /// Legs that entered in the quarter-hour and were abandoned.
    pub abandoned: i64,
    /// Legs that entered in the quarter-hour and closed in any other way.
    pub closed_otherwise: i64,
    /// Legs that entered in the quarter-hour and still wait.
    pub waiting: i64,
}

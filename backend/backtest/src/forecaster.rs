//! Whose forecasts are scored beside our estimates.

use crate::forecast::Forecast;

/// Everyone whose forecasts are scored beside our estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecaster {
    /// What the platform announced, first, to the caller.
    Announced,
    /// Last to enter service: the wait of the call answered last.
    Les,
    /// Head of line: the age of the call that waits longest; 0 where none does.
    Hol,
    /// The mean of the waits answered in the last 5 minutes.
    Mean5m,
    /// The mean of the waits answered in the last 15 minutes.
    Mean15m,
    /// The mean of the waits answered in the last 30 minutes.
    Mean30m,
    /// Exponentially weighted mean of the answered waits, each with a weight of
    /// 1/4 when it comes (Asterisk's hold time).
    Ewma,
    /// Where n calls wait: (n + 1) · mean handle time of the last 30 minutes ÷
    /// conversations open, at least one.
    QueueLength,
    /// Where n calls wait: 300 · (n + 1) ÷ (answered and abandoned of the last 5
    /// minutes + 2).
    ShrunkQueueLength,
    /// Empirical P50 and P90 (nearest rank) of the waits answered in the last 30
    /// minutes, where there were any.
    Trailing30m,
    /// As [`Self::Trailing30m`]; where there were no such waits, the last answered
    /// wait for both.
    Trailing30mOrLast,
    /// As [`Self::Trailing30m`]; where there were no such waits, 0 for both.
    Trailing30mOrZero,
}

/// How many forecasters there are.
pub const FORECASTERS: usize = 12;

impl Forecaster {
    /// All forecasters, in the order in which reports list them.
    pub const ALL: [Self; FORECASTERS] = [
        Self::Announced,
        Self::Les,
        Self::Hol,
        Self::Mean5m,
        Self::Mean15m,
        Self::Mean30m,
        Self::Ewma,
        Self::QueueLength,
        Self::ShrunkQueueLength,
        Self::Trailing30m,
        Self::Trailing30mOrLast,
        Self::Trailing30mOrZero,
    ];

    /// The name of the forecaster in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Les => "les",
            Self::Hol => "hol",
            Self::Mean5m => "mean_5m",
            Self::Mean15m => "mean_15m",
            Self::Mean30m => "mean_30m",
            Self::Ewma => "ewma",
            Self::QueueLength => "queue_length",
            Self::ShrunkQueueLength => "shrunk_queue_length",
            Self::Trailing30m => "trailing_30m",
            Self::Trailing30mOrLast => "trailing_30m_or_last",
            Self::Trailing30mOrZero => "trailing_30m_or_zero",
        }
    }
}

/// What each forecaster forecast for one call, in the order of
/// [`Forecaster::ALL`]; `None` where it had nothing to go by.
pub type Forecasts = [Option<Forecast>; FORECASTERS];

/// The forecasts for a leg, with what was announced to the caller put among them.
pub fn with_announcement(forecasts: &Forecasts, announced: Option<Forecast>) -> Forecasts {
    let mut all = *forecasts;
    for (forecast, forecaster) in all.iter_mut().zip(Forecaster::ALL) {
        if forecaster == Forecaster::Announced {
            *forecast = announced;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_the_place_in_the_list() {
        for (place, forecaster) in Forecaster::ALL.into_iter().enumerate() {
            assert_eq!(forecaster as usize, place);
        }
    }
}

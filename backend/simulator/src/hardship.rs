//! How hard it is to reach an agent.

/// How hard it is to reach an agent. The country that is simulated by default has
/// [`Hardship::ORDINARY`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hardship {
    /// Multiplies the calls, not the staff that is there for them.
    pub calls: f64,
    /// Callers hear that all are busy where the estimated wait is longer than so many
    /// seconds.
    pub turned_away_beyond_seconds: f64,
    /// Multiplies how long callers are willing to wait.
    pub patience: f64,
    /// Share of the callers who failed that tries again, each time.
    pub tries_again: f64,
}

impl Hardship {
    /// What is usual: staff as planned, and nobody turned away for a wait.
    pub const ORDINARY: Self = Self {
        calls: 1.0,
        turned_away_beyond_seconds: f64::INFINITY,
        patience: 1.0,
        tries_again: 0.45,
    };

    /// A service as the French Ombudsman's survey of 2023 lived it. Half as many calls
    /// again come as usual. Where the wait is estimated at more than five minutes callers
    /// are turned away before any queue, which no rate of the queue sees; more of them
    /// than usual dial again. Of those who get in four of five are answered: the others
    /// give up, sooner than usual.
    pub const SURVEYED: Self = Self {
        calls: 1.48,
        turned_away_beyond_seconds: 300.0,
        patience: 0.4,
        tries_again: 0.6,
    };
}

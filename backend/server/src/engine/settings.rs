//! How much of its time the engine gives to requests, and when its figures are
//! stale, as the service is told.

use std::time::Duration;

use crate::given_settings::GivenSettings;

/// What the engine is told.
#[derive(Clone, Copy, Debug)]
pub struct EngineSettings {
    /// Engine time in each second for answers of the API and for snapshots that
    /// are sent at once; beyond, requests are turned away and snapshots come
    /// with the next second.
    pub requests_a_second: Duration,
    /// Without any event for so long, the figures are shown as stale.
    pub silent_after: Duration,
}

/// Reads how much time requests may take.
pub fn requests_a_second(given: &mut GivenSettings) -> Duration {
    Duration::from_millis(given.number("limits.request_milliseconds", 200, 1..=500))
}

/// Reads after how long without any event the figures are stale.
pub fn silent_after(given: &mut GivenSettings) -> Duration {
    given.seconds("limits.silent_after_seconds", 300, 86_400)
}

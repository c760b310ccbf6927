//! The clocks of this machine: one that people set, and one that nobody sets.

use std::time::{Instant, SystemTime};

use vigie_contract::time::{Span, Time};

/// The time of day by this machine's clock.
pub fn wall_clock() -> Time {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// The time since an instant, by a clock that nobody sets.
pub fn since(instant: Instant) -> Span {
    Span(i64::try_from(instant.elapsed().as_micros()).unwrap_or(i64::MAX))
}

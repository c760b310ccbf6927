//! Civil time, for those who count: whole microseconds, and zones by name.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::country::ZONES;

pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const QUARTER: i64 = 15 * MINUTE;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

static KNOWN: LazyLock<Vec<(&'static str, TimeZone)>> = LazyLock::new(|| {
    ZONES
        .map(|name| (name, TimeZone::get(name).expect("a zone of the database")))
        .to_vec()
});

/// A time zone, as its place in the list of those that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone(pub usize);

impl Zone {
    pub fn named(name: &str) -> Self {
        let at = ZONES.iter().position(|known| *known == name);
        Zone(at.unwrap_or_else(|| panic!("{name} is not a zone of these days")))
    }

    pub fn all() -> impl Iterator<Item = Zone> {
        (0..ZONES.len()).map(Zone)
    }

    /// What the clock on the wall shows, as microseconds since 1970 as if it
    /// were UTC.
    pub fn wall(self, at: i64) -> i64 {
        let instant = Timestamp::from_microsecond(at).expect("a time of these centuries");
        at + i64::from(KNOWN[self.0].1.to_offset(instant).seconds()) * SECOND
    }

    /// The civil day, counted from 1970-01-01.
    pub fn day(self, at: i64) -> i64 {
        self.wall(at).div_euclid(DAY)
    }

    /// The first instant of the civil day that follows the one `at` is in.
    pub fn end_of_day(self, at: i64) -> i64 {
        let day = self.day(at);
        let mut end = at.div_euclid(QUARTER) * QUARTER;
        while self.day(end) <= day {
            end += QUARTER;
        }
        end
    }

    /// The first instant of the civil day that `at` is in.
    pub fn start_of_day(self, at: i64) -> i64 {
        let day = self.day(at);
        let mut start = at.div_euclid(QUARTER) * QUARTER;
        while self.day(start - 1) >= day {
            start -= QUARTER;
        }
        start
    }
}

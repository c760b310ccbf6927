//! Local time and opening hours of the simulated country.
//!
//! France has one zone that changes its clocks and five that do not, so the
//! rules are written here: the simulator answers for its hours without the
//! zone database that the model reads.

use vigie_contract::time::{MICROS_PER_SECOND, Time};

/// Microseconds in a minute.
pub(crate) const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
/// Microseconds in a day without a clock change.
pub(crate) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// Microseconds in a quarter-hour.
pub(crate) const MICROS_PER_QUARTER: i64 = 900 * MICROS_PER_SECOND;

/// A time zone of the country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Europe/Paris: UTC+1, UTC+2 in summer.
    Paris,
    /// An overseas zone, without clock changes.
    Fixed {
        /// IANA name.
        name: &'static str,
        /// Hours ahead of UTC.
        offset_hours: i64,
    },
}

/// An instant on the clock of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Local {
    /// Days since 1970-01-01 on the local calendar.
    pub day: i64,
    /// Microseconds since local midnight, by the clock on the wall.
    pub micros: i64,
}

impl Local {
    /// 0 on Monday to 6 on Sunday.
    pub fn weekday(self) -> usize {
        weekday_of(self.day)
    }
}

/// 0 on Monday to 6 on Sunday, of days since 1970-01-01 (a Thursday).
pub(crate) fn weekday_of(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

impl Zone {
    /// IANA name.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Paris => "Europe/Paris",
            Zone::Fixed { name, .. } => name,
        }
    }

    fn offset_micros(self, time: Time) -> i64 {
        let hours = match self {
            Zone::Fixed { offset_hours, .. } => offset_hours,
            Zone::Paris if is_summer(time) => 2,
            Zone::Paris => 1,
        };
        hours * 3_600 * MICROS_PER_SECOND
    }

    /// The clock on the wall at an instant.
    pub fn local(self, time: Time) -> Local {
        let local = time.0 + self.offset_micros(time);
        Local {
            day: local.div_euclid(MICROS_PER_DAY),
            micros: local.rem_euclid(MICROS_PER_DAY),
        }
    }

    /// The instant at which the clock on the wall shows a local time.
    ///
    /// Where a clock change makes it come twice, the second; where it leaves
    /// it out, an hour later. No opening hour lies there.
    pub fn instant(self, local: Local) -> Time {
        let shown = local.day * MICROS_PER_DAY + local.micros;
        let winter = Time(shown - self.offset_micros(Time(shown - MICROS_PER_DAY / 4)));
        Time(shown - self.offset_micros(winter))
    }
}

/// Whether Paris is on summer time: from the last Sunday of March, 01:00 UTC,
/// to the last Sunday of October, 01:00 UTC (directive 2000/84/EC).
fn is_summer(time: Time) -> bool {
    let seconds = time.second();
    let year = year_of(seconds.div_euclid(86_400));
    let change = |month| last_sunday(year, month) * 86_400 + 3_600;
    (change(3)..change(10)).contains(&seconds)
}

/// The year of a day since 1970-01-01.
fn year_of(day: i64) -> i64 {
    let mut year = 1970 + day.div_euclid(365);
    while first_day(year) > day {
        year -= 1;
    }
    while first_day(year + 1) <= day {
        year += 1;
    }
    year
}

/// Days from 1970-01-01 to the first of January of a year.
fn first_day(year: i64) -> i64 {
    let before = year - 1;
    365 * (year - 1970) + (before / 4 - before / 100 + before / 400)
        - (1969 / 4 - 1969 / 100 + 1969 / 400)
}

/// The last Sunday of March or October, both of which have 31 days.
fn last_sunday(year: i64, month: i64) -> i64 {
    let leap = i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let last = first_day(year) + leap + if month == 3 { 89 } else { 303 };
    last - (weekday_of(last) as i64 + 1) % 7
}

/// Opening hours of a week.
#[derive(Debug)]
pub(crate) struct Hours {
    /// Its name in the directory.
    pub name: &'static str,
    /// Opening intervals a day from Monday, in minutes since local midnight,
    /// the end excluded.
    pub week: [&'static [(i64, i64)]; 7],
}

impl Hours {
    /// Opening intervals of a local day, as instants.
    pub fn openings(&self, zone: Zone, day: i64) -> impl Iterator<Item = (Time, Time)> + '_ {
        self.week[weekday_of(day)].iter().map(move |&(from, to)| {
            let at = |minute| {
                zone.instant(Local {
                    day,
                    micros: minute * MICROS_PER_MINUTE,
                })
            };
            (at(from), at(to))
        })
    }

    /// Whether an instant is in opening hours: half-open, the end is outside.
    pub fn is_open(&self, zone: Zone, time: Time) -> bool {
        let local = zone.local(time);
        self.week[local.weekday()].iter().any(|&(from, to)| {
            (from * MICROS_PER_MINUTE..to * MICROS_PER_MINUTE).contains(&local.micros)
        })
    }

    /// From when a wait over [asked, closed) counts: since asked where that is
    /// in opening hours, else since the first opening in it; `None` where it
    /// lies outside altogether.
    pub fn counts_from(&self, zone: Zone, asked: Time, closed: Time) -> Option<Time> {
        if self.is_open(zone, asked) {
            return Some(asked);
        }
        let day = zone.local(asked).day;
        (day..=zone.local(closed).day)
            .flat_map(|day| self.openings(zone, day))
            .map(|(opening, _)| opening)
            .find(|&opening| asked < opening && opening < closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LUNCH: Hours = Hours {
        name: "lunch",
        week: [&[(510, 750), (810, 990)], &[], &[], &[], &[], &[], &[]],
    };

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn paris_changes_its_clocks_on_the_last_sundays() {
        for (before, after) in [
            ("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
            ("2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z"),
        ] {
            assert_eq!(Zone::Paris.offset_micros(time(before)), 3_600_000_000);
            assert_eq!(Zone::Paris.offset_micros(time(after)), 7_200_000_000);
        }
        for (before, after) in [
            ("2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z"),
            ("2027-10-31T00:59:59Z", "2027-10-31T01:00:00Z"),
        ] {
            assert_eq!(Zone::Paris.offset_micros(time(before)), 7_200_000_000);
            assert_eq!(Zone::Paris.offset_micros(time(after)), 3_600_000_000);
        }
    }

    #[test]
    fn local_and_instant_are_inverses_in_the_day() {
        let zones = [
            Zone::Paris,
            Zone::Fixed {
                name: "Indian/Reunion",
                offset_hours: 4,
            },
            Zone::Fixed {
                name: "America/Martinique",
                offset_hours: -4,
            },
        ];
        for zone in zones {
            for day in 20_000..20_800 {
                for minute in [0, 510, 1_439] {
                    let local = Local {
                        day,
                        micros: minute * MICROS_PER_MINUTE,
                    };
                    assert_eq!(zone.local(zone.instant(local)), local, "{zone:?}");
                }
            }
        }
    }

    #[test]
    fn a_wait_counts_from_asked_or_from_the_opening_it_met() {
        // A Monday in winter: 08:30 in Paris is 07:30 UTC.
        let check = |asked: &str, closed: &str, from: Option<&str>| {
            let on = |clock: &str| time(&format!("2026-11-23T{clock}Z"));
            assert_eq!(
                LUNCH.counts_from(Zone::Paris, on(asked), on(closed)),
                from.map(on),
                "{asked} to {closed}"
            );
        };
        check("07:30:00", "07:30:00", Some("07:30:00"));
        check("08:00:00", "08:10:00", Some("08:00:00"));
        check("07:20:00", "07:40:00", Some("07:30:00"));
        check("07:20:00", "07:30:00", None);
        check("11:29:59", "12:40:00", Some("11:29:59"));
        check("11:30:00", "12:40:00", Some("12:30:00"));
        check("11:30:00", "11:31:00", None);
        check("15:30:00", "16:00:00", None);
    }
}

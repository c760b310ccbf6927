//! Civil days and opening hours as instants.
//!
//! A question is asked once or twice an event, nearly always about the day of
//! the event before: the last two days of each zone and of each schedule are
//! remembered, and only another day asks the time-zone data.

use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::hours::Opening;
use super::{Directory, HoursId, ZoneId};

/// A civil day of a zone, from its midnight (included) to the next (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub start: Time,
    pub end: Time,
    date: Date,
}

impl Day {
    fn holds(&self, time: Time) -> bool {
        self.start <= time && time < self.end
    }
}

/// Openings of a schedule on a civil day, as instants.
#[derive(Clone, Debug)]
struct DayOpenings {
    day: Day,
    openings: Vec<(Time, Time)>,
}

/// Answers about days and hours of a directory.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    directory: Arc<Directory>,
    /// The last two days asked for, by zone.
    days: Vec<[Option<Day>; 2]>,
    /// The last two days asked for, by schedule and zone.
    openings: HashMap<(HoursId, ZoneId), Vec<DayOpenings>>,
}

impl Calendar {
    pub(crate) fn new(directory: Arc<Directory>) -> Self {
        let days = vec![[None; 2]; directory.zones().len()];
        Self {
            directory,
            days,
            openings: HashMap::new(),
        }
    }

    /// The civil day of a zone that holds an instant.
    pub(crate) fn day(&mut self, zone: ZoneId, time: Time) -> Day {
        let recent = &mut self.days[zone.0];
        if let Some(day) = recent.iter().flatten().find(|day| day.holds(time)) {
            return *day;
        }
        let day = civil_day(&self.directory.zones()[zone.0], time);
        recent.swap(0, 1);
        recent[0] = Some(day);
        day
    }

    /// The same, for those who only look.
    pub(crate) fn known_day(&self, zone: ZoneId, time: Time) -> Day {
        let recent = self.days[zone.0].iter().flatten();
        recent
            .copied()
            .find(|day| day.holds(time))
            .unwrap_or_else(|| civil_day(&self.directory.zones()[zone.0], time))
    }

    /// The first instant of [from, to) that lies in opening hours (of `[from,
    /// from]` where the two are equal); `None` where none does.
    pub(crate) fn first_open(
        &mut self,
        hours: Option<HoursId>,
        zone: ZoneId,
        from: Time,
        to: Time,
    ) -> Option<Time> {
        let Some(hours) = hours else {
            return Some(from);
        };
        let to = to.max(Time(from.0 + 1));
        let mut at = from;
        // A wait lasts hours, a week at most is looked at.
        for _ in 0..9 {
            let day = self.day(zone, at);
            let openings = self.openings(hours, zone, day);
            if let Some(&(open, _)) = openings.iter().find(|&&(_, close)| close > at) {
                let first = open.max(at);
                return (first < to).then_some(first);
            }
            at = day.end;
            if at >= to {
                return None;
            }
        }
        None
    }

    fn openings(&mut self, hours: HoursId, zone: ZoneId, day: Day) -> &[(Time, Time)] {
        let recent = self.openings.entry((hours, zone)).or_default();
        if let Some(at) = recent.iter().position(|known| known.day == day) {
            return &recent[at].openings;
        }
        if recent.len() == 2 {
            recent.remove(0);
        }
        let weekly = &self.directory.weekly_hours()[hours.0];
        let openings = instants(
            &self.directory.zones()[zone.0],
            day,
            weekly.of(day.date.weekday()),
        );
        recent.push(DayOpenings { day, openings });
        &recent[recent.len() - 1].openings
    }
}

/// When the clock on the wall shows a time within the openings: both times in
/// the hour that comes twice, never in the hour that is skipped.
fn instants(tz: &TimeZone, day: Day, openings: &[Opening]) -> Vec<(Time, Time)> {
    let mut instants = Vec::new();
    let mut from = day.start;
    while from < day.end {
        let shown = timestamp(from);
        let next = tz
            .following(shown)
            .next()
            .map_or(Time(i64::MAX), |at| time(at.timestamp()));
        let to = next.min(day.end);
        let offset = Span::from_seconds(i64::from(tz.to_offset(shown).seconds()));
        // What the clock would have shown as midnight, at this offset.
        let local = (from + offset).0;
        let midnight = Time(local - local.rem_euclid(86_400 * MICROS_PER_SECOND)) - offset;
        instants.extend(openings.iter().filter_map(|opening| {
            let open = midnight + Span::from_seconds(i64::from(opening.from_minute) * 60);
            let close = midnight + Span::from_seconds(i64::from(opening.to_minute) * 60);
            let (open, close) = (open.max(from), close.min(to));
            (open < close).then_some((open, close))
        }));
        from = to;
    }
    instants
}

fn timestamp(time: Time) -> Timestamp {
    let end = if time.0 < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_microsecond(time.0).unwrap_or(end)
}

fn time(timestamp: Timestamp) -> Time {
    Time(timestamp.as_microsecond())
}

/// The civil day that holds an instant. Where midnight is skipped by a clock
/// change, the day begins at the first instant there is.
fn civil_day(tz: &TimeZone, at: Time) -> Day {
    let date = tz.to_datetime(timestamp(at)).date();
    let start_of = |date: Date| {
        let midnight = date.at(0, 0, 0, 0);
        tz.to_ambiguous_zoned(midnight)
            .compatible()
            .map(|zoned| time(zoned.timestamp()))
    };
    let start = start_of(date).unwrap_or(Time(i64::MIN));
    let end = date.tomorrow().and_then(start_of).unwrap_or(Time(i64::MAX));
    Day { start, end, date }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar {
        let directory = r#"
            version = 1
            [[hours]]
            name = "office"
            monday = ["08:30-12:30", "13:30-16:30"]
            sunday = ["01:00-24:00"]
        "#;
        Calendar::new(Arc::new(Directory::parse(directory).unwrap()))
    }

    #[test]
    fn days_follow_clock_changes() {
        let mut calendar = calendar();
        for (instant, start, end) in [
            (
                "2026-03-29T12:00:00Z",
                "2026-03-28T23:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            (
                "2026-10-25T12:00:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            (
                "2026-10-24T22:00:00Z",
                "2026-10-24T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
            (
                "2026-10-24T21:59:59.999999Z",
                "2026-10-23T22:00:00Z",
                "2026-10-24T22:00:00Z",
            ),
        ] {
            let day = calendar.day(ZoneId(0), at(instant));
            assert_eq!((day.start, day.end), (at(start), at(end)), "{instant}");
        }
    }

    #[test]
    fn the_first_open_instant_of_a_wait() {
        let mut calendar = calendar();
        // 2026-11-23 is a Monday; Paris is an hour ahead.
        for (from, to, expected) in [
            (
                "2026-11-23T08:00:00Z",
                "2026-11-23T08:05:00Z",
                Some("2026-11-23T08:00:00Z"),
            ),
            (
                "2026-11-23T07:25:00Z",
                "2026-11-23T07:35:00Z",
                Some("2026-11-23T07:30:00Z"),
            ),
            ("2026-11-23T07:25:00Z", "2026-11-23T07:30:00Z", None),
            ("2026-11-23T11:30:00Z", "2026-11-23T11:30:00Z", None),
            (
                "2026-11-23T11:29:59Z",
                "2026-11-23T11:40:00Z",
                Some("2026-11-23T11:29:59Z"),
            ),
            (
                "2026-11-23T12:30:00Z",
                "2026-11-23T12:30:00Z",
                Some("2026-11-23T12:30:00Z"),
            ),
            (
                "2026-11-22T22:59:00Z",
                "2026-11-23T07:31:00Z",
                Some("2026-11-22T22:59:00Z"),
            ),
            (
                "2026-11-22T23:00:00Z",
                "2026-11-23T07:31:00Z",
                Some("2026-11-23T07:30:00Z"),
            ),
            ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z", None),
        ] {
            let first = calendar.first_open(Some(HoursId(0)), ZoneId(0), at(from), at(to));
            assert_eq!(first, expected.map(at), "{from} to {to}");
        }
        let always = calendar.first_open(
            None,
            ZoneId(0),
            at("2026-11-24T03:00:00Z"),
            at("2026-11-24T03:00:00Z"),
        );
        assert_eq!(always, Some(at("2026-11-24T03:00:00Z")));
    }

    #[test]
    fn hours_on_a_day_of_a_clock_change() {
        let mut calendar = calendar();
        // 2026-10-25, a Sunday with 25 hours: 01:00 local is 23:00Z the day before.
        let first = calendar.first_open(
            Some(HoursId(0)),
            ZoneId(0),
            at("2026-10-24T22:10:00Z"),
            at("2026-10-25T00:00:00Z"),
        );
        assert_eq!(first, Some(at("2026-10-24T23:00:00Z")));
        // The clock shows 02:45 twice; "02:30-…" opens, closes and opens again.
        let night = Directory::parse(
            "version = 1\n[[hours]]\nname = \"night\"\nsunday = [\"02:30-02:50\"]",
        );
        let mut twice = Calendar::new(Arc::new(night.unwrap()));
        for (from, expected) in [
            ("2026-10-25T00:30:00Z", Some("2026-10-25T00:30:00Z")),
            ("2026-10-25T00:50:00Z", Some("2026-10-25T01:30:00Z")),
            ("2026-10-25T01:50:00Z", None),
            ("2026-03-29T00:30:00Z", None),
        ] {
            let to = at(from) + Span::from_seconds(3_600);
            let first = twice.first_open(Some(HoursId(0)), ZoneId(0), at(from), to);
            assert_eq!(first, expected.map(at), "{from}");
        }
        let last = calendar.first_open(
            Some(HoursId(0)),
            ZoneId(0),
            at("2026-10-25T22:59:59Z"),
            at("2026-10-25T23:10:00Z"),
        );
        assert_eq!(last, Some(at("2026-10-25T22:59:59Z")));
    }
}

//! Civil days and opening hours as instants.
//!
//! A question is asked once or twice an event, nearly always about the day of
//! the event before: the last two days of each zone and of each schedule are
//! remembered, and only another day asks the time-zone data.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vigie_contract::time::{MICROS_PER_SECOND, Span, Time};

use super::hours::Opening;
use super::ids::{HoursId, ZoneId};
use super::lookup::Directory;

/// A civil day of a zone, from its midnight (included) to the next (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub start: Time,
    pub end: Time,
    date: Date,
}

/// An hour of a day of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalHour {
    /// The date, in days since 1970-01-01.
    pub day: i64,
    /// From 0 to 23; an hour that comes twice is one.
    pub hour: u8,
}

impl Day {
    fn holds(&self, time: Time) -> bool {
        self.start <= time && time < self.end
    }

    /// What of the day lies between two instants.
    pub(crate) fn within(self, since: Time, until: Time) -> Self {
        Self {
            start: self.start.max(since),
            end: self.end.min(until),
            ..self
        }
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

    /// The civil day of a zone that holds an instant, for those who cannot remember
    /// it.
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
        loop {
            let day = self.day(zone, at);
            let openings = self.openings(hours, zone, day);
            if let Some(&(open, _)) = openings.iter().find(|&&(_, close)| close > at) {
                let first = open.max(at);
                return (first < to).then_some(first);
            }
            if day.end >= to {
                return None;
            }
            // From date to date: a closure may last a year, and an event may
            // claim to have waited as long. The zone is asked once.
            let next = self.directory.schedule(hours).next_open(day.date)?;
            at = start_of(&self.directory.zones()[zone.0], next)?;
        }
    }

    /// Since when a schedule has been open at an instant, as far back as the day before
    /// tells; `None` if it is closed.
    pub(crate) fn open_since(
        &mut self,
        hours: Option<HoursId>,
        zone: ZoneId,
        at: Time,
    ) -> Option<Time> {
        let Some(hours) = hours else {
            return Some(Time(i64::MIN));
        };
        let day = self.day(zone, at);
        let of_day = self.openings(hours, zone, day);
        let is_open = |&&(open, close): &&(Time, Time)| open <= at && at < close;
        let since = joined(of_day, of_day.iter().find(is_open)?.0);
        if since > day.start {
            return Some(since);
        }
        let before = self.day(zone, Time(day.start.0 - 1));
        Some(joined(self.openings(hours, zone, before), since))
    }

    /// Whether a schedule is open at an instant, for those who only look.
    pub(crate) fn known_open(&self, hours: Option<HoursId>, zone: ZoneId, at: Time) -> bool {
        let Some(hours) = hours else {
            return true;
        };
        let day = self.known_day(zone, at);
        let openings = self.known_openings(hours, zone, day);
        openings
            .iter()
            .any(|&(open, close)| open <= at && at < close)
    }

    /// When a schedule that is open at an instant closes, as far ahead as the day after
    /// tells; `None` if it is closed, or never closes. For those who only look.
    pub(crate) fn known_closing(
        &self,
        hours: Option<HoursId>,
        zone: ZoneId,
        at: Time,
    ) -> Option<Time> {
        let hours = hours?;
        let day = self.known_day(zone, at);
        let of_day = self.known_openings(hours, zone, day);
        let is_open = |&&(open, close): &&(Time, Time)| open <= at && at < close;
        let closing = joined_on(&of_day, of_day.iter().find(is_open)?.1);
        if closing < day.end {
            return Some(closing);
        }
        let after = self.known_day(zone, day.end);
        Some(joined_on(&self.known_openings(hours, zone, after), closing))
    }

    /// The openings of a schedule on a day, for those who cannot remember them.
    fn known_openings(&self, hours: HoursId, zone: ZoneId, day: Day) -> Cow<'_, [(Time, Time)]> {
        let mut recent = self.openings.get(&(hours, zone)).into_iter().flatten();
        match recent.find(|known| known.day == day) {
            Some(known) => Cow::Borrowed(&known.openings),
            None => {
                let tz = &self.directory.zones()[zone.0];
                let openings = self.directory.schedule(hours).on(day.date);
                Cow::Owned(instants(tz, day, openings))
            }
        }
    }

    fn openings(&mut self, hours: HoursId, zone: ZoneId, day: Day) -> &[(Time, Time)] {
        let recent = self.openings.entry((hours, zone)).or_default();
        if let Some(at) = recent.iter().position(|known| known.day == day) {
            return &recent[at].openings;
        }
        if recent.len() == 2 {
            recent.remove(0);
        }
        let openings = instants(
            &self.directory.zones()[zone.0],
            day,
            self.directory.schedule(hours).on(day.date),
        );
        recent.push(DayOpenings { day, openings });
        &recent[recent.len() - 1].openings
    }
}

/// The start of the openings that follow each other without a break up to an instant.
fn joined(openings: &[(Time, Time)], to: Time) -> Time {
    let before = openings.iter().rev().filter(|(open, _)| *open < to);
    before.fold(
        to,
        |since, &(open, close)| if close == since { open } else { since },
    )
}

/// The end of the openings that follow each other without a break from an instant on.
fn joined_on(openings: &[(Time, Time)], from: Time) -> Time {
    openings.iter().fold(
        from,
        |until, &(open, close)| if open == until { close } else { until },
    )
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

/// The hour that the clock of a zone shows.
fn local_hour(tz: &TimeZone, at: Time) -> LocalHour {
    let offset = tz.to_offset(timestamp(at)).seconds();
    let shown = (at + Span::from_seconds(i64::from(offset))).second();
    LocalHour {
        day: shown.div_euclid(86_400),
        hour: (shown.rem_euclid(86_400) / 3_600) as u8,
    }
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

/// The civil day that holds an instant.
fn civil_day(tz: &TimeZone, at: Time) -> Day {
    let date = tz.to_datetime(timestamp(at)).date();
    let tomorrow = date.tomorrow().ok();
    Day {
        start: start_of(tz, date).unwrap_or(Time(i64::MIN)),
        end: tomorrow
            .and_then(|date| start_of(tz, date))
            .unwrap_or(Time(i64::MAX)),
        date,
    }
}

/// The start of a date: midnight or, if a clock change skips it, the first instant
/// there is.
fn start_of(tz: &TimeZone, date: Date) -> Option<Time> {
    let midnight = tz.to_ambiguous_zoned(date.at(0, 0, 0, 0));
    Some(time(midnight.compatible().ok()?.timestamp()))
}

impl Directory {
    /// The hour that the clock of an agency shows at an instant.
    pub fn local_hour(&self, agency: &str, at: Time) -> LocalHour {
        let zone = self.zone(Some(agency), None);
        local_hour(&self.zones[zone.0], at)
    }

    /// The last midnight of a time zone.
    pub(super) fn midnight(&self, zone: ZoneId, at: Time) -> Time {
        civil_day(&self.zones[zone.0], at).start
    }

    /// The first midnight of each time zone after an instant, and not before a date
    /// where one is given.
    pub(super) fn midnights_after(&self, at: Time, from: Option<Date>) -> Vec<Time> {
        let zones = self.zones.iter();
        let midnight = |zone: &TimeZone| {
            let next = civil_day(zone, at).end;
            let of_date = from.and_then(|date| start_of(zone, date));
            next.max(of_date.unwrap_or(next))
        };
        zones.map(midnight).collect()
    }
}

#[cfg(test)]
mod tests;

//! Schedules: when a place is open, by civil date.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::hours::{Opening, WeeklyHours};
use super::ids::HoursId;

/// A day that nothing closes, where no weekly hours are configured.
const WHOLE_DAY: &[Opening] = &[Opening {
    from_minute: 0,
    to_minute: 24 * 60,
}];

/// When a place is open: its weekly hours, or always, but on closed dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Schedule {
    /// The weekly hours; `None` if it is open every day, the whole day.
    weekly: Option<WeeklyHours>,
    closed: BTreeSet<Date>,
}

impl Schedule {
    pub(crate) fn new(weekly: Option<WeeklyHours>, closed: BTreeSet<Date>) -> Self {
        Self { weekly, closed }
    }

    /// Whether it is open at any instant.
    pub(crate) fn is_always_open(&self) -> bool {
        self.weekly.is_none() && self.closed.is_empty()
    }

    /// The openings of a date, in order; none where it is closed.
    pub(crate) fn on(&self, date: Date) -> &[Opening] {
        if self.closed.contains(&date) {
            return &[];
        }
        self.weekly
            .as_ref()
            .map_or(WHOLE_DAY, |weekly| weekly.of(date.weekday()))
    }

    /// The first date after another that has openings. At most a week is looked at,
    /// and another week for each closed date.
    pub(crate) fn next_open(&self, after: Date) -> Option<Date> {
        if self.weekly.as_ref().is_some_and(WeeklyHours::is_never_open) {
            return None;
        }
        std::iter::successors(after.tomorrow().ok(), |date| date.tomorrow().ok())
            .find(|&date| !self.on(date).is_empty())
    }
}

/// The schedules of a place, by line.
#[derive(Clone, Debug, Default)]
pub(super) struct HoursByLine {
    /// Lines on which it keeps other hours than on the rest.
    lines: BTreeMap<String, Option<HoursId>>,
    others: Option<HoursId>,
}

impl HoursByLine {
    /// Makes schedules from the hours on some lines, and those on any other line or
    /// on none.
    pub(super) fn new<'l>(
        lines: impl Iterator<Item = (&'l str, Option<HoursId>)>,
        others: Option<HoursId>,
    ) -> Self {
        let lines = lines
            .filter(|&(_, hours)| hours != others)
            .map(|(line, hours)| (line.to_owned(), hours))
            .collect();
        Self { lines, others }
    }

    /// The numbers of its schedules.
    pub(super) fn ids_mut(&mut self) -> impl Iterator<Item = &mut HoursId> {
        let of_lines = self.lines.values_mut();
        of_lines.chain([&mut self.others]).flatten()
    }

    pub(super) fn on(&self, line: Option<&str>) -> Option<HoursId> {
        line.and_then(|line| self.lines.get(line).copied())
            .unwrap_or(self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(texts: &[&str]) -> BTreeSet<Date> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_next_open_date_passes_over_closed_ones() {
        let mondays = WeeklyHours::new([
            WHOLE_DAY.to_vec(),
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
            vec![],
        ]);
        let never = WeeklyHours::default();
        // 2026-12-21 is a Monday.
        for (weekly, closed, after, expected) in [
            (None, &[][..], "2026-12-24", Some("2026-12-25")),
            (
                None,
                &["2026-12-25", "2026-12-26"],
                "2026-12-24",
                Some("2026-12-27"),
            ),
            (Some(&mondays), &[], "2026-12-20", Some("2026-12-21")),
            (Some(&mondays), &[], "2026-12-21", Some("2026-12-28")),
            (
                Some(&mondays),
                &["2026-12-28", "2027-01-04"],
                "2026-12-21",
                Some("2027-01-11"),
            ),
            (Some(&never), &[], "2026-12-21", None),
            (None, &[], "9999-12-31", None),
        ] {
            let schedule = Schedule::new(weekly.cloned(), dates(closed));
            let next = schedule.next_open(after.parse().unwrap());
            assert_eq!(
                next,
                expected.map(|date| date.parse().unwrap()),
                "{weekly:?} but {closed:?}, after {after}"
            );
        }
    }
}

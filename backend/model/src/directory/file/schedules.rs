//! From weekly hours and closures to the schedules of every place.

use hashbrown::HashMap;

use super::closure::{Closure, Locality};
use crate::directory::hours::WeeklyHours;
use crate::directory::ids::HoursId;
use crate::directory::schedule::{HoursByLine, Schedule};

/// Index of weekly hours of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WeeklyId(usize);

/// The schedules made so far, each once.
///
/// A thousand agencies with a dozen lines keep a handful of schedules between
/// them, so what was made of the same hours and closures is not made again.
#[derive(Default)]
pub(super) struct Schedules {
    weekly: Vec<WeeklyHours>,
    closures: Vec<Closure>,
    /// The schedules by what they were made of: weekly hours, and the indices of the
    /// closures that apply.
    made: HashMap<(Option<WeeklyId>, Vec<usize>), Option<HoursId>>,
    ids: HashMap<Schedule, HoursId>,
    all: Vec<Schedule>,
}

impl Schedules {
    pub(super) fn add_weekly(&mut self, hours: WeeklyHours) -> WeeklyId {
        self.weekly.push(hours);
        WeeklyId(self.weekly.len() - 1)
    }

    /// Sets the closures. Every one must be there before a schedule is asked for.
    pub(super) fn set_closures(&mut self, closures: Vec<Closure>) {
        self.closures = closures;
    }

    /// The hours of a place on each line, and on none: `place_on` says where
    /// that is, and which weekly hours it keeps.
    pub(super) fn by_line<'l>(
        &mut self,
        lines: impl Iterator<Item = &'l str>,
        place_on: impl Fn(Option<&'l str>) -> (Locality<'l>, Option<WeeklyId>),
    ) -> HoursByLine {
        let mut on = |line| {
            let (place, weekly) = place_on(line);
            self.hours(place, weekly)
        };
        let others = on(None);
        HoursByLine::new(lines.map(|line| (line, on(Some(line)))), others)
    }

    fn hours(&mut self, place: Locality<'_>, weekly: Option<WeeklyId>) -> Option<HoursId> {
        let applying = (0..self.closures.len())
            .filter(|&at| self.closures[at].applies(place))
            .collect();
        let key = (weekly, applying);
        if let Some(&made) = self.made.get(&key) {
            return made;
        }
        let closed = key
            .1
            .iter()
            .flat_map(|&at| self.closures[at].dates())
            .collect();
        let weekly = weekly.map(|WeeklyId(at)| self.weekly[at].clone());
        let made = self.id(Schedule::new(weekly, closed));
        self.made.insert(key, made);
        made
    }

    fn id(&mut self, schedule: Schedule) -> Option<HoursId> {
        if schedule.is_always_open() {
            return None;
        }
        let next = HoursId(self.all.len());
        let id = *self.ids.entry(schedule.clone()).or_insert(next);
        if id == next {
            self.all.push(schedule);
        }
        Some(id)
    }

    /// The schedules, by [`HoursId`].
    pub(super) fn into_all(self) -> Vec<Schedule> {
        self.all
    }
}

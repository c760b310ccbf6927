//! Weekly hours by name.

use super::check::Check;
use super::raw::RawHours;
use super::schedules::WeeklyId;
use crate::directory::hours::{Opening, WeeklyHours};

impl Check {
    pub(super) fn hours(&mut self, i: usize, raw: RawHours) {
        let place = format!("hours[{i}]");
        let days = [
            ("monday", raw.monday),
            ("tuesday", raw.tuesday),
            ("wednesday", raw.wednesday),
            ("thursday", raw.thursday),
            ("friday", raw.friday),
            ("saturday", raw.saturday),
            ("sunday", raw.sunday),
        ];
        let week = WeeklyHours::new(
            days.map(|(day, texts)| self.openings(&format!("{place}.{day}"), texts)),
        );
        let id = self.schedules.add_weekly(week);
        let before = self.hour_names.insert(raw.name.clone(), id);
        self.once(&format!("{place}.name"), &raw.name, before.is_none());
    }

    fn openings(&mut self, place: &str, texts: Vec<String>) -> Vec<Opening> {
        let mut openings: Vec<Opening> = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            match text.parse::<Opening>() {
                Ok(opening) => match openings.last() {
                    Some(before) if before.to_minute > opening.from_minute => {
                        let problem = format!("{text:?} begins before the one before it ends");
                        self.fault(format!("{place}[{at}]"), problem);
                    }
                    _ => openings.push(opening),
                },
                Err(problem) => self.fault(format!("{place}[{at}]"), format!("{text:?} {problem}")),
            }
        }
        openings
    }

    pub(super) fn named_hours(&mut self, place: &str, name: &str) -> Option<WeeklyId> {
        let hours = self.hour_names.get(name).copied();
        if hours.is_none() {
            self.fault(place, format!("{name:?} is not the name of hours"));
        }
        hours
    }
}

//! Every fault of a directory file at once, and what any part of it may be checked for.

use std::collections::BTreeMap;
use std::fmt;

use jiff::tz::TimeZone;
use vigie_contract::time::Span;

use super::schedules::{Schedules, WeeklyId};
use crate::directory::ids::ZoneId;

/// The most characters of the number of a desk: an extension and a word beside it fit.
const LONGEST_DESK_NUMBER: usize = 40;

/// Something wrong in a directory file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The place in the file, such as `agency[3].region`.
    pub place: String,
    /// What is wrong, with the value.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// Collects faults, and on the way the zones and hours that are named.
#[derive(Default)]
pub(super) struct Check {
    pub(super) faults: Vec<Fault>,
    pub(super) zone_names: Vec<String>,
    pub(super) zones: Vec<TimeZone>,
    pub(super) hour_names: BTreeMap<String, WeeklyId>,
    /// Weekly hours of the lines that have any of their own.
    pub(super) line_hours: BTreeMap<String, WeeklyId>,
    pub(super) schedules: Schedules,
}

impl Check {
    pub(super) fn fault(&mut self, place: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault {
            place: place.into(),
            problem: problem.into(),
        });
    }

    pub(super) fn zone(&mut self, place: &str, name: &str) -> Option<ZoneId> {
        if let Some(at) = self.zone_names.iter().position(|known| known == name) {
            return Some(ZoneId(at));
        }
        match TimeZone::get(name) {
            Ok(zone) => {
                self.zone_names.push(name.to_owned());
                self.zones.push(zone);
                Some(ZoneId(self.zones.len() - 1))
            }
            Err(_) => {
                self.fault(place, format!("{name:?} is not an IANA time zone"));
                None
            }
        }
    }

    pub(super) fn seconds(&mut self, place: &str, seconds: Option<f64>) -> Option<Span> {
        let seconds = seconds?;
        let span = Span::from_seconds_f64(seconds).filter(|span| span.0 >= 0);
        if span.is_none() {
            self.fault(
                place,
                format!("{seconds} is not a number of seconds, 0 or more"),
            );
        }
        span
    }

    pub(super) fn code(&mut self, place: &str, code: &str) {
        // What no event may name need not be listed.
        if let Some(problem) = vigie_contract::read::code_problem(code) {
            self.fault(place, format!("not a code: {problem}"));
        }
    }

    /// A telephone number of an agency's desk, as people write it: what may be in it is
    /// for its writers to say, as long as it can be shown in a line.
    pub(super) fn desk_number(&mut self, place: &str, number: &str) {
        let is_shown = |c: char| !c.is_control();
        let length = number.chars().count();
        if number.trim().is_empty() || length > LONGEST_DESK_NUMBER || !number.chars().all(is_shown)
        {
            let problem = format!(
                "{number:?} is not a number of a desk: 1 to {LONGEST_DESK_NUMBER} characters in a line"
            );
            self.fault(place, problem);
        }
    }

    /// Notes a fault if a code was given before; `is_new` says whether it was not.
    pub(super) fn once(&mut self, place: &str, code: &str, is_new: bool) {
        if !is_new {
            self.fault(place, format!("{code:?} is there twice"));
        }
    }

    pub(super) fn known(
        &mut self,
        place: &str,
        code: &str,
        what: &str,
        is_known: impl Fn(&str) -> bool,
    ) {
        if !is_known(code) {
            self.fault(place, format!("{code:?} is not {what}"));
        }
    }
}

//! What of an agency tells whether it needs help, or could.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use super::present::Attendance;
use crate::rules::slack::StandingChange;

/// Who waits in the queues of an agency that are looked at, and what its agents do.
#[derive(Debug, Default)]
pub(crate) struct HelpSums {
    /// Callers who wait, by queue; in each of those named, somebody does.
    pub waiting: BTreeMap<Box<str>, i64>,
    pub agents: Attendance,
    /// What changed of both in the last minutes, in any order.
    pub changes: Vec<StandingChange>,
    /// Whether it is open.
    pub open: PlaceHours,
    /// The time of its newest event.
    pub newest: Option<Time>,
}

/// Whether a place is open, by what of it names a line and by what does not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlaceHours {
    of_lines: Option<bool>,
    without_line: Option<bool>,
}

impl PlaceHours {
    /// Takes note of whether a part of it is open.
    pub(crate) fn take(&mut self, has_line: bool, is_open: bool) {
        let place = match has_line {
            true => &mut self.of_lines,
            false => &mut self.without_line,
        };
        *place = Some(is_open || *place == Some(true));
    }

    /// Whether it is open. What names a line decides, if there is any: a lever, say, names
    /// none.
    pub(crate) fn is_open(self) -> bool {
        self.of_lines.or(self.without_line).unwrap_or(false)
    }
}

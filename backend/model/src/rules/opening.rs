//! Which scopes are open, and since when.

use hashbrown::HashMap;
use vigie_contract::time::{Span, Time};

use crate::directory::Kept;
use crate::directory::calendar::Calendar;

/// For this long after a scope has opened, its rates say nothing yet.
pub(crate) const OPENING: Span = Span::from_seconds(15 * 60);

/// Since when hours have been open at an instant, each looked up once.
#[derive(Debug)]
pub(crate) struct Openings<'c> {
    calendar: &'c mut Calendar,
    at: Time,
    known: HashMap<Kept, Option<Time>>,
}

impl<'c> Openings<'c> {
    pub(crate) fn at(calendar: &'c mut Calendar, at: Time) -> Self {
        Self {
            calendar,
            at,
            known: HashMap::new(),
        }
    }

    /// Since when some of these have been open without a break; `None` if none is open.
    pub(crate) fn earliest(&mut self, all: &[Kept]) -> Option<Time> {
        let open = all.iter().filter_map(|&kept| self.since(kept));
        open.min()
    }

    fn since(&mut self, kept: Kept) -> Option<Time> {
        let Self {
            calendar,
            at,
            known,
        } = self;
        let (hours, zone) = kept;
        *known
            .entry(kept)
            .or_insert_with(|| calendar.open_since(hours, zone, *at))
    }
}

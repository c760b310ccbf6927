//! What becomes of each arrival (indicators.md, Event time).

use vigie_contract::event::Event;

use crate::clock::{DAY, MINUTE, SECOND};
use crate::generate::{Arrival, What};

use super::places::Places;
use super::told::{Named, named};

/// What became of an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Applied { late: bool },
    Duplicate,
    TooLate,
    Refused,
    Skipped,
}

const AHEAD: i64 = 400 * DAY;
const CLOSES_AFTER: i64 = 15 * MINUTE;
const LATE: i64 = 30 * SECOND;

/// What makes an event the same as another.
fn identity<'e>(event: &'e Event<'static>) -> (&'e str, &'e str, &'e str, &'e str, i64) {
    let type_name = event.body.type_name();
    let Event {
        source,
        id,
        subject,
        time,
        ..
    } = event;
    (source, id, type_name, subject, time.0)
}

/// The fates of all arrivals, by looking back over the whole list for each.
pub fn judge(arrivals: &[Arrival], places: &Places<'_>) -> Vec<Fate> {
    let mut fates: Vec<Fate> = Vec::with_capacity(arrivals.len());
    for (at, arrival) in arrivals.iter().enumerate() {
        let before = || {
            let earlier = arrivals[..at].iter().zip(&fates);
            earlier.filter_map(|(each, fate)| match (&each.what, fate) {
                (What::Event(event), Fate::Applied { .. })
                    if each.partition == arrival.partition =>
                {
                    Some(event)
                }
                _ => None,
            })
        };
        let fate = match &arrival.what {
            What::Refused => Fate::Refused,
            What::Skipped => Fate::Skipped,
            What::Event(event) => {
                let day_end = |event: &Event<'static>| {
                    let Named { agency, line, .. } = named(&event.body);
                    places.zone(agency, line).end_of_day(event.time.0)
                };
                let newest = before().map(|event| event.time.0).max();
                let since = |end: i64| newest.map_or(i64::MIN, |newest| newest - end);
                if newest.is_some_and(|newest| event.time.0 > newest + AHEAD) {
                    Fate::Refused
                } else if since(day_end(event)) > CLOSES_AFTER {
                    Fate::TooLate
                } else if before().any(|known| {
                    identity(known) == identity(event) && since(day_end(known)) <= CLOSES_AFTER
                }) {
                    Fate::Duplicate
                } else {
                    Fate::Applied {
                        late: since(event.time.0) > LATE,
                    }
                }
            }
        };
        fates.push(fate);
    }
    fates
}

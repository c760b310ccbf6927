//! Events of a partition in the order of their times, and all of one instant
//! together.
//!
//! They come a little out of order. An event is held until one has come that is
//! more than the allowed lateness newer: whatever comes after that is late, is
//! told so by the fold, and is not put in here.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

/// The place of an event among all: time, type's name, id, source.
pub type EventOrder = (Time, &'static str, Box<str>, Box<str>);

/// Events that are held.
#[derive(Debug)]
pub struct InOrder<T>(BTreeMap<EventOrder, T>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> InOrder<T> {
    /// Holds an event.
    pub fn hold(&mut self, place: EventOrder, event: T) {
        self.0.insert(place, event);
    }

    /// The first instant before `bound`, with all that happened at it.
    pub fn next_before(&mut self, bound: Time) -> Option<(Time, Vec<T>)> {
        let (first, ..) = *self.0.first_key_value()?.0;
        if first >= bound {
            return None;
        }
        let mut events = Vec::new();
        while let Some(entry) = self.0.first_entry()
            && entry.key().0 == first
        {
            events.push(entry.remove());
        }
        Some((first, events))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_an_instant_come_together_by_type_and_id() {
        let mut events = InOrder::default();
        for (second, kind, id) in [
            (5, "call.queued", "b"),
            (3, "call.queued", "x"),
            (5, "call.answered", "z"),
            (5, "call.queued", "a"),
        ] {
            let place = (Time::from_seconds(second), kind, id.into(), "".into());
            events.hold(place, id);
        }
        let mut next = |bound| events.next_before(Time::from_seconds(bound));
        assert_eq!(next(3), None);
        assert_eq!(next(6), Some((Time::from_seconds(3), vec!["x"])));
        assert_eq!(next(5), None);
        assert_eq!(next(6), Some((Time::from_seconds(5), vec!["z", "a", "b"])));
        assert_eq!(next(9), None);
    }
}

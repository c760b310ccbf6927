//! Levers: what queues were told to do, and when.
//!
//! Pulled a few times a day, so every pull of the open days is kept, and of
//! those before the last of each kind.

use serde::{Deserialize, Serialize};
use vigie_contract::event::QueueStateChanged;
use vigie_contract::time::Time;
use vigie_contract::view::{LeverKind, QueuePlace};

use crate::codes;

/// A lever that was pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pull {
    pub time: Time,
    #[serde(with = "codes::lever")]
    pub kind: LeverKind,
    pub on: bool,
    /// Where the queue overflows to.
    pub to: Option<QueuePlace>,
    /// The message that callers hear.
    pub message: Option<String>,
    /// The id of the event, followed by its source.
    id: Box<str>,
}

/// The pulls of a queue's levers, in order: time, id, source, kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Levers(Vec<Pull>);

impl Levers {
    /// Takes in an event, which pulls each lever that it names.
    pub(crate) fn insert(&mut self, time: Time, id: &str, changed: &QueueStateChanged<'_>) {
        for pull in pulls(time, id, changed) {
            let place = self.0.partition_point(|known| known.key() < pull.key());
            self.0.insert(place, pull);
        }
    }

    /// How many pulls are kept.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The last pull of each lever before an instant, in the order of the kinds.
    pub(crate) fn at(&self, as_of: Time) -> Vec<&Pull> {
        let mut last: Vec<&Pull> = Vec::new();
        for pull in self.0.iter().take_while(|pull| pull.time < as_of) {
            last.retain(|known| known.kind != pull.kind);
            last.push(pull);
        }
        last.sort_by_key(|pull| pull.kind);
        last
    }

    /// The pulls from an instant (included) to another (excluded).
    pub(crate) fn between(&self, from: Time, to: Time) -> impl Iterator<Item = &Pull> {
        self.0
            .iter()
            .filter(move |pull| from <= pull.time && pull.time < to)
    }

    /// Forgets the pulls before an instant that others of their kind, before it
    /// too, have replaced.
    pub(crate) fn forget_before(&mut self, time: Time) {
        let replaced = |at: usize, pull: &Pull| {
            self.0[at + 1..]
                .iter()
                .take_while(|later| later.time < time)
                .any(|later| later.kind == pull.kind)
        };
        let mut kept: Vec<bool> = Vec::with_capacity(self.0.len());
        for (at, pull) in self.0.iter().enumerate() {
            kept.push(pull.time >= time || !replaced(at, pull));
        }
        let mut kept = kept.into_iter();
        self.0.retain(|_| kept.next().unwrap_or(true));
    }
}

impl Pull {
    fn key(&self) -> (Time, &str, LeverKind) {
        (self.time, &self.id, self.kind)
    }
}

fn pulls<'e>(
    time: Time,
    id: &'e str,
    changed: &'e QueueStateChanged<'_>,
) -> impl Iterator<Item = Pull> + 'e {
    let pull = move |kind, on| Pull {
        time,
        kind,
        on,
        to: None,
        message: None,
        id: id.into(),
    };
    let switches = [
        (LeverKind::Open, changed.open),
        (LeverKind::Deflecting, changed.deflecting),
        (LeverKind::OfferingCallback, changed.offering_callback),
    ];
    let overflow = changed.overflow_to.as_ref().map(|to| {
        let to = to.as_ref().map(|place| QueuePlace {
            agency: place.agency.to_string(),
            queue: place.queue.to_string(),
        });
        Pull {
            to: to.clone(),
            ..pull(LeverKind::Overflow, to.is_some())
        }
    });
    let message = changed.message.as_ref().map(|text| Pull {
        message: (!text.is_empty()).then(|| text.to_string()),
        ..pull(LeverKind::Message, !text.is_empty())
    });
    switches
        .into_iter()
        .filter_map(move |(kind, on)| Some(pull(kind, on?)))
        .chain(overflow)
        .chain(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(
        open: Option<bool>,
        overflow_to: Option<Option<()>>,
        message: Option<&str>,
    ) -> QueueStateChanged<'_> {
        use vigie_contract::event::Place;
        QueueStateChanged {
            agency: "A".into(),
            queue: "Q".into(),
            open,
            overflow_to: overflow_to.map(|to| {
                to.map(|()| Place {
                    agency: "B".into(),
                    queue: "P".into(),
                })
            }),
            deflecting: None,
            offering_callback: None,
            message: message.map(Into::into),
        }
    }

    fn standing(levers: &Levers, second: i64) -> Vec<(LeverKind, bool, i64)> {
        levers
            .at(Time::from_seconds(second))
            .iter()
            .map(|pull| (pull.kind, pull.on, pull.time.second()))
            .collect()
    }

    #[test]
    fn the_last_pull_before_an_instant_stands_whatever_came_first() {
        let events = [
            (10, "b", changed(Some(false), None, Some("soon"))),
            (10, "a", changed(Some(true), None, None)),
            (20, "c", changed(None, Some(Some(())), None)),
            (30, "d", changed(Some(true), Some(None), Some(""))),
        ];
        for turned in [false, true] {
            let mut levers = Levers::default();
            let mut events = events.clone();
            if turned {
                events.reverse();
            }
            for (second, id, changed) in &events {
                levers.insert(Time::from_seconds(*second), id, changed);
            }
            assert_eq!(standing(&levers, 10), []);
            let early = [(LeverKind::Open, false, 10), (LeverKind::Message, true, 10)];
            assert_eq!(standing(&levers, 11), early);
            assert_eq!(standing(&levers, 21)[1], (LeverKind::Overflow, true, 20));
            let late = [
                (LeverKind::Open, true, 30),
                (LeverKind::Overflow, false, 30),
                (LeverKind::Message, false, 30),
            ];
            assert_eq!(standing(&levers, 31), late);
            levers.forget_before(Time::from_seconds(25));
            assert_eq!(standing(&levers, 21)[1], (LeverKind::Overflow, true, 20));
            assert_eq!(standing(&levers, 31), late);
            levers.forget_before(Time::from_seconds(31));
            assert_eq!(standing(&levers, 30), []);
            assert_eq!(standing(&levers, 31), late);
        }
    }
}

//! Events that the clock of their partition does not reach, where nothing tells
//! when they arrived (`indicators.md`, Event time).
//!
//! One wrong clock must not change what others tell. So the clock of a partition
//! starts with what most of its first events say, and an event far ahead of it is
//! held: in no figure, moving no clock. Only where all that comes is far ahead has
//! time really passed. An event is held as it is written, and sealed, since it may
//! hold pseudonyms: there are few, they are part of the state, and whoever refuses
//! one hands it on.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use vigie_contract::event::Event;
use vigie_contract::time::{Span, Time};
use xxhash_rust::xxh3::xxh3_64;

use crate::pseudonyms::Pseudonyms;
use crate::refusal::Refusal;

/// An event may be this far ahead of the newest time accepted before it; groups
/// of events are further apart.
pub(crate) const AHEAD: Span = Span::from_seconds(7 * 86_400);

/// How many events at the start of a partition are looked at together.
const FIRST: usize = 30;

/// How many events in a row that the clock does not reach move it.
const IN_A_ROW: usize = 30;

/// How many do at the end of the input, if they are not all of one subject.
const IN_A_ROW_AT_END: usize = 3;

/// A held event is refused once so many events have come after it.
const HELD_FOR: u64 = 10_000;

/// The most events that are held at a time.
const MOST: usize = 1_000;

/// An event that is held.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct HeldEvent {
    /// Offset in the partition.
    pub offset: i64,
    /// The event, as one line of JSON, sealed: it has pseudonyms in it.
    #[serde(with = "serde_bytes")]
    sealed: Box<[u8]>,
    /// The number that it is sealed with, besides the key.
    seal: u64,
    /// When it was heard, by the clock that silence goes by.
    pub heard: Time,
    time: Time,
    /// The hash of its subject.
    subject: u64,
    /// The number of the event among those of the partition.
    number: u64,
}

impl HeldEvent {
    /// The event, as one line of JSON.
    pub(crate) fn message(&self, pseudonyms: &Pseudonyms) -> Box<str> {
        // With another key it is no text: then it is no event either.
        let opened = pseudonyms.open(self.seal, &self.sealed);
        opened.unwrap_or_default().into()
    }
}

/// What is to become of an event that was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    TakenIn,
    Refused(Refusal),
}

/// Held events with what is to become of each, in order.
pub(crate) type Verdicts = Vec<(HeldEvent, Verdict)>;

/// The events of a partition that are held.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct HeldEvents {
    /// How many events have come without an arrival that can be believed.
    number: u64,
    /// Whether the clock has started.
    has_started: bool,
    /// The events, in the order in which they came: all of them until the clock
    /// starts.
    events: VecDeque<HeldEvent>,
    /// How many of the last events have come since the clock last reached one.
    in_a_row: usize,
}

impl HeldEvents {
    /// Takes note of another event, and answers whether the clock reaches its time.
    pub(crate) fn reaches(&mut self, time: Time, newest: Option<Time>) -> bool {
        self.number += 1;
        // A clock that runs already does not start.
        self.has_started |= self.events.is_empty() && newest.is_some();
        let reaches = self.has_started && newest.is_none_or(|newest| time <= newest + AHEAD);
        if reaches {
            self.in_a_row = 0;
        }
        reaches
    }

    /// Whether what is held has to be looked at though no more of it came.
    pub(crate) fn is_over(&self) -> bool {
        let first = self.events.front();
        first.is_some_and(|first| self.number - first.number >= HELD_FOR)
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Holds the event that came last.
    pub(crate) fn hold(
        &mut self,
        offset: i64,
        heard: Time,
        event: &Event<'_>,
        pseudonyms: &Pseudonyms,
    ) {
        let bare = Event {
            arrival: None,
            ..event.clone()
        };
        let (seal, sealed) = pseudonyms.seal(&bare.to_json());
        self.events.push_back(HeldEvent {
            offset,
            seal,
            sealed: sealed.into(),
            heard,
            time: event.time,
            subject: xxh3_64(event.subject.as_bytes()),
            number: self.number,
        });
        self.in_a_row += 1;
    }

    /// Decides about what is due, now that another event has come.
    pub(crate) fn due(&mut self, newest: Option<Time>) -> Verdicts {
        if !self.has_started {
            return match self.events.len() {
                ..FIRST => Vec::new(),
                _ => self.start(),
            };
        }
        let mut due = Vec::new();
        if self.events.len() > MOST {
            due.extend(self.refuse_first(newest));
        }
        if self.in_a_row >= IN_A_ROW {
            due.extend(self.move_on());
        }
        while self.is_over() {
            due.extend(self.refuse_first(newest));
        }
        due
    }

    /// Decides about the start, since no more has come for a while.
    pub(crate) fn quiet(&mut self) -> Verdicts {
        if self.has_started || self.events.is_empty() {
            return Vec::new();
        }
        self.start()
    }

    /// Decides about everything that is held, since no more will come.
    pub(crate) fn end(&mut self, newest: Option<Time>) -> Verdicts {
        let mut due = self.quiet();
        let started = latest_taken(&due).max(newest);
        if self.in_a_row >= IN_A_ROW_AT_END && self.row_is_of_several() {
            due.extend(self.move_on());
        }
        let newest = latest_taken(&due).max(started);
        while let Some(refused) = self.refuse_first(newest) {
            due.push(refused);
        }
        due
    }

    /// The events that came since the clock last reached one.
    fn row(&self) -> impl Iterator<Item = &HeldEvent> {
        let others = self.events.len().saturating_sub(self.in_a_row);
        self.events.iter().skip(others)
    }

    /// Whether the events of the row are of more than one subject.
    fn row_is_of_several(&self) -> bool {
        let mut subjects = self.row().map(|event| event.subject);
        let first = subjects.next();
        subjects.any(|subject| Some(subject) != first)
    }

    /// Starts the clock with what most of the first events say. Those behind it are
    /// refused, those ahead of it held.
    fn start(&mut self) -> Verdicts {
        self.has_started = true;
        let start = largest_group(self.events.iter().map(|event| event.time));
        let limit = *start.start() - AHEAD;
        let mut due = Vec::new();
        self.in_a_row = 0;
        for event in std::mem::take(&mut self.events) {
            if event.time > *start.end() {
                self.in_a_row += 1;
                self.events.push_back(event);
                continue;
            }
            self.in_a_row = 0;
            let verdict = match start.contains(&event.time) {
                true => Verdict::TakenIn,
                false => Verdict::Refused(Refusal::TooFarBehind {
                    time: event.time,
                    limit,
                }),
            };
            due.push((event, verdict));
        }
        due
    }

    /// Moves the clock to what most of the events of the row say, and takes in what
    /// it then reaches.
    fn move_on(&mut self) -> Verdicts {
        let row = largest_group(self.row().map(|event| event.time));
        self.in_a_row = 0;
        let (taken, held): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.events)
            .into_iter()
            .partition(|event| event.time <= *row.end() + AHEAD);
        self.events = held;
        taken
            .into_iter()
            .map(|event| (event, Verdict::TakenIn))
            .collect()
    }

    /// Refuses the first event that is held.
    fn refuse_first(&mut self, newest: Option<Time>) -> Option<(HeldEvent, Verdict)> {
        let event = self.events.pop_front()?;
        self.in_a_row = self.in_a_row.min(self.events.len());
        let refusal = Refusal::TooFarAhead {
            time: event.time,
            limit: newest.map_or(event.time, |newest| newest + AHEAD),
        };
        Some((event, Verdict::Refused(refusal)))
    }
}

/// The latest time among the events that are taken in.
fn latest_taken(verdicts: &Verdicts) -> Option<Time> {
    let taken = verdicts
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::TakenIn);
    taken.map(|(event, _)| event.time).max()
}

/// Divides instants into groups that are more than 7 days apart, and answers the
/// span of the largest group; of two as large, that of the later.
fn largest_group(instants: impl Iterator<Item = Time>) -> RangeInclusive<Time> {
    let mut instants: Vec<Time> = instants.collect();
    instants.sort_unstable();
    let groups = instants.chunk_by(|one, next| *next - *one <= AHEAD);
    let largest = groups.max_by_key(|group| group.len()).unwrap_or_default();
    match largest {
        [] => RangeInclusive::new(Time::default(), Time::default()),
        [first, ..] => *first..=largest[largest.len() - 1],
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::event::{Body, CallReceived};

    use super::*;

    const DAY: i64 = 86_400;

    /// Drives what is held as the fold does, and tells what came of each event:
    /// by its number, `+` taken in, `-` refused.
    #[derive(Default)]
    struct Driven {
        held: HeldEvents,
        newest: Option<Time>,
        told: Vec<String>,
    }

    impl Driven {
        fn give(&mut self, micros: i64, subject: &str) {
            let time = Time(micros);
            let offset = self.held.number as i64 + 1;
            if self.held.reaches(time, self.newest) {
                self.newest = self.newest.max(Some(time));
                self.told.push(format!("+{offset}"));
            } else {
                let event = Event {
                    id: "id".into(),
                    source: "/pbx".into(),
                    time,
                    subject: subject.into(),
                    body: Body::CallReceived(CallReceived {
                        line: "3949".into(),
                        caller: None,
                        identified: None,
                    }),
                    arrival: None,
                };
                self.held.hold(offset, time, &event, &Pseudonyms::offline());
            }
            let due = self.held.due(self.newest);
            self.tell(due);
        }

        fn day(&mut self, day: i64) {
            self.give(day * DAY * 1_000_000, "call");
        }

        fn tell(&mut self, due: Verdicts) {
            for (event, verdict) in due {
                let sign = match verdict {
                    Verdict::TakenIn => {
                        self.newest = self.newest.max(Some(event.time));
                        '+'
                    }
                    Verdict::Refused(_) => '-',
                };
                self.told.push(format!("{sign}{}", event.offset));
            }
        }

        fn end(&mut self) {
            let due = self.held.end(self.newest);
            self.tell(due);
            assert_eq!(self.held.len(), 0);
        }

        fn told(&mut self) -> String {
            std::mem::take(&mut self.told).join(" ")
        }

        /// With a clock that runs on day 100.
        fn started() -> Self {
            let mut driven = Self::default();
            for _ in 0..FIRST {
                driven.day(100);
            }
            driven.told();
            driven
        }
    }

    #[test]
    fn the_clock_starts_with_what_most_of_the_first_events_say() {
        let mut driven = Driven::default();
        for day in [0, 100, 400, 107, 100] {
            driven.day(day);
        }
        assert_eq!(driven.told(), "");
        let due = driven.held.quiet();
        driven.tell(due);
        assert_eq!(driven.told(), "-1 +2 +4 +5");
        assert_eq!(driven.held.len(), 1);
        driven.end();
        assert_eq!(driven.told(), "-3");
        // Of two groups as large the later.
        let mut driven = Driven::default();
        for day in [108, 100, 100, 108] {
            driven.day(day);
        }
        driven.end();
        assert_eq!(driven.told(), "+1 -2 -3 +4");
    }

    #[test]
    fn thirty_are_looked_at_together() {
        let mut driven = Driven::default();
        for _ in 0..FIRST - 1 {
            driven.day(100);
        }
        assert_eq!(driven.told(), "");
        driven.day(0);
        assert_eq!(driven.told().split(' ').count(), FIRST);
        driven.day(0);
        assert_eq!(driven.told(), "+31", "too late, which others judge");
    }

    #[test]
    fn more_than_seven_days_ahead_is_held() {
        let mut driven = Driven::started();
        let week = 107 * DAY * 1_000_000;
        driven.give(week + 1, "call");
        assert_eq!((driven.told(), driven.held.len()), (String::new(), 1));
        driven.give(week, "call");
        assert_eq!((driven.told(), driven.held.len()), ("+32".to_owned(), 1));
    }

    #[test]
    fn thirty_in_a_row_move_the_clock_and_one_that_it_reaches_starts_anew() {
        let mut driven = Driven::started();
        driven.day(900);
        driven.day(100);
        for _ in 0..IN_A_ROW - 1 {
            driven.day(200);
        }
        driven.day(100);
        driven.told();
        for _ in 0..IN_A_ROW - 1 {
            driven.day(201);
        }
        assert_eq!(driven.told(), "");
        driven.day(201);
        let told = driven.told();
        let told: Vec<&str> = told.split(' ').collect();
        // Those of the first row too; that of day 900 is held still.
        assert_eq!(told.len(), 2 * IN_A_ROW - 1, "{told:?}");
        assert_eq!(told[0], "+33");
        assert_eq!(driven.held.len(), 1);
        driven.day(202);
        assert_eq!(driven.told(), "+93");
    }

    /// An odd one among them does not decide where the clock moves.
    #[test]
    fn the_clock_moves_to_what_most_of_those_in_a_row_say() {
        let mut driven = Driven::started();
        driven.day(900);
        for _ in 0..IN_A_ROW - 1 {
            driven.day(200);
        }
        assert_eq!(driven.newest, Some(Time::from_seconds(200 * DAY)));
        assert_eq!(driven.held.len(), 1);
    }

    #[test]
    fn at_the_end_three_of_two_subjects_do() {
        for (subjects, expected) in [
            (&["a", "a", "a"][..], "-31 -32 -33"),
            (&["a", "b"], "-31 -32"),
            (&["a", "b", "a"], "+31 +32 +33"),
        ] {
            let mut driven = Driven::started();
            for subject in subjects {
                driven.give(200 * DAY * 1_000_000, subject);
            }
            driven.end();
            assert_eq!(driven.told(), expected, "{subjects:?}");
        }
        // What came before them in the row is none of theirs.
        let mut driven = Driven::started();
        driven.give(200 * DAY * 1_000_000, "a");
        driven.day(100);
        driven.give(200 * DAY * 1_000_000, "b");
        driven.give(200 * DAY * 1_000_000, "c");
        driven.end();
        assert_eq!(driven.told(), "+32 -31 -33 -34");
    }

    #[test]
    fn what_is_held_is_refused_once_ten_thousand_have_passed() {
        let mut driven = Driven::started();
        driven.day(200);
        driven.day(100);
        driven.day(300);
        for _ in 0..HELD_FOR - 3 {
            driven.day(100);
        }
        assert_eq!(driven.held.len(), 2);
        driven.told();
        driven.day(100);
        assert_eq!(driven.told(), "+10031 -31");
        assert!(!driven.held.is_over());
    }

    #[test]
    fn no_more_than_a_thousand_are_held() {
        let mut driven = Driven::started();
        for _ in 0..MOST {
            driven.day(200);
            driven.day(100);
        }
        driven.told();
        assert_eq!(driven.held.len(), MOST);
        driven.day(300);
        assert_eq!(driven.told(), "-31");
        assert_eq!(driven.held.len(), MOST);
    }

    #[test]
    fn a_clock_that_runs_does_not_start() {
        let mut driven = Driven {
            newest: Some(Time::from_seconds(100 * DAY)),
            ..Driven::default()
        };
        driven.day(100);
        driven.day(200);
        assert_eq!(driven.told(), "+1");
        assert_eq!(driven.held.len(), 1);
    }
}

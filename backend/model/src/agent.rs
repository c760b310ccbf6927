//! Agents: the state that each was last seen in, and the stretches of time
//! spent in it.
//!
//! As with legs, what an agent's events mean is a function of their sorted list:
//! from each event to the next a *stretch*, cut at 12 hours of silence, after
//! which the agent is offline, and at 26, after which it is forgotten. Agents send an event every minute, so the list is
//! kept packed, and its last event apart: the common event, later than all
//! before, looks at nothing else.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cmp::Ordering;
use vigie_contract::event::AgentState;
use vigie_contract::time::{Span, Time};

use crate::call;
use crate::event_id::EventId;
use crate::partition::names::{NameId, Names};

/// An agent that has been silent for longer than this is offline.
pub(crate) const SILENT_AFTER: Span = Span::from_seconds(12 * 3_600);

/// Index of a list of cells that an agent counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct DutyId(pub u32);

/// And is forgotten, as all pseudonyms are, when silent for longer than this.
pub(crate) const FORGOTTEN_AFTER: Span = Span::from_seconds(26 * 3_600);

/// What an agent does, where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doing {
    pub state: AgentState,
    /// Of a pause.
    pub reason: Option<NameId>,
    pub duty: DutyId,
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AgentEvent<'a> {
    pub time: Time,
    pub doing: Doing,
    pub id: EventId<'a>,
}

/// From an instant on an agent does something else; `None`: nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub at: Time,
    pub from: Option<Doing>,
    pub to: Option<Doing>,
}

/// What follows from silence: nothing, offline, or that and forgotten.
type Silence = SmallVec<[Turn; 2]>;

/// The history of an agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Agent {
    /// Packed, in order.
    bytes: Vec<u8>,
    /// The last of them.
    last: Option<(Time, Doing)>,
    awaited: Option<Time>,
}

#[derive(Serialize, Deserialize)]
struct Record<'a> {
    since_last: i64,
    doing: Doing,
    has_head: bool,
    tail: &'a str,
    source: NameId,
}

impl Agent {
    /// Puts an event in its place, and tells the turns that no longer hold (−1)
    /// and those that do (+1). `passed`: what silence came to before this instant
    /// has been told ([`Agent::fall_silent`]).
    pub(crate) fn insert(
        &mut self,
        event: AgentEvent<'_>,
        subject: &str,
        passed: Time,
        names: &Names,
        tell: &mut impl FnMut(i8, Turn),
    ) {
        let from = match self.last {
            Some((last, _)) if last >= event.time => {
                return self.insert_among(event, subject, passed, names, tell);
            }
            Some((last, doing)) => {
                let told = silence(last, doing, passed);
                let holds = silence(last, doing, event.time);
                let from = holds.last().map_or(Some(doing), |turn| turn.to);
                difference(&told, &holds, tell);
                from
            }
            None => None,
        };
        tell(1, turn(event.time, from, Some(event.doing)));
        for turn in silence(event.time, event.doing, passed) {
            tell(1, turn);
        }
        let last = self.last.map_or(Time(0), |(last, _)| last);
        self.append(last, &event);
    }

    /// Puts an event before others: all is walked again.
    fn insert_among(
        &mut self,
        event: AgentEvent<'_>,
        subject: &str,
        passed: Time,
        names: &Names,
        tell: &mut impl FnMut(i8, Turn),
    ) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut events = unpack(&bytes, subject);
        let before = turns(&events, passed);
        let place = events.partition_point(|known| order(known, &event, names).is_lt());
        events.insert(place, event);
        let after = turns(&events, passed);
        difference(&before, &after, tell);
        self.pack(&events);
    }

    /// What its silence has come to since time had passed up to `from`, now that
    /// it passes up to `to`.
    pub(crate) fn fall_silent(&self, from: Time, to: Time) -> Silence {
        let Some((last, doing)) = self.last else {
            return Silence::new();
        };
        let known = silence(last, doing, from).len();
        silence(last, doing, to).into_iter().skip(known).collect()
    }

    /// When its silence will next come to something, at `passed` or later.
    pub(crate) fn deadline(&self, passed: Time) -> Option<Time> {
        let (last, _) = self.last?;
        [SILENT_AFTER, FORGOTTEN_AFTER]
            .map(|after| last + after)
            .into_iter()
            .find(|deadline| *deadline >= passed)
    }

    /// Whether it has been silent for so long, before `passed`, that it counts
    /// nowhere.
    pub(crate) fn is_forgotten(&self, passed: Time) -> bool {
        self.last
            .is_none_or(|(last, _)| last + FORGOTTEN_AFTER < passed)
    }

    /// Forgets what no event to come can change: the events before an instant,
    /// but the last of them.
    pub(crate) fn forget_before(&mut self, time: Time) {
        let bytes = std::mem::take(&mut self.bytes);
        let events = unpack(&bytes, "");
        let kept = events.partition_point(|event| event.time < time);
        self.pack(&events[kept.saturating_sub(1)..]);
    }

    /// What each of its events that is kept said, and where it came from.
    pub(crate) fn for_each_kept(&self, mut tell: impl FnMut(Doing, NameId)) {
        for event in unpack(&self.bytes, "") {
            tell(event.doing, event.id.source);
        }
    }

    /// How many bytes its events take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The newest event, and what it said.
    pub(crate) fn newest(&self) -> Option<(Time, Doing)> {
        self.last
    }

    /// The deadline that is waited for; [`Agent::deadline`] may have moved on.
    pub(crate) fn awaited(&mut self) -> &mut Option<Time> {
        &mut self.awaited
    }

    fn append(&mut self, last: Time, event: &AgentEvent<'_>) {
        let (has_head, tail) = event.id.keep();
        let record = Record {
            since_last: (event.time - last).0,
            doing: event.doing,
            has_head,
            tail,
            source: event.id.source,
        };
        call::append(&mut self.bytes, &record);
        self.last = Some((event.time, event.doing));
    }

    fn pack(&mut self, events: &[AgentEvent<'_>]) {
        let mut packed = Self {
            awaited: self.awaited,
            ..Self::default()
        };
        let mut last = Time(0);
        for event in events {
            packed.append(last, event);
            last = event.time;
        }
        *self = packed;
    }
}

fn unpack<'a>(mut bytes: &'a [u8], subject: &'a str) -> Vec<AgentEvent<'a>> {
    let mut events = Vec::new();
    let mut last = Time(0);
    while !bytes.is_empty() {
        let (record, rest) =
            postcard::take_from_bytes::<Record<'a>>(bytes).expect("it was packed here");
        last = last + Span(record.since_last);
        events.push(AgentEvent {
            time: last,
            doing: record.doing,
            id: EventId::kept(record.has_head, subject, record.tail, record.source),
        });
        bytes = rest;
    }
    events
}

/// By time, id, source.
fn order(one: &AgentEvent<'_>, other: &AgentEvent<'_>, names: &Names) -> Ordering {
    one.time
        .cmp(&other.time)
        .then_with(|| one.id.cmp(&other.id, names))
}

fn turn(at: Time, from: Option<Doing>, to: Option<Doing>) -> Turn {
    Turn { at, from, to }
}

/// The turns of an agent last heard at `last`, that came before an instant: of
/// the next event, or up to which time has passed.
fn silence(last: Time, doing: Doing, before: Time) -> Silence {
    let offline = Doing {
        state: AgentState::Offline,
        reason: None,
        ..doing
    };
    let turns = [
        turn(last + SILENT_AFTER, Some(doing), Some(offline)),
        turn(last + FORGOTTEN_AFTER, Some(offline), None),
    ];
    turns.into_iter().filter(|turn| turn.at < before).collect()
}

/// Tells the turns that no longer hold, then those that do.
fn difference(before: &[Turn], after: &[Turn], tell: &mut impl FnMut(i8, Turn)) {
    let same = before
        .iter()
        .zip(after)
        .take_while(|(one, other)| one == other)
        .count();
    before[same..].iter().for_each(|turn| tell(-1, *turn));
    after[same..].iter().for_each(|turn| tell(1, *turn));
}

/// Every turn that the events mean, in order.
fn turns(events: &[AgentEvent<'_>], passed: Time) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut now: Option<Doing> = None;
    for (at, event) in events.iter().enumerate() {
        turns.push(turn(event.time, now, Some(event.doing)));
        now = Some(event.doing);
        let until = events.get(at + 1).map_or(passed, |next| next.time);
        for silent in silence(event.time, event.doing, until) {
            now = silent.to;
            turns.push(silent);
        }
    }
    turns
}

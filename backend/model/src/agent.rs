//! Agents: the state that each was last seen in, and the stretches of time
//! spent in it.
//!
//! As with legs, what an agent's events mean is a function of their sorted list:
//! from each event to the next a *stretch*, cut at 12 hours of silence, after
//! which the agent is offline, and at 26, after which it is forgotten. Queues are
//! told at sign-on, and left out afterwards: those of an event that names none
//! are those told last. Agents send an event every minute, so the list is kept
//! packed, and what its last event came to apart: the common event, later than
//! all before, looks at nothing else.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cmp::Ordering;
use vigie_contract::event::AgentState;
use vigie_contract::time::{Span, Time};

use crate::call;
use crate::changed;
use crate::codes;
use crate::event_id::EventId;
use crate::names::{NameId, Names};

/// An agent that has been silent for longer than this is offline.
pub(crate) const SILENT_AFTER: Span = Span::from_seconds(12 * 3_600);

/// Index of a list of cells that an agent counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct DutyId(pub u32);

/// An agent that has been silent for longer than this is forgotten, as all
/// pseudonyms are.
pub(crate) const FORGOTTEN_AFTER: Span = Span::from_seconds(26 * 3_600);

/// What an agent does, and in which cells it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doing {
    #[serde(with = "codes::agent_state")]
    pub state: AgentState,
    /// The reason of a pause, if one was given.
    pub reason: Option<NameId>,
    pub duty: DutyId,
}

/// What an event says that an agent does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    #[serde(with = "codes::agent_state")]
    pub state: AgentState,
    /// The reason of a pause, if one was given.
    pub reason: Option<NameId>,
    /// The cells where it counts; `None` if the event leaves the queues out.
    pub duty: Option<DutyId>,
}

impl Said {
    fn on(self, duty: DutyId) -> Doing {
        Doing {
            state: self.state,
            reason: self.reason,
            duty: self.duty.unwrap_or(duty),
        }
    }
}

/// An event that tells the state of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AgentEvent<'a> {
    pub time: Time,
    pub said: Said,
    pub id: EventId<'a>,
}

/// From an instant on, an agent does something else; `None` if nothing more is known
/// of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    pub at: Time,
    pub from: Option<Doing>,
    pub to: Option<Doing>,
}

/// The turns that follow from silence: none, going offline, or going offline and
/// being forgotten.
type Silence = SmallVec<[Turn; 2]>;

/// The history of an agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Agent {
    /// The events, in order, packed.
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
    /// The time of the last event, and what the agent does since.
    last: Option<(Time, Doing)>,
    awaited: Option<Time>,
}

#[derive(Serialize, Deserialize)]
struct PackedAgentEvent<'a> {
    since_last: i64,
    said: Said,
    has_head: bool,
    tail: &'a str,
    source: NameId,
}

impl Agent {
    /// Puts an event in its place, and tells the turns that no longer hold (−1)
    /// and those that do (+1). `passed`: what silence came to before this instant
    /// has been told ([`Agent::fall_silent`]). `alone`: where an agent counts that
    /// has told no queue. `agent`: what ids begin with, where they do.
    pub(crate) fn insert(
        &mut self,
        event: AgentEvent<'_>,
        agent: &str,
        (passed, alone): (Time, DutyId),
        names: &Names,
        tell: &mut impl FnMut(i8, Turn),
    ) {
        let from = match self.last {
            Some((last, _)) if last >= event.time => {
                return self.insert_among(event, agent, (passed, alone), names, tell);
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
        let doing = event.said.on(from.map_or(alone, |from| from.duty));
        tell(1, turn(event.time, from, Some(doing)));
        for turn in silence(event.time, doing, passed) {
            tell(1, turn);
        }
        let last = self.last.map_or(Time(0), |(last, _)| last);
        self.append(last, &event, doing);
    }

    /// Puts an event before others that were known, and walks the whole list again.
    fn insert_among(
        &mut self,
        event: AgentEvent<'_>,
        agent: &str,
        (passed, alone): (Time, DutyId),
        names: &Names,
        tell: &mut impl FnMut(i8, Turn),
    ) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut events = unpack(&bytes, agent);
        let before = turns(&events, passed, alone);
        let place = events.partition_point(|known| order(known, &event, names).is_lt());
        events.insert(place, event);
        let after = turns(&events, passed, alone);
        difference(&before, &after, tell);
        self.pack(&events, alone);
    }

    /// The turns that follow from its silence while time passes from `from` to `to`.
    pub(crate) fn fall_silent(&self, from: Time, to: Time) -> Silence {
        let Some((last, doing)) = self.last else {
            return Silence::new();
        };
        let known = silence(last, doing, from).len();
        silence(last, doing, to).into_iter().skip(known).collect()
    }

    /// The next instant, at `passed` or later, from which its silence means
    /// something new.
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
    /// but the last of them, which from then on says itself where it counts.
    pub(crate) fn forget_before(&mut self, time: Time, alone: DutyId) {
        let bytes = std::mem::take(&mut self.bytes);
        let mut events = unpack(&bytes, "");
        let before = events.partition_point(|event| event.time < time);
        let kept = before.saturating_sub(1);
        if before > 0 {
            events[kept].said.duty = Some(doings(&events, alone)[kept].duty);
        }
        self.pack(&events[kept..], alone);
    }

    /// Tells what each event that is kept said, and the source that it came from.
    pub(crate) fn for_each_kept(&self, mut tell: impl FnMut(Said, NameId)) {
        for event in unpack(&self.bytes, "") {
            tell(event.said, event.id.source);
        }
    }

    /// How many bytes its events take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The time of the newest event, and what the agent does since.
    pub(crate) fn newest(&self) -> Option<(Time, Doing)> {
        self.last
    }

    /// What it does as of an instant; `None` where nothing is known of it by then, or any
    /// more. `alone`: where an agent counts that has told no queue.
    pub(crate) fn doing_at(&self, at: Time, alone: DutyId) -> Option<Doing> {
        let newest = self.last?;
        let (last, doing) = match newest.0 < at {
            true => newest,
            false => {
                let events = unpack(&self.bytes, "");
                let before = events.partition_point(|event| event.time < at);
                let newest = before.checked_sub(1)?;
                (events[newest].time, doings(&events, alone)[newest])
            }
        };
        let silent = silence(last, doing, at);
        silent.last().map_or(Some(doing), |turn| turn.to)
    }

    /// The deadline that is waited for. It may be earlier than [`Agent::deadline`],
    /// which moves on with each event.
    pub(crate) fn awaited(&mut self) -> &mut Option<Time> {
        &mut self.awaited
    }

    fn append(&mut self, last: Time, event: &AgentEvent<'_>, doing: Doing) {
        let (has_head, tail) = event.id.keep();
        let record = PackedAgentEvent {
            since_last: (event.time - last).0,
            said: event.said,
            has_head,
            tail,
            source: event.id.source,
        };
        call::append(&mut self.bytes, &record);
        self.last = Some((event.time, doing));
    }

    fn pack(&mut self, events: &[AgentEvent<'_>], alone: DutyId) {
        let mut packed = Self {
            awaited: self.awaited,
            ..Self::default()
        };
        let mut last = Time(0);
        for (event, doing) in events.iter().zip(doings(events, alone)) {
            packed.append(last, event, doing);
            last = event.time;
        }
        *self = packed;
    }
}

fn unpack<'a>(mut bytes: &'a [u8], agent: &'a str) -> Vec<AgentEvent<'a>> {
    let mut events = Vec::new();
    let mut last = Time(0);
    while !bytes.is_empty() {
        let (record, rest) =
            postcard::take_from_bytes::<PackedAgentEvent<'a>>(bytes).expect("it was packed here");
        last = last + Span(record.since_last);
        events.push(AgentEvent {
            time: last,
            said: record.said,
            id: EventId::kept(record.has_head, agent, record.tail, record.source),
        });
        bytes = rest;
    }
    events
}

/// The order of events of an agent: by time, id and source.
fn order(one: &AgentEvent<'_>, other: &AgentEvent<'_>, names: &Names) -> Ordering {
    one.time
        .cmp(&other.time)
        .then_with(|| one.id.cmp(&other.id, names))
}

fn turn(at: Time, from: Option<Doing>, to: Option<Doing>) -> Turn {
    Turn { at, from, to }
}

/// The turns that follow from the silence of an agent last heard at `last`, before
/// an instant: that of its next event, or the one up to which time has passed.
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
    let (before, after) = changed::between(before, after);
    before.iter().for_each(|turn| tell(-1, *turn));
    after.iter().for_each(|turn| tell(1, *turn));
}

/// What the agent does after each of the events. An event that leaves the queues out
/// keeps those told last, unless the agent has been forgotten since.
fn doings(events: &[AgentEvent<'_>], alone: DutyId) -> Vec<Doing> {
    let mut known: Option<(Time, Doing)> = None;
    let doing = |event: &AgentEvent<'_>| {
        let before = known.and_then(|(last, doing)| {
            let silent = silence(last, doing, event.time);
            silent.last().map_or(Some(doing), |turn| turn.to)
        });
        let doing = event.said.on(before.map_or(alone, |before| before.duty));
        known = Some((event.time, doing));
        doing
    };
    events.iter().map(doing).collect()
}

/// Every turn that the events mean, in order.
fn turns(events: &[AgentEvent<'_>], passed: Time, alone: DutyId) -> Vec<Turn> {
    let mut turns = Vec::new();
    let mut now: Option<Doing> = None;
    for (at, (event, doing)) in events.iter().zip(doings(events, alone)).enumerate() {
        turns.push(turn(event.time, now, Some(doing)));
        now = Some(doing);
        let until = events.get(at + 1).map_or(passed, |next| next.time);
        for silent in silence(event.time, doing, until) {
            now = silent.to;
            turns.push(silent);
        }
    }
    turns
}

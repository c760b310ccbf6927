//! The events of a call as bytes, and these as events.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use std::cmp::Ordering;
use vigie_contract::event::QueueReason;
use vigie_contract::time::{Span, Time};

use crate::codes;
use crate::contribution::CellId;
use crate::ending::Ending;
use crate::event_id::EventId;
use crate::leg::{LegEntry, LegEvent, LegOutcome, LegWhat};
use crate::names::{NameId, Names};

/// The events of a call, in order, unpacked.
pub(crate) type CallEvents<'a> = SmallVec<[LegEvent<'a>; 4]>;

/// One event as it is packed: times relative to the event before, the id
/// without the call's.
#[derive(Serialize, Deserialize)]
struct PackedLegEvent<'a> {
    /// Twice the microseconds since the event before, and one more where the id
    /// begins with the call's: a byte fewer than apart.
    step: i64,
    tail: &'a str,
    source: NameId,
    own: CellId,
    what: PackedLegWhat,
}

#[derive(Serialize, Deserialize)]
enum PackedLegWhat {
    /// An entry as most are: of a caller who asks here and now, and to whom no wait
    /// is announced.
    Asked,
    Queued {
        #[serde(with = "codes::reason")]
        reason: QueueReason,
        asked_before: i64,
        origin: Option<CellId>,
        announced: Option<i64>,
    },
    Announced(i64),
    Outcome(Ending),
    Promising(Ending, i64),
}

/// Packs events in their order.
pub(crate) fn pack(events: &[LegEvent<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut last = Time(0);
    for event in events {
        append(&mut bytes, &PackedLegEvent::of(event, last));
        last = event.time;
    }
    bytes
}

/// Packs an event that comes behind all others of its call, and hands the bytes
/// over. `last` is the time of the last of the others.
pub(crate) fn pack_next(event: &LegEvent<'_>, last: Time, take: impl FnOnce(&[u8])) {
    packed(&PackedLegEvent::of(event, last), take);
}

/// Appends a packed value.
pub(crate) fn append(bytes: &mut Vec<u8>, value: &impl Serialize) {
    packed(value, |packed| bytes.extend_from_slice(packed));
}

/// Hands over a value as packed.
fn packed(value: &impl Serialize, take: impl FnOnce(&[u8])) {
    // On the stack first: writing to a vector byte by byte costs three times as
    // much. Only a very long id does not fit.
    let mut buffer = [0; 128];
    match postcard::to_slice(value, &mut buffer) {
        Ok(packed) => take(packed),
        Err(_) => {
            take(&postcard::to_allocvec(value).expect("it has only numbers and text"));
        }
    }
}

/// Unpacks a history. `subject` is the id of the call, or empty where that is not at
/// hand; the events are in order all the same.
pub(crate) fn unpack<'a>(mut bytes: &'a [u8], subject: &'a str) -> CallEvents<'a> {
    let mut events = CallEvents::new();
    let mut last = Time(0);
    while !bytes.is_empty() {
        let (record, rest) =
            postcard::take_from_bytes::<PackedLegEvent<'a>>(bytes).expect("it was packed here");
        let event = record.event(last, subject);
        last = event.time;
        events.push(event);
        bytes = rest;
    }
    events
}

/// The order of the events of a call, where the state of a leg does not decide it:
/// by time, by the name of the type, by id and by source.
pub(crate) fn order(one: &LegEvent<'_>, other: &LegEvent<'_>, names: &Names) -> Ordering {
    (one.time, one.what.rank())
        .cmp(&(other.time, other.what.rank()))
        .then_with(|| one.id.cmp(&other.id, names))
}

impl<'a> PackedLegEvent<'a> {
    fn of(event: &LegEvent<'a>, last: Time) -> Self {
        let what = match event.what {
            LegWhat::Queued(entry) if entry == LegEntry::asked(entry.handler, event.time) => {
                PackedLegWhat::Asked
            }
            LegWhat::Queued(entry) => PackedLegWhat::Queued {
                reason: entry.reason,
                asked_before: (event.time - entry.asked).0,
                origin: (entry.origin != entry.handler).then_some(entry.origin),
                announced: entry.announced.map(|wait| wait.0),
            },
            LegWhat::Announced(_, wait) => PackedLegWhat::Announced(wait.0),
            LegWhat::Outcome(outcome) => match outcome.due {
                None => PackedLegWhat::Outcome(outcome.ending),
                Some(due) => PackedLegWhat::Promising(outcome.ending, (due - event.time).0),
            },
        };
        let (has_head, tail) = event.id.keep();
        Self {
            step: 2 * (event.time - last).0 + i64::from(has_head),
            tail,
            source: event.id.source,
            own: event.what.own(),
            what,
        }
    }

    fn event(self, last: Time, subject: &'a str) -> LegEvent<'a> {
        let time = last + Span(self.step >> 1);
        let has_head = self.step & 1 == 1;
        let own = self.own;
        let outcome = |ending, due| LegWhat::Outcome(LegOutcome { ending, own, due });
        let what = match self.what {
            PackedLegWhat::Asked => LegWhat::Queued(LegEntry::asked(own, time)),
            PackedLegWhat::Queued {
                reason,
                asked_before,
                origin,
                announced,
            } => LegWhat::Queued(LegEntry {
                reason,
                asked: time - Span(asked_before),
                handler: own,
                origin: origin.unwrap_or(own),
                announced: announced.map(Span),
            }),
            PackedLegWhat::Announced(wait) => LegWhat::Announced(own, Span(wait)),
            PackedLegWhat::Outcome(ending) => outcome(ending, None),
            PackedLegWhat::Promising(ending, due) => outcome(ending, Some(time + Span(due))),
        };
        LegEvent {
            time,
            what,
            id: EventId::kept(has_head, subject, self.tail, self.source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Time = Time::from_seconds(1_795_420_800);

    fn queued(entry: LegEntry) -> LegEvent<'static> {
        LegEvent {
            time: AT,
            what: LegWhat::Queued(entry),
            id: EventId::new("call-7-2", "call-7", NameId(0)),
        }
    }

    #[test]
    fn whatever_an_entry_says_is_kept() {
        let usual = LegEntry::asked(CellId(5), AT);
        let entries = [
            usual,
            LegEntry {
                reason: QueueReason::Overflow,
                ..usual
            },
            LegEntry {
                asked: AT - Span(1),
                ..usual
            },
            LegEntry {
                origin: CellId(6),
                ..usual
            },
            LegEntry {
                announced: Some(Span(0)),
                ..usual
            },
        ];
        for entry in entries {
            let packed = pack(&[queued(entry)]);
            let [event] = &unpack(&packed, "call-7")[..] else {
                panic!("one event was packed");
            };
            assert_eq!(event.what, LegWhat::Queued(entry));
            assert_eq!((event.time, event.id), (AT, queued(entry).id));
        }
    }

    #[test]
    fn an_entry_as_most_are_takes_fourteen_bytes() {
        let packed = pack(&[queued(LegEntry::asked(CellId(5), AT))]);
        assert_eq!(packed.len(), 14, "{packed:?}");
    }
}

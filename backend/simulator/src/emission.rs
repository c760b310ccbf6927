//! Events on their way: from the source that sends them to their delivery.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use vigie_contract::event::{Body, Event};
use vigie_contract::text::Text;
use vigie_contract::time::Time;

use crate::random::mix;

/// Sources are this far behind at most, and differ by it.
const SLOWEST_MICROS: u64 = 1_200_000;
/// Deliveries of one source vary by this much.
const JITTER_MICROS: u64 = 40_000;
/// A backlog is delivered so many times faster than it grew.
const BACKLOG_SPEED: i64 = 30;

/// An event and when it arrives.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// When it arrives at a broker; the event's own time is earlier.
    pub at: Time,
    /// The event.
    pub event: Event<'static>,
}

/// A source: it sends its events in order, always some time behind.
struct Source {
    name: String,
    behind_micros: i64,
    sent: u64,
    last_delivery: Time,
    /// Cut off from the network in [from, until).
    cuts: Vec<(Time, Time)>,
}

/// Events sent and not yet delivered: about a second's worth, or a backlog.
pub(crate) struct Emitter {
    sources: Vec<Source>,
    salt: u32,
    sequence: u64,
    /// By delivery, then by the order of sending; the slot of the event.
    order: BinaryHeap<Reverse<(Time, u64, u32)>>,
    events: Vec<Option<Event<'static>>>,
    free: Vec<u32>,
}

impl Emitter {
    pub fn new(names: impl Iterator<Item = String>, salt: u32) -> Self {
        let sources = names
            .enumerate()
            .map(|(index, name)| Source {
                name,
                behind_micros: (20_000 + mix(&[index as u64, 77]) % SLOWEST_MICROS) as i64,
                sent: 0,
                last_delivery: Time(i64::MIN),
                cuts: Vec::new(),
            })
            .collect();
        Self {
            sources,
            salt,
            sequence: 0,
            order: BinaryHeap::new(),
            events: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Cuts a source off: what it sends in [from, until) arrives from `until`
    /// on, in order.
    pub fn cut_off(&mut self, source: usize, from: Time, until: Time) {
        self.sources[source].cuts.push((from, until));
    }

    /// Sends an event.
    pub fn send(&mut self, now: Time, source: usize, subject: Text<'static>, body: Body<'static>) {
        let source_index = source as u64;
        let source = &mut self.sources[source];
        source.sent += 1;
        let jitter = (mix(&[source_index, source.sent]) % JITTER_MICROS) as i64;
        let mut at = now.0 + source.behind_micros + jitter;
        for &(from, until) in &source.cuts {
            if (from..until).contains(&now) {
                at = at.max(until.0 + (now.0 - from.0) / BACKLOG_SPEED);
            }
        }
        // Whole milliseconds, and never before what the source sent before.
        let at = Time(at - at.rem_euclid(1_000)).max(source.last_delivery);
        source.last_delivery = at;
        // Ids of one length: where times are equal, their order is that of sending.
        let event = Event {
            id: format!("{:05x}-{:08x}", self.salt, source.sent).into(),
            source: source.name.clone().into(),
            time: now,
            subject,
            body,
            arrival: None,
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.events[slot as usize] = Some(event);
                slot
            }
            None => {
                self.events.push(Some(event));
                self.events.len() as u32 - 1
            }
        };
        self.sequence += 1;
        self.order.push(Reverse((at, self.sequence, slot)));
    }

    /// Slots that were ever in use: the most events on their way at a time.
    #[cfg(test)]
    pub fn slots_ever_used(&self) -> usize {
        self.events.len()
    }

    /// Takes the next delivery at or before `until`.
    pub fn take_until(&mut self, until: Time) -> Option<Delivery> {
        let &Reverse((at, _, slot)) = self.order.peek()?;
        if at > until {
            return None;
        }
        self.order.pop();
        self.free.push(slot);
        let event = self.events[slot as usize].take()?;
        Some(Delivery { at, event })
    }
}

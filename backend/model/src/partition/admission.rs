//! Which events are taken in: too late, seen before, or applied.
//!
//! Identities are remembered for as long as the day of their event is open,
//! eight bytes each: 59 bits of a hash, and five that say which day. Of ten
//! million events a day and partition, two share a hash once in thirty years.

use hashbrown::hash_table::Entry;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::event::Event;
use vigie_contract::time::{Span, Time};
use xxhash_rust::xxh3::xxh3_64;

use crate::call;
use crate::directory::calendar::Day;
use crate::shards::{Hashed, SHARDS, Shards};
use crate::watermark::ALLOWED_LATENESS;

/// A day closes this long after its end.
pub(crate) const DAY_CLOSES_AFTER: Span = Span::from_seconds(15 * 60);

/// How many open days can be told apart at a time.
const TAGS: usize = 32;

/// Where in a remembered id its day stands: a hash table takes a place from the
/// lowest bits and a check from the highest.
const TAG_SHIFT: u32 = 40;
const TAG_MASK: u64 = (TAGS as u64 - 1) << TAG_SHIFT;

/// A day that is open, by its end: days of one time zone that end together are
/// one, whatever their zones are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct OpenDay {
    end: Time,
    tag: u8,
}

/// An id as remembered: its hash, with the tag of its day in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SeenId(u64);

impl Hashed for SeenId {
    fn hash(&self) -> u64 {
        self.0 & !TAG_MASK
    }
}

impl SeenId {
    fn new(hash: u64, tag: u8) -> Self {
        SeenId(hash & !TAG_MASK | u64::from(tag) << TAG_SHIFT)
    }

    fn tag(self) -> u8 {
        ((self.0 & TAG_MASK) >> TAG_SHIFT) as u8
    }
}

/// The memory of a partition's open days.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Admission {
    /// Time of the newest event taken in.
    newest: Option<Time>,
    days: Vec<OpenDay>,
    /// The ids seen in the open days. They are saved apart
    /// ([`Admission::save_seen`]).
    #[serde(skip)]
    seen: Shards<SeenId>,
}

/// What was decided about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admitted {
    TooLate,
    Duplicate,
    /// Taken in. `day_closed`: a day closed because of it.
    Applied {
        late: bool,
        day_closed: bool,
    },
}

/// An instant of the oldest day that may be open, of every zone.
pub(crate) fn oldest_open(newest: Time) -> Time {
    // A day that ended exactly then is open still.
    newest - DAY_CLOSES_AFTER - Span(1)
}

/// The hash that identifies an event: of its source, id, type, subject and time.
///
/// Platforms number from 1 again after a crash, or give all events of a call its
/// id: source and id are not enough. The texts are laid side by side, each with
/// its length, so that one hash is taken of all of them.
pub(crate) fn identity(event: &Event<'_>) -> u64 {
    let mut words: SmallVec<[u8; 256]> = SmallVec::new();
    words.extend_from_slice(&event.time.0.to_le_bytes());
    let type_name = event.body.type_name();
    for text in [&*event.source, &*event.id, type_name, &*event.subject] {
        words.extend_from_slice(&(text.len() as u32).to_le_bytes());
        words.extend_from_slice(text.as_bytes());
    }
    xxh3_64(&words)
}

impl Admission {
    pub(crate) fn newest(&self) -> Option<Time> {
        self.newest
    }

    /// All days that ended before this instant are closed; `None` before the first
    /// event.
    pub(crate) fn closed_before(&self) -> Option<Time> {
        self.newest.map(|newest| newest - DAY_CLOSES_AFTER)
    }

    /// Whether a day that ends at `end` is closed.
    pub(crate) fn is_closed(&self, end: Time) -> bool {
        self.closed_before().is_some_and(|before| end < before)
    }

    /// Decides about an event of a day, and remembers it if it is taken in.
    pub(crate) fn admit(&mut self, time: Time, day: Day, identity: u64) -> Admitted {
        if self.is_closed(day.end) {
            return Admitted::TooLate;
        }
        let seen = SeenId::new(identity, self.tag(day.end));
        let is_same = |known: &SeenId| known.hash() == seen.hash();
        match self.seen.entry(seen.hash(), is_same) {
            Entry::Occupied(_) => return Admitted::Duplicate,
            Entry::Vacant(place) => {
                place.insert(seen);
            }
        }
        let late = self
            .newest
            .is_some_and(|newest| time < newest - ALLOWED_LATENESS);
        self.newest = self.newest.max(Some(time));
        Admitted::Applied {
            late,
            day_closed: self.close_days(),
        }
    }

    fn tag(&mut self, end: Time) -> u8 {
        if let Some(day) = self.days.iter().find(|day| day.end == end) {
            return day.tag;
        }
        let is_free = |tag: &u8| self.days.iter().all(|day| day.tag != *tag);
        let tag = (0..TAGS as u8).find(is_free).unwrap_or_else(|| {
            // More open days than tags, which only dates far ahead bring about:
            // its ids are kept as long as those of the day that ends last.
            let last = self.days.iter().max_by_key(|day| day.end);
            last.map_or(0, |day| day.tag)
        });
        self.days.push(OpenDay { end, tag });
        tag
    }

    /// Closes the days whose time has come, and forgets their ids; answers whether there
    /// were any.
    fn close_days(&mut self) -> bool {
        let Some(newest) = self.newest else {
            return false;
        };
        let closes = |day: &OpenDay| day.end < newest - DAY_CLOSES_AFTER;
        if !self.days.iter().any(closes) {
            return false;
        }
        self.days.retain(|day| !closes(day));
        // At once: an event of one identity may be of another day that is open.
        (0..SHARDS).for_each(|shard| self.forget_seen(shard));
        true
    }

    /// Forgets the ids of a shard that are of days which have closed. One whose tag a
    /// later day was given in between is kept as long as those of that day.
    fn forget_seen(&mut self, shard: usize) {
        let open: SmallVec<[u8; 8]> = self.days.iter().map(|day| day.tag).collect();
        self.seen.retain(shard, |seen| open.contains(&seen.tag()));
    }
}

impl Admission {
    /// Adds the ids of a shard to what is saved.
    pub(crate) fn save_seen(&self, shard: usize, bytes: &mut Vec<u8>) {
        let mut seen: Vec<SeenId> = self.seen.of_shard(shard).copied().collect();
        // The same state gives the same bytes.
        seen.sort_unstable();
        call::append(bytes, &seen.len());
        bytes.extend(seen.iter().flat_map(|seen| seen.0.to_le_bytes()));
    }

    /// Takes the ids of a shard from what was saved; answers what is left.
    pub(crate) fn load_seen<'b>(
        &mut self,
        shard: usize,
        bytes: &'b [u8],
    ) -> postcard::Result<&'b [u8]> {
        let (count, left) = postcard::take_from_bytes::<usize>(bytes)?;
        let length = count.checked_mul(size_of::<u64>());
        let cut = length.and_then(|length| left.split_at_checked(length));
        let (saved, left) = cut.ok_or(postcard::Error::DeserializeUnexpectedEnd)?;
        self.seen.reserve(shard, count);
        let (words, _) = saved.as_chunks();
        for word in words {
            self.seen.insert_unique(SeenId(u64::from_le_bytes(*word)));
        }
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vigie_contract::event::{Body, CallReceived, CallSelfServed};

    use super::*;
    use crate::directory::calendar::Calendar;
    use crate::directory::{Directory, ZoneId};

    /// 2026-05-12T10:00:00Z
    const NOON: Time = Time::from_seconds(1_778_580_000);

    /// The day of Paris so many after that of noon.
    fn day(after: i64) -> Day {
        let mut calendar = Calendar::new(Arc::new(Directory::empty()));
        calendar.day(ZoneId(0), NOON + Span::from_seconds(after * 86_400))
    }

    const APPLIED: Admitted = Admitted::Applied {
        late: false,
        day_closed: false,
    };

    #[test]
    fn an_event_is_another_where_any_of_five_attributes_is() {
        let event = |source: &'static str, id: &'static str, subject: &'static str, micros| Event {
            id: id.into(),
            source: source.into(),
            time: NOON + Span(micros),
            subject: subject.into(),
            body: Body::CallReceived(CallReceived {
                line: "3949".into(),
                caller: None,
                identified: None,
            }),
            arrival: None,
        };
        let same = event("/a", "1", "call", 0);
        let of_another_type = Event {
            body: Body::CallSelfServed(CallSelfServed {
                line: "3949".into(),
                caller: None,
            }),
            ..same.clone()
        };
        let others = [
            event("/b", "1", "call", 0),
            event("/a", "2", "call", 0),
            event("/a", "1", "call-2", 0),
            event("/a", "1", "call", 1),
            of_another_type,
            // The same letters, parted elsewhere.
            event("/a1", "", "call", 0),
            event("/", "a1", "call", 0),
        ];
        let told_again = Event {
            body: Body::CallReceived(CallReceived {
                line: "3995".into(),
                caller: None,
                identified: Some(true),
            }),
            ..same.clone()
        };
        assert_eq!(identity(&told_again), identity(&same));
        let mut known = vec![identity(&same)];
        known.extend(others.iter().map(identity));
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.len(), 1 + others.len());
    }

    #[test]
    fn a_day_closes_more_than_a_quarter_hour_after_its_end() {
        let mut admission = Admission::default();
        assert_eq!(admission.admit(NOON, day(0), 1), APPLIED);
        let last = day(0).end + DAY_CLOSES_AFTER;
        assert_eq!(admission.admit(last, day(1), 2), APPLIED);
        assert_eq!(admission.admit(NOON, day(0), 1), Admitted::Duplicate);
        let late = Admitted::Applied {
            late: true,
            day_closed: false,
        };
        assert_eq!(admission.admit(NOON, day(0), 3), late);
        assert!(!admission.is_closed(day(0).end));
        let closes = Admitted::Applied {
            late: false,
            day_closed: true,
        };
        assert_eq!(admission.admit(last + Span(1), day(1), 4), closes);
        assert!(admission.is_closed(day(0).end));
        assert_eq!(admission.admit(NOON, day(0), 1), Admitted::TooLate);
        assert_eq!(admission.admit(NOON, day(0), 5), Admitted::TooLate);
        assert_eq!(admission.newest(), Some(last + Span(1)));
    }

    #[test]
    fn an_id_that_was_seen_is_a_duplicate_on_whatever_day_it_comes_again() {
        let mut admission = Admission::default();
        assert_eq!(admission.admit(NOON, day(0), 1), APPLIED);
        assert_eq!(admission.admit(NOON, day(1), 1), Admitted::Duplicate);
        assert_eq!(admission.admit(NOON, day(1), 2), APPLIED);
    }

    #[test]
    fn more_than_thirty_seconds_behind_is_late() {
        let mut admission = Admission::default();
        admission.admit(NOON, day(0), 1);
        for (behind, late) in [(30_000_000, false), (30_000_001, true)] {
            let admitted = admission.admit(NOON - Span(behind), day(0), behind as u64);
            let expected = Admitted::Applied {
                late,
                day_closed: false,
            };
            assert_eq!(admitted, expected, "{behind} µs behind");
        }
    }

    #[test]
    fn ids_are_forgotten_with_their_day_and_not_before() {
        let mut admission = Admission::default();
        // All open at noon: dates that only zones far away could have.
        let days = 0..2 * TAGS as i64;
        for after in days.clone() {
            assert_eq!(admission.admit(NOON, day(after), after as u64), APPLIED);
            let another = after as u64 + 1_000;
            assert_eq!(admission.admit(NOON, day(after), another), APPLIED);
        }
        for after in days {
            assert_eq!(
                admission.admit(NOON, day(after), after as u64),
                Admitted::Duplicate,
                "of day {after}, before day {after} closes"
            );
            let first_after = day(after).end + DAY_CLOSES_AFTER + Span(1);
            let admitted = admission.admit(first_after, day(after + 1), 2_000 + after as u64);
            let closes = Admitted::Applied {
                late: false,
                day_closed: true,
            };
            assert_eq!(admitted, closes);
            let open = admission.days.iter().all(|open| open.end > day(after).end);
            assert!(open, "{:?} once day {after} has closed", admission.days);
            if after < TAGS as i64 - 1 {
                // Days with a tag of their own: their ids are gone.
                let seen = admission.seen.iter().count();
                let left = 2 * (2 * TAGS as i64 - 1 - after) + 1;
                assert_eq!(seen as i64, left, "once day {after} has closed");
            }
        }
        assert_eq!(admission.days.len(), 1);
        assert_eq!(admission.seen.iter().count(), 1);
    }

    #[test]
    fn what_was_seen_is_known_after_a_restart() {
        let mut admission = Admission::default();
        for identity in 0..100_u64 {
            // Hashes: every bit counts.
            let identity = xxh3_64(&identity.to_le_bytes());
            assert_eq!(admission.admit(NOON, day(0), identity), APPLIED);
        }
        let save = |admission: &Admission| {
            let mut bytes = postcard::to_allocvec(admission).unwrap();
            (0..SHARDS).for_each(|shard| admission.save_seen(shard, &mut bytes));
            bytes
        };
        let saved = save(&admission);
        let (mut restored, left) = postcard::take_from_bytes::<Admission>(&saved).unwrap();
        let left = (0..SHARDS).try_fold(left, |left, shard| restored.load_seen(shard, left));
        assert!(left.unwrap().is_empty());
        assert_eq!(save(&restored), saved);
        assert_eq!(restored.newest(), Some(NOON));
        for identity in 0..100_u64 {
            let identity = xxh3_64(&identity.to_le_bytes());
            let admitted = restored.admit(NOON, day(0), identity);
            assert_eq!(admitted, Admitted::Duplicate);
        }
        assert_eq!(restored.admit(NOON, day(0), 1), APPLIED);
    }
}

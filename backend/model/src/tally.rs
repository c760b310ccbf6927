//! A sparse, signed sum of everything a window counts.
//!
//! Counts, sums of microseconds and histogram bins share one space of slots, so
//! that adding, subtracting and merging is one operation, and so that what
//! crosses a window's edge leaves as exactly as it came. Sparse, because most
//! queues see a dozen of the slots in a quarter-hour: an array would cost ten
//! times the memory for every queue of the country.

use serde::{Deserialize, Serialize};
use vigie_contract::view::Count;

use crate::histogram;

/// Which calls a count is about: legs of reason `transfer` and `callback` are
/// counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Family {
    /// Asked for an agent, overflows included.
    First = 0,
    /// Reason `transfer`.
    SecondLevel = 1,
    /// Reason `callback`.
    Callback = 2,
}

/// What is summed beside the counts of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Extra {
    /// Answered, abandoned, cut off or lost, with a known wait.
    KnownWaits = 48,
    /// Answered with a known wait.
    AnswerWaits,
    /// Their waits, in microseconds.
    AnswerMicros,
    /// Answered within X.
    AnsweredWithin,
    /// Abandoned with a known wait.
    AbandonWaits,
    /// Their waits, in microseconds.
    AbandonMicros,
    /// Abandoned within X.
    AbandonedWithin,
    /// Calls ended.
    Ended,
    /// Talk, hold and wrap-up, in microseconds.
    HandleMicros,
}

/// A place in a [`Tally`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Slot(u16);

const FAMILY: u16 = 64;
const WAITS: u16 = 3 * FAMILY;

const _: () = assert!(Count::ALL.len() < Extra::KnownWaits as usize);

impl Slot {
    pub(crate) fn count(family: Family, count: Count) -> Self {
        Slot(family as u16 * FAMILY + count as u16)
    }

    pub(crate) fn extra(family: Family, extra: Extra) -> Self {
        Slot(family as u16 * FAMILY + extra as u16)
    }

    /// The bin of the wait of an answered leg.
    pub(crate) fn answer_wait(family: Family, micros: i64) -> Self {
        Slot(WAITS + family as u16 * histogram::BINS + histogram::bin(micros))
    }
}

/// A sparse sum by slot, sorted, without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally(Vec<(Slot, i64)>);

impl Tally {
    /// Adds to a slot.
    pub(crate) fn add(&mut self, slot: Slot, amount: i64) {
        match self.0.binary_search_by_key(&slot, |&(slot, _)| slot) {
            Ok(at) => {
                self.0[at].1 += amount;
                if self.0[at].1 == 0 {
                    self.0.remove(at);
                }
            }
            Err(at) if amount != 0 => self.0.insert(at, (slot, amount)),
            Err(_) => {}
        }
    }

    /// Adds all of another.
    pub(crate) fn merge(&mut self, other: &Tally) {
        for &(slot, amount) in &other.0 {
            self.add(slot, amount);
        }
    }

    pub(crate) fn get(&self, slot: Slot) -> i64 {
        match self.0.binary_search_by_key(&slot, |&(slot, _)| slot) {
            Ok(at) => self.0[at].1,
            Err(_) => 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The waits of answered legs, by bin, rising.
    pub(crate) fn answer_waits(
        &self,
        family: Family,
    ) -> impl DoubleEndedIterator<Item = (u16, i64)> + Clone + '_ {
        let base = WAITS + family as u16 * histogram::BINS;
        let start = self.0.partition_point(|&(slot, _)| slot.0 < base);
        let end = self
            .0
            .partition_point(|&(slot, _)| slot.0 < base + histogram::BINS);
        self.0[start..end]
            .iter()
            .map(move |&(slot, count)| (slot.0 - base, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_and_taken_back_leaves_nothing() {
        let mut tally = Tally::default();
        let slots = [
            Slot::count(Family::First, Count::Answered),
            Slot::extra(Family::Callback, Extra::HandleMicros),
            Slot::answer_wait(Family::SecondLevel, 41_000_000),
        ];
        for slot in slots {
            tally.add(slot, 3);
        }
        let before = tally.clone();
        tally.merge(&before);
        assert_eq!(slots.map(|slot| tally.get(slot)), [6; 3]);
        for slot in slots {
            tally.add(slot, -6);
        }
        assert_eq!(tally, Tally::default());
    }

    #[test]
    fn families_do_not_mix() {
        let mut tally = Tally::default();
        tally.add(Slot::answer_wait(Family::First, i64::MAX), 1);
        tally.add(Slot::answer_wait(Family::SecondLevel, 0), 2);
        assert_eq!(tally.answer_waits(Family::First).count(), 1);
        assert_eq!(
            tally.answer_waits(Family::SecondLevel).collect::<Vec<_>>(),
            [(0, 2)]
        );
        assert_eq!(tally.answer_waits(Family::Callback).count(), 0);
    }
}

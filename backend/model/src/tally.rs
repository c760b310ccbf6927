//! A sparse, signed sum of everything a window counts.
//!
//! Counts, sums of microseconds and histogram bins share one space of slots, so
//! that adding, subtracting and merging is one operation, and so that what
//! crosses a window's edge leaves as exactly as it came. Sparse, because most
//! queues see a dozen of the slots in a quarter-hour: an array would cost ten
//! times the memory for every queue of the country.

mod slots;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::books::{Books, By};
use crate::histogram;
use slots::{ANNOUNCED_ERRORS, ESTIMATE_ERRORS, SLOTS, WAITS};
pub(crate) use slots::{Extra, Family, Slot};

/// Something that amounts can be added to.
pub(crate) trait Sink {
    /// Adds to a slot.
    fn add(&mut self, slot: Slot, amount: i64);
}

/// Something that sums are looked up in.
pub(crate) trait Summed {
    /// The sum of a slot.
    fn get(&self, slot: Slot) -> i64;
}

/// A few amounts, to be added in several places.
#[derive(Debug, Default)]
pub(crate) struct Amounts(SmallVec<[(Slot, i64); 12]>);

impl Sink for Amounts {
    fn add(&mut self, slot: Slot, amount: i64) {
        self.0.push((slot, amount));
    }
}

impl Amounts {
    /// Sorts the amounts as a tally is, so that their places are found in one go.
    pub(crate) fn sort(&mut self) {
        self.0.sort_unstable_by_key(|&(slot, _)| slot);
    }

    /// Turns the sign of every amount: such amounts fall out of a window.
    pub(crate) fn turn(&mut self) {
        for (_, amount) in &mut self.0 {
            *amount = amount.wrapping_neg();
        }
    }
}

/// A sum that many amounts are added to before it is read: a place for every
/// slot, and the slots that have been touched.
#[derive(Debug)]
pub(crate) struct Adder {
    sums: Vec<i64>,
    touched: Vec<Slot>,
}

impl Default for Adder {
    fn default() -> Self {
        Self {
            sums: vec![0; SLOTS as usize],
            touched: Vec::new(),
        }
    }
}

impl Adder {
    pub(crate) fn add_all(&mut self, amounts: &Amounts) {
        for &(slot, amount) in &amounts.0 {
            let sum = &mut self.sums[slot.0 as usize];
            if *sum == 0 {
                self.touched.push(slot);
            }
            *sum = sum.wrapping_add(amount);
        }
    }

    /// Hands over the sum, in the order of a tally, and begins anew.
    pub(crate) fn take(&mut self, sum: &mut Amounts) {
        sum.0.clear();
        self.touched.sort_unstable();
        for slot in self.touched.drain(..) {
            // One that came back to zero in between is here twice.
            let amount = std::mem::take(&mut self.sums[slot.0 as usize]);
            if amount != 0 {
                sum.0.push((slot, amount));
            }
        }
    }
}

/// A sparse sum by slot, sorted, without zeros.
///
/// Slots and amounts lie apart: ten bytes an entry instead of sixteen, and a
/// search looks at slots alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    slots: Vec<Slot>,
    amounts: Vec<i64>,
}

impl Sink for Tally {
    fn add(&mut self, slot: Slot, amount: i64) {
        self.add_from(0, slot, amount);
    }
}

impl Summed for Tally {
    fn get(&self, slot: Slot) -> i64 {
        match self.slots.binary_search(&slot) {
            Ok(at) => self.amounts[at],
            Err(_) => 0,
        }
    }
}

impl Tally {
    /// Adds to a slot that is not before a place; its place.
    fn add_from(&mut self, from: usize, slot: Slot, amount: i64) -> usize {
        match self.slots[from..].binary_search(&slot) {
            Ok(at) => {
                let at = from + at;
                // Wraps: sums of instants pass the range and come back to it.
                let sum = self.amounts[at].wrapping_add(amount);
                self.amounts[at] = sum;
                if sum == 0 {
                    self.slots.remove(at);
                    self.amounts.remove(at);
                }
                at
            }
            Err(at) => {
                let at = from + at;
                if amount != 0 {
                    self.slots.insert(at, slot);
                    self.amounts.insert(at, amount);
                }
                at
            }
        }
    }

    /// Adds amounts in the order of their slots.
    pub(crate) fn add_all(&mut self, amounts: &Amounts) {
        let mut from = 0;
        for &(slot, amount) in &amounts.0 {
            from = self.add_from(from, slot, amount);
        }
    }

    /// A word of each of its pieces in memory ([`crate::nearness`]).
    pub(crate) fn words(&self) -> u64 {
        const LINE: usize = 64 / size_of::<i64>();
        let middle = self.slots.get(self.slots.len() / 2);
        let slot = middle.map_or(0, |slot| u64::from(slot.0));
        let amounts = self.amounts.iter().step_by(LINE);
        amounts.fold(slot, |words, amount| words ^ *amount as u64)
    }

    /// Forgets the amount of a slot.
    pub(crate) fn forget(&mut self, slot: Slot) {
        let amount = self.get(slot);
        self.add(slot, amount.wrapping_neg());
    }

    /// Adds all of another.
    pub(crate) fn merge(&mut self, other: &Tally) {
        let mut from = 0;
        for (slot, amount) in other.entries() {
            from = self.add_from(from, slot, amount);
        }
    }

    /// Slots and amounts, rising.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Slot, i64)> + '_ {
        self.slots.iter().copied().zip(self.amounts.iter().copied())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// Whether there is an amount for each slot, as in what was decoded there must be.
    pub(crate) fn is_sound(&self) -> bool {
        self.amounts.len() == self.slots.len() && are_sound(&self.slots)
    }

    /// The waits of answered legs, by bin, rising.
    pub(crate) fn answer_waits(
        &self,
        family: Family,
    ) -> impl DoubleEndedIterator<Item = (u16, i64)> + Clone + '_ {
        self.bins(WAITS + family as u16 * histogram::BINS)
    }

    /// The errors of announcements, by bin, rising.
    pub(crate) fn announced_errors(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u16, i64)> + Clone + '_ {
        self.bins(ANNOUNCED_ERRORS)
    }

    /// The errors of estimates, by bin, rising.
    pub(crate) fn estimate_errors(
        &self,
    ) -> impl DoubleEndedIterator<Item = (u16, i64)> + Clone + '_ {
        self.bins(ESTIMATE_ERRORS)
    }

    fn bins(&self, base: u16) -> impl DoubleEndedIterator<Item = (u16, i64)> + Clone + '_ {
        let start = self.slots.partition_point(|slot| slot.0 < base);
        let end = self
            .slots
            .partition_point(|slot| slot.0 < base + histogram::BINS);
        self.slots[start..end]
            .iter()
            .zip(&self.amounts[start..end])
            .map(move |(slot, &count)| (slot.0 - base, count))
    }
}

impl Books<Tally> {
    /// Adds the tally of a book to a sum.
    pub(crate) fn add_to(&self, by: By, sum: &mut Tally) {
        sum.merge(&self.both);
        sum.merge(self.alone(by));
    }
}

/// Whether slots rise, and all are slots.
fn are_sound(slots: &[Slot]) -> bool {
    slots.is_sorted_by(|one, other| one < other) && slots.last().is_none_or(|last| last.0 < SLOTS)
}

/// Sparse sums of several windows: a row a slot, with a sum for each window.
///
/// The windows of a scope have most of their slots in common: a slot is found
/// once for all windows that a contribution enters, and is kept once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rows {
    windows: usize,
    slots: Vec<Slot>,
    /// As many for a slot as there are windows, not all of them zero.
    amounts: Vec<i64>,
}

impl Rows {
    pub(crate) fn new(windows: usize) -> Self {
        Self {
            windows,
            slots: Vec::new(),
            amounts: Vec::new(),
        }
    }

    /// Adds amounts in the order of their slots to some of the windows.
    pub(crate) fn add_all(&mut self, amounts: &Amounts, windows: &[usize]) {
        let mut from = 0;
        for &(slot, amount) in &amounts.0 {
            if amount != 0 && !windows.is_empty() {
                from = self.add_from(from, slot, amount, windows);
            }
        }
    }

    /// Adds to a slot that is not before a place; its place.
    fn add_from(&mut self, from: usize, slot: Slot, amount: i64, windows: &[usize]) -> usize {
        let found = self.slots[from..].binary_search(&slot);
        let at = from + found.unwrap_or_else(|place| place);
        let row = at * self.windows..(at + 1) * self.windows;
        if found.is_err() {
            self.slots.insert(at, slot);
            let zeros = std::iter::repeat_n(0, self.windows);
            self.amounts.splice(row.start..row.start, zeros);
        }
        let sums = &mut self.amounts[row.clone()];
        for &window in windows {
            sums[window] = sums[window].wrapping_add(amount);
        }
        if sums.iter().all(|&sum| sum == 0) {
            self.slots.remove(at);
            self.amounts.drain(row);
        }
        at
    }

    /// Adds all windows of another, which has as many.
    pub(crate) fn merge(&mut self, other: &Rows) {
        // Where there are no windows, there are no slots either.
        let rows = other.amounts.chunks(self.windows.max(1));
        let mut from = 0;
        for (&slot, sums) in other.slots.iter().zip(rows) {
            for (window, &sum) in sums.iter().enumerate().filter(|(_, sum)| **sum != 0) {
                from = self.add_from(from, slot, sum, &[window]);
            }
        }
    }

    /// Whether there are sums for each slot, as in what was decoded there must be.
    pub(crate) fn is_sound(&self, windows: usize) -> bool {
        self.windows == windows
            && self.slots.len().checked_mul(windows) == Some(self.amounts.len())
            && are_sound(&self.slots)
    }

    /// The sums of a window.
    pub(crate) fn window(&self, window: usize) -> Tally {
        let of_window = self.amounts.iter().skip(window).step_by(self.windows);
        let known = self.slots.iter().zip(of_window);
        let (slots, amounts) = known.filter(|&(_, &sum)| sum != 0).unzip();
        Tally { slots, amounts }
    }

    /// The sum of a slot in a window.
    pub(crate) fn get(&self, window: usize, slot: Slot) -> i64 {
        match self.slots.binary_search(&slot) {
            Ok(at) => self.amounts[at * self.windows + window],
            Err(_) => 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use vigie_contract::view::Count;

    use super::*;

    #[test]
    fn windows_side_by_side_are_apart() {
        let slot = |count| Slot::count(Family::First, count);
        let mut one = Amounts::default();
        one.add(slot(Count::Abandoned), 3);
        one.add(slot(Count::Answered), 2);
        one.sort();
        let mut other = Amounts::default();
        other.add(slot(Count::Answered), -2);
        let mut rows = Rows::new(3);
        rows.add_all(&one, &[0, 2]);
        rows.add_all(&other, &[2]);
        let sums = |rows: &Rows, window| {
            let tally = rows.window(window);
            [Count::Answered, Count::Abandoned].map(|count| tally.get(slot(count)))
        };
        assert_eq!(
            [0, 1, 2].map(|at| sums(&rows, at)),
            [[2, 3], [0, 0], [0, 3]]
        );
        assert!(rows.window(1).is_empty());
        one.turn();
        rows.add_all(&one, &[0]);
        rows.add_all(&one, &[2]);
        other.turn();
        rows.add_all(&other, &[2]);
        assert_eq!(rows, Rows::new(3));
    }

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

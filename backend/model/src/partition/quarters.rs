//! The quarter-hours of a cell's days.
//!
//! Nearly everything counts in the last two, which are kept as sums; those before
//! are packed, a third of the size, and unpacked for a correction.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use crate::books::Books;
use crate::sums::QUARTER_SECONDS;
use crate::tally::Tally;

/// How many of the last quarter-hours are not packed.
const KEPT: usize = 2;

/// The sums of a quarter-hour, by book.
type QuarterTallies = Books<Tally>;

/// The sums of a quarter-hour, packed into bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct PackedQuarter(#[serde(with = "serde_bytes")] Box<[u8]>);

/// The sums of the quarter-hours of a cell, by the number of the quarter-hour since
/// 1970, rising.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Quarters {
    packed: Vec<(i64, PackedQuarter)>,
    recent: SmallVec<[(i64, QuarterTallies); KEPT]>,
}

impl Quarters {
    /// The newest quarter-hour.
    pub(super) fn newest(&self) -> Option<(i64, &QuarterTallies)> {
        self.recent
            .last()
            .map(|(number, quarter)| (*number, quarter))
    }

    /// Changes the sums of the quarter-hour that holds an instant.
    pub(super) fn change(&mut self, at: Time, change: impl FnOnce(&mut QuarterTallies)) {
        let number = quarter_of(at);
        if let Some((_, quarter)) = self.recent.iter_mut().rfind(|(known, _)| *known == number) {
            return change(quarter);
        }
        let newest = self.recent.last().map(|&(known, _)| known);
        if newest.is_none_or(|newest| newest < number) {
            self.begin(number);
            if let Some((_, quarter)) = self.recent.last_mut() {
                change(quarter);
            }
            return;
        }
        let place = self.packed.partition_point(|&(known, _)| known < number);
        let is_known = matches!(self.packed.get(place), Some(&(known, _)) if known == number);
        let mut quarter = match is_known {
            true => self.packed[place].1.unpack(),
            false => QuarterTallies::default(),
        };
        change(&mut quarter);
        if is_known {
            self.packed[place].1 = pack(&quarter);
        } else if self
            .recent
            .first()
            .is_some_and(|&(known, _)| known < number)
        {
            // Between the recent ones, of which none was of this quarter-hour.
            self.recent.insert(1, (number, quarter));
            self.pack_older();
        } else {
            self.packed.insert(place, (number, pack(&quarter)));
        }
    }

    fn begin(&mut self, number: i64) {
        self.recent.push((number, QuarterTallies::default()));
        self.pack_older();
    }

    fn pack_older(&mut self) {
        while self.recent.len() > KEPT {
            let (number, quarter) = self.recent.remove(0);
            self.packed.push((number, pack(&quarter)));
        }
    }

    /// Forgets the quarter-hours before an instant.
    pub(super) fn forget_before(&mut self, time: Time) {
        let first = quarter_of(time);
        let gone = self.packed.partition_point(|&(known, _)| known < first);
        self.packed.drain(..gone);
        self.recent.retain(|(known, _)| *known >= first);
    }

    /// Whether no quarter-hour is kept.
    pub(super) fn is_empty(&self) -> bool {
        self.packed.is_empty() && self.recent.is_empty()
    }

    /// The quarter-hours since an instant, by their number since 1970.
    pub(super) fn since(&self, time: Time) -> impl Iterator<Item = (i64, Cow<'_, QuarterTallies>)> {
        let first = quarter_of(time);
        let from = self.packed.partition_point(|&(known, _)| known < first);
        let packed = self.packed[from..]
            .iter()
            .map(|(number, packed)| (*number, Cow::Owned(packed.unpack())));
        let recent = self.recent.iter().filter(move |(known, _)| *known >= first);
        packed.chain(recent.map(|(number, quarter)| (*number, Cow::Borrowed(quarter))))
    }
}

impl PackedQuarter {
    fn unpack(&self) -> QuarterTallies {
        postcard::from_bytes(&self.0).expect("it was packed here")
    }
}

fn pack(quarter: &QuarterTallies) -> PackedQuarter {
    let bytes = postcard::to_allocvec(quarter).expect("sums are numbers");
    PackedQuarter(bytes.into_boxed_slice())
}

fn quarter_of(time: Time) -> i64 {
    time.0.div_euclid(QUARTER_SECONDS * MICROS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Extra, Family, Sink, Slot, Summed};

    fn slot() -> Slot {
        Slot::extra(Family::First, Extra::Ended)
    }

    #[test]
    fn all_but_the_last_two_quarters_are_packed() {
        for (order, packed, recent) in [
            (&[0, 1, 2, 3, 4][..], &[0, 1, 2][..], [3, 4]),
            (&[1, 4, 3, 0], &[0, 1], [3, 4]),
        ] {
            let mut quarters = Quarters::default();
            for number in order {
                quarters.change(Time::from_seconds(number * QUARTER_SECONDS), |_| ());
            }
            let numbers: Vec<i64> = quarters.packed.iter().map(|known| known.0).collect();
            assert_eq!(numbers, packed, "{order:?}");
            let numbers: Vec<i64> = quarters.recent.iter().map(|known| known.0).collect();
            assert_eq!(numbers, recent, "{order:?}");
        }
    }

    #[test]
    fn every_order_of_quarters_gives_the_same() {
        let orders = [
            [0, 1, 2, 3, 1],
            [3, 2, 1, 0, 1],
            [1, 3, 0, 2, 1],
            [3, 1, 2, 0, 1],
        ];
        for order in orders {
            let mut quarters = Quarters::default();
            for number in order {
                quarters.change(
                    Time::from_seconds(number * QUARTER_SECONDS + 5),
                    |quarter| {
                        quarter.both.add(slot(), 1 + number);
                    },
                );
            }
            let sums = |quarters: &Quarters, from: i64| -> Vec<(i64, i64)> {
                quarters
                    .since(Time::from_seconds(from * QUARTER_SECONDS))
                    .map(|(number, quarter)| (number, quarter.both.get(slot())))
                    .collect()
            };
            assert_eq!(
                sums(&quarters, 0),
                [(0, 1), (1, 4), (2, 3), (3, 4)],
                "{order:?}"
            );
            assert_eq!(sums(&quarters, 2), [(2, 3), (3, 4)]);
            quarters.forget_before(Time::from_seconds(3 * QUARTER_SECONDS));
            assert_eq!(sums(&quarters, 0), [(3, 4)]);
        }
    }
}

//! When open legs will be lost, with their calls.
//!
//! They come nearly in order and leave in order. A backlog does not: kept as one
//! sorted row, each that comes late would move all that are later, so that an
//! hour of backlog would cost the square of it. So they lie in short parts of
//! time, and a part is put in order when its time comes.

use std::collections::BTreeMap;

use vigie_contract::time::Time;

use crate::pieces;

/// Instants, each with a call.
#[derive(Clone, Debug, Default)]
pub(super) struct Deadlines {
    /// The deadlines by parts of time ([`part_of`]); none is empty.
    parts: BTreeMap<i64, Vec<(Time, u64)>>,
    /// The deadlines of the first part of time, in order, the earliest last.
    next: Vec<(Time, u64)>,
}

/// A part of time is 2²³ µs long, 8.4 s.
fn part_of(time: Time) -> i64 {
    time.0 >> 23
}

impl Deadlines {
    /// Adds a deadline of a call. One that is there already counts once.
    pub(super) fn push(&mut self, deadline: (Time, u64)) {
        let is_next = self.next.first().is_some_and(|last| deadline <= *last);
        if is_next {
            let place = self.next.partition_point(|known| *known > deadline);
            if self.next.get(place) != Some(&deadline) {
                self.next.insert(place, deadline);
            }
            return;
        }
        let part = self.parts.entry(part_of(deadline.0)).or_default();
        if part.last() != Some(&deadline) {
            part.push(deadline);
        }
    }

    /// Takes the first deadline before an instant.
    pub(super) fn pop_before(&mut self, time: Time) -> Option<(Time, u64)> {
        if self.next.is_empty() {
            let first = self.parts.first_entry()?;
            if *first.key() > part_of(time) {
                return None;
            }
            self.next = first.remove();
            self.next.sort_unstable_by(|one, other| other.cmp(one));
            self.next.dedup();
        }
        self.next.pop_if(|(deadline, _)| *deadline < time)
    }

    /// Appends one of the pieces in which deadlines are saved: some parts of time.
    /// The first piece also holds those that are next.
    pub(super) fn save(&self, piece: usize, mut bytes: Vec<u8>) -> Vec<u8> {
        let places = pieces::places(self.parts.len(), piece);
        let parts: Vec<_> = self
            .parts
            .iter()
            .skip(places.start)
            .take(places.len())
            .collect();
        bytes = pieces::save(parts.into_iter(), bytes);
        let next = if piece == 0 { &self.next[..] } else { &[] };
        pieces::save(next.iter(), bytes)
    }

    /// Takes a piece from what was saved; answers what is left.
    pub(super) fn load<'b>(&mut self, bytes: &'b [u8]) -> postcard::Result<&'b [u8]> {
        let left = pieces::load(bytes, |(at, part)| {
            self.parts.insert(at, part);
        })?;
        pieces::load(left, |deadline| self.next.push(deadline))
    }

    /// The calls of all deadlines, some of them more than once.
    pub(super) fn calls(&self) -> impl Iterator<Item = u64> + '_ {
        let parts = self.parts.values().flatten();
        self.next.iter().chain(parts).map(|&(_, call)| call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_leave_in_order_and_once_whatever_the_order_they_came_in() {
        let part = 1 << 23;
        let came = [3 * part, 5, part, 5, 0, part - 1, 4, 3 * part, part];
        let mut deadlines = Deadlines::default();
        for at in came {
            deadlines.push((Time(at), 7));
        }
        let take = |deadlines: &mut Deadlines, before| -> Vec<i64> {
            let taken = std::iter::from_fn(|| deadlines.pop_before(Time(before)));
            taken.map(|(at, _)| at.0).collect()
        };
        assert_eq!(take(&mut deadlines, 5), [0, 4]);
        assert_eq!(take(&mut deadlines, 5), [0; 0]);
        // Into the part that is being taken: before, between, and once more.
        for at in [1, 5, part - 2, part - 1] {
            deadlines.push((Time(at), 7));
        }
        assert_eq!(deadlines.calls().count(), 6);
        assert_eq!(take(&mut deadlines, 2), [1]);
        let rest = take(&mut deadlines, i64::MAX);
        assert_eq!(rest, [5, part - 2, part - 1, part, 3 * part]);
        assert_eq!(take(&mut deadlines, i64::MAX), [0; 0]);
    }

    #[test]
    fn calls_of_one_instant_are_apart() {
        let mut deadlines = Deadlines::default();
        for call in [2, 1, 2, 3] {
            deadlines.push((Time(9), call));
        }
        let taken = std::iter::from_fn(|| deadlines.pop_before(Time(10)));
        assert_eq!(taken.map(|(_, call)| call).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

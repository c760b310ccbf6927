//! Who waits in a queue, in the order of their entries.
//!
//! A national queue may hold thousands: what is looked at for each event is the
//! first of them, or eight bytes of each.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use vigie_contract::time::Time;

use crate::leg::LOST_AFTER;

/// So many have room in any queue.
const ROOM: usize = 8;

/// No queue is told more apart: whoever comes then is not learned from. They are
/// searched, so a queue of millions would cost as much at every outcome.
const MOST: usize = 10_000;

/// Legs that wait, with what is kept of each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Waiters<K> {
    /// The hashes of their calls, apart from the rest: they are searched.
    calls: VecDeque<u64>,
    /// When they entered, rising, and what is kept.
    entries: VecDeque<(Time, K)>,
}

/// How many wait, and since when the first of them does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Front {
    pub(super) number: u32,
    pub(super) first: Option<Time>,
}

impl Front {
    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            number: self.number + other.number,
            first: [self.first, other.first].into_iter().flatten().min(),
        }
    }

    /// Whether all of them still wait at an instant: nobody has been lost.
    pub(super) fn holds(self, at: Time) -> bool {
        self.first.is_none_or(|since| !is_lost(since, at))
    }
}

fn is_lost(since: Time, at: Time) -> bool {
    at - since >= LOST_AFTER
}

impl<K> Default for Waiters<K> {
    fn default() -> Self {
        Self {
            calls: VecDeque::new(),
            entries: VecDeque::new(),
        }
    }
}

impl<K> Waiters<K> {
    /// A word of each of its pieces in memory ([`crate::nearness`]): those that are
    /// looked at first.
    pub(super) fn words(&self) -> u64 {
        let first = self.entries.front().map_or(0, |(since, _)| since.0 as u64);
        first ^ self.calls.front().copied().unwrap_or_default()
    }

    /// A call enters, unless it is there or there is no room: then what was to be
    /// kept comes back.
    pub(super) fn enter(&mut self, call: u64, since: Time, kept: K) -> Result<(), K> {
        self.forget(since);
        if self.calls.len() >= MOST || self.place_of(call).is_some() {
            return Err(kept);
        }
        // Entries come in order, or nearly.
        let behind = self.entries.iter().rev();
        let later = behind.take_while(|(other, _)| *other > since).count();
        let at = self.entries.len() - later;
        self.calls.insert(at, call);
        self.entries.insert(at, (since, kept));
        Ok(())
    }

    /// A call leaves at an instant: since when it was there, and what was kept of
    /// it. Who was lost has left before.
    pub(super) fn leave(&mut self, call: u64, at: Time) -> Option<(Time, K)> {
        let place = self.place_of(call)?;
        self.calls.remove(place);
        let entry = self.entries.remove(place);
        self.give_back_room();
        entry.filter(|(since, _)| !is_lost(*since, at))
    }

    /// A queue that was long once does not keep the room for it.
    fn give_back_room(&mut self) {
        if self.entries.capacity() > ROOM && 4 * self.entries.len() <= self.entries.capacity() {
            let room = ROOM.max(2 * self.entries.len());
            self.calls.shrink_to(room);
            self.entries.shrink_to(room);
        }
    }

    /// Forgets those who are lost at an instant.
    pub(super) fn forget(&mut self, at: Time) {
        while matches!(self.entries.front(), Some((since, _)) if is_lost(*since, at)) {
            self.entries.pop_front();
            self.calls.pop_front();
        }
    }

    /// Those who wait at an instant, first come first: without those who have been
    /// lost, whether or not they are forgotten yet.
    pub(super) fn at(&self, at: Time) -> impl Iterator<Item = &(Time, K)> {
        self.entries.iter().skip(self.lost(at))
    }

    /// How many they are.
    pub(super) fn front(&self, at: Time) -> Front {
        let lost = self.lost(at);
        Front {
            number: (self.entries.len() - lost) as u32,
            first: self.entries.get(lost).map(|(since, _)| *since),
        }
    }

    /// The same, and nothing kept of them.
    pub(super) fn without_kept(&self) -> Waiters<()> {
        let entries = self.entries.iter().map(|(since, _)| (*since, ()));
        Waiters {
            calls: self.calls.clone(),
            entries: entries.collect(),
        }
    }

    fn lost(&self, at: Time) -> usize {
        match self.entries.front() {
            // Nearly always nobody, and no more is looked at.
            Some((since, _)) if is_lost(*since, at) => self
                .entries
                .partition_point(|(since, _)| is_lost(*since, at)),
            _ => 0,
        }
    }

    fn place_of(&self, call: u64) -> Option<usize> {
        self.calls.iter().position(|known| *known == call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(seconds)
    }

    #[test]
    fn they_stand_in_the_order_of_their_entries() {
        let mut waiters = Waiters::default();
        for (call, since) in [(1, 10), (2, 30), (3, 20), (2, 5), (4, 20)] {
            let entered = waiters.enter(call, at(since), call);
            assert_eq!(entered.is_err(), since == 5);
        }
        let order: Vec<u64> = waiters.at(at(40)).map(|(_, call)| *call).collect();
        assert_eq!(order, [1, 3, 4, 2]);
        assert_eq!(waiters.leave(3, at(40)), Some((at(20), 3)));
        assert_eq!(waiters.leave(3, at(40)), None);
        let front = waiters.front(at(40));
        assert_eq!((front.number, front.first), (3, Some(at(10))));
    }

    #[test]
    fn a_queue_that_was_long_gives_its_room_back() {
        let mut waiters = Waiters::default();
        for call in 0..1_000 {
            waiters.enter(call, at(1), call).unwrap();
        }
        for call in 0..990 {
            assert_eq!(waiters.leave(call, at(2)), Some((at(1), call)));
        }
        assert!(waiters.entries.capacity() <= 80 && waiters.calls.capacity() <= 80);
        let left: Vec<u64> = waiters.at(at(2)).map(|(_, call)| *call).collect();
        assert_eq!(left, Vec::from_iter(990..1_000));
    }

    #[test]
    fn a_queue_holds_so_many_and_has_room_again_once_some_have_left() {
        let mut waiters = Waiters::default();
        for call in 0..MOST as u64 {
            waiters.enter(call, at(1), ()).unwrap();
        }
        let one_more = MOST as u64;
        assert!(waiters.enter(one_more, at(2), ()).is_err());
        assert_eq!(waiters.front(at(2)).number as usize, MOST);
        assert!(waiters.leave(0, at(3)).is_some());
        assert!(waiters.enter(one_more, at(3), ()).is_ok());
    }

    #[test]
    fn the_lost_do_not_wait_whether_forgotten_or_not() {
        let mut waiters = Waiters::default();
        waiters.enter(1, at(0), ()).unwrap();
        waiters.enter(2, at(1), ()).unwrap();
        // As a leg is, from its second hour on.
        let lost = at(0) + LOST_AFTER;
        let mut left = waiters.clone();
        assert_eq!(left.leave(1, lost), None);
        for _ in 0..2 {
            let front = waiters.front(lost);
            assert_eq!((front.number, front.first), (1, Some(at(1))));
            assert_eq!(waiters.at(lost).count(), 1);
            waiters.forget(lost);
        }
        assert_eq!(waiters.leave(1, at(2)), None);
    }
}

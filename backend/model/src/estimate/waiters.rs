//! Who waits in a queue, in the order of their entries.
//!
//! A national queue may hold thousands: what is looked at for each event is the
//! first of them, or eight bytes of each.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use vigie_contract::time::{Span, Time};

use crate::leg::{LOST_AFTER, SKEW};

/// The number of legs for which any queue keeps room.
const ROOM: usize = 8;

/// How long a call that left before entering is remembered: events come out of order
/// by the allowed lateness.
const EARLY_FOR: Span = Span::from_seconds(60);

/// The most calls that left before entering and are remembered.
const MOST_EARLY: usize = 64;
/// The most legs of a queue that are followed; of those beyond nothing is learned.
/// The list is searched, so a queue of millions would cost as much at every outcome.
const MOST: usize = 10_000;

/// Legs that wait, with what is kept of each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Waiters<K> {
    /// The hashes of their calls, apart from the rest: they are searched.
    calls: VecDeque<u64>,
    /// The instants at which they entered, rising, and what is kept of each.
    entries: VecDeque<(Time, K)>,
    /// Calls that left before they had entered, in the order in which that was
    /// told: clocks of one platform differ. Some seconds' worth.
    early: Vec<Early>,
}

/// A call that left, and did not wait.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Early {
    call: u64,
    at: Time,
    answered: bool,
}

/// What comes of an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Joined {
    /// The call waits.
    Waits,
    /// The call had left before, and never waits.
    HadLeft { answered: bool },
}

/// How many wait, and since when the first of them does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Front {
    pub(super) number: u32,
    pub(super) first: Option<Time>,
}

impl Front {
    /// The two fronts together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            number: self.number + other.number,
            first: [self.first, other.first].into_iter().flatten().min(),
        }
    }

    /// The front, were so many more to wait behind these.
    pub(super) fn with_more(self, more: u32) -> Self {
        Self {
            number: self.number + more,
            ..self
        }
    }

    /// Whether all of them still wait at an instant, that is, none has been lost by
    /// then.
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
            early: Vec::new(),
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

    /// Lets a call enter. If it is there already, or there is no room, what was to
    /// be kept comes back.
    pub(super) fn enter(&mut self, call: u64, since: Time, kept: K) -> Result<Joined, K> {
        self.forget(since);
        if self.calls.len() >= MOST || self.place_of(call).is_some() {
            return Err(kept);
        }
        if let Some(answered) = self.had_left(call, since) {
            return Ok(Joined::HadLeft { answered });
        }
        // Entries come in order, or nearly.
        let behind = self.entries.iter().rev();
        let later = behind.take_while(|(other, _)| *other > since).count();
        let at = self.entries.len() - later;
        self.calls.insert(at, call);
        self.entries.insert(at, (since, kept));
        Ok(Joined::Waits)
    }

    /// Whether a call that enters had left in the 2 s before, answered or not.
    fn had_left(&mut self, call: u64, since: Time) -> Option<bool> {
        if self.early.is_empty() {
            return None;
        }
        let is_it = |early: &Early| early.call == call && early.at < since;
        let place = self
            .early
            .iter()
            .position(|early| is_it(early) && since <= early.at + SKEW)?;
        Some(self.early.remove(place).answered)
    }

    /// Lets a call leave at an instant, answered or not. Answers since when it was
    /// there, and what was kept of it. A call that was lost has left before.
    pub(super) fn leave(&mut self, call: u64, at: Time, answered: bool) -> Option<(Time, K)> {
        let waiting = self.place_of(call).and_then(|place| {
            self.calls.remove(place);
            let entry = self.entries.remove(place);
            self.give_back_room();
            entry.filter(|(since, _)| !is_lost(*since, at))
        });
        if waiting.is_none() {
            self.early.retain(|early| at - early.at <= EARLY_FOR);
            if self.early.len() < MOST_EARLY {
                self.early.push(Early { call, at, answered });
            }
        }
        waiting
    }

    /// Forgets a call that entered by an instant, where it is.
    pub(super) fn forget_call(&mut self, call: u64, by: Time) {
        if let Some(place) = self.place_of(call)
            && self.entries[place].0 <= by
        {
            self.calls.remove(place);
            self.entries.remove(place);
            self.give_back_room();
        }
    }

    /// Forgets the calls that left early, once that is over, and gives the memory
    /// back.
    pub(super) fn forget_early(&mut self, at: Time) {
        self.early.retain(|early| at - early.at <= EARLY_FOR);
        self.early.shrink_to_fit();
    }

    /// Gives memory back, so that a queue that was long once does not keep it.
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

    /// The legs that wait at an instant, first come first: without those that have
    /// been lost, whether or not they are forgotten yet.
    pub(super) fn at(&self, at: Time) -> impl Iterator<Item = &(Time, K)> {
        self.entries.iter().skip(self.lost(at))
    }

    /// How many legs wait at an instant, and since when the first of them does.
    pub(super) fn front(&self, at: Time) -> Front {
        let lost = self.lost(at);
        Front {
            number: (self.entries.len() - lost) as u32,
            first: self.entries.get(lost).map(|(since, _)| *since),
        }
    }

    /// The same legs, with nothing kept of them.
    pub(super) fn without_kept(&self) -> Waiters<()> {
        let entries = self.entries.iter().map(|(since, _)| (*since, ()));
        Waiters {
            calls: self.calls.clone(),
            entries: entries.collect(),
            early: self.early.clone(),
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
            assert_eq!(entered.is_err(), since == 5, "{entered:?}");
        }
        let order: Vec<u64> = waiters.at(at(40)).map(|(_, call)| *call).collect();
        assert_eq!(order, [1, 3, 4, 2]);
        assert_eq!(waiters.leave(3, at(40), true), Some((at(20), 3)));
        assert_eq!(waiters.leave(3, at(40), true), None);
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
            assert_eq!(waiters.leave(call, at(2), true), Some((at(1), call)));
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
        assert!(waiters.leave(0, at(3), true).is_some());
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
        assert_eq!(left.leave(1, lost, true), None);
        for _ in 0..2 {
            let front = waiters.front(lost);
            assert_eq!((front.number, front.first), (1, Some(at(1))));
            assert_eq!(waiters.at(lost).count(), 1);
            waiters.forget(lost);
        }
        assert_eq!(waiters.leave(1, at(2), true), None);
    }

    #[test]
    fn who_left_up_to_two_seconds_before_entering_never_waits() {
        let mut waiters = Waiters::default();
        assert_eq!(waiters.leave(1, at(10), true), None);
        assert_eq!(waiters.leave(1, at(10), false), None);
        assert_eq!(waiters.enter(2, at(11), ()), Ok(Joined::Waits));
        // One entry each, the first told first.
        for answered in [true, false] {
            let joined = waiters.enter(1, at(12), ());
            assert_eq!(joined, Ok(Joined::HadLeft { answered }));
        }
        assert_eq!(waiters.enter(1, at(12), ()), Ok(Joined::Waits));
        assert_eq!(waiters.front(at(12)).number, 2);
        assert_eq!(waiters.leave(3, at(10), true), None);
        let a_bit_late = Time(at(12).0 + 1);
        assert_eq!(waiters.enter(3, a_bit_late, ()), Ok(Joined::Waits));
        // At one instant the entry goes first.
        assert_eq!(waiters.leave(4, at(20), true), None);
        assert_eq!(waiters.enter(4, at(20), ()), Ok(Joined::Waits));
    }

    #[test]
    fn those_who_left_early_are_few() {
        let mut waiters: Waiters<()> = Waiters::default();
        for call in 0..1_000 {
            waiters.leave(call, at(1), true);
        }
        assert_eq!(waiters.early.len(), MOST_EARLY);
        waiters.leave(1, at(62), true);
        assert_eq!(waiters.early.len(), 1);
    }
}

//! Calls and callers, and where they lie.
//!
//! Five million callers with a call each take less than a hundred bytes each
//! ([`tests`]): so both lie side by side in chunks, and tables know them by their
//! number. Rejected: hash maps of them, of which a third is empty.

use hashbrown::HashTable;
use smallvec::SmallVec;

use super::visit::{Kind, Visit};
use crate::shards::{SHARDS, shard_of};
use vigie_contract::time::Time;

/// Nobody, and nothing further.
const NONE: u32 = u32::MAX;

/// Says that something did not happen.
const NEVER: u16 = u16::MAX;

/// So many visits of one caller are told apart: a pseudonym that calls more often is
/// no caller's, but stands for all who hide theirs.
const VISITS_OF_ONE: u32 = 100;

/// The number of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct VisitId(pub u32);

/// The number of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallerId(u32);

/// A visit as it is kept.
#[derive(Clone, Copy, Debug)]
struct KeptVisit {
    call: u64,
    line: u64,
    at: Time,
    parts: Parts,
    caller: u32,
    /// The next visit of the caller.
    next: u32,
    known: u16,
    decided: u16,
    reached: u16,
    promised: u16,
    kind: Kind,
    repeated: bool,
    over: bool,
    /// Whether it has not been taken out.
    is_there: bool,
}

#[derive(Clone, Copy, Debug)]
struct KeptCaller {
    hash: u64,
    /// The first of the caller's visits.
    first: u32,
    visits: u32,
}

/// The partitions that hold parts of a call, by the lowest bits of their number: there
/// may be others with the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts(u32);

impl Parts {
    pub(crate) fn add(&mut self, partition: i32) {
        self.0 |= 1 << (partition.rem_euclid(32));
    }

    pub(crate) fn may_hold(self, partition: i32) -> bool {
        self.0 >> partition.rem_euclid(32) & 1 == 1
    }

    pub(super) fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A visit, whose it is, and of which call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub visit: Visit,
    pub call: u64,
    pub parts: Parts,
    /// Who the caller is; `None` where that is not known, or not followed.
    pub caller: Option<CallerId>,
    /// Whether there was no room for the caller.
    pub over: bool,
}

/// Values side by side, under numbers that stay. None moves as more come.
#[derive(Debug)]
struct Slab<T> {
    chunks: Vec<Vec<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: Vec::new(),
        }
    }
}

const CHUNK: usize = 4_096;

impl<T> Slab<T> {
    fn add(&mut self, value: T) -> u32 {
        if let Some(free) = self.free.pop() {
            *self.get_mut(free) = value;
            return free;
        }
        if self.chunks.last().is_none_or(|last| last.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let at = self.chunks.len() - 1;
        let chunk = &mut self.chunks[at];
        chunk.push(value);
        (at * CHUNK + chunk.len() - 1) as u32
    }

    fn get(&self, at: u32) -> &T {
        &self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }

    fn get_mut(&mut self, at: u32) -> &mut T {
        &mut self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }

    fn remove(&mut self, at: u32) {
        self.free.push(at);
    }

    fn len(&self) -> usize {
        // All chunks but the last are full.
        let last = self.chunks.last().map_or(0, Vec::len);
        let before = self.chunks.len().saturating_sub(1);
        before * CHUNK + last - self.free.len()
    }
}

/// Numbers by a hash, in tables of which none takes long to grow.
#[derive(Debug)]
struct Index(Box<[HashTable<u32>]>);

impl Default for Index {
    fn default() -> Self {
        Self((0..SHARDS).map(|_| HashTable::new()).collect())
    }
}

impl Index {
    fn table(&mut self, hash: u64) -> &mut HashTable<u32> {
        &mut self.0[shard_of(hash)]
    }

    fn all(&self, hash: u64) -> impl Iterator<Item = u32> {
        self.0[shard_of(hash)].iter_hash(hash).copied()
    }

    fn remove(&mut self, hash: u64, number: u32) {
        if let Ok(found) = self.table(hash).find_entry(hash, |known| *known == number) {
            found.remove();
        }
    }
}

/// All calls and callers.
#[derive(Debug, Default)]
pub(super) struct Book {
    visits: Slab<KeptVisit>,
    callers: Slab<KeptCaller>,
    by_call: Index,
    by_caller: Index,
}

impl Book {
    /// How many callers there are.
    pub(super) fn callers(&self) -> usize {
        self.callers.len()
    }

    /// How many visits there are.
    pub(super) fn visits(&self) -> usize {
        self.visits.len()
    }

    /// The visits of a call.
    pub(super) fn of_call(&self, call: u64) -> SmallVec<[VisitId; 2]> {
        let found = self.by_call.all(call);
        let of_call = found.filter(|&number| self.visits.get(number).call == call);
        of_call.map(VisitId).collect()
    }

    /// The visits of a caller, in no order.
    pub(super) fn of_caller(&self, caller: CallerId) -> impl Iterator<Item = (VisitId, Known)> {
        let first = self.callers.get(caller.0).first;
        let mut next = first;
        std::iter::from_fn(move || {
            if next == NONE {
                return None;
            }
            let id = VisitId(next);
            next = self.visits.get(next).next;
            Some((id, self.known(id)))
        })
    }

    /// A visit by its number, which it has.
    pub(super) fn known(&self, id: VisitId) -> Known {
        let kept = self.visits.get(id.0);
        let caller = (kept.caller != NONE).then_some(CallerId(kept.caller));
        let happened = |seconds: u16| (seconds != NEVER).then_some(seconds);
        Known {
            visit: Visit {
                at: kept.at,
                line: kept.line,
                kind: kept.kind,
                caller: caller.map(|caller| (self.callers.get(caller.0).hash, kept.known)),
                decided: kept.decided,
                reached: happened(kept.reached),
                promised: happened(kept.promised),
                repeated: kept.repeated,
            },
            call: kept.call,
            parts: kept.parts,
            caller,
            over: kept.over,
        }
    }

    /// Whether a visit has not been taken out.
    pub(super) fn is_there(&self, id: VisitId) -> bool {
        self.visits.get(id.0).is_there
    }

    /// Whether a caller has visits.
    pub(super) fn has(&self, caller: CallerId) -> bool {
        self.callers.get(caller.0).visits > 0
    }

    /// Whether there is room for another visit of a caller: no more than `most` are
    /// known, and no more than a hundred visits of each.
    pub(super) fn has_room_for(&self, hash: u64, most: u64) -> bool {
        match self.caller(hash) {
            Some(caller) => self.callers.get(caller.0).visits < VISITS_OF_ONE,
            None => (self.callers() as u64) < most,
        }
    }

    /// A caller by the keyed hash.
    pub(super) fn caller(&self, hash: u64) -> Option<CallerId> {
        let mut found = self.by_caller.all(hash);
        found
            .find(|&number| self.callers.get(number).hash == hash)
            .map(CallerId)
    }

    /// Adds a visit of a call.
    pub(super) fn add(&mut self, call: u64, parts: Parts, visit: Visit, over: bool) -> VisitId {
        let caller = visit.caller.map(|(hash, _)| self.caller_or_new(hash));
        let number = self.visits.add(KeptVisit {
            call,
            line: visit.line,
            at: visit.at,
            parts,
            caller: caller.map_or(NONE, |caller| caller.0),
            next: NONE,
            known: visit.caller.map_or(0, |(_, known)| known),
            decided: visit.decided,
            reached: visit.reached.unwrap_or(NEVER),
            promised: visit.promised.unwrap_or(NEVER),
            kind: visit.kind,
            repeated: visit.repeated,
            over,
            is_there: true,
        });
        if let Some(caller) = caller {
            let kept = self.callers.get_mut(caller.0);
            kept.visits += 1;
            let next = std::mem::replace(&mut kept.first, number);
            self.visits.get_mut(number).next = next;
        }
        let visits = &self.visits;
        let table = self.by_call.table(call);
        table.insert_unique(call, number, |&known| visits.get(known).call);
        VisitId(number)
    }

    fn caller_or_new(&mut self, hash: u64) -> CallerId {
        if let Some(known) = self.caller(hash) {
            return known;
        }
        let number = self.callers.add(KeptCaller {
            hash,
            first: NONE,
            visits: 0,
        });
        let callers = &self.callers;
        let table = self.by_caller.table(hash);
        table.insert_unique(hash, number, |&known| callers.get(known).hash);
        CallerId(number)
    }

    /// Takes note that a visit follows another within a day.
    pub(super) fn repeat(&mut self, id: VisitId) {
        self.visits.get_mut(id.0).repeated = true;
    }

    /// Takes a visit out; with the last of a caller, the caller too. The next visit
    /// that is added gets its number.
    pub(super) fn remove(&mut self, id: VisitId) {
        let KeptVisit {
            call, caller, next, ..
        } = *self.visits.get(id.0);
        self.by_call.remove(call, id.0);
        self.visits.get_mut(id.0).is_there = false;
        self.visits.remove(id.0);
        if caller == NONE {
            return;
        }
        let mut before = None;
        let mut at = self.callers.get(caller).first;
        while at != id.0 {
            before = Some(at);
            at = self.visits.get(at).next;
        }
        match before {
            Some(before) => self.visits.get_mut(before).next = next,
            None => self.callers.get_mut(caller).first = next,
        }
        let kept = self.callers.get_mut(caller);
        kept.visits -= 1;
        if kept.visits == 0 {
            let hash = kept.hash;
            self.by_caller.remove(hash, caller);
            self.callers.remove(caller);
        }
    }

    /// Bytes that are held.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        let chunks = |chunks: usize, each: usize| chunks * CHUNK * each;
        let index =
            |index: &Index| -> usize { index.0.iter().map(HashTable::allocation_size).sum() };
        chunks(self.visits.chunks.len(), size_of::<KeptVisit>())
            + chunks(self.callers.chunks.len(), size_of::<KeptCaller>())
            + index(&self.by_call)
            + index(&self.by_caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(number: u64) -> (u64, Visit) {
        let hash = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let visit = Visit {
            at: Time(0),
            line: 7,
            kind: Kind::Attempt,
            caller: Some((hash(number), 0)),
            decided: 300,
            reached: None,
            promised: None,
            repeated: false,
        };
        (hash(number + 1_000_000_000), visit)
    }

    /// At most five million are known, and each takes the most while the tables are as
    /// large as they get for so many. That a call and its first trace are forgotten
    /// some day takes four bytes each of the agenda, and as many again while that grows.
    #[test]
    fn a_caller_takes_less_than_a_hundred_bytes() {
        let callers = 300_000_u64;
        let mut book = Book::default();
        for number in 0..callers {
            let (call, visit) = visit(number);
            book.add(call, Parts::default(), visit, false);
        }
        assert_eq!(book.callers() as u64, callers);
        let each = book.bytes() as f64 / callers as f64 + 16.0;
        assert!(each <= 100.0, "{each} bytes a caller");
        assert_eq!((size_of::<KeptVisit>(), size_of::<KeptCaller>()), (48, 16));
    }

    #[test]
    fn what_is_taken_out_is_found_no_more_and_leaves_the_others() {
        let mut book = Book::default();
        let (call, one) = visit(1);
        let ids: Vec<VisitId> = (0..3)
            .map(|at| book.add(call + at % 2, Parts::default(), one, false))
            .collect();
        let (_, other) = visit(2);
        let alone = book.add(call, Parts::default(), other, false);
        assert_eq!((book.callers(), book.visits()), (2, 4));
        let caller = book.known(ids[0]).caller.unwrap();
        book.remove(ids[1]);
        let mut left: Vec<VisitId> = book.of_caller(caller).map(|(id, _)| id).collect();
        left.sort();
        assert_eq!(left, [ids[0], ids[2]]);
        let mut of_call = book.of_call(call).into_vec();
        of_call.sort();
        assert_eq!(of_call, [ids[0], ids[2], alone]);
        book.remove(ids[0]);
        book.remove(ids[2]);
        assert_eq!((book.callers(), book.visits()), (1, 1));
        assert!(book.of_call(call + 1).is_empty());
        // Numbers are given out again.
        let again = book.add(call, Parts::default(), one, false);
        assert!(ids.contains(&again));
    }
}

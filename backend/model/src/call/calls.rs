//! Where the histories of calls lie.

use hashbrown::hash_table::Entry;
use serde_bytes::Bytes;

use super::chunks::{Chunks, History, PiecePlace};
use super::packed::append;
use crate::shards::{Hashed, SHARDS, Shards};

/// The histories of calls, as bytes, by the hash of the call's id.
///
/// What is added to a history lies behind whatever was added last to any of them,
/// in chunks, and tells where the piece before it is. Pieces that were replaced
/// stay until calls are forgotten: few events come out of order. Rejected: an
/// allocation a call, which the allocator rounds up, and which moves whenever an
/// event comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    known: Shards<KnownCall>,
    chunks: Chunks,
}

/// A call, and where the last piece of its history is: thirteen bytes.
#[derive(Clone, Copy, Debug)]
struct KnownCall {
    call: [u8; 8],
    /// The place of the last piece. Its highest bit says whether the call is
    /// settled.
    last: [u8; 5],
}

/// The bit of `KnownCall::last` that says whether the call is settled.
const SETTLED: u64 = 1 << 39;

impl Hashed for KnownCall {
    fn hash(&self) -> u64 {
        self.call()
    }
}

impl KnownCall {
    fn new(call: u64, last: PiecePlace) -> Self {
        let mut known = KnownCall {
            call: call.to_le_bytes(),
            last: [0; 5],
        };
        known.set_last(last);
        known
    }

    fn call(&self) -> u64 {
        u64::from_le_bytes(self.call)
    }

    fn last(&self) -> PiecePlace {
        PiecePlace(self.word() & !SETTLED)
    }

    /// Sets the place of the last piece. The call is not settled any more.
    fn set_last(&mut self, place: PiecePlace) {
        // Half a terabyte of histories.
        self.set_word(place.0 & !SETTLED);
    }

    fn is_settled(&self) -> bool {
        self.word() & SETTLED != 0
    }

    fn settle(&mut self) {
        self.set_word(self.word() | SETTLED);
    }

    fn word(&self) -> u64 {
        let [a, b, c, d, e] = self.last;
        u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
    }

    fn set_word(&mut self, word: u64) {
        self.last.copy_from_slice(&word.to_le_bytes()[..5]);
    }
}

impl Calls {
    /// The history of a call; empty where there is none.
    pub(crate) fn history(&self, call: u64) -> History {
        let known = self.known.find(call, |known| known.call() == call);
        known.map(|known| self.gather(known)).unwrap_or_default()
    }

    /// Adds to the end of a history.
    pub(crate) fn append(&mut self, call: u64, bytes: &[u8]) {
        match self.known.find_mut(call, |known| known.call() == call) {
            Some(known) => known.set_last(self.chunks.add(Some(known.last()), bytes)),
            None => self.insert(call, bytes),
        }
    }

    /// Replaces the whole history of a call.
    pub(crate) fn replace(&mut self, call: u64, bytes: &[u8]) {
        match self.known.find_mut(call, |known| known.call() == call) {
            Some(known) => {
                self.chunks.let_go(known.last());
                known.set_last(self.chunks.add(None, bytes));
            }
            None => self.insert(call, bytes),
        }
    }

    /// Takes note that nothing comes of a call by the passing of time alone, as
    /// long as its history stays as it is.
    pub(crate) fn settle(&mut self, call: u64) {
        if let Some(known) = self.known.find_mut(call, |known| known.call() == call) {
            known.settle();
        }
    }

    /// Whether a call is known to be settled. This is not part of the state: a
    /// restart forgets it.
    pub(crate) fn is_settled(&self, call: u64) -> bool {
        let known = self.known.find(call, |known| known.call() == call);
        known.is_some_and(KnownCall::is_settled)
    }

    /// Forgets the histories of a shard that are not wanted, and gives their room back.
    pub(crate) fn retain(&mut self, shard: usize, mut is_wanted: impl FnMut(u64, &[u8]) -> bool) {
        let chunks = &mut self.chunks;
        self.known.retain(shard, |known| {
            let last = known.last();
            let is_wanted = is_wanted(known.call(), &chunks.gather(last));
            if !is_wanted {
                chunks.let_go(last);
            }
            is_wanted
        });
    }

    /// Forgets a history, if there is one, and gives its room back.
    pub(crate) fn remove(&mut self, call: u64) {
        let known = self.known.entry(call, |known| known.call() == call);
        if let Entry::Occupied(known) = known {
            let (known, _) = known.remove();
            self.chunks.let_go(known.last());
        }
    }

    /// The calls that have a history, by their hashes.
    pub(crate) fn known(&self) -> impl Iterator<Item = u64> {
        (0..SHARDS).flat_map(|shard| self.known.of_shard(shard).map(KnownCall::call))
    }

    /// Adds a call that is not known.
    fn insert(&mut self, call: u64, bytes: &[u8]) {
        let known = KnownCall::new(call, self.chunks.add(None, bytes));
        self.known.insert_unique(known);
    }

    fn gather(&self, known: &KnownCall) -> History {
        self.chunks.gather(known.last())
    }

    /// Adds the histories of a shard to what is saved.
    pub(crate) fn save(&self, shard: usize, bytes: &mut Vec<u8>) {
        let mut known: Vec<&KnownCall> = self.known.of_shard(shard).collect();
        known.sort_unstable_by_key(|known| known.call());
        append(bytes, &known.len());
        for known in known {
            append(bytes, &(known.call(), Bytes::new(&self.gather(known))));
        }
    }

    /// Takes the histories of a shard from what was saved; answers what is left.
    pub(crate) fn load<'b>(&mut self, shard: usize, bytes: &'b [u8]) -> postcard::Result<&'b [u8]> {
        let (count, mut left) = postcard::take_from_bytes::<usize>(bytes)?;
        // What is damaged may claim any number.
        self.known.reserve(shard, count.min(left.len()));
        for _ in 0..count {
            let ((call, history), rest) = postcard::take_from_bytes::<(u64, &Bytes)>(left)?;
            self.insert(call, history);
            left = rest;
        }
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::chunks::CHUNK;

    #[test]
    fn a_call_is_settled_until_its_history_changes() {
        let mut calls = Calls::default();
        calls.append(1, &[1]);
        calls.append(2, &[2]);
        assert!(!calls.is_settled(1));
        calls.settle(1);
        calls.settle(1);
        calls.settle(3);
        assert!(calls.is_settled(1) && !calls.is_settled(2) && !calls.is_settled(3));
        assert_eq!(calls.history(1)[..], [1]);
        calls.append(1, &[3]);
        assert!(!calls.is_settled(1));
        assert_eq!(calls.history(1)[..], [1, 3]);
        calls.settle(1);
        calls.replace(1, &[4]);
        assert!(!calls.is_settled(1));
        assert_eq!(calls.history(1)[..], [4]);
    }

    #[test]
    fn histories_that_grow_side_by_side_are_apart() {
        let mut calls = Calls::default();
        let mut expected = vec![Vec::new(); 50];
        for round in 0..200_u8 {
            for (call, history) in expected.iter_mut().enumerate() {
                let bytes = vec![round; call + 1];
                match round {
                    150 => {
                        *history = bytes;
                        calls.replace(call as u64, history);
                    }
                    _ => {
                        history.extend_from_slice(&bytes);
                        calls.append(call as u64, &bytes);
                    }
                }
            }
        }
        // Longer than a chunk.
        expected[7].extend_from_slice(&[1; 3 * CHUNK]);
        calls.append(7, &[1; 3 * CHUNK]);
        expected[7].push(2);
        calls.append(7, &[2]);
        let assert_all = |calls: &Calls, kept: fn(usize) -> bool| {
            for (call, history) in expected.iter().enumerate() {
                let known = calls.history(call as u64);
                let wanted = if kept(call) { &history[..] } else { &[] };
                assert!(&known[..] == wanted, "call {call}");
            }
        };
        assert_all(&calls, |_| true);
        let mut saved = Vec::new();
        (0..SHARDS).for_each(|shard| calls.save(shard, &mut saved));
        let mut loaded = Calls::default();
        let left = (0..SHARDS).try_fold(&saved[..], |left, shard| loaded.load(shard, left));
        assert!(left.unwrap().is_empty());
        assert_all(&loaded, |_| true);
        let before = loaded.chunks.bytes();
        (0..SHARDS).for_each(|shard| loaded.retain(shard, |_, history| history.len() > 3 * CHUNK));
        assert!(loaded.chunks.bytes() < before);
        assert_all(&loaded, |call| call == 7);
        assert!(calls.history(50).is_empty());
    }
}

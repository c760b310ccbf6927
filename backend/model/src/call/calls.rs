//! Where the histories of calls lie.

use serde::{Deserialize, Serialize};
use serde_bytes::Bytes;
use smallvec::SmallVec;

use super::packed::append;
use crate::shards::{Hashed, Shards};

/// Bytes of a chunk.
const CHUNK: usize = 1 << OFFSET_BITS;
const OFFSET_BITS: u32 = 16;

/// The bytes of a history, copied out of the chunks: for most calls without an
/// allocation.
pub(crate) type History = SmallVec<[u8; 256]>;

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
    chunks: Vec<Vec<u8>>,
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

/// Where a piece is: its chunk, and its offset there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PiecePlace(u64);

/// What a piece begins with.
#[derive(Serialize, Deserialize)]
struct Head {
    /// How far back the piece before it is; 0: it is the first.
    back: u64,
    length: u32,
}

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
            Some(known) => known.set_last(add(&mut self.chunks, Some(known.last()), bytes)),
            None => self.insert(call, bytes),
        }
    }

    /// Replaces the whole history of a call.
    pub(crate) fn replace(&mut self, call: u64, bytes: &[u8]) {
        match self.known.find_mut(call, |known| known.call() == call) {
            Some(known) => known.set_last(add(&mut self.chunks, None, bytes)),
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

    /// Forgets the histories that are not wanted, and makes room.
    pub(crate) fn retain(&mut self, mut is_wanted: impl FnMut(&[u8]) -> bool) {
        let mut kept = Calls::default();
        for known in self.known.iter() {
            let history = self.gather(known);
            if is_wanted(&history) {
                kept.insert(known.call(), &history);
                if known.is_settled() {
                    kept.settle(known.call());
                }
            }
        }
        *self = kept;
    }

    /// Adds a call that is not known.
    fn insert(&mut self, call: u64, bytes: &[u8]) {
        let known = KnownCall::new(call, add(&mut self.chunks, None, bytes));
        self.known.insert_unique(known);
    }

    fn gather(&self, known: &KnownCall) -> History {
        let (mut before, mut history) = self.piece(known.last());
        let mut newer: SmallVec<[&[u8]; 8]> = SmallVec::new();
        while let Some(place) = before {
            newer.push(history);
            (before, history) = self.piece(place);
        }
        let mut gathered = History::from_slice(history);
        newer
            .iter()
            .rev()
            .for_each(|bytes| gathered.extend_from_slice(bytes));
        gathered
    }

    /// A piece, and where the one before it is.
    fn piece(&self, place: PiecePlace) -> (Option<PiecePlace>, &[u8]) {
        let chunk = &self.chunks[(place.0 >> OFFSET_BITS) as usize];
        let bytes = &chunk[place.0 as usize % CHUNK..];
        let (head, bytes) = postcard::take_from_bytes::<Head>(bytes).expect("it was written here");
        let before = (head.back > 0).then(|| PiecePlace(place.0 - head.back));
        (before, &bytes[..head.length as usize])
    }
}

/// Adds a piece of a history, whose piece before lies at `before`; answers its
/// place.
fn add(chunks: &mut Vec<Vec<u8>>, before: Option<PiecePlace>, bytes: &[u8]) -> PiecePlace {
    /// No head is longer: two numbers of up to ten and five bytes.
    const HEAD: usize = 15;
    let needed = HEAD + bytes.len();
    let has_room = |chunk: &Vec<u8>| chunk.len() + needed <= CHUNK;
    if !chunks.last().is_some_and(has_room) {
        // What is longer than a chunk has one to itself.
        chunks.push(Vec::with_capacity(needed.max(CHUNK)));
    }
    let at = chunks.len() - 1;
    let chunk = &mut chunks[at];
    let place = PiecePlace((at as u64) << OFFSET_BITS | chunk.len() as u64);
    let head = Head {
        back: before.map_or(0, |before| place.0 - before.0),
        length: bytes.len() as u32,
    };
    append(chunk, &head);
    chunk.extend_from_slice(bytes);
    place
}

impl Calls {
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
    use crate::shards::SHARDS;

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
        loaded.retain(|history| history.len() > 3 * CHUNK);
        assert_all(&loaded, |call| call == 7);
        assert!(calls.history(50).is_empty());
    }
}

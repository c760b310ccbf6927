//! Pieces of histories, one behind the other.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::packed::append;

/// Bytes of a chunk.
pub(super) const CHUNK: usize = 1 << OFFSET_BITS;
const OFFSET_BITS: u32 = 16;

/// The bytes of a history, copied out: most calls need no allocation.
pub(crate) type History = SmallVec<[u8; 256]>;

/// Where a piece is: the number of its chunk, and its offset there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PiecePlace(pub u64);

/// What a piece begins with.
#[derive(Serialize, Deserialize)]
struct Head {
    /// How far back the piece before it of the same history is; 0: it is the first.
    back: u64,
    /// How many bytes follow.
    length: u32,
}

/// A chunk of memory that pieces lie in.
#[derive(Clone, Debug)]
struct Chunk {
    bytes: Vec<u8>,
    /// How many of its pieces are of a history that is known.
    live: u32,
}

/// Pieces in chunks: a new one lies behind all others. A chunk of which no piece is of
/// a history any more is given back; they were all written at about one time, and are
/// forgotten at one time, too.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    row: VecDeque<Chunk>,
    /// The number of the first chunk.
    first: u64,
}

impl Chunks {
    /// Adds a piece of a history, whose piece before lies at `before`; answers its
    /// place.
    pub(super) fn add(&mut self, before: Option<PiecePlace>, bytes: &[u8]) -> PiecePlace {
        /// No head is longer: two numbers of up to ten and five bytes.
        const HEAD: usize = 15;
        let needed = HEAD + bytes.len();
        let has_room = |chunk: &Chunk| chunk.bytes.len() + needed <= CHUNK;
        if !self.row.back().is_some_and(has_room) {
            // What is longer than a chunk has one to itself.
            let bytes = Vec::with_capacity(needed.max(CHUNK));
            self.row.push_back(Chunk { bytes, live: 0 });
        }
        let at = self.row.len() - 1;
        let number = self.first + at as u64;
        let chunk = &mut self.row[at];
        let place = PiecePlace(number << OFFSET_BITS | chunk.bytes.len() as u64);
        let head = Head {
            back: before.map_or(0, |before| place.0 - before.0),
            length: bytes.len() as u32,
        };
        append(&mut chunk.bytes, &head);
        chunk.bytes.extend_from_slice(bytes);
        chunk.live += 1;
        place
    }

    /// The history whose last piece lies at a place.
    pub(super) fn gather(&self, last: PiecePlace) -> History {
        let (mut before, mut history) = self.piece(last);
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

    /// Lets go of the history whose last piece lies at a place.
    pub(super) fn let_go(&mut self, last: PiecePlace) {
        let mut next = Some(last);
        while let Some(place) = next {
            (next, _) = self.piece(place);
            let at = self.index_of(place);
            let is_newest = at + 1 == self.row.len();
            let chunk = &mut self.row[at];
            chunk.live -= 1;
            if chunk.live == 0 && !is_newest {
                chunk.bytes = Vec::new();
            }
        }
        while self.row.len() > 1 && self.row.front().is_some_and(|chunk| chunk.live == 0) {
            self.row.pop_front();
            self.first += 1;
        }
    }

    /// A piece, and where the one before it is.
    fn piece(&self, place: PiecePlace) -> (Option<PiecePlace>, &[u8]) {
        let chunk = &self.row[self.index_of(place)];
        let bytes = &chunk.bytes[place.0 as usize % CHUNK..];
        let (head, bytes) = postcard::take_from_bytes::<Head>(bytes).expect("it was written here");
        let before = (head.back > 0).then(|| PiecePlace(place.0 - head.back));
        (before, &bytes[..head.length as usize])
    }

    fn index_of(&self, place: PiecePlace) -> usize {
        ((place.0 >> OFFSET_BITS) - self.first) as usize
    }

    /// Bytes that are held.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.row.iter().map(|chunk| chunk.bytes.capacity()).sum()
    }
}

//! A partition as bytes, a part at a time: a day of events is too much to be
//! written between two turns of a loop.
//!
//! First come the parts that the passing of time changes, all of one instant: the
//! cells, what happened in the last hour, deadlines, what was learned, and all else
//! that is small. Then come the histories of calls, their traces and the identities that
//! were seen, a shard at a time, of which the passing of time changes nothing that a
//! state of that instant needs. An event must not come between any two.

use super::ended::Ended;
use super::state::Partition;
use crate::pieces::{self, PIECES};
use crate::shards::SHARDS;

/// How many parts have to be of one instant: the first ones.
pub(crate) const OF_ONE_INSTANT: usize = 1 + 4 * PIECES;

/// How many parts a partition is saved in.
pub(crate) const PARTS: usize = OF_ONE_INSTANT + 3 * SHARDS;

/// What a part of a saved partition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SavedPart {
    /// All that is small.
    Rest,
    Cells(usize),
    Panes(usize),
    Deadlines(usize),
    Queues(usize),
    Calls(usize),
    Traces(usize),
    Seen(usize),
}

/// The parts, in the order in which they are saved.
fn parts() -> impl Iterator<Item = SavedPart> {
    let pieces = |part: fn(usize) -> SavedPart| (0..PIECES).map(part);
    let shards = |part: fn(usize) -> SavedPart| (0..SHARDS).map(part);
    std::iter::once(SavedPart::Rest)
        .chain(pieces(SavedPart::Cells))
        .chain(pieces(SavedPart::Panes))
        .chain(pieces(SavedPart::Deadlines))
        .chain(pieces(SavedPart::Queues))
        .chain(shards(SavedPart::Calls))
        .chain(shards(SavedPart::Traces))
        .chain(shards(SavedPart::Seen))
}

impl Partition {
    /// Saves one part, by its number. Each has bytes of its own, so that none is
    /// moved for another.
    pub(crate) fn save_part(&self, number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        match parts().nth(number) {
            Some(SavedPart::Rest) => bytes = pieces::append(self, bytes),
            Some(SavedPart::Cells(piece)) => {
                let places = pieces::places(self.cells.len(), piece);
                bytes = pieces::save(self.cells[places].iter(), bytes);
            }
            Some(SavedPart::Panes(piece)) => bytes = self.panes.save(piece, bytes),
            Some(SavedPart::Deadlines(piece)) => bytes = self.deadlines.save(piece, bytes),
            Some(SavedPart::Queues(piece)) => bytes = self.learning.save_queues(piece, bytes),
            Some(SavedPart::Calls(shard)) => self.calls.save(shard, &mut bytes),
            Some(SavedPart::Traces(shard)) => self.traces.save(shard, &mut bytes),
            Some(SavedPart::Seen(shard)) => self.admission.save_seen(shard, &mut bytes),
            None => {}
        }
        bytes
    }

    /// Reads a partition from all its parts, one behind the other.
    pub(crate) fn from_saved(bytes: &[u8]) -> postcard::Result<Self> {
        let mut partition = Self::default();
        let mut left = bytes;
        for part in parts() {
            left = partition.load_part(part, left)?;
        }
        match left {
            [] if partition.stirred.len() == partition.cells.len() => {
                partition.ended = Ended::unread();
                Ok(partition)
            }
            _ => Err(postcard::Error::DeserializeBadEncoding),
        }
    }

    fn load_part<'b>(&mut self, part: SavedPart, bytes: &'b [u8]) -> postcard::Result<&'b [u8]> {
        match part {
            SavedPart::Rest => {
                let (rest, left) = postcard::take_from_bytes::<Self>(bytes)?;
                *self = rest;
                Ok(left)
            }
            SavedPart::Cells(_) => pieces::load(bytes, |cell| self.cells.push(cell)),
            SavedPart::Panes(_) => self.panes.load(bytes),
            SavedPart::Deadlines(_) => self.deadlines.load(bytes),
            SavedPart::Queues(_) => self.learning.load_queues(bytes),
            SavedPart::Calls(shard) => self.calls.load(shard, bytes),
            SavedPart::Traces(shard) => self.traces.load(shard, bytes),
            SavedPart::Seen(shard) => self.admission.load_seen(shard, bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_as_many_as_said_and_those_of_one_instant_come_first() {
        let all: Vec<SavedPart> = parts().collect();
        assert_eq!(all.len(), PARTS);
        let is_timeless = |part: &SavedPart| {
            matches!(
                part,
                SavedPart::Calls(_) | SavedPart::Traces(_) | SavedPart::Seen(_)
            )
        };
        assert_eq!(all.iter().position(is_timeless), Some(OF_ONE_INSTANT));
        assert!(all[OF_ONE_INSTANT..].iter().all(is_timeless));
    }
}

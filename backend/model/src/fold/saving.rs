//! States of partitions as bytes, and from bytes.

use super::state::Fold;
use crate::partition::Partition;
use crate::partition::saved::{OF_ONE_INSTANT, PARTS};

/// Why a saved partition cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the state of partition {partition} cannot be read: {source}")]
pub struct LoadError {
    partition: i32,
    source: postcard::Error,
}

/// The state of a partition, being saved a part at a time.
#[derive(Debug)]
pub struct Saving {
    partition: i32,
    next_offset: i64,
    /// The second up to which time had passed when saving began.
    passed: Option<i64>,
    /// How many events were held when it was begun: fewer, once it is decided about
    /// some without that anything is read.
    held: usize,
    parts: Vec<Vec<u8>>,
}

impl Saving {
    /// The partition whose state is being saved.
    pub fn partition(&self) -> i32 {
        self.partition
    }

    /// Offset of the first message that is not in it.
    pub fn next_offset(&self) -> i64 {
        self.next_offset
    }

    /// The saved state, once it is whole. Its parts are copied for that: tens of
    /// milliseconds after a full day, which nobody has to wait for.
    pub fn into_bytes(self) -> Vec<u8> {
        self.parts.concat()
    }
}

impl Fold {
    /// Begins to save the state of a partition, its offset included; `None` where it
    /// has none.
    pub fn begin_saving(&self, partition: i32) -> Option<Saving> {
        let known = self.partitions.get(&partition)?;
        Some(Saving {
            partition,
            next_offset: known.next_offset,
            passed: known.cursor(),
            held: known.held.len(),
            parts: Vec::new(),
        })
    }

    /// Saves one more part. Answers whether the state is whole now, or `None` if the
    /// partition is gone. Saving begins again with the first part if something of
    /// the partition was read since it began, if something was taken in that had been
    /// held, or if time passed before the parts that have to be of one instant were
    /// saved. Later on, time may pass: what that forgets of the parts that are left is
    /// over, and changes nothing any more.
    pub fn save_on(&self, saving: &mut Saving) -> Option<bool> {
        let partition = self.partitions.get(&saving.partition)?;
        let is_of_now = partition.cursor() == saving.passed;
        let may_be_of_then = saving.parts.len() >= OF_ONE_INSTANT;
        let is_unread = partition.next_offset == saving.next_offset;
        let is_undecided = partition.held.len() == saving.held;
        if !(is_unread && is_undecided && (is_of_now || may_be_of_then)) {
            *saving = self.begin_saving(saving.partition)?;
        }
        if saving.parts.len() < PARTS {
            let part = partition.save_part(saving.parts.len());
            saving.parts.push(part);
        }
        Some(saving.parts.len() == PARTS)
    }

    /// Saves the state of a partition in one go.
    pub fn save(&self, partition: i32) -> Option<Vec<u8>> {
        let mut saving = self.begin_saving(partition)?;
        while !self.save_on(&mut saving)? {}
        Some(saving.into_bytes())
    }

    /// Replaces the state of a partition by a saved one.
    ///
    /// Views are there again from the next advance on.
    pub fn load(&mut self, partition: i32, bytes: &[u8]) -> Result<(), LoadError> {
        let mut state =
            Partition::from_saved(bytes).map_err(|source| LoadError { partition, source })?;
        state.resolve(&self.terms);
        self.forget_held(partition);
        self.counters.read += state.held.len() as u64;
        self.counters.held += state.held.len() as u64;
        if let Some(second) = self.as_of {
            state.advance(
                second.max(state.cursor().unwrap_or(second)),
                &mut self.terms,
            );
        }
        self.partitions.insert(partition, state);
        self.board.reset();
        self.callers.reset();
        Ok(())
    }
}

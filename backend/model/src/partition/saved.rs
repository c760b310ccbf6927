//! A partition as bytes, a part at a time: a day of events is too much to be
//! written between two turns of a loop.
//!
//! First comes everything but the identities that were seen and the histories of
//! calls, then these, a shard at a time. Time may pass between two parts: neither
//! changes by that alone. An event must not come.

use super::Partition;
use crate::shards::SHARDS;

/// The parts of a partition.
pub(crate) const PARTS: usize = 1 + 2 * SHARDS;

/// Which part is which.
enum Part {
    Rest,
    Calls(usize),
    Seen(usize),
}

fn part(number: usize) -> Part {
    match number {
        0 => Part::Rest,
        _ if number <= SHARDS => Part::Calls(number - 1),
        _ => Part::Seen(number - 1 - SHARDS),
    }
}

impl Partition {
    /// Adds a part, by its number, to what was saved of those before it.
    pub(crate) fn save_part(&self, number: usize, bytes: &mut Vec<u8>) {
        match part(number) {
            Part::Rest => {
                let rest = postcard::to_allocvec(self);
                *bytes = rest.expect("the state has only numbers, text and lists");
            }
            Part::Calls(shard) => self.calls.save(shard, bytes),
            Part::Seen(shard) => self.admission.save_seen(shard, bytes),
        }
    }

    /// From all parts.
    pub(crate) fn from_saved(bytes: &[u8]) -> postcard::Result<Self> {
        let (mut partition, mut left) = postcard::take_from_bytes::<Self>(bytes)?;
        for number in 1..PARTS {
            left = match part(number) {
                Part::Rest => left,
                Part::Calls(shard) => partition.calls.load(shard, left)?,
                Part::Seen(shard) => partition.admission.load_seen(shard, left)?,
            };
        }
        match left {
            [] => Ok(partition),
            _ => Err(postcard::Error::DeserializeBadEncoding),
        }
    }
}

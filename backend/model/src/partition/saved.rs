//! A partition as bytes, a part at a time: a day of events is too much to be
//! written between two turns of a loop.
//!
//! First comes everything but the identities that were seen and the histories of
//! calls, then these, a shard at a time. Time may pass between two parts: neither
//! changes by that alone. An event must not come.

use super::state::Partition;
use crate::shards::SHARDS;

/// The parts of a partition.
pub(crate) const PARTS: usize = 1 + 2 * SHARDS;

impl Partition {
    /// A part, by its number: each in bytes of its own, so that none is moved for
    /// another.
    pub(crate) fn save_part(&self, number: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        match number {
            0 => {
                let rest = postcard::to_allocvec(self);
                bytes = rest.expect("the state has only numbers, text and lists");
            }
            1..=SHARDS => self.calls.save(number - 1, &mut bytes),
            _ => self.admission.save_seen(number - 1 - SHARDS, &mut bytes),
        }
        bytes
    }

    /// From all parts.
    pub(crate) fn from_saved(bytes: &[u8]) -> postcard::Result<Self> {
        let (mut partition, mut left) = postcard::take_from_bytes::<Self>(bytes)?;
        for shard in 0..SHARDS {
            left = partition.calls.load(shard, left)?;
        }
        for shard in 0..SHARDS {
            left = partition.admission.load_seen(shard, left)?;
        }
        match left {
            [] => Ok(partition),
            _ => Err(postcard::Error::DeserializeBadEncoding),
        }
    }
}

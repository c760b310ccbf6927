//! What the reader and the engine tell each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use super::batch::Batch;

/// What the engine hears of the topic, in order.
#[derive(Debug)]
pub enum TopicNews {
    /// Messages, and when they were read.
    Batch(Batch, Instant),
    /// Everything of a partition had been read at this instant.
    End(i32, Instant),
    /// Partitions were read up to here, whether or not there were messages: a
    /// transaction leaves offsets without any.
    ReadTo(BTreeMap<i32, i64>),
    /// Partitions are to be read from now on; the answer says from which offsets.
    Assigned {
        /// The partitions. Those of before are read on, unless the topic is another.
        partitions: BTreeSet<i32>,
        /// Which topic the partitions are of.
        topic: TopicIdentity,
        /// Where to read on; a partition left out is read from its beginning.
        positions: SyncSender<BTreeMap<i32, i64>>,
    },
    /// The broker does not have the offset that is due in a partition.
    OutOfRange {
        /// The partition.
        partition: i32,
        /// The offsets that the broker has.
        extent: Extent,
        /// Where to read on.
        position: SyncSender<i64>,
    },
    /// What the settings of the topic say of its timestamps.
    Stamps {
        /// Whether the timestamps are the broker's, and not the producers'.
        by_broker: bool,
    },
}

/// The broker's word, about twice a second: it is ahead of the messages that it
/// speaks of.
#[derive(Clone, Debug)]
pub struct Word {
    /// Whether any broker can be reached.
    pub connected: bool,
    /// What is known of each partition.
    pub partitions: BTreeMap<i32, PartitionWord>,
    /// When the word was true.
    pub told: Instant,
}

/// What tells a topic from one that was made anew under its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicIdentity {
    /// Identity of the topic, where the broker says.
    pub id: Option<String>,
    /// Identity of the cluster, where the broker says.
    pub cluster: Option<String>,
}

/// The offsets that a partition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// The first offset of the partition.
    pub low: i64,
    /// The offset after the last one of the partition.
    pub high: i64,
}

/// What the broker says of a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartitionWord {
    /// How long ago the leader of the partition last answered, or a message of it was
    /// read; `None` where no leader is connected, and no message was read.
    pub silent_for: Option<Duration>,
    /// Whether an answer of its leader is waited for, or there is none to ask. Nothing
    /// is asked while enough waits to be read, or while an answer is unpacked.
    pub is_asked: bool,
    /// The first offset of the partition.
    pub low: Option<i64>,
    /// The offset after the last message that may be read.
    pub end: Option<i64>,
}

/// What the engine wants of the reader; only the latest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// Partitions that are too far ahead of the others, and not to be read for now.
    pub paused: BTreeSet<i32>,
    /// Offsets covered by a snapshot on disk.
    pub commit: BTreeMap<i32, i64>,
    /// How often the engine has forgotten all that was read: the reader begins again.
    pub rereads: u64,
    /// Whether the reader is to stop and commit.
    pub stop: bool,
}

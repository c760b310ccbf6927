//! Reading the topic of call events.
//!
//! A thread of its own polls the consumer: rebalances, statistics and messages
//! come in one order, and that order reaches the engine through one bounded
//! queue. A stream on the async runtime was the other way: it would need a lock
//! between the rebalance callback and the reader. When the queue is full the
//! thread waits, and with it the client's fetching.
//!
//! Positions are the engine's to say: on assignment the thread asks for them,
//! and starts from the snapshot's offsets. The group's committed offsets only
//! inform others of how far the service is.
//!
//! # Layout
//! - [`batch`]: messages on their way to the engine.
//! - [`listener`]: rebalances, statistics and errors, as the engine hears them.
//! - [`refused`]: the topic of refused messages.
//! - [`settings`]: what the Kafka clients are configured with.

pub mod batch;
pub mod listener;
pub mod refused;
pub mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::sync::{mpsc, watch};

use crate::config::{GroupProtocol, Kafka, Limits};
use batch::Batch;
use listener::Listener;

/// How long the consumer waits for a message before it looks around.
const PATIENCE: Duration = Duration::from_millis(50);

/// A batch is handed on at this size at the latest.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// Before a consumer that failed for good is made anew.
const RESTART_AFTER: Duration = Duration::from_secs(2);

/// Without a group, the broker is asked for partitions: for so long, again
/// after so long where there were none, and now and then for new ones.
const LOOK_FOR: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_secs(1);
const LOOK_FOR_NEW: Duration = Duration::from_secs(30);

/// What the engine hears of the topic, in order.
#[derive(Debug)]
pub enum Feed {
    /// Messages.
    Batch(Batch),
    /// Everything of a partition has been read, as of now.
    End(i32),
    /// Partitions are to be read; the answer says from which offsets.
    Assigned {
        /// What is known of each, from the broker.
        partitions: BTreeMap<i32, Extent>,
        /// Identity of the cluster, where the broker says.
        cluster: Option<String>,
        /// Where to read on; a partition left out is read from its beginning.
        positions: std::sync::mpsc::SyncSender<BTreeMap<i32, i64>>,
    },
    /// Partitions are read elsewhere from now on.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// Told once their state is put aside.
        done: std::sync::mpsc::SyncSender<()>,
    },
    /// The state of the connection, and the offset after the last message of
    /// each partition.
    Broker {
        /// Whether any broker can be reached.
        connected: bool,
        /// By partition.
        ends: BTreeMap<i32, i64>,
    },
}

/// The offsets that a partition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its first offset.
    pub low: i64,
    /// The offset after its last.
    pub high: i64,
}

/// What the engine wants of the reader: the latest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// Partitions too far ahead of the others.
    pub paused: BTreeSet<i32>,
    /// Offsets covered by a snapshot on disk.
    pub commit: BTreeMap<i32, i64>,
    /// Stop reading, commit and leave the group.
    pub stop: bool,
}

/// Starts reading on a thread of its own, which ends when told so.
pub fn start(
    kafka: Kafka,
    limits: Limits,
    feed: mpsc::Sender<Feed>,
    steering: watch::Receiver<Steering>,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name("ingest".to_owned())
        .spawn(move || {
            Reader {
                kafka,
                limits,
                feed,
                steering,
            }
            .run();
        })
}

/// Why a consumer is given up.
enum End {
    /// Told to stop.
    Stop,
    /// The broker does not have KIP-848.
    NoConsumerProtocol,
    /// Anything else that a new consumer may get over.
    Failed,
}

struct Reader {
    kafka: Kafka,
    limits: Limits,
    feed: mpsc::Sender<Feed>,
    steering: watch::Receiver<Steering>,
}

impl Reader {
    fn run(mut self) {
        let mut protocol = self.kafka.group_protocol;
        loop {
            match self.read(protocol) {
                Ok(End::Stop) => return,
                Ok(End::NoConsumerProtocol) => {
                    tracing::warn!("the broker lacks group protocol consumer, using classic");
                    protocol = GroupProtocol::Classic;
                    continue;
                }
                Ok(End::Failed) => {}
                Err(error) => tracing::error!(%error, "the consumer failed"),
            }
            let end = Instant::now() + RESTART_AFTER;
            while Instant::now() < end {
                if self.steering.borrow().stop || self.feed.is_closed() {
                    return;
                }
                std::thread::sleep(PATIENCE);
            }
        }
    }

    /// Reads with one consumer until it is given up.
    fn read(&mut self, protocol: GroupProtocol) -> Result<End, KafkaError> {
        let listener = Listener::new(&self.kafka.topic, self.feed.clone());
        let config = settings::consumer(&self.kafka, &self.limits, protocol);
        let consumer: BaseConsumer<Listener> = config.create_with_context(listener)?;
        let mut alone = match protocol {
            GroupProtocol::None => Some(Alone::default()),
            GroupProtocol::Consumer | GroupProtocol::Classic => {
                consumer.subscribe(&[&self.kafka.topic])?;
                None
            }
        };
        tracing::info!(
            brokers = self.kafka.bootstrap_servers,
            topic = self.kafka.topic,
            group = self.kafka.group_id,
            ?protocol,
            "reading"
        );
        let mut done = Steering::default();
        let end = loop {
            let wanted = self.steering.borrow_and_update().clone();
            if wanted != done {
                steer(&consumer, &self.kafka.topic, &done, &wanted);
                done = wanted;
            }
            if done.stop || self.feed.is_closed() {
                break End::Stop;
            }
            if let Some(alone) = &mut alone {
                alone.look(&consumer, &self.kafka.topic);
            }
            if let Some(end) = self.read_batch(&consumer) {
                break end;
            }
        };
        let listener = Arc::clone(consumer.context());
        // Leaves the group: what it still says is not of a reader any more.
        drop(consumer);
        listener.flush();
        Ok(end)
    }

    /// Reads until a batch is full or nothing more is there.
    fn read_batch(&self, consumer: &BaseConsumer<Listener>) -> Option<End> {
        let listener = consumer.context();
        loop {
            let patience = if listener.is_empty() {
                PATIENCE
            } else {
                Duration::ZERO
            };
            match consumer.poll(patience) {
                None => break,
                Some(Ok(message)) => {
                    let full = listener.push(&message);
                    if full >= self.limits.batch_messages || listener.size() >= BATCH_BYTES {
                        break;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    listener.flush();
                    listener.say(Feed::End(partition));
                }
                Some(Err(error)) => {
                    if let Some(end) = told_of(&error) {
                        return Some(end);
                    }
                }
            }
            if self.feed.is_closed() {
                break;
            }
        }
        listener.flush();
        None
    }
}

/// Reads all partitions without a group, new ones as they appear.
#[derive(Default)]
struct Alone {
    known: BTreeSet<i32>,
    looked: Option<Instant>,
}

impl Alone {
    fn look(&mut self, consumer: &BaseConsumer<Listener>, topic: &str) {
        let pause = if self.known.is_empty() {
            LOOK_AGAIN
        } else {
            LOOK_FOR_NEW
        };
        if self.looked.is_some_and(|looked| looked.elapsed() < pause) {
            return;
        }
        let metadata = consumer.fetch_metadata(Some(topic), LOOK_FOR);
        self.looked = Some(Instant::now());
        let Ok(metadata) = metadata else {
            return; // the listener tells of the connection
        };
        let mut list = TopicPartitionList::new();
        for found in metadata
            .topics()
            .iter()
            .flat_map(|topic| topic.partitions())
        {
            if self.known.insert(found.id()) {
                list.add_partition(topic, found.id());
            }
        }
        if list.count() > 0 {
            consumer.context().assigned(consumer, &mut list);
            if let Err(error) = consumer.incremental_assign(&list) {
                tracing::error!(%error, "cannot read the partitions");
                self.known.clear();
            }
        }
    }
}

/// What an error of the consumer leads to; most are got over by the client.
fn told_of(error: &KafkaError) -> Option<End> {
    match error {
        KafkaError::MessageConsumptionFatal(
            RDKafkaErrorCode::UnsupportedVersion | RDKafkaErrorCode::UnsupportedFeature,
        ) => Some(End::NoConsumerProtocol),
        KafkaError::MessageConsumptionFatal(code) => {
            tracing::error!(%code, "the consumer failed, starting another");
            Some(End::Failed)
        }
        KafkaError::MessageConsumption(RDKafkaErrorCode::UnknownTopicOrPartition) => {
            tracing::warn!("the topic is not there yet");
            None
        }
        KafkaError::MessageConsumption(
            RDKafkaErrorCode::AllBrokersDown
            | RDKafkaErrorCode::BrokerTransportFailure
            | RDKafkaErrorCode::Resolve,
        ) => None, // the listener tells of the connection
        error => {
            tracing::warn!(%error, "reading");
            None
        }
    }
}

/// Pauses, resumes and commits what changed.
fn steer(consumer: &BaseConsumer<Listener>, topic: &str, before: &Steering, wanted: &Steering) {
    let assigned: BTreeSet<i32> = consumer
        .assignment()
        .map(|list| {
            list.elements()
                .iter()
                .map(|part| part.partition())
                .collect()
        })
        .unwrap_or_default();
    let list = |partitions: &mut dyn Iterator<Item = &i32>| {
        let mut list = TopicPartitionList::new();
        for partition in partitions.filter(|partition| assigned.contains(partition)) {
            list.add_partition(topic, *partition);
        }
        list
    };
    let pause = list(&mut wanted.paused.difference(&before.paused));
    let resume = list(&mut before.paused.difference(&wanted.paused));
    if pause.count() > 0
        && let Err(error) = consumer.pause(&pause)
    {
        tracing::warn!(%error, "cannot pause partitions");
    }
    if resume.count() > 0
        && let Err(error) = consumer.resume(&resume)
    {
        tracing::warn!(%error, "cannot resume partitions");
    }
    if wanted.commit != before.commit {
        let mut offsets = TopicPartitionList::new();
        for (partition, offset) in &wanted.commit {
            if assigned.contains(partition) {
                // Only a partition named twice could fail.
                let _ = offsets.add_partition_offset(topic, *partition, Offset::Offset(*offset));
            }
        }
        // The last commit is waited for: nothing polls after it.
        let mode = if wanted.stop {
            CommitMode::Sync
        } else {
            CommitMode::Async
        };
        if offsets.count() > 0
            && let Err(error) = consumer.commit(&offsets, mode)
        {
            tracing::warn!(%error, "cannot commit offsets");
        }
    }
}

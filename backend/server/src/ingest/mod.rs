//! Reading the topic of call events.
//!
//! A thread of its own polls the consumer: ends and messages come in one order, and
//! that order reaches the engine through one bounded queue. A stream on the async
//! runtime was the other way: it would need a lock between the client's callbacks
//! and the reader. When the queue is full the thread waits, and with it the client's
//! fetching.
//!
//! The broker's word does not queue. It says how much there is to read, and must be
//! known while there is too much: the engine always finds the latest, with the
//! instant at which it was true.
//!
//! An instance reads *all* partitions, by assignment, without a group: it is ready
//! as soon as it has read them, whatever died before, and two instances are two
//! whole replicas. Offsets are committed all the same, for whoever watches lag.
//!
//! Positions are the engine's to say: on assignment the thread asks for them, and
//! starts from the snapshot's offsets. Where the broker does not have an offset
//! any more, the engine is told, and decides again.
//!
//! # Layout
//! - [`batch`]: messages on their way to the engine.
//! - `courier`: who takes refused messages to their topic.
//! - `headers`: how many headers of a message are looked at.
//! - [`letter`]: a refused message, as it is sent.
//! - [`listener`]: what the client tells by itself.
//! - [`partitions`]: which partitions are read, and from where.
//! - [`refused`]: the topic of refused messages.
//! - [`settings`]: how much waits on its way, as the service is told.
//! - `stamps`: whose clock the timestamps of the topic are.

pub mod batch;
mod courier;
mod headers;
pub mod letter;
pub mod listener;
pub mod partitions;
pub mod refused;
pub mod settings;
mod stamps;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::sync::{mpsc, watch};

use crate::kafka::client;
use crate::kafka::settings::KafkaSettings;
use crate::threads::{Pulse, Threads};
use batch::Batch;
use listener::Listener;
use partitions::Partitions;

/// How long the consumer waits for a message before it looks around.
const PATIENCE: Duration = Duration::from_millis(50);

/// A batch is handed on at this size at the latest.
const BATCH_BYTES: usize = 1024 * 1024;

/// Before a consumer that failed for good is made anew.
const RESTART_AFTER: Duration = Duration::from_secs(2);

/// What the engine hears of the topic, in order.
#[derive(Debug)]
pub enum Feed {
    /// Messages, and when they were read.
    Batch(Batch, Instant),
    /// Everything of a partition had been read at this instant.
    End(i32, Instant),
    /// Partitions were read up to here, whether or not there were messages: a
    /// transaction leaves offsets without any.
    ReadTo(BTreeMap<i32, i64>),
    /// Partitions are to be read from now on; the answer says from which offsets.
    Assigned {
        /// Which. Those of before are read on, unless the topic is another.
        partitions: BTreeSet<i32>,
        /// Which topic they are of.
        topic: TopicIdentity,
        /// Where to read on; a partition left out is read from its beginning.
        positions: SyncSender<BTreeMap<i32, i64>>,
    },
    /// The broker does not have the offset that is due in a partition.
    OutOfRange {
        /// Which.
        partition: i32,
        /// What it has.
        extent: Extent,
        /// Where to read on.
        position: SyncSender<i64>,
    },
    /// What the settings of the topic say of its timestamps.
    Stamps {
        /// Whether they are the broker's, and not the producers'.
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
    /// When that was so.
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
    /// Its first offset.
    pub low: i64,
    /// The offset after its last.
    pub high: i64,
}

/// What the broker says of a partition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartitionWord {
    /// Since its leader last answered, or a message of it was read; `None` where it
    /// has no leader that is connected, and none was.
    pub silent_for: Option<Duration>,
    /// Whether an answer of its leader is waited for, or there is none to ask. Nothing
    /// is asked while enough waits to be read, or while an answer is unpacked.
    pub is_asked: bool,
    /// Its first offset.
    pub low: Option<i64>,
    /// The offset after the last message that may be read.
    pub end: Option<i64>,
}

/// What the engine wants of the reader: the latest counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steering {
    /// Partitions too far ahead of the others.
    pub paused: BTreeSet<i32>,
    /// Offsets covered by a snapshot on disk.
    pub commit: BTreeMap<i32, i64>,
    /// How often the engine has forgotten all that was read: begin again.
    pub rereads: u64,
    /// Stop reading and commit.
    pub stop: bool,
}

/// What the reader is given.
pub struct Given {
    /// Where to read.
    pub kafka: KafkaSettings,
    /// Messages that are handed on at a time, at most.
    pub batch_messages: usize,
    /// Whether it matters whose clock the timestamps of the topic are.
    pub asks_for_stamps: bool,
    /// Where the engine hears of it.
    pub feed: mpsc::Sender<Feed>,
    /// Where it finds the broker's latest word.
    pub word: watch::Sender<Option<Word>>,
    /// What the engine wants.
    pub steering: watch::Receiver<Steering>,
    /// Shows that the reader goes on.
    pub pulse: Pulse,
}

/// Starts reading on a thread of its own, which ends when told so.
pub fn start(given: Given, threads: &Threads) -> std::io::Result<std::thread::JoinHandle<()>> {
    threads.start("reader", move || {
        Reader(given).run();
        Ok(())
    })
}

/// Why a consumer is given up.
enum End {
    /// Told to stop.
    Stop,
    /// What it read is not, or no longer, what is wanted: another begins at once.
    Anew,
    /// Anything else that a new consumer may get over.
    Failed,
}

struct Reader(Given);

impl Reader {
    fn run(mut self) {
        loop {
            match self.read() {
                Ok(End::Stop) => return,
                Ok(End::Anew) => continue,
                Ok(End::Failed) => {}
                Err(error) => tracing::error!(%error, "the consumer failed"),
            }
            let end = Instant::now() + RESTART_AFTER;
            while Instant::now() < end {
                self.0.pulse.beat();
                if self.0.steering.borrow().stop || self.0.feed.is_closed() {
                    return;
                }
                std::thread::sleep(PATIENCE);
            }
        }
    }

    /// Reads with one consumer until it is given up.
    fn read(&mut self) -> Result<End, KafkaError> {
        let Given { kafka, .. } = &self.0;
        let listener = Listener::new(&self.0);
        let config = client::consumer(kafka);
        let consumer: BaseConsumer<Listener> = config.create_with_context(listener)?;
        tracing::info!(
            brokers = kafka.bootstrap_servers,
            topic = kafka.topic,
            "reading"
        );
        let end = self.read_with(&consumer);
        let listener = Arc::clone(consumer.context());
        drop(consumer);
        listener.flush();
        Ok(end)
    }

    fn read_with(&mut self, consumer: &BaseConsumer<Listener>) -> End {
        let topic = self.0.kafka.topic.clone();
        let mut partitions = Partitions::new(&topic);
        let mut asks_for_stamps = self.0.asks_for_stamps;
        let mut done = Steering {
            rereads: self.0.steering.borrow().rereads,
            ..Steering::default()
        };
        loop {
            self.0.pulse.beat();
            let wanted = self.0.steering.borrow_and_update().clone();
            if wanted != done {
                steer(consumer, &topic, &done, &wanted);
            }
            if wanted.stop || self.0.feed.is_closed() {
                return End::Stop;
            }
            if wanted.rereads != done.rereads || partitions.is_of_another_topic(consumer) {
                return End::Anew;
            }
            done = wanted;
            partitions.look(consumer);
            if asks_for_stamps && !partitions.is_empty() {
                stamps::ask(self.0.kafka.clone(), self.0.feed.clone());
                asks_for_stamps = false;
            }
            if let Some(end) = self.read_batch(consumer, &mut partitions) {
                return end;
            }
            if partitions.take_taken_on_anew() {
                done.paused.clear();
            }
        }
    }

    /// Reads until a batch is full or nothing more is there.
    fn read_batch(
        &self,
        consumer: &BaseConsumer<Listener>,
        partitions: &mut Partitions,
    ) -> Option<End> {
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
                    partitions.read(&message);
                    let full = listener.push(&message);
                    if full >= self.0.batch_messages || listener.size() >= BATCH_BYTES {
                        break;
                    }
                }
                Some(Err(KafkaError::PartitionEOF(partition))) => {
                    listener.flush();
                    listener.say(Feed::End(partition, Instant::now()));
                }
                Some(Err(KafkaError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset))) => {
                    listener.flush();
                    partitions.find_again(consumer);
                }
                Some(Err(error)) => {
                    if let Some(end) = told_of(&error) {
                        return Some(end);
                    }
                }
            }
            if self.0.feed.is_closed() {
                break;
            }
        }
        listener.flush();
        None
    }
}

/// What an error of the consumer leads to; most are got over by the client.
fn told_of(error: &KafkaError) -> Option<End> {
    match error {
        KafkaError::MessageConsumptionFatal(code) => {
            tracing::error!(%code, "the consumer failed, starting another");
            Some(End::Failed)
        }
        KafkaError::MessageConsumption(RDKafkaErrorCode::UnknownTopicOrPartition) => {
            tracing::warn!("the topic is not there");
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

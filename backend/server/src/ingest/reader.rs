//! The thread that polls the consumer.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::sync::{mpsc, watch};

use super::listener::Listener;
use super::news::{Steering, TopicNews, Word};
use super::partitions::Partitions;
use super::stamps;
use crate::kafka::client;
use crate::kafka::settings::KafkaSettings;
use crate::threads::{Pulse, Threads};

/// How long the consumer waits for a message before it looks around.
const PATIENCE: Duration = Duration::from_millis(50);

/// The bytes at which a batch is handed on, however few messages it holds.
const BATCH_BYTES: usize = 1024 * 1024;

/// How long after a consumer failed for good another is made.
const RESTART_AFTER: Duration = Duration::from_secs(2);

/// What the reader is given.
pub struct ReaderParts {
    /// The cluster and the topic to read.
    pub kafka: KafkaSettings,
    /// At most so many messages are handed on at a time.
    pub batch_messages: usize,
    /// Whether it matters whose clock the timestamps of the topic are.
    pub asks_for_stamps: bool,
    /// Where the engine hears of the topic.
    pub news: mpsc::Sender<TopicNews>,
    /// Where the engine finds the broker's latest word.
    pub word: watch::Sender<Option<Word>>,
    /// What the engine wants of the reader.
    pub steering: watch::Receiver<Steering>,
    /// Shows that the reader goes on.
    pub pulse: Pulse,
}

/// Starts reading on a thread of its own, which ends when told so.
pub fn start(
    parts: ReaderParts,
    threads: &Threads,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    threads.start("reader", move || {
        Reader(parts).run();
        Ok(())
    })
}

/// Why a consumer is given up.
enum ConsumerEnd {
    /// The reader was told to stop.
    Stop,
    /// What the consumer read is not what is wanted, or no longer: another begins at
    /// once.
    Anew,
    /// Anything else happened that a new consumer may get over.
    Failed,
}

struct Reader(ReaderParts);

impl Reader {
    fn run(mut self) {
        loop {
            match self.read() {
                Ok(ConsumerEnd::Stop) => return,
                Ok(ConsumerEnd::Anew) => continue,
                Ok(ConsumerEnd::Failed) => {}
                Err(error) => tracing::error!(%error, "the consumer failed"),
            }
            let end = Instant::now() + RESTART_AFTER;
            while Instant::now() < end {
                self.0.pulse.beat();
                if self.0.steering.borrow().stop || self.0.news.is_closed() {
                    return;
                }
                std::thread::sleep(PATIENCE);
            }
        }
    }

    /// Reads with one consumer until it is given up.
    fn read(&mut self) -> Result<ConsumerEnd, KafkaError> {
        let ReaderParts {
            kafka,
            news,
            word,
            pulse,
            ..
        } = &self.0;
        let listener = Listener::new(kafka, news.clone(), word.clone(), pulse.clone());
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

    fn read_with(&mut self, consumer: &BaseConsumer<Listener>) -> ConsumerEnd {
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
            if wanted.stop || self.0.news.is_closed() {
                return ConsumerEnd::Stop;
            }
            if wanted.rereads != done.rereads || partitions.is_of_another_topic(consumer) {
                return ConsumerEnd::Anew;
            }
            done = wanted;
            partitions.look(consumer);
            if asks_for_stamps && !partitions.is_empty() {
                stamps::ask(self.0.kafka.clone(), self.0.news.clone());
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
    ) -> Option<ConsumerEnd> {
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
                    listener.say(TopicNews::End(partition, Instant::now()));
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
            if self.0.news.is_closed() {
                break;
            }
        }
        listener.flush();
        None
    }
}

/// What an error of the consumer leads to; most are got over by the client.
fn told_of(error: &KafkaError) -> Option<ConsumerEnd> {
    match error {
        KafkaError::MessageConsumptionFatal(code) => {
            tracing::error!(%code, "the consumer failed, starting another");
            Some(ConsumerEnd::Failed)
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

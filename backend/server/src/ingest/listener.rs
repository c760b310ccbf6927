//! What the client tells by itself: messages, statistics, errors, lines of its log.
//!
//! Statistics and errors are called back from within `poll`, on the reader's
//! thread; lines of the log from threads of the client. The batch being filled is
//! kept here, so that whatever is told finds nothing unsaid before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::statistics::{Broker, Partition, Statistics};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::batch::Batch;
use super::news::{PartitionWord, TopicNews, Word};
use crate::kafka::connection::pass_on;
use crate::kafka::settings::KafkaSettings;
use crate::threads::Pulse;

/// How long after an attempt to put something into the full queue of the engine the
/// next one is made.
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(2);

/// How long an answer of the engine is waited for at a time.
const LOOK_ROUND_AFTER: Duration = Duration::from_secs(1);

/// The state of a broker that is connected, in statistics.
const UP: &str = "UP";

/// The consumer's context.
pub struct Listener {
    topic: String,
    news: mpsc::Sender<TopicNews>,
    word: watch::Sender<Option<Word>>,
    pulse: Pulse,
    /// When the client was made, or a moment before.
    began: Instant,
    /// Bytes of the largest message that is read.
    largest: usize,
    /// Only the reader's thread touches it; the lock satisfies the compiler.
    batch: Mutex<Batch>,
    /// When messages of each partition were last handed on.
    handed_on: Mutex<BTreeMap<i32, Instant>>,
    heard: Mutex<TopicHeard>,
}

/// What was last heard of the topic itself.
#[derive(Debug, Default)]
struct TopicHeard {
    /// The identity of the topic, where the broker tells.
    topic_id: Option<String>,
    partitions: BTreeSet<i32>,
}

impl Listener {
    /// The context of a client that is about to be made: what another had last heard
    /// of the partitions need not be true of those that this one will read.
    pub fn new(
        kafka: &KafkaSettings,
        news: mpsc::Sender<TopicNews>,
        word: watch::Sender<Option<Word>>,
        pulse: Pulse,
    ) -> Self {
        word.send_modify(|word| {
            if let Some(word) = word {
                word.partitions.clear();
            }
        });
        Self {
            topic: kafka.topic.clone(),
            news,
            word,
            pulse,
            began: Instant::now(),
            largest: kafka.max_message_bytes as usize,
            batch: Mutex::default(),
            handed_on: Mutex::default(),
            heard: Mutex::default(),
        }
    }

    /// Adds a message to the batch; answers how many it holds.
    pub fn push(&self, message: &BorrowedMessage<'_>) -> usize {
        let mut batch = lock(&self.batch);
        batch.push(message, self.largest);
        batch.len()
    }

    /// How many bytes the batch holds.
    pub fn size(&self) -> usize {
        lock(&self.batch).size()
    }

    /// Whether the batch holds nothing.
    pub fn is_empty(&self) -> bool {
        lock(&self.batch).is_empty()
    }

    /// Hands the batch on.
    pub fn flush(&self) {
        let batch = std::mem::take(&mut *lock(&self.batch));
        if batch.is_empty() {
            return;
        }
        let records = batch.records().iter();
        let read: BTreeSet<i32> = records.map(|record| record.partition).collect();
        self.say(TopicNews::Batch(batch, Instant::now()));
        // Only now: a partition whose messages wait for room is not silent.
        let now = Instant::now();
        lock(&self.handed_on).extend(read.into_iter().map(|partition| (partition, now)));
    }

    /// Tells the engine; waits while its queue is full. Waiting is no standstill:
    /// the loop goes round as soon as there is room.
    pub fn say(&self, news: TopicNews) {
        let mut news = news;
        loop {
            self.pulse.beat();
            match self.news.try_send(news) {
                // Once the engine has ended there is nobody to tell.
                Ok(()) | Err(TrySendError::Closed(_)) => return,
                Err(TrySendError::Full(unsaid)) => news = unsaid,
            }
            std::thread::sleep(TRY_AGAIN_AFTER);
        }
    }

    /// The engine's answer to what it was told; `None` once it has ended.
    pub fn answer<T>(&self, answer: &Receiver<T>) -> Option<T> {
        loop {
            self.pulse.beat();
            match answer.recv_timeout(LOOK_ROUND_AFTER) {
                Ok(answer) => return Some(answer),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Notes that the reader goes on, though it reads nothing for now.
    pub fn beat(&self) {
        self.pulse.beat();
    }

    /// The identity of the topic, where the broker has told it.
    pub fn topic_id(&self) -> Option<String> {
        lock(&self.heard).topic_id.clone()
    }

    /// The partitions that the topic was last heard to have.
    pub fn partitions(&self) -> BTreeSet<i32> {
        lock(&self.heard).partitions.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        if let Some(id) = topic_id(message, &self.topic) {
            lock(&self.heard).topic_id = Some(id.to_owned());
        }
        pass_on(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        let age = u64::try_from(statistics.age).unwrap_or_default();
        let told = self.began + Duration::from_micros(age);
        let topic = statistics.topics.get(&self.topic);
        let known = || {
            let partitions = topic
                .into_iter()
                .flat_map(|topic| topic.partitions.values());
            partitions.filter(|partition| partition.partition >= 0 && !partition.unknown)
        };
        let handed_on = lock(&self.handed_on).clone();
        let word_of = |partition: &Partition| {
            let handed_on = handed_on.get(&partition.partition);
            let read = handed_on.map(|at| told.saturating_duration_since(*at));
            (partition.partition, word(partition, &statistics, read))
        };
        let partitions: BTreeMap<i32, PartitionWord> = known().map(word_of).collect();
        lock(&self.heard).partitions = partitions.keys().copied().collect();
        self.word.send_replace(Some(Word {
            connected: statistics.brokers.values().any(|broker| broker.state == UP),
            partitions,
            told,
        }));
        let read_to: BTreeMap<i32, i64> = known().filter_map(read_to).collect();
        if !read_to.is_empty() {
            self.flush();
            self.say(TopicNews::ReadTo(read_to));
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.word.send_modify(|word| {
                let word = word.get_or_insert_with(|| Word {
                    connected: false,
                    partitions: BTreeMap::new(),
                    told: Instant::now(),
                });
                word.connected = false;
            });
        }
        tracing::debug!(%error, reason, "consumer");
    }
}

impl ConsumerContext for Listener {}

/// What the statistics say of a partition. It is fetched from all the time, so
/// its broker answers every tenth of a second, unless there is enough to read: then
/// its messages tell that it is there, the last of which was handed on so long
/// before.
fn word(
    partition: &Partition,
    statistics: &Statistics,
    handed_on: Option<Duration>,
) -> PartitionWord {
    let brokers = &mut statistics.brokers.values();
    // Below zero: it has no leader. The address that was given first goes by such a
    // number, too, and nobody asks it anything any more.
    let leads = |broker: &&Broker| {
        partition.leader >= 0 && broker.nodeid == partition.leader && broker.state == UP
    };
    let leader = brokers.find(leads);
    // Below zero: nothing came over this connection yet.
    let idle = |broker: &Broker| u64::try_from(broker.rxidle).ok().map(Duration::from_micros);
    let silences = [leader.and_then(idle), handed_on];
    PartitionWord {
        silent_for: silences.into_iter().flatten().min(),
        is_asked: leader.is_none_or(|leader| leader.waitresp_cnt > 0 || leader.outbuf_cnt > 0),
        low: known(partition.lo_offset),
        // What is beyond the last stable offset cannot be read yet.
        end: known(partition.ls_offset).or(known(partition.hi_offset)),
    }
}

/// How far a partition was read, offsets without messages included. Only where none
/// waits in the client, in the queue that all partitions share: else it may be said
/// before the messages that it speaks of.
fn read_to(partition: &Partition) -> Option<(i32, i64)> {
    let offset = known(partition.eof_offset).filter(|_| partition.fetchq_cnt == 0)?;
    Some((partition.partition, offset))
}

fn known(offset: i64) -> Option<i64> {
    (offset >= 0).then_some(offset)
}

/// The identity of a topic, where a line of the client's log tells it: the client
/// has it from each answer about the topic, and no other way to tell.
fn topic_id<'m>(line: &'m str, topic: &str) -> Option<&'m str> {
    let (_, told) = line.split_once("Topic ")?;
    let told = told
        .strip_prefix(topic)?
        .strip_prefix(" changed id from ")?;
    let (_, id) = told.split_once(" to ")?;
    Some(id.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_of_the_topic_is_read_off_the_log() {
        for (line, id) in [
            (
                "[thrd:main]: Topic calls changed id from AAAAAAAAAAAAAAAAAAAAAA to x3sN-_sCT1y",
                Some("x3sN-_sCT1y"),
            ),
            ("[thrd:main]: Topic calls2 changed id from A to B", None),
            (
                "[thrd:main]: Topic calls partition 0 Leader 1 Epoch 0",
                None,
            ),
            ("1/1 brokers are down", None),
        ] {
            assert_eq!(topic_id(line, "calls"), id, "{line}");
        }
    }
}

//! The topic of refused messages.
//!
//! A message that cannot be read, or that the fold refuses, goes there with its
//! original bytes and the reason. At least once: the offset that covers it is
//! neither saved nor committed before the broker has it (see
//! [`Refused::wait_for`]), so a crash repeats it, told apart by topic,
//! partition and offset. A broker that does not take it is asked again for
//! ever; reading waits once too many wait.

use std::collections::BTreeMap;
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use tokio::sync::watch;

use super::batch::{Batch, Record};
use super::settings;
use crate::config::Kafka;
use crate::produce::create_topic;

/// A message larger than this does not fit a broker's default, which counts
/// headers too.
const LARGEST: usize = 1_000_000;

/// What is kept of a message that is too large.
const KEPT: usize = 1_024;

/// Between two attempts to hand over a message that the broker refused.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// One line of the log stands for the failures of so long.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How long the messages on their way are waited for at the end.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// A message for the topic of refused messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Letter {
    /// The original message, with where it was and why it was refused.
    pub fn new(topic: &str, batch: &Batch, record: &Record, reason: &str) -> Self {
        let own = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        let mut letter = Self {
            key: own(batch.key(record)),
            value: own(batch.value(record)),
            headers: batch
                .headers(record)
                .map(|(name, value)| (name.to_owned(), own(value)))
                .collect(),
        };
        letter.add("vigie-topic", topic);
        letter.add("vigie-partition", &record.partition.to_string());
        letter.add("vigie-offset", &record.offset.to_string());
        letter.add("vigie-reason", reason);
        if letter.size() > LARGEST {
            letter.cut();
        }
        letter
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = Some(value.as_bytes().to_vec());
        self.headers.push((name.to_owned(), value));
    }

    fn size(&self) -> usize {
        let of = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + of(value))
            .sum();
        of(&self.key) + of(&self.value) + headers
    }

    /// Keeps the first kilobyte, and says how long the message was. Headers and
    /// key may be what made it too large: of those, what is small stays.
    fn cut(&mut self) {
        if self.headers.iter().any(|(name, _)| name == "vigie-length") {
            return;
        }
        let length = self.value.as_ref().map_or(0, Vec::len);
        self.add("vigie-length", &length.to_string());
        if let Some(value) = &mut self.value {
            value.truncate(KEPT);
        }
        if self.key.as_ref().is_some_and(|key| key.len() > KEPT) {
            self.key = None;
        }
        self.headers.retain(|(name, value)| {
            name.starts_with("vigie-") || name.len() + value.as_ref().map_or(0, Vec::len) <= KEPT
        });
        self.headers
            .iter_mut()
            .filter(|(name, _)| name == "vigie-reason")
            .for_each(|(_, reason)| {
                if let Some(reason) = reason {
                    reason.truncate(KEPT);
                }
            });
    }

    fn owned_headers(&self) -> OwnedHeaders {
        let empty = OwnedHeaders::new_with_capacity(self.headers.len());
        self.headers.iter().fold(empty, |headers, (name, value)| {
            headers.insert(Header {
                key: name,
                value: value.as_deref(),
            })
        })
    }
}

/// Where refused messages are handed in. Owned by the engine.
pub struct Refused {
    topic: String,
    letters: mpsc::SyncSender<(u64, Letter)>,
    handed_in: u64,
    /// Every message handed in up to this one is with the broker.
    durable: watch::Receiver<u64>,
    limit: u64,
}

impl Refused {
    /// Starts the producer on a thread of its own. `limit` messages may wait.
    pub fn start(kafka: &Kafka, limit: usize) -> anyhow::Result<Self> {
        // One batch beyond the limit is handed in at most.
        let (letters, inbox) = mpsc::sync_channel(limit * 2);
        let (durable, durable_reader) = watch::channel(0);
        let (outcomes, outcome_reader) = mpsc::channel();
        let producer = settings::refused_producer(kafka)
            .create_with_context(Outcomes(Mutex::new(outcomes)))?;
        let courier = Courier {
            producer,
            kafka: kafka.clone(),
            outcomes: outcome_reader,
            waiting: BTreeMap::new(),
            retries: Vec::new(),
            durable,
            taken: 0,
            topic_was_made: false,
            told: None,
        };
        std::thread::Builder::new()
            .name("refused".to_owned())
            .spawn(move || courier.run(&inbox))?;
        Ok(Self {
            topic: kafka.topic.clone(),
            letters,
            handed_in: 0,
            durable: durable_reader,
            limit: limit as u64,
        })
    }

    /// Hands in a message.
    pub fn hand_in(&mut self, batch: &Batch, record: &Record, reason: &str) {
        let letter = Letter::new(&self.topic, batch, record, reason);
        self.handed_in += 1;
        if self.letters.send((self.handed_in, letter)).is_err() {
            tracing::error!(
                partition = record.partition,
                offset = record.offset,
                "the producer of refused messages has ended"
            );
        }
    }

    /// Whether reading may go on: not too many wait for the broker.
    pub fn has_room(&self) -> bool {
        self.handed_in - *self.durable.borrow() < self.limit
    }

    /// The number of the last message handed in, for [`Refused::durable`].
    pub fn handed_in(&self) -> u64 {
        self.handed_in
    }

    /// Number of the message up to which the broker has all of them.
    pub fn durable(&self) -> watch::Receiver<u64> {
        self.durable.clone()
    }
}

/// Waits until the broker has every message up to this one; `false` once it
/// never will, since the producer has ended.
pub async fn wait_for(durable: &mut watch::Receiver<u64>, number: u64) -> bool {
    durable.wait_for(|durable| *durable >= number).await.is_ok()
}

/// Passes what became of a message on to the thread that sent it.
struct Outcomes(Mutex<mpsc::Sender<(u64, Result<(), KafkaError>)>>);

impl ClientContext for Outcomes {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        settings::log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "producer of refused messages");
    }
}

impl ProducerContext for Outcomes {
    type DeliveryOpaque = Box<u64>;

    fn delivery(&self, result: &DeliveryResult<'_>, number: Box<u64>) {
        let outcome = result
            .as_ref()
            .map(|_| ())
            .map_err(|(error, _)| error.clone());
        if let Ok(outcomes) = self.0.lock() {
            // Nobody listens any more only once the thread has ended.
            let _ = outcomes.send((*number, outcome));
        }
    }
}

/// The thread that owns the producer.
struct Courier {
    producer: BaseProducer<Outcomes>,
    kafka: Kafka,
    outcomes: mpsc::Receiver<(u64, Result<(), KafkaError>)>,
    /// Handed in, and not yet with the broker.
    waiting: BTreeMap<u64, Letter>,
    retries: Vec<(Instant, u64)>,
    durable: watch::Sender<u64>,
    taken: u64,
    topic_was_made: bool,
    /// When it was last told that messages are not taken.
    told: Option<Instant>,
}

impl Courier {
    /// Not every cluster makes a topic that is written to.
    fn make_topic(&mut self) {
        let topic = &self.kafka.refused_topic;
        match create_topic(&self.kafka, topic, 1) {
            Ok(_) => {
                tracing::info!(topic, "the topic of refused messages was made");
                self.topic_was_made = true;
            }
            Err(error) => {
                let error = format!("{error:#}");
                tracing::error!(topic, error, "the topic of refused messages is missing");
            }
        }
    }

    fn run(mut self, inbox: &mpsc::Receiver<(u64, Letter)>) {
        loop {
            // Deliveries are reported by polling; nothing is on its way else.
            let patience = if self.waiting.is_empty() { 200 } else { 5 };
            match inbox.recv_timeout(Duration::from_millis(patience)) {
                Ok((number, letter)) => self.take(number, letter),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
            self.serve();
        }
        let end = Instant::now() + LAST_CHANCE;
        while !self.waiting.is_empty() && Instant::now() < end {
            self.producer.poll(Duration::from_millis(20));
            self.serve();
        }
    }

    fn take(&mut self, number: u64, letter: Letter) {
        self.taken = number;
        self.waiting.insert(number, letter);
        self.send(number);
    }

    fn send(&mut self, number: u64) {
        let Some(letter) = self.waiting.get(&number) else {
            return;
        };
        let mut record: BaseRecord<'_, [u8], [u8], Box<u64>> =
            BaseRecord::with_opaque_to(&self.kafka.refused_topic, Box::new(number))
                .headers(letter.owned_headers());
        if let Some(key) = &letter.key {
            record = record.key(key);
        }
        if let Some(value) = &letter.value {
            record = record.payload(value);
        }
        if let Err((error, _)) = self.producer.send(record) {
            self.failed(number, &error);
        }
    }

    fn serve(&mut self) {
        self.producer.poll(Duration::ZERO);
        while let Ok((number, outcome)) = self.outcomes.try_recv() {
            match outcome {
                Ok(()) => {
                    self.waiting.remove(&number);
                }
                Err(error) => self.failed(number, &error),
            }
        }
        let now = Instant::now();
        let (due, later) = std::mem::take(&mut self.retries)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.retries = later;
        for (_, number) in due {
            self.send(number);
        }
        let through = self
            .waiting
            .first_key_value()
            .map_or(self.taken, |(number, _)| number - 1);
        self.durable.send_if_modified(|durable| {
            let moved = *durable != through;
            *durable = through;
            moved
        });
    }

    fn failed(&mut self, number: u64, error: &KafkaError) {
        let no_topic = matches!(
            error.rdkafka_error_code(),
            Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownTopicOrPartition)
        );
        if no_topic && !self.topic_was_made {
            self.make_topic();
        }
        let too_large = matches!(
            error.rdkafka_error_code(),
            Some(RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessageSize)
        );
        if too_large && let Some(letter) = self.waiting.get_mut(&number) {
            letter.cut();
        }
        if self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            self.told = Some(Instant::now());
            tracing::warn!(
                %error,
                topic = self.kafka.refused_topic,
                waiting = self.waiting.len(),
                "refused messages were not taken, trying again"
            );
        }
        self.retries.push((Instant::now() + RETRY_AFTER, number));
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        if !self.waiting.is_empty() {
            tracing::warn!(
                waiting = self.waiting.len(),
                "refused messages were not taken; they are read again at the next start"
            );
            self.producer
                .purge(rdkafka::producer::PurgeConfig::default().queue().inflight());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(value: &[u8]) -> Batch {
        let mut batch = Batch::default();
        let headers: [(&str, Option<&[u8]>); 2] = [("ce_id", Some(b"\xff")), ("empty", None)];
        batch.push_parts(
            (3, 41),
            None,
            Some(b"NAQ-0331"),
            Some(value),
            headers.into_iter(),
        );
        batch
    }

    fn letter(value: &[u8]) -> Letter {
        let batch = batch(value);
        Letter::new("calls", &batch, &batch.records()[0], "data.queue: missing")
    }

    fn header<'l>(letter: &'l Letter, name: &str) -> Option<&'l [u8]> {
        let (_, value) = letter.headers.iter().find(|(found, _)| found == name)?;
        value.as_deref()
    }

    #[test]
    fn the_original_stays_and_where_and_why_are_added() {
        let letter = letter(b"\xff{");
        assert_eq!(letter.key.as_deref(), Some(&b"NAQ-0331"[..]));
        assert_eq!(letter.value.as_deref(), Some(&b"\xff{"[..]));
        for (name, value) in [
            ("ce_id", Some(&b"\xff"[..])),
            ("empty", None),
            ("vigie-topic", Some(b"calls")),
            ("vigie-partition", Some(b"3")),
            ("vigie-offset", Some(b"41")),
            ("vigie-reason", Some(b"data.queue: missing")),
            ("vigie-length", None),
        ] {
            assert_eq!(header(&letter, name), value, "{name}");
        }
    }

    #[test]
    fn of_a_large_message_the_first_kilobyte_and_the_length_stay() {
        let letter = letter(&vec![b'x'; 5_000_000]);
        assert_eq!(letter.value.as_ref().map(Vec::len), Some(1_024));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"5000000"[..]));
        assert!(letter.size() < LARGEST);
    }

    #[test]
    fn headers_and_key_may_be_what_is_too_large() {
        let mut batch = Batch::default();
        let large = vec![b'x'; 2_000_000];
        batch.push_parts(
            (0, 0),
            None,
            Some(&large),
            Some(b"v"),
            [("large", Some(&large[..]))].into_iter(),
        );
        let letter = Letter::new("calls", &batch, &batch.records()[0], "message: not JSON");
        assert_eq!(letter.value.as_deref(), Some(&b"v"[..]));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"1"[..]));
        assert!(letter.size() < 2 * KEPT);
    }
}

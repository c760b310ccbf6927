//! The topic of refused messages.
//!
//! A message that cannot be read, or that the fold refuses, goes there with its
//! original bytes and the reason. At least once: a snapshot holds those that the
//! broker has not taken yet, and they are handed in again after a restart, told
//! apart by topic, partition and offset. A broker that does not take them is asked
//! again for ever; reading waits once too many wait, in number or in bytes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, ProducerContext};
use tokio::sync::watch;

use super::batch::{Batch, Record};
use super::letter::Letter;
use super::settings;
use crate::config::{Kafka, Limits};
use crate::produce::create_topic;
use crate::threads::{Pulse, Threads};

/// Between two attempts to hand over a message that the broker refused.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// One line of the log stands for the failures of so long.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How long the messages on their way are waited for at the end.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// Where refused messages are handed in. Owned by the engine.
pub struct Refused {
    topic: String,
    letters: mpsc::Sender<(u64, Arc<Letter>)>,
    handed_in: u64,
    /// Every message handed in up to this one is with the broker.
    durable: watch::Receiver<u64>,
    /// Those that the broker has not taken yet, oldest first.
    waiting: VecDeque<(u64, Arc<Letter>)>,
    waiting_bytes: usize,
    most: usize,
    most_bytes: usize,
}

impl Refused {
    /// Starts the producer on a thread of its own.
    pub fn start(
        kafka: &Kafka,
        limits: &Limits,
        threads: &Threads,
        pulse: Pulse,
    ) -> anyhow::Result<Self> {
        let (letters, inbox) = mpsc::channel();
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
            topic_is_made: false,
            told: None,
            pulse,
        };
        threads.start("refused", move || {
            courier.run(&inbox);
            Ok(())
        })?;
        Ok(Self {
            topic: kafka.topic.clone(),
            letters,
            handed_in: 0,
            durable: durable_reader,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            most: limits.refused_outstanding,
            most_bytes: limits.refused_outstanding_bytes,
        })
    }

    /// Hands in a message.
    pub fn hand_in(&mut self, batch: &Batch, record: &Record, reason: &str) {
        self.send(Letter::new(&self.topic, batch, record, reason));
    }

    /// Hands in what the broker had not taken before a restart.
    pub fn hand_in_again(&mut self, letters: Vec<Letter>) {
        letters.into_iter().for_each(|letter| self.send(letter));
    }

    fn send(&mut self, letter: Letter) {
        let letter = Arc::new(letter);
        self.handed_in += 1;
        self.waiting_bytes += letter.size();
        self.waiting
            .push_back((self.handed_in, Arc::clone(&letter)));
        // A thread that has ended ends the service: its letters are in the next
        // snapshot.
        let _ = self.letters.send((self.handed_in, letter));
    }

    /// Forgets those that the broker has. Answers whether some are left.
    pub fn settle(&mut self) -> bool {
        let durable = *self.durable.borrow_and_update();
        while let Some((number, letter)) = self.waiting.front()
            && *number <= durable
        {
            self.waiting_bytes -= letter.size();
            self.waiting.pop_front();
        }
        !self.waiting.is_empty()
    }

    /// Whether reading may go on: not too much waits for the broker.
    pub fn has_room(&self) -> bool {
        self.waiting.len() < self.most && self.waiting_bytes < self.most_bytes
    }

    /// How many the broker has not taken yet.
    pub fn count(&self) -> usize {
        self.waiting.len()
    }

    /// Those that the broker has not taken yet.
    pub fn waiting(&self) -> Vec<Letter> {
        let letters = self.waiting.iter();
        letters.map(|(_, letter)| (**letter).clone()).collect()
    }

    /// Number of the message up to which the broker has all of them.
    pub fn durable(&self) -> watch::Receiver<u64> {
        self.durable.clone()
    }
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
    waiting: BTreeMap<u64, Arc<Letter>>,
    retries: Vec<(Instant, u64)>,
    durable: watch::Sender<u64>,
    taken: u64,
    /// Whether the topic is there, or being made.
    topic_is_made: bool,
    /// When it was last told that messages are not taken.
    told: Option<Instant>,
    pulse: Pulse,
}

impl Courier {
    /// Not every cluster makes a topic that is written to. Making it is waited for
    /// elsewhere: meanwhile the messages are tried again.
    fn make_topic(&mut self) {
        self.topic_is_made = true;
        let kafka = self.kafka.clone();
        let made = std::thread::Builder::new()
            .name("topic".to_owned())
            .spawn(move || {
                let topic = &kafka.refused_topic;
                match create_topic(&kafka, topic, 1) {
                    Ok(_) => tracing::info!(topic, "the topic of refused messages was made"),
                    Err(error) => {
                        let error = format!("{error:#}");
                        tracing::error!(topic, error, "the topic of refused messages is missing");
                    }
                }
            });
        if let Err(error) = made {
            tracing::error!(%error, "cannot make the topic of refused messages");
        }
    }

    fn run(mut self, inbox: &mpsc::Receiver<(u64, Arc<Letter>)>) {
        loop {
            self.pulse.beat();
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

    fn take(&mut self, number: u64, letter: Arc<Letter>) {
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
        if no_topic && !self.topic_is_made {
            self.make_topic();
        }
        let too_large = matches!(
            error.rdkafka_error_code(),
            Some(RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessageSize)
        );
        if too_large && let Some(letter) = self.waiting.get_mut(&number) {
            Arc::make_mut(letter).cut();
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
                "refused messages were not taken; the last snapshot holds them"
            );
            self.producer
                .purge(rdkafka::producer::PurgeConfig::default().queue().inflight());
        }
    }
}

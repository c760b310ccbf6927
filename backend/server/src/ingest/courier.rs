//! Who takes refused messages to their topic: a thread with a producer.
//!
//! What fails is tried again for ever, since it may be a broker that is away or a
//! topic that may not be written yet. What the broker refuses for what it is would
//! fail for ever: it is sent by itself, since a batch may have been what was too
//! large, then with less and less of its message, and is given up at last.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer, PurgeConfig};
use tokio::sync::mpsc::UnboundedSender;

use super::letter::{Form, Letter};
use crate::kafka::admin::Admin;
use crate::kafka::client;
use crate::kafka::connection::Connection;
use crate::kafka::delivery::Delivery;
use crate::kafka::settings::KafkaSettings;
use crate::telemetry::metrics as names;
use crate::telemetry::seldom::Seldom;
use crate::threads::Pulse;

/// How long after a failure a message is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// How much time one line of the log stands for.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// How long a broker may take to make the topic.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// How long the messages on their way are waited for at the end.
const LAST_CHANCE: Duration = Duration::from_secs(3);

/// The number of a letter, and what the broker did with it.
type LetterAnswer = (u64, Result<(), KafkaError>);

/// The context of a producer that passes the broker's answers on to the thread that
/// sent the letters.
fn answering(report: &mpsc::Sender<LetterAnswer>) -> Delivery<Box<u64>> {
    let answers = Mutex::new(report.clone());
    let connection = Connection::of("producer of refused messages");
    Delivery::new(connection, move |number: Box<u64>, outcome| {
        if let Ok(answers) = answers.lock() {
            // Nobody listens any more only once the thread has ended.
            let _ = answers.send((*number, outcome.map_err(Clone::clone)));
        }
    })
}

/// A letter that is on its way, or will be again.
struct OnItsWay {
    letter: Arc<Letter>,
    form: Form,
    /// Whether the letter goes by itself, since a batch is refused as a whole.
    is_alone: bool,
}

impl OnItsWay {
    fn new(letter: Arc<Letter>) -> Self {
        Self {
            letter,
            form: Form::Whole,
            is_alone: false,
        }
    }

    /// Makes a letter that the broker refuses for what it is more likely to be
    /// taken. Answers whether that was possible.
    fn give_way(&mut self) -> bool {
        if !self.is_alone {
            self.is_alone = true;
            return true;
        }
        let Some(form) = self.form.less() else {
            return false;
        };
        self.form = form;
        Arc::make_mut(&mut self.letter).cut(form);
        true
    }
}

/// Whether trying the same again would fail again.
fn is_for_what_it_is(error: &KafkaError) -> bool {
    matches!(
        error.rdkafka_error_code(),
        Some(
            RDKafkaErrorCode::MessageSizeTooLarge
                | RDKafkaErrorCode::InvalidMessageSize
                | RDKafkaErrorCode::MessageBatchTooLarge
                | RDKafkaErrorCode::InvalidRecord
        )
    )
}

/// The thread that owns the producers.
pub struct Courier {
    kafka: KafkaSettings,
    producer: BaseProducer<Delivery<Box<u64>>>,
    /// The producer of letters that go by themselves, once there is one.
    single: Option<BaseProducer<Delivery<Box<u64>>>>,
    answers: mpsc::Receiver<LetterAnswer>,
    report: mpsc::Sender<LetterAnswer>,
    /// Letters that were handed in, and are not settled.
    waiting: HashMap<u64, OnItsWay>,
    /// When a letter that failed is to be tried again, in that order.
    retries: VecDeque<(Instant, u64)>,
    /// Letters that were changed, and are to be tried at once.
    changed: Vec<u64>,
    settled: UnboundedSender<u64>,
    /// Whether the topic is there, or being made.
    topic_is_made: bool,
    /// Messages that were not taken, as the log tells of them.
    not_taken: Seldom,
    /// Messages that were given up, as the log tells of them.
    given_up: Seldom,
    pulse: Pulse,
}

impl Courier {
    /// Tells `settled` the numbers of letters that are waited for no more.
    pub fn new(
        kafka: &KafkaSettings,
        settled: UnboundedSender<u64>,
        pulse: Pulse,
    ) -> Result<Self, KafkaError> {
        let (report, answers) = mpsc::channel();
        let context = answering(&report);
        Ok(Self {
            kafka: kafka.clone(),
            producer: client::refused_producer(kafka).create_with_context(context)?,
            single: None,
            answers,
            report,
            waiting: HashMap::new(),
            retries: VecDeque::new(),
            changed: Vec::new(),
            settled,
            topic_is_made: false,
            not_taken: Seldom::every(TELL_EVERY),
            given_up: Seldom::every(TELL_EVERY),
            pulse,
        })
    }

    /// Makes the topic, since not every cluster makes a topic that is written to.
    /// This is waited for elsewhere; meanwhile the messages are tried again.
    fn make_topic(&mut self) {
        self.topic_is_made = true;
        let kafka = self.kafka.clone();
        let made = std::thread::Builder::new()
            .name("topic".to_owned())
            .spawn(move || {
                let topic = &kafka.refused_topic;
                let made = Admin::new(&kafka, ANSWER_WITHIN)
                    .and_then(|admin| admin.create_topic(topic, 1));
                match made {
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

    /// Takes what comes in until nobody hands in any more.
    pub fn run(mut self, inbox: &mpsc::Receiver<(u64, Arc<Letter>)>) {
        loop {
            self.pulse.beat();
            // Deliveries are reported by polling; nothing is on its way else.
            let patience = if self.waiting.is_empty() { 200 } else { 5 };
            match inbox.recv_timeout(Duration::from_millis(patience)) {
                Ok((number, letter)) => {
                    self.waiting.insert(number, OnItsWay::new(letter));
                    self.send(number);
                }
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

    fn send(&mut self, number: u64) {
        let Some(OnItsWay {
            letter, is_alone, ..
        }) = self.waiting.get(&number)
        else {
            return;
        };
        if *is_alone && self.single.is_none() {
            let context = answering(&self.report);
            let settings = client::single_refused_producer(&self.kafka);
            match settings.create_with_context(context) {
                Ok(producer) => self.single = Some(producer),
                Err(error) => return self.failed(number, &error),
            }
        }
        let mut record: BaseRecord<'_, [u8], [u8], Box<u64>> =
            BaseRecord::with_opaque_to(&self.kafka.refused_topic, Box::new(number))
                .headers(letter.owned_headers());
        if let Some(key) = &letter.key {
            record = record.key(key);
        }
        if let Some(value) = &letter.value {
            record = record.payload(value);
        }
        let producer = match (&self.single, is_alone) {
            (Some(single), true) => single,
            _ => &self.producer,
        };
        if let Err((error, _)) = producer.send(record) {
            self.failed(number, &error);
        }
    }

    fn serve(&mut self) {
        self.producer.poll(Duration::ZERO);
        if let Some(single) = &self.single {
            single.poll(Duration::ZERO);
        }
        while let Ok((number, outcome)) = self.answers.try_recv() {
            match outcome {
                Ok(()) => self.settle(number),
                Err(error) => self.failed(number, &error),
            }
        }
        for number in std::mem::take(&mut self.changed) {
            self.send(number);
        }
        let now = Instant::now();
        while let Some((_, number)) = self.retries.pop_front_if(|(due, _)| *due <= now) {
            self.send(number);
        }
    }

    fn settle(&mut self, number: u64) {
        self.waiting.remove(&number);
        // Nobody listens any more only once the engine has ended.
        let _ = self.settled.send(number);
    }

    fn failed(&mut self, number: u64, error: &KafkaError) {
        if is_for_what_it_is(error) {
            let letter = self.waiting.get_mut(&number);
            match letter.is_some_and(OnItsWay::give_way) {
                true => self.changed.push(number),
                false => self.give_up(number, error),
            }
            return;
        }
        let no_topic = matches!(
            error.rdkafka_error_code(),
            Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownTopicOrPartition)
        );
        if no_topic && !self.topic_is_made {
            self.make_topic();
        }
        if self.not_taken.happened(Instant::now()).is_some() {
            tracing::warn!(
                %error,
                topic = self.kafka.refused_topic,
                waiting = self.waiting.len(),
                "refused messages were not taken, trying again"
            );
        }
        self.retries
            .push_back((Instant::now() + RETRY_AFTER, number));
    }

    /// Gives up a letter of which no form would be taken, so that it keeps no other
    /// waiting.
    fn give_up(&mut self, number: u64, error: &KafkaError) {
        metrics::counter!(names::REFUSED_GIVEN_UP).increment(1);
        if let Some(given_up) = self.given_up.happened(Instant::now())
            && let Some(last) = self.waiting.get(&number)
        {
            let (partition, offset) = last.letter.place();
            tracing::error!(
                %error,
                topic = self.kafka.refused_topic,
                partition,
                offset,
                given_up,
                "refused messages were given up: their topic takes no form of them"
            );
        }
        self.settle(number);
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        if !self.waiting.is_empty() {
            tracing::warn!(
                waiting = self.waiting.len(),
                "refused messages were not taken; the last snapshot holds them"
            );
            for producer in std::iter::once(&self.producer).chain(&self.single) {
                producer.purge(PurgeConfig::default().queue().inflight());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;

    use super::*;
    use crate::ingest::batch::Batch;

    fn too_large() -> KafkaError {
        KafkaError::MessageProduction(RDKafkaErrorCode::MessageSizeTooLarge)
    }

    #[test]
    fn a_letter_that_is_refused_for_its_size_gives_way_and_comes_to_an_end() {
        let mut batch = Batch::default();
        let value = vec![b'x'; 100_000];
        let contents = (Some(&b"k"[..]), Some(&value[..]));
        let never = Timestamp::NotAvailable;
        batch.push_parts((0, 0), never, contents, &[], usize::MAX);
        let letter = Letter::new("calls", &batch, &batch.records()[0], "message: not JSON");
        let mut letter = OnItsWay::new(Arc::new(letter));
        let length = |letter: &OnItsWay| letter.letter.value.as_ref().map(Vec::len);
        let mut lengths = Vec::new();
        while letter.give_way() {
            assert!(letter.is_alone);
            lengths.push(length(&letter));
        }
        assert_eq!(lengths, [Some(100_000), Some(1_024), Some(100)]);
    }

    #[test]
    fn only_what_would_fail_again_is_cut() {
        let production = KafkaError::MessageProduction;
        assert!(is_for_what_it_is(&too_large()));
        assert!(is_for_what_it_is(&production(
            RDKafkaErrorCode::InvalidRecord
        )));
        for passing in [
            RDKafkaErrorCode::QueueFull,
            RDKafkaErrorCode::UnknownTopicOrPartition,
            RDKafkaErrorCode::TopicAuthorizationFailed,
            RDKafkaErrorCode::NotEnoughReplicas,
        ] {
            assert!(!is_for_what_it_is(&production(passing)), "{passing}");
        }
    }

    #[test]
    fn a_letter_that_is_taken_in_no_form_is_given_up() {
        let (settle, mut settled) = tokio::sync::mpsc::unbounded_channel();
        let config = crate::config::parse("", "", std::path::Path::new(""), []);
        let mut kafka = config.expect("the defaults").kafka;
        kafka.bootstrap_servers = "127.0.0.1:1".to_owned();
        let mut courier = Courier::new(&kafka, settle, Pulse::default()).expect("a courier");
        let mut batch = Batch::default();
        batch.push_parts((0, 0), Timestamp::NotAvailable, (None, None), &[], 10);
        let letter = Arc::new(Letter::new("calls", &batch, &batch.records()[0], ""));
        for number in [1, 2] {
            let letter = OnItsWay::new(Arc::clone(&letter));
            courier.waiting.insert(number, letter);
        }
        for _ in 0..4 {
            assert!(settled.try_recv().is_err());
            courier.failed(1, &too_large());
        }
        assert_eq!(settled.try_recv(), Ok(1));
        assert!(settled.try_recv().is_err(), "the other is waited for");
        courier.waiting.clear();
    }
}

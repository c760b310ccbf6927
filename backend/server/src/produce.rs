//! Call events into Kafka, for `replay`, `simulate` and `demo`.
//!
//! A producer that waits where its queue is full, and tells at the end of what
//! was not taken.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rdkafka::ClientContext;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::{Client, DefaultClientContext};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};

use crate::config::Kafka;
use crate::ingest::settings;

/// The content type of a structured event.
const STRUCTURED: &str = "application/cloudevents+json; charset=utf-8";

/// How long the broker is waited for at the end.
const FLUSH_WITHIN: Duration = Duration::from_secs(60);

/// How long a broker may take to make a topic.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// A broker that has not answered after so long is not there.
pub const REACHED_WITHIN: Duration = Duration::from_secs(8);

/// A broker is asked so often whether it is there.
const ASKED_EVERY: Duration = Duration::from_millis(200);

/// What a client tells between two questions, at most: it tells of each address
/// once in a while.
const TOLD_BETWEEN: usize = 50;

/// An event that no broker has taken after so long is given up: a leader that
/// dies has a successor sooner.
const TAKEN_WITHIN: &str = "30000";

/// Counts what the broker did not take, and keeps what the client said last of
/// why.
#[derive(Clone, Default)]
struct Deliveries {
    failed: Arc<AtomicU64>,
    trouble: Trouble,
}

impl Deliveries {
    /// Fails where the broker did not take an event.
    fn check(&self) -> anyhow::Result<()> {
        match self.failed.load(Ordering::Relaxed) {
            0 => Ok(()),
            1 => Err(self
                .trouble
                .explains("an event was not taken by the broker")),
            failed => Err(self
                .trouble
                .explains(&format!("{failed} events were not taken by the broker"))),
        }
    }
}

/// What a client of Kafka said last of why it cannot connect.
#[derive(Clone, Debug, Default)]
pub struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// Keeps a reason. That all brokers are down is no reason: the one before
    /// says why.
    pub fn hear(&self, error: &KafkaError, reason: &str) {
        let is_sum = matches!(error, KafkaError::Global(RDKafkaErrorCode::AllBrokersDown));
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !is_sum || last.is_none() {
            // "HOST:PORT/bootstrap: Connect to … failed: Connection refused (after
            // 0ms in state CONNECT, 4 identical error(s) suppressed)".
            let reason = reason.split_once(" (after ").map_or(reason, |(why, _)| why);
            let reason = reason
                .split_once("/bootstrap: ")
                .map_or(reason, |(_, why)| why);
            *last = Some(reason.to_owned());
        }
    }

    /// What failed, and what the client said of why.
    fn explains(&self, failure: &str) -> anyhow::Error {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match last.as_deref() {
            Some(reason) => anyhow!("{failure}: {reason}"),
            None => anyhow!("{failure}"),
        }
    }
}

/// Waits until a broker has said which cluster it is of; fails with the address
/// and why where none has in time. `serve` has the client tell one thing that it
/// met.
pub fn reach<C: ClientContext>(
    kafka: &Kafka,
    client: &Client<C>,
    trouble: &Trouble,
    serve: impl Fn(),
) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        if client.fetch_cluster_id(ASKED_EVERY).is_some() {
            return Ok(());
        }
        (0..TOLD_BETWEEN).for_each(|_| serve());
        if began.elapsed() > REACHED_WITHIN {
            let (address, seconds) = (&kafka.bootstrap_servers, REACHED_WITHIN.as_secs());
            return Err(trouble.explains(&format!("no answer from {address} within {seconds} s")));
        }
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        settings::log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.trouble.hear(&error, reason);
        tracing::debug!(%error, reason, "producer");
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result
            && self.failed.fetch_add(1, Ordering::Relaxed) == 0
        {
            self.trouble.hear(error, &error.to_string());
            tracing::error!(%error, "the broker did not take an event");
        }
    }
}

/// A producer of call events.
pub struct Producer {
    producer: BaseProducer<Deliveries>,
    deliveries: Deliveries,
    topic: String,
}

impl Producer {
    /// Of the topic of the calls. With `mock_brokers`, a cluster is made in
    /// this process, and lasts as long as the producer.
    pub fn new(kafka: &Kafka, mock_brokers: Option<u32>) -> anyhow::Result<Self> {
        let deliveries = Deliveries::default();
        let mut config = settings::base(kafka);
        // As the clients of Kafka's own project spread keys.
        config.set("partitioner", "murmur2_random");
        config.set("linger.ms", "5");
        // One setting with two names.
        let names = ["message.timeout.ms", "delivery.timeout.ms"];
        if !names
            .iter()
            .any(|name| kafka.librdkafka.contains_key(*name))
        {
            config.set("message.timeout.ms", TAKEN_WITHIN);
        }
        if let Some(brokers) = mock_brokers {
            config.set("test.mock.num.brokers", brokers.to_string());
        }
        let producer = config
            .create_with_context(deliveries.clone())
            .context("cannot start the producer")?;
        Ok(Self {
            producer,
            deliveries,
            topic: kafka.topic.clone(),
        })
    }

    /// Of the topic of the calls, once a broker has answered; fails with its
    /// address and why where none does.
    pub fn reaching(kafka: &Kafka) -> anyhow::Result<Self> {
        let producer = Self::new(kafka, None)?;
        let trouble = &producer.deliveries.trouble;
        reach(kafka, producer.producer.client(), trouble, || {
            producer.serve();
        })?;
        Ok(producer)
    }

    /// Makes the topic in the cluster of this process; answers its address.
    pub fn open_mock_cluster(&self, partitions: i32) -> anyhow::Result<String> {
        let cluster = self
            .producer
            .client()
            .mock_cluster()
            .context("no cluster in this process")?;
        cluster.create_topic(&self.topic, partitions, 1)?;
        Ok(cluster.bootstrap_servers())
    }

    /// Sends an event as JSON, once there is room for it.
    pub fn send(&self, key: Option<&str>, event: &[u8]) -> anyhow::Result<()> {
        loop {
            let mut record = BaseRecord::<'_, str, [u8]>::to(&self.topic)
                .payload(event)
                .headers(OwnedHeaders::new_with_capacity(1).insert(Header {
                    key: "content-type",
                    value: Some(STRUCTURED),
                }));
            if let Some(key) = key {
                record = record.key(key);
            }
            match self.producer.send(record) {
                Ok(()) => break,
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                    self.producer.poll(Duration::from_millis(10));
                }
                Err((error, _)) => return Err(error).context("cannot send an event"),
            }
        }
        self.producer.poll(Duration::ZERO);
        // The events after it would be taken without it.
        self.deliveries.check()
    }

    /// Has what happened to events told, and sends nothing.
    pub fn serve(&self) {
        self.producer.poll(Duration::ZERO);
    }

    /// Waits until the broker has everything.
    pub fn finish(&self) -> anyhow::Result<()> {
        if self.producer.flush(FLUSH_WITHIN).is_err() {
            let failure = "the broker did not take all events in time";
            return Err(self.deliveries.trouble.explains(failure));
        }
        self.deliveries.check()
    }
}

/// What came of making a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is there now.
    New,
    /// It was there already, as it was.
    Before,
}

/// Makes a topic, with arrival stamped by the broker.
pub fn create_topic(kafka: &Kafka, name: &str, partitions: i32) -> anyhow::Result<Made> {
    let admin: AdminClient<DefaultClientContext> = settings::base(kafka).create()?;
    // As many replicas as the cluster makes by default.
    let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(-1))
        .set("message.timestamp.type", "LogAppendTime");
    let within = Some(ANSWER_WITHIN);
    let options = AdminOptions::new()
        .request_timeout(within)
        .operation_timeout(within);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let outcomes = runtime
        .block_on(admin.create_topics([&topic], &options))
        .with_context(|| format!("cannot create topic {name}"))?;
    match outcomes.into_iter().next() {
        Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(Made::Before),
        Some(Err((_, code))) => bail!("cannot create topic {name}: {code}"),
        Some(Ok(_)) | None => Ok(Made::New),
    }
}

/// Makes the topic of the calls, for a command; tells where it was there.
pub fn create_topic_of_calls(kafka: &Kafka, partitions: i32) -> anyhow::Result<()> {
    if create_topic(kafka, &kafka.topic, partitions)? == Made::Before {
        eprintln!("vigie: topic {} is there already, as it was", kafka.topic);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_a_client_tells_the_reason_is_kept() {
        let down = KafkaError::Global(RDKafkaErrorCode::AllBrokersDown);
        let refused = KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure);
        let connect = "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)";
        let sum = "1/1 brokers are down";
        let kept = "Connect to ipv4#127.0.0.1:1 failed: Connection refused";
        for (told, says) in [
            (vec![], "no answer"),
            (vec![(&down, sum)], "no answer: 1/1 brokers are down"),
            (
                vec![(&refused, connect), (&down, sum)],
                &format!("no answer: {kept}"),
            ),
            (
                vec![(&down, sum), (&refused, connect)],
                &format!("no answer: {kept}"),
            ),
        ] {
            let trouble = Trouble::default();
            for (error, reason) in told {
                trouble.hear(error, reason);
            }
            assert_eq!(trouble.explains("no answer").to_string(), says);
        }
    }
}

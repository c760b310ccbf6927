//! Call events into Kafka, for `replay`, `simulate` and `demo`.
//!
//! A producer that waits where its queue is full, and tells at the end of what
//! was not taken.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Context;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::kafka::admin::{Admin, Made};
use crate::kafka::client;
use crate::kafka::connection::Connection;
use crate::kafka::delivery::Delivery;
use crate::kafka::reaching::reach;
use crate::kafka::settings::KafkaSettings;

/// The content type of a structured event.
const STRUCTURED: &str = "application/cloudevents+json; charset=utf-8";

/// How long the broker is waited for at the end.
const FLUSH_WITHIN: Duration = Duration::from_secs(60);

/// How long a broker may take to make a topic.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// An event that no broker has taken after so long is given up: a leader that
/// dies has a successor sooner.
const TAKEN_WITHIN: &str = "30000";

/// How many events the broker did not take, and what the client said last of why.
struct Deliveries {
    failed: Arc<AtomicU64>,
    connection: Connection,
}

impl Deliveries {
    fn new() -> Self {
        Self {
            failed: Arc::default(),
            connection: Connection::of("producer"),
        }
    }

    /// The context of the producer, which counts.
    fn context(&self) -> Delivery<()> {
        let failed = Arc::clone(&self.failed);
        let trouble = self.connection.trouble.clone();
        Delivery::new(self.connection.clone(), move |(), outcome| {
            if let Err(error) = outcome
                && failed.fetch_add(1, Ordering::Relaxed) == 0
            {
                trouble.hear(error, &error.to_string());
                tracing::error!(%error, "the broker did not take an event");
            }
        })
    }

    fn explains(&self, failure: &str) -> anyhow::Error {
        self.connection.trouble.explains(failure)
    }

    /// Fails where the broker did not take an event.
    fn check(&self) -> anyhow::Result<()> {
        match self.failed.load(Ordering::Relaxed) {
            0 => Ok(()),
            1 => Err(self.explains("an event was not taken by the broker")),
            failed => Err(self.explains(&format!("{failed} events were not taken by the broker"))),
        }
    }
}

/// A producer of call events.
pub struct Producer {
    producer: BaseProducer<Delivery<()>>,
    deliveries: Deliveries,
    topic: String,
}

impl Producer {
    /// Of the topic of the calls. With `mock_brokers`, a cluster is made in
    /// this process, and lasts as long as the producer.
    pub fn new(kafka: &KafkaSettings, mock_brokers: Option<u32>) -> anyhow::Result<Self> {
        let deliveries = Deliveries::new();
        let mut config = client::base(kafka);
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
            .create_with_context(deliveries.context())
            .context("cannot start the producer")?;
        Ok(Self {
            producer,
            deliveries,
            topic: kafka.topic.clone(),
        })
    }

    /// Of the topic of the calls, once a broker has answered; fails with its
    /// address and why where none does.
    pub fn reaching(kafka: &KafkaSettings) -> anyhow::Result<Self> {
        let producer = Self::new(kafka, None)?;
        let trouble = &producer.deliveries.connection.trouble;
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
            return Err(self.deliveries.explains(failure));
        }
        self.deliveries.check()
    }
}

/// Makes the topic of the calls, for a command; tells where it was there.
pub fn create_topic_of_calls(kafka: &KafkaSettings, partitions: i32) -> anyhow::Result<()> {
    let admin = Admin::new(kafka, ANSWER_WITHIN)?;
    if admin.create_topic(&kafka.topic, partitions)? == Made::Before {
        eprintln!("vigie: topic {} is there already, as it was", kafka.topic);
    }
    Ok(())
}

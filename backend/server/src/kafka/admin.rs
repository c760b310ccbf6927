//! Questions about topics, and new ones.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::error::RDKafkaErrorCode;
use tokio::runtime::{Builder, Runtime};

use super::client;
use super::connection::Connection;
use super::settings::KafkaSettings;

/// The setting of a topic that says whose timestamps its messages have.
pub const TIMESTAMPS: &str = "message.timestamp.type";

/// The value of [`TIMESTAMPS`] where the broker stamps messages as they arrive.
pub const BY_BROKER: &str = "LogAppendTime";

/// A client that asks a broker, and waits for the answer.
pub struct Admin {
    client: AdminClient<Connection>,
    runtime: Runtime,
    answer_within: Duration,
}

/// What came of making a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The topic is there now, and was not before.
    New,
    /// The topic was there already, and is as it was.
    Before,
}

impl Admin {
    /// A client of a cluster, whose brokers may take so long for an answer.
    pub fn new(kafka: &KafkaSettings, answer_within: Duration) -> anyhow::Result<Self> {
        let context = Connection::of("admin");
        Ok(Self {
            client: AdminClient::from_config_and_context(&client::base(kafka), context)?,
            runtime: Builder::new_current_thread().build()?,
            answer_within,
        })
    }

    /// Makes a topic, with arrival stamped by the broker.
    pub fn create_topic(&self, name: &str, partitions: i32) -> anyhow::Result<Made> {
        // As many replicas as the cluster makes by default.
        let topic =
            NewTopic::new(name, partitions, TopicReplication::Fixed(-1)).set(TIMESTAMPS, BY_BROKER);
        let within = Some(self.answer_within);
        let options = self.options().operation_timeout(within);
        let outcomes = self
            .runtime
            .block_on(self.client.create_topics([&topic], &options))
            .with_context(|| format!("cannot create topic {name}"))?;
        match outcomes.into_iter().next() {
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(Made::Before),
            Some(Err((_, code))) => bail!("cannot create topic {name}: {code}"),
            Some(Ok(_)) | None => Ok(Made::New),
        }
    }

    /// The value of a setting of a topic, where it has one.
    pub fn setting_of_topic(&self, topic: &str, setting: &str) -> anyhow::Result<Option<String>> {
        let topic = [ResourceSpecifier::Topic(topic)];
        let options = self.options();
        let answers = self
            .runtime
            .block_on(self.client.describe_configs(&topic, &options))?;
        let answer = answers.into_iter().next().context("no answer")?;
        let told = answer.map_err(|code| anyhow!("{code}"))?;
        let entry = told.get(setting).context("no such setting")?;
        Ok(entry.value.clone())
    }

    fn options(&self) -> AdminOptions {
        AdminOptions::new().request_timeout(Some(self.answer_within))
    }
}

//! Where events come from, as the service is told.

use std::collections::BTreeMap;

use rdkafka::config::ClientConfig;
use rdkafka::error::KafkaError;

use crate::given_settings::GivenSettings;

/// Where events come from: the cluster, its topics, and how they are read.
#[derive(Clone, Debug)]
pub struct KafkaSettings {
    /// Addresses of brokers, separated by commas.
    pub bootstrap_servers: String,
    /// Topic of the call events.
    pub topic: String,
    /// Topic of the messages that could not be read.
    pub refused_topic: String,
    /// The group under which offsets are committed, for whoever watches lag.
    pub group_id: String,
    /// Bytes of the largest message that is read; a larger one is refused.
    pub max_message_bytes: u64,
    /// Settings of the client library, by its own names.
    pub librdkafka: BTreeMap<String, String>,
}

/// Settings that are the service's own, and where the user sets them instead.
const OWNED: &[(&str, &str)] = &[
    ("bootstrap.servers", "set by kafka.bootstrap_servers"),
    ("metadata.broker.list", "set by kafka.bootstrap_servers"),
    ("group.id", "set by kafka.group_id"),
    (
        "group.protocol",
        "not to be set: all partitions are read, without a group",
    ),
    ("fetch.message.max.bytes", "set by limits.max_message_bytes"),
    (
        "max.partition.fetch.bytes",
        "set by limits.max_message_bytes",
    ),
    (
        "enable.auto.commit",
        "not to be set: offsets follow snapshots",
    ),
    (
        "enable.auto.offset.store",
        "not to be set: offsets follow snapshots",
    ),
    (
        "auto.offset.reset",
        "not to be set: offsets that the broker no longer has must be noticed",
    ),
    (
        "enable.partition.eof",
        "not to be set: the service must see the end of a partition",
    ),
    (
        "statistics.interval.ms",
        "not to be set: how far the broker is, is read off the statistics",
    ),
    (
        "topic.metadata.refresh.interval.ms",
        "not to be set: new partitions must be found within seconds",
    ),
];

/// Reads how large a message may be that is read.
pub fn max_message_bytes(given: &mut GivenSettings) -> u64 {
    given.number(
        "limits.max_message_bytes",
        1024 * 1024,
        1_000..=1_000_000_000,
    )
}

/// Reads the settings of `kafka`; the largest message is one of the limits, and was
/// read with those.
pub fn read(given: &mut GivenSettings, max_message_bytes: u64) -> KafkaSettings {
    let kafka = KafkaSettings {
        bootstrap_servers: given.text("kafka.bootstrap_servers", "127.0.0.1:9092"),
        topic: given.text("kafka.topic", "calls"),
        refused_topic: given.text("kafka.refused_topic", "calls.refused"),
        group_id: given.text("kafka.group_id", "vigie"),
        max_message_bytes,
        librdkafka: given.librdkafka(),
    };
    if kafka.topic == kafka.refused_topic {
        given.refuse(
            "kafka.refused_topic",
            format!("{:?} is the topic of the calls", kafka.topic),
        );
    }
    for name in kafka.librdkafka.keys() {
        if let Some(own) = owned(name) {
            given.refuse(&format!("kafka.librdkafka.{name}"), own);
        }
    }
    for problem in check(&kafka) {
        given.refuse("kafka.librdkafka", problem);
    }
    kafka
}

/// Why a setting of `librdkafka` may not be given; `None` if it may.
pub fn owned(name: &str) -> Option<&'static str> {
    OWNED
        .iter()
        .find_map(|(owned, why)| (*owned == name).then_some(*why))
}

/// What `librdkafka` does not take of the settings given to it, one line each.
///
/// Each setting is tried by itself: all together, it stops at the first that it meets.
fn check(kafka: &KafkaSettings) -> Vec<String> {
    let addresses = ("bootstrap.servers", kafka.bootstrap_servers.as_str());
    let own = kafka
        .librdkafka
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    std::iter::once(addresses)
        .chain(own)
        .filter_map(|(name, value)| {
            let mut alone = ClientConfig::new();
            alone.set(name, value);
            match alone.create_native_config() {
                Ok(_) => None,
                Err(KafkaError::ClientConfig(_, problem, name, value)) => {
                    // Some of its problems end in a line break.
                    let problem: Vec<&str> = problem.split_whitespace().collect();
                    Some(format!("{name} = {value:?}: {}", problem.join(" ")))
                }
                Err(error) => Some(error.to_string()),
            }
        })
        .collect()
}

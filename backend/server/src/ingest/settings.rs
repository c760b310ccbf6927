//! What the Kafka clients are configured with.
//!
//! What correctness rests on is set here and may not be given; everything else
//! of `librdkafka` passes through.

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::KafkaError;

use crate::config::{Kafka, Limits};

/// The most that a broker answers at once, unless its first batch is larger, and
/// the most that waits in the client, each unless given. What an answer holds may be
/// compressed, a thousandfold where a producer wants to harm: it is unpacked whole
/// before anybody can look at it, so that an answer should be little. A message of
/// any size comes all the same.
const ANSWER_BYTES: u64 = 256 * 1024;
const WAITING_KILOBYTES: u64 = 16 * 1024;

/// The least that `message.max.bytes` may be.
const SMALLEST_REQUEST: u64 = 1_000;

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

/// Why a setting of `librdkafka` may not be given; `None` if it may.
pub fn owned(name: &str) -> Option<&'static str> {
    OWNED
        .iter()
        .find_map(|(owned, why)| (*owned == name).then_some(*why))
}

/// What `librdkafka` does not take of the settings given to it, one line each.
///
/// Each is tried by itself: all together, it stops at the first that it meets.
pub fn check(kafka: &Kafka) -> Vec<String> {
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

/// What all clients share.
pub fn base(kafka: &Kafka) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &kafka.bootstrap_servers)
        .set("client.id", "vigie")
        // A broker that was gone is found again within two seconds.
        .set("reconnect.backoff.max.ms", "2000");
    for (name, value) in &kafka.librdkafka {
        config.set(name, value);
    }
    config.set_log_level(RDKafkaLogLevel::Warning);
    config
}

/// The consumer of the call events.
pub fn consumer(kafka: &Kafka, limits: &Limits) -> ClientConfig {
    let mut config = base(kafka);
    let largest = limits.max_message_bytes.to_string();
    // Of requests, of which a consumer's are small; but the client takes no answers
    // that are smaller.
    let request = given_number(kafka, "fetch.max.bytes").map_or(ANSWER_BYTES, |given| {
        given.clamp(SMALLEST_REQUEST, ANSWER_BYTES)
    });
    config
        .set("group.id", &kafka.group_id)
        // Without a group, offsets are committed as of old.
        .set("group.protocol", "classic")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error")
        .set("enable.partition.eof", "true")
        .set("statistics.interval.ms", "500")
        .set("topic.metadata.refresh.interval.ms", "2000")
        .set("fetch.message.max.bytes", &largest)
        .set("message.max.bytes", request.to_string());
    // The client tells which topic it is only in a line of its log.
    let given = kafka.librdkafka.get("debug");
    let debug = given.map_or("topic".to_owned(), |given| format!("{given},topic"));
    config.set("debug", debug);
    config.set_log_level(RDKafkaLogLevel::Debug);
    // A message larger than the broker's answer would be, must fit too.
    let answer = (limits.max_message_bytes + 1_048_576).max(100_000_000);
    set_unless_given(&mut config, kafka, "receive.message.max.bytes", answer);
    // The default waits a second once a queue was full for a moment.
    set_unless_given(&mut config, kafka, "fetch.queue.backoff.ms", 5);
    set_unless_given(&mut config, kafka, "fetch.wait.max.ms", 100);
    // What is fetched ahead the client counts by the values alone, without keys and
    // headers: only its number bounds those. By default it is 100,000.
    set_unless_given(&mut config, kafka, "queued.min.messages", 100);
    set_unless_given(&mut config, kafka, "fetch.max.bytes", ANSWER_BYTES);
    let waiting = "queued.max.messages.kbytes";
    set_unless_given(&mut config, kafka, waiting, WAITING_KILOBYTES);
    config
}

/// The producer of refused messages: it never gives one up.
pub fn refused_producer(kafka: &Kafka) -> ClientConfig {
    let mut config = base(kafka);
    config.set("message.timeout.ms", "0");
    set_unless_given(&mut config, kafka, "linger.ms", 5);
    // A topic that is not there is made; that need not wait half a minute.
    set_unless_given(
        &mut config,
        kafka,
        "topic.metadata.propagation.max.ms",
        3_000,
    );
    config
}

/// The producer of refused messages that go by themselves: what the broker says of
/// a batch is then said of one message.
pub fn single_refused_producer(kafka: &Kafka) -> ClientConfig {
    let mut config = refused_producer(kafka);
    config.set("batch.num.messages", "1");
    config
}

/// Passes a line of `librdkafka` on. Failures to connect are told once by the
/// engine, not every few seconds for each broker.
pub fn log(level: RDKafkaLogLevel, facility: &str, message: &str) {
    let severe = matches!(
        level,
        RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning
    );
    if severe && facility != "FAIL" {
        tracing::warn!(facility, message, "librdkafka");
    } else {
        tracing::debug!(facility, message, "librdkafka");
    }
}

fn given_number(kafka: &Kafka, name: &str) -> Option<u64> {
    kafka.librdkafka.get(name)?.trim().parse().ok()
}

fn set_unless_given(config: &mut ClientConfig, kafka: &Kafka, name: &str, value: u64) {
    if !kafka.librdkafka.contains_key(name) {
        config.set(name, value.to_string());
    }
}

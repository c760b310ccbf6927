//! What the Kafka clients are configured with.
//!
//! What correctness rests on is set here and may not be given
//! ([`owned`](super::settings::owned)); everything else of `librdkafka` passes
//! through.

use rdkafka::config::{ClientConfig, RDKafkaLogLevel};

use super::settings::KafkaSettings;

/// The most that a broker answers at once, unless its first batch is larger, and
/// the most that waits in the client, each unless given. What an answer holds may be
/// compressed, a thousandfold where a producer wants to harm: it is unpacked whole
/// before anybody can look at it, so that an answer should be little. A message of
/// any size comes all the same.
const ANSWER_BYTES: u64 = 256 * 1024;
const WAITING_KILOBYTES: u64 = 16 * 1024;

/// The least that `message.max.bytes` may be.
const SMALLEST_REQUEST: u64 = 1_000;

/// The configuration that all clients share.
pub fn base(kafka: &KafkaSettings) -> ClientConfig {
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

/// The configuration of the consumer of the call events.
pub fn consumer(kafka: &KafkaSettings) -> ClientConfig {
    let mut config = base(kafka);
    let largest = kafka.max_message_bytes.to_string();
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
    let answer = (kafka.max_message_bytes + 1_048_576).max(100_000_000);
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

/// The configuration of the producer of refused messages, which never gives one up.
pub fn refused_producer(kafka: &KafkaSettings) -> ClientConfig {
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

/// The configuration of the producer of refused messages that go by themselves:
/// what the broker says of a batch is then said of one message.
pub fn single_refused_producer(kafka: &KafkaSettings) -> ClientConfig {
    let mut config = refused_producer(kafka);
    config.set("batch.num.messages", "1");
    config
}

fn given_number(kafka: &KafkaSettings, name: &str) -> Option<u64> {
    kafka.librdkafka.get(name)?.trim().parse().ok()
}

fn set_unless_given(config: &mut ClientConfig, kafka: &KafkaSettings, name: &str, value: u64) {
    if !kafka.librdkafka.contains_key(name) {
        config.set(name, value.to_string());
    }
}

//! `vigie dump`: a topic as a file, with where and when the broker had each
//! event, for `vigie fold` to go by.
//!
//! Partitions are merged by arrival, each read by a consumer of its own: its
//! small queue is all that is held.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use vigie_contract::event::Arrival;
use vigie_contract::read::Reading;
use vigie_contract::time::{MICROS_PER_SECOND, Time};

use super::{files, given, kafka};
use crate::events::writer::Writer;
use crate::ingest::batch::Batch;
use crate::kafka::client;
use crate::kafka::connection::Connection;
use crate::kafka::reaching::reach;
use crate::kafka::settings::KafkaSettings;

/// How long a broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Arguments of `vigie dump`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What arrived from this instant on; everything otherwise.
    #[arg(long, value_name = "T", value_parser = given::instant)]
    from: Option<Time>,
    /// What arrived before this instant; all that is there otherwise.
    #[arg(long, value_name = "T", value_parser = given::instant)]
    until: Option<Time>,
    /// The file; .gz and .zst are compressed, - is standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where from.
    #[command(flatten)]
    kafka: kafka::Arguments,
}

/// Writes the events.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    files::keep_apart(arguments.kafka.file(), [arguments.out.as_path()])?;
    let kafka = arguments.kafka.kafka()?;
    let partitions = partitions(&kafka)?;
    let mut readers = partitions
        .into_iter()
        .map(|partition| Reader::open(&kafka, partition, arguments.from, arguments.until))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut writer = Writer::create(&arguments.out)?;
    let (mut written, mut unreadable) = (0_u64, 0_u64);
    loop {
        let first = readers
            .iter_mut()
            .filter_map(|reader| Some((reader.next.as_ref()?.0, reader)))
            .min_by_key(|(arrived, reader)| (*arrived, reader.partition));
        let Some((_, reader)) = first else {
            break;
        };
        let Some((arrived, message)) = reader.next.take() else {
            break;
        };
        match with_arrival(&message, arrived) {
            Some(line) => {
                writer.line(line.as_bytes())?;
                written += 1;
            }
            None => unreadable += 1,
        }
        reader.advance()?;
    }
    writer.finish()?;
    eprintln!("vigie dump: {written} events, {unreadable} messages left out that are no events");
    Ok(())
}

/// The event of a message, with its arrival; `None` where it is no event of
/// the contract.
fn with_arrival(message: &Batch, arrived: Time) -> Option<String> {
    let record = message.records().first()?;
    let Ok(Reading::Event(mut event)) = message.read(record) else {
        return None;
    };
    event.arrival = Some(Arrival {
        partition: record.partition,
        offset: record.offset,
        arrived,
    });
    Some(event.to_json())
}

fn consumer(kafka: &KafkaSettings) -> anyhow::Result<BaseConsumer<Connection>> {
    let mut config = client::base(kafka);
    config
        // Never joined: partitions are assigned by hand, and nothing committed.
        .set("group.id", format!("{}-dump", kafka.group_id))
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "error")
        .set("queued.max.messages.kbytes", "4096");
    config
        .create_with_context(Connection::of("consumer"))
        .context("cannot start a consumer")
}

fn partitions(kafka: &KafkaSettings) -> anyhow::Result<Vec<i32>> {
    let consumer = consumer(kafka)?;
    let client = consumer.client();
    reach(kafka, client, &client.context().trouble, || {
        // What it met is told to its context too.
        let _ = consumer.poll(Duration::ZERO);
    })?;
    let metadata = consumer
        .fetch_metadata(Some(&kafka.topic), PATIENCE)
        .with_context(|| format!("no answer from {}", kafka.bootstrap_servers))?;
    let found: Vec<i32> = metadata
        .topics()
        .iter()
        .flat_map(|topic| topic.partitions())
        .map(|partition| partition.id())
        .collect();
    if found.is_empty() {
        bail!("there is no topic {}", kafka.topic);
    }
    Ok(found)
}

/// One partition, and its next message.
struct Reader {
    consumer: BaseConsumer<Connection>,
    partition: i32,
    /// The offset after the last that is wanted.
    end: i64,
    until: Option<Time>,
    next: Option<(Time, Batch)>,
}

impl Reader {
    fn open(
        kafka: &KafkaSettings,
        partition: i32,
        from: Option<Time>,
        until: Option<Time>,
    ) -> anyhow::Result<Self> {
        let consumer = consumer(kafka)?;
        let (low, end) = consumer
            .fetch_watermarks(&kafka.topic, partition, PATIENCE)
            .with_context(|| format!("partition {partition}"))?;
        let start = match from {
            None => low,
            Some(from) => {
                let mut wanted = TopicPartitionList::new();
                // The offset stands for a timestamp in the question.
                let millis = from.0.div_euclid(MICROS_PER_SECOND / 1_000);
                wanted.add_partition_offset(&kafka.topic, partition, Offset::Offset(millis))?;
                let found = consumer
                    .offsets_for_times(wanted, PATIENCE)
                    .with_context(|| format!("partition {partition}"))?;
                match found.elements().first().map(|part| part.offset()) {
                    Some(Offset::Offset(offset)) => offset,
                    _ => end,
                }
            }
        };
        let mut assigned = TopicPartitionList::new();
        assigned.add_partition_offset(&kafka.topic, partition, Offset::Offset(start))?;
        consumer.assign(&assigned)?;
        let mut reader = Self {
            consumer,
            partition,
            end,
            until,
            next: None,
        };
        if start < end {
            reader.advance()?;
        }
        Ok(reader)
    }

    /// Goes to the next message that is wanted, if there is one.
    fn advance(&mut self) -> anyhow::Result<()> {
        let limit = Instant::now() + PATIENCE;
        loop {
            match self.consumer.poll(Duration::from_millis(200)) {
                Some(Ok(message)) => {
                    let millis = message.timestamp().to_millis().unwrap_or_default();
                    let arrived = Time(millis * 1_000);
                    let late = self.until.is_some_and(|until| arrived >= until);
                    if message.offset() < self.end && !late {
                        let mut batch = Batch::default();
                        batch.push(&message, usize::MAX);
                        self.next = Some((arrived, batch));
                    }
                    return Ok(());
                }
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(error)) if Instant::now() > limit => {
                    return Err(error).with_context(|| format!("partition {}", self.partition));
                }
                None if Instant::now() > limit => {
                    bail!("partition {}: no answer in time", self.partition)
                }
                _ => {}
            }
        }
    }
}

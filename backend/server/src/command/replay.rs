//! `vigie replay`: recorded events into Kafka.

use std::path::PathBuf;
use std::time::Instant;

use vigie_contract::read::Reading;
use vigie_contract::time::{Span, Time};

use super::progress::Progress;
use super::{files, given, kafka};
use crate::engine::wall_clock;
use crate::events::lines::LinePlace;
use crate::events::merge::ReadLine;
use crate::events::pace::Pace;
use crate::events::shift::shift;
use crate::produce::{Producer, create_topic_of_calls};

/// Arguments of `vigie replay`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files of events: NDJSON, plain, gzip or zstd; - is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// In which order.
    #[command(flatten)]
    order: files::Order,
    /// So many times as fast as it happened; without it, as fast as possible.
    #[arg(long, value_name = "N", value_parser = given::speed)]
    speed: Option<f64>,
    /// Move events in time, the first one to this instant, or to now.
    #[arg(long, value_name = "T", value_parser = shift_to)]
    shift_to: Option<ShiftTo>,
    /// Create the topic first, with so many partitions.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    create_partitions: Option<i32>,
    /// Where to.
    #[command(flatten)]
    kafka: kafka::Arguments,
}

/// Where the first event is moved to.
#[derive(Clone, Copy, Debug)]
enum ShiftTo {
    Now,
    Instant(Time),
}

fn shift_to(text: &str) -> Result<ShiftTo, String> {
    match text {
        "now" => Ok(ShiftTo::Now),
        text => given::instant(text).map(ShiftTo::Instant),
    }
}

/// Publishes the events in the order of `vigie fold`. A line that is no event
/// is published as it is: what becomes of it is the service's to say.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let kafka = arguments.kafka.kafka()?;
    let progress = Progress::hidden("replay");
    let files = files::open(&arguments.files, &progress)?;
    let producer = Producer::reaching(&kafka)?;
    if let Some(partitions) = arguments.create_partitions {
        create_topic_of_calls(&kafka, partitions)?;
    }
    let began = Instant::now();
    let mut replay = Replay {
        producer,
        pace: arguments.speed.map(Pace::new),
        shift_to: arguments.shift_to,
        span: None,
        sent: 0,
    };
    let take = |bytes: &[u8], _: LinePlace<'_>, line: ReadLine<'_>| replay.send(bytes, line);
    let broken = arguments.order.each_line(files, take)?;
    replay.producer.finish()?;
    eprintln!(
        "vigie replay: {} events to {} in {:.1} s",
        replay.sent,
        kafka.topic,
        began.elapsed().as_secs_f64()
    );
    files::all_read(&broken)
}

struct Replay {
    producer: Producer,
    pace: Option<Pace>,
    shift_to: Option<ShiftTo>,
    /// By how much events are moved, once the first is known.
    span: Option<Span>,
    sent: u64,
}

impl Replay {
    fn send(&mut self, bytes: &[u8], line: ReadLine<'_>) -> anyhow::Result<()> {
        self.sent += 1;
        let Ok(Reading::Event(mut event)) = line else {
            return self.producer.send(None, bytes.trim_ascii());
        };
        if let Some(pace) = &mut self.pace {
            let turn = event.arrival.map_or(event.time, |arrival| arrival.arrived);
            let wait = pace.wait(turn, Instant::now());
            if !wait.is_zero() {
                self.producer.serve();
                std::thread::sleep(wait);
            }
        }
        let span = match self.shift_to {
            None => Span::default(),
            Some(to) => *self.span.get_or_insert_with(|| {
                let to = match to {
                    ShiftTo::Now => wall_clock(),
                    ShiftTo::Instant(time) => time,
                };
                to - event.time
            }),
        };
        if span == Span::default() && event.arrival.is_none() {
            return self.producer.send(Some(event.key()), bytes.trim_ascii());
        }
        shift(&mut event, span);
        self.producer
            .send(Some(event.key()), event.to_json().as_bytes())
    }
}

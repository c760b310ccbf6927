//! `vigie simulate`: events of a seeded network, with its truth.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::ensure;
use vigie_contract::time::{Span, Time};
use vigie_simulator::{Fault, Settings, Simulation, spelled, struck};

use super::{files, given, kafka};
use crate::events::pace::Pace;
use crate::events::writer::Writer;
use crate::produce::{Producer, create_topic_of_calls};

/// Arguments of `vigie simulate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The same seed gives the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The first instant; a Monday at midnight otherwise.
    #[arg(long, value_name = "T", value_parser = given::instant)]
    start: Option<Time>,
    /// For so many hours.
    #[arg(long, value_name = "H", default_value_t = 24)]
    hours: u32,
    /// Multiplies calls and staff; 1 is the country.
    #[arg(long, value_name = "X", default_value_t = 1.0, value_parser = given::speed)]
    scale: f64,
    /// Leave out what goes wrong: the benefit day, the platform that is cut
    /// off.
    #[arg(long)]
    without_incidents: bool,
    /// Make something go wrong beside, several times for several: staff (every other
    /// agent leaves), platform (all of them are gone), feed (events stay on the way) or
    /// announcements (waits are announced at a tenth) of a network, a region or an
    /// agency, from when until when, as in
    /// staff:ft/NAQ@2026-11-23T09:00:00Z/2026-11-23T10:00:00Z.
    #[arg(long = "fault", value_name = "KIND:SCOPE@FROM/UNTIL")]
    faults: Vec<Fault>,
    /// Networks to simulate, by code, several times for several; all otherwise.
    #[arg(long = "network", value_name = "CODE")]
    networks: Vec<String>,
    /// Regions to simulate, by code, several times for several; all otherwise.
    #[arg(long = "region", value_name = "CODE")]
    regions: Vec<String>,
    /// At most so many agencies a network.
    #[arg(long, value_name = "N")]
    agencies_per_network: Option<usize>,
    /// File of the events (.gz and .zst are compressed); standard output
    /// otherwise, where no Kafka is named.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// File of what really happened: counts and times by agency and
    /// quarter-hour, by handler and by origin; how agencies stood at its end;
    /// the levers pulled; what was out of the ordinary, where and when.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// File of the network's directory.
    #[arg(long, value_name = "FILE")]
    directory_out: Option<PathBuf>,
    /// So many times as fast as it would happen; as fast as possible
    /// otherwise.
    #[arg(long, value_name = "N", value_parser = given::speed)]
    speed: Option<f64>,
    /// Create the topic first, with so many partitions.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    create_partitions: Option<i32>,
    /// Where to.
    #[command(flatten)]
    kafka: kafka::Arguments,
}

/// Where events go.
enum Sink {
    File(Box<Writer>),
    Kafka(Producer),
}

/// Simulates.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    files::keep_apart(arguments.kafka.file(), arguments.written())?;
    let settings = arguments.settings();
    let (start, end) = (settings.start, settings.end);
    let mut simulation = Simulation::new(settings);
    for fault in &arguments.faults {
        let struck = struck(fault, simulation.network());
        ensure!(
            !struck.is_empty(),
            "--fault: no agency of this simulation is in {}",
            fault.scope
        );
        ensure!(
            (start..end).contains(&fault.from),
            "--fault: {} is not in the time that is simulated, {start} to {end}",
            fault.from
        );
    }
    if let Some(path) = &arguments.directory_out {
        let mut writer = Writer::create(path)?;
        let text = simulation.network().directory_toml();
        writer.line(text.trim_end().as_bytes())?;
        writer.finish()?;
    }
    let mut sink = arguments.sink()?;
    let mut pace = arguments.speed.map(Pace::new);
    let mut sent: u64 = 0;
    for delivery in simulation.by_ref() {
        if let Some(pace) = &mut pace {
            std::thread::sleep(pace.wait(delivery.at, Instant::now()));
        }
        let line = spelled(&delivery.event);
        match &mut sink {
            Sink::File(writer) => writer.line(line.as_bytes())?,
            Sink::Kafka(producer) => {
                producer.send(Some(delivery.event.key()), line.as_bytes())?;
            }
        }
        sent += 1;
    }
    match sink {
        Sink::File(writer) => writer.finish()?,
        Sink::Kafka(producer) => producer.finish()?,
    }
    if let Some(path) = &arguments.truth {
        let mut writer = Writer::create(path)?;
        simulation.truth().write_ndjson(&mut writer)?;
        writer.finish()?;
    }
    eprintln!("vigie simulate: {sent} events");
    Ok(())
}

impl Arguments {
    fn settings(&self) -> Settings {
        let default = Settings::default();
        let start = self.start.unwrap_or(default.start);
        Settings {
            seed: self.seed,
            start,
            end: start + Span::from_seconds(i64::from(self.hours) * 3_600),
            scale: self.scale,
            incidents: !self.without_incidents,
            faults: self.faults.clone(),
            networks: self.networks.clone(),
            regions: self.regions.clone(),
            agencies_per_network: self.agencies_per_network,
            ..default
        }
    }

    /// The files to be written.
    fn written(&self) -> impl Iterator<Item = &Path> {
        let files = [&self.out, &self.truth, &self.directory_out];
        files.into_iter().flatten().map(PathBuf::as_path)
    }

    fn sink(&self) -> anyhow::Result<Sink> {
        if let Some(path) = &self.out {
            return Ok(Sink::File(Box::new(Writer::create(path)?)));
        }
        if !self.kafka.is_named() {
            return Ok(Sink::File(Box::new(Writer::create("-".as_ref())?)));
        }
        let kafka = self.kafka.kafka()?;
        let producer = Producer::reaching(&kafka)?;
        if let Some(partitions) = self.create_partitions {
            create_topic_of_calls(&kafka, partitions)?;
        }
        Ok(Sink::Kafka(producer))
    }
}

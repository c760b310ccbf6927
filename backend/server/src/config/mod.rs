//! Every setting of the service, validated once, at the edge.
//!
//! From a TOML file and from the environment, which wins: `kafka.group_id` is
//! `VIGIE_KAFKA_GROUP_ID`. All faults are told at once.

mod given;
mod invented;
pub mod key;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use vigie_contract::view::Clock;
use vigie_model::{Directory, Pseudonyms};

use crate::http::host::Host;
use given::Given;

/// The top of the settings' tree: what an environment variable may start with.
const SECTIONS: &[&str] = &[
    "clock",
    "directory",
    "kafka",
    "http",
    "snapshots",
    "log",
    "limits",
    "pseudonyms",
];

/// The settings of the service.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which clock the figures are as of.
    pub clock: Clock,
    /// Agencies, regions, networks, lines and hours.
    pub directory: Arc<Directory>,
    /// Where events come from.
    pub kafka: Kafka,
    /// Where figures go.
    pub http: Http,
    /// The state on disk.
    pub snapshots: Snapshots,
    /// What is told on standard error.
    pub log: Log,
    /// How much of everything.
    pub limits: Limits,
    /// The key of the hashes of pseudonyms, where one is given.
    pub pseudonyms: Option<Pseudonyms>,
}

/// Where events come from.
#[derive(Clone, Debug)]
pub struct Kafka {
    /// Addresses of brokers, separated by commas.
    pub bootstrap_servers: String,
    /// Topic of the call events.
    pub topic: String,
    /// Topic of the messages that could not be read.
    pub refused_topic: String,
    /// The group under which offsets are committed, for whoever watches lag.
    pub group_id: String,
    /// Settings of the client library, by its own names.
    pub librdkafka: BTreeMap<String, String>,
}

/// Where figures go.
#[derive(Clone, Debug)]
pub struct Http {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Origins of pages, other than the console's own, that may open a
    /// websocket.
    pub allowed_origins: Vec<String>,
    /// Names that the service goes by, besides loopback and the address that a
    /// connection came in at.
    pub allowed_hosts: Vec<Host>,
    /// Connections open at once, websockets included.
    pub max_connections: usize,
    /// Of these, so many of one address.
    pub max_connections_per_address: usize,
}

/// The state on disk.
#[derive(Clone, Debug)]
pub struct Snapshots {
    /// Folder of the snapshot; without one the state is folded anew at each
    /// start.
    pub folder: Option<PathBuf>,
    /// Time between snapshots.
    pub interval: Duration,
}

/// What is told on standard error.
#[derive(Clone, Debug)]
pub struct Log {
    /// As text or as JSON.
    pub format: LogFormat,
    /// Level, or directives by module.
    pub level: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person.
    Text,
    /// For a collector.
    Json,
}

/// How much of everything: what every queue is bounded by.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Websockets open at once.
    pub max_clients: usize,
    /// Engine time in each second for answers of the API and for snapshots that
    /// are sent at once; beyond, requests are turned away and snapshots come
    /// with the next second.
    pub requests_a_second: Duration,
    /// Frames that wait for one client; beyond, it is dropped to a snapshot.
    pub client_queue_frames: usize,
    /// Messages in a batch.
    pub batch_messages: usize,
    /// Batches that wait for the engine; beyond, reading waits.
    pub queue_batches: usize,
    /// Refused messages not yet acknowledged by the broker; beyond, reading
    /// waits.
    pub refused_outstanding: usize,
    /// Bytes of these; beyond, reading waits.
    pub refused_outstanding_bytes: usize,
    /// Without any event for so long, the figures are shown as stale.
    pub silent_after: Duration,
    /// The largest message that is read; a larger one is refused.
    pub max_message_bytes: u64,
    /// What producers can invent.
    pub invented: vigie_model::Limits,
}

/// A configuration that cannot be used: every fault, one line each.
#[derive(Debug)]
pub struct Faulty {
    /// Where the settings came from.
    pub source: String,
    /// What is wrong.
    pub faults: Vec<String>,
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} fault{} in the configuration",
            self.source,
            self.faults.len(),
            if self.faults.len() == 1 { "" } else { "s" }
        )?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faulty {}

/// Reads a configuration file, with the environment of this process over it.
/// Without a file, the environment and the defaults alone.
pub fn load(file: Option<&Path>) -> Result<Config, Faulty> {
    let (source, text, folder) = match file {
        None => ("environment".to_owned(), String::new(), Path::new("")),
        Some(path) => {
            let source = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => (source, text, path.parent().unwrap_or(Path::new(""))),
                Err(error) => {
                    return Err(Faulty {
                        source,
                        faults: vec![format!("cannot be read: {error}")],
                    });
                }
            }
        }
    };
    parse(&text, folder, std::env::vars()).map_err(|faults| Faulty { source, faults })
}

/// Reads settings from the text of a file in `folder` and from an environment.
pub fn parse(
    text: &str,
    folder: &Path,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, Vec<String>> {
    let mut given = Given::new(text, folder, environment, SECTIONS);
    let clock = given.one_of("clock", &[("wall", Clock::Wall), ("event", Clock::Event)]);
    let directory = match given.path("directory") {
        None => Directory::empty(),
        Some(path) => read_directory(&path).unwrap_or_else(|faults| {
            given.faults.extend(faults);
            Directory::empty()
        }),
    };
    let limits = limits(&mut given);
    let config = Config {
        clock,
        directory: Arc::new(directory),
        kafka: kafka(&mut given),
        http: http(&mut given, &limits),
        snapshots: Snapshots {
            folder: given.path("snapshots.folder"),
            interval: seconds(&mut given, "snapshots.interval_seconds", 30, 86_400),
        },
        log: log(&mut given),
        limits,
        pseudonyms: key::pseudonyms(&mut given),
    };
    match given.finish() {
        faults if faults.is_empty() => Ok(config),
        faults => Err(faults),
    }
}

/// Reads a directory file; every fault names the file.
pub fn read_directory(path: &Path) -> Result<Directory, Vec<String>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![format!("{}: cannot be read: {error}", path.display())])?;
    Directory::parse(&text).map_err(|faults| {
        faults
            .iter()
            .map(|fault| format!("{}: {fault}", path.display()))
            .collect()
    })
}

fn kafka(given: &mut Given) -> Kafka {
    let kafka = Kafka {
        bootstrap_servers: given.text("kafka.bootstrap_servers", "127.0.0.1:9092"),
        topic: given.text("kafka.topic", "calls"),
        refused_topic: given.text("kafka.refused_topic", "calls.refused"),
        group_id: given.text("kafka.group_id", "vigie"),
        librdkafka: given.librdkafka(),
    };
    if kafka.topic == kafka.refused_topic {
        given.refuse(
            "kafka.refused_topic",
            format!("{:?} is the topic of the calls", kafka.topic),
        );
    }
    for name in kafka.librdkafka.keys() {
        if let Some(own) = crate::ingest::settings::owned(name) {
            given.refuse(&format!("kafka.librdkafka.{name}"), own);
        }
    }
    for problem in crate::ingest::settings::check(&kafka) {
        given.refuse("kafka.librdkafka", problem);
    }
    kafka
}

fn http(given: &mut Given, limits: &Limits) -> Http {
    let allowed_hosts = given.list("http.allowed_hosts");
    let allowed_hosts = allowed_hosts.iter().filter_map(|name| {
        let host = name.parse();
        if let Err(problem) = &host {
            given.refuse("http.allowed_hosts", format!("{name:?}: {problem}"));
        }
        host.ok()
    });
    let allowed_hosts = allowed_hosts.collect();
    // Room for every client, those that come again included, and for whoever
    // asks otherwise.
    let room = 2 * limits.max_clients as u64 + 100;
    let max_connections = given.number("http.max_connections", room, 8..=1_000_000);
    if max_connections < limits.max_clients as u64 {
        let problem = format!("{max_connections} is less than limits.max_clients");
        given.refuse("http.max_connections", problem);
    }
    let share = (max_connections / 4).max(8);
    let of_an_address = given.number("http.max_connections_per_address", share, 1..=1_000_000);
    Http {
        listen: given.parsed("http.listen", SocketAddr::from(([127, 0, 0, 1], 8787))),
        allowed_origins: given.list("http.allowed_origins"),
        allowed_hosts,
        // The ranges above fit in 32 bits.
        max_connections: max_connections as usize,
        max_connections_per_address: of_an_address as usize,
    }
}

fn log(given: &mut Given) -> Log {
    let log = Log {
        format: given.one_of(
            "log.format",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
        level: given.text("log.level", "info"),
    };
    if let Err(problem) = crate::telemetry::log::check(&log.level) {
        given.refuse("log.level", format!("{:?}: {problem}", log.level));
    }
    log
}

fn limits(given: &mut Given) -> Limits {
    let mut size = |path, default, most| {
        // The ranges below fit in 32 bits.
        given.number(path, default, 1..=most) as usize
    };
    Limits {
        max_clients: size("limits.max_clients", 500, 100_000),
        client_queue_frames: size("limits.client_queue_frames", 8, 1_000),
        requests_a_second: Duration::from_millis(
            size("limits.request_milliseconds", 200, 500) as u64
        ),
        batch_messages: size("limits.batch_messages", 500, 10_000),
        queue_batches: size("limits.queue_batches", 16, 1_000),
        refused_outstanding: size("limits.refused_outstanding", 10_000, 1_000_000),
        refused_outstanding_bytes: size(
            "limits.refused_outstanding_bytes",
            64 * 1024 * 1024,
            4_000_000_000,
        ),
        silent_after: seconds(given, "limits.silent_after_seconds", 300, 86_400),
        max_message_bytes: given.number(
            "limits.max_message_bytes",
            1024 * 1024,
            1_000..=1_000_000_000,
        ),
        invented: invented::limits(given),
    }
}

fn seconds(given: &mut Given, path: &str, default: u64, most: u64) -> Duration {
    Duration::from_secs(given.number(path, default, 1..=most))
}

#[cfg(test)]
mod tests;

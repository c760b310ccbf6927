//! The settings of all modules, read and checked together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vigie_contract::view::Clock;
use vigie_model::{Directory, Pseudonyms};

use super::directory::read_directory;
use super::faulty::Faulty;
use super::invented;
use crate::engine::settings::{self as engine, EngineSettings};
use crate::given_settings::GivenSettings;
use crate::http::settings::{self as http, HttpSettings};
use crate::ingest::settings::{self as ingest, IngestSettings};
use crate::kafka::settings::{self as kafka, KafkaSettings};
use crate::pseudonyms::settings as pseudonyms;
use crate::snapshot::settings::{self as snapshots, SnapshotSettings};
use crate::telemetry::settings::{self as log, LogSettings};

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
    /// Agencies, regions, networks, lines and hours; or what is wrong with their file.
    pub directory: Result<Arc<Directory>, Faulty>,
    /// The file that they were read from, where there is one.
    pub directory_file: Option<PathBuf>,
    /// Where events come from.
    pub kafka: KafkaSettings,
    /// How much waits on its way in.
    pub ingest: IngestSettings,
    /// What the engine's time is for, and when figures are stale.
    pub engine: EngineSettings,
    /// Where figures go.
    pub http: HttpSettings,
    /// The state on disk.
    pub snapshots: SnapshotSettings,
    /// What is told on standard error.
    pub log: LogSettings,
    /// How much producers can invent.
    pub invented: vigie_model::Limits,
    /// The key of the hashes of pseudonyms, where one is given.
    pub pseudonyms: Option<Pseudonyms>,
}

/// What faults are told to be in.
const CONFIGURATION: &str = "configuration";

/// Reads a configuration file, with the environment of this process over it.
/// Without a file, the environment and the defaults alone.
///
/// # Errors
/// Every fault, those of the directory's file included.
pub fn load(file: Option<&Path>) -> Result<Config, Faulty> {
    let mut config = load_for_service(file)?;
    config.directory = Ok(config.directory?);
    Ok(config)
}

/// The same for a service, which may go on with the directory of its saved state where
/// nothing but the directory's file is at fault.
///
/// # Errors
/// Every fault, unless all are of the directory's file.
pub fn load_for_service(file: Option<&Path>) -> Result<Config, Faulty> {
    let (source, text, folder) = match file {
        None => ("environment".to_owned(), String::new(), Path::new("")),
        Some(path) => {
            let source = path.display().to_string();
            match std::fs::read_to_string(path) {
                Ok(text) => (source, text, path.parent().unwrap_or(Path::new(""))),
                Err(error) => {
                    return Err(Faulty {
                        source,
                        of: CONFIGURATION,
                        faults: vec![format!("cannot be read: {error}")],
                    });
                }
            }
        }
    };
    parse(&source, &text, folder, std::env::vars())
}

/// Reads settings from the text of a file in `folder`, which is told as `source`, and
/// from an environment.
pub fn parse(
    source: &str,
    text: &str,
    folder: &Path,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, Faulty> {
    let faulty = |faults| Faulty {
        source: source.to_owned(),
        of: CONFIGURATION,
        faults,
    };
    let mut given = GivenSettings::new(text, folder, environment, SECTIONS);
    let clock = given.one_of("clock", &[("wall", Clock::Wall), ("event", Clock::Event)]);
    let directory_file = given.path("directory");
    let before = given.faults.len();
    let directory = match &directory_file {
        None => Ok(Directory::empty()),
        Some(path) => read_directory(path),
    };
    given
        .faults
        .extend(directory.as_ref().err().into_iter().flatten().cloned());
    let of_directory = given.faults.len() - before;
    // Faults are told in the order of reading: those of a section together.
    let clients = http::read_limits(&mut given);
    let requests_a_second = engine::requests_a_second(&mut given);
    let ingest = ingest::read(&mut given);
    let silent_after = engine::silent_after(&mut given);
    let max_message_bytes = kafka::max_message_bytes(&mut given);
    let invented = invented::limits(&mut given);
    let config = Config {
        clock,
        directory: directory.map(Arc::new).map_err(faulty),
        directory_file,
        kafka: kafka::read(&mut given, max_message_bytes),
        ingest,
        engine: EngineSettings {
            requests_a_second,
            silent_after,
        },
        http: http::read(&mut given, clients),
        snapshots: snapshots::read(&mut given),
        log: log::read(&mut given),
        invented,
        pseudonyms: pseudonyms::given_key(&mut given),
    };
    match given.finish() {
        faults if faults.len() == of_directory => Ok(config),
        faults => Err(faulty(faults)),
    }
}

//! Settings of the service, from a file and from the environment.

use std::path::Path;

use vigie_server::config::{self, Config};

/// What comes between the text of the file and the environment.
const ENVIRONMENT: &str = "\n---\n";

/// A value may be told of in a fault; not a whole file of it.
const LONGEST_FAULT: usize = 65_536;

/// Whatever is given, there is a configuration within its bounds, or every
/// fault is told, and the same ones each time.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let (file, environment) = text.split_once(ENVIRONMENT).unwrap_or((text, ""));
    let environment: Vec<(String, String)> = environment
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if reads_files(file, &environment) {
        return;
    }
    let parse = || {
        let read = config::parse("file", file, Path::new("folder"), environment.clone());
        read.map_err(|faulty| faulty.faults)
    };
    match (parse(), parse()) {
        (Ok(config), Ok(_)) => check_bounds(&config),
        (Err(faults), Err(again)) => {
            assert_eq!(faults, again);
            assert!(!faults.is_empty());
            for fault in &faults {
                check_fault(fault);
            }
        }
        (one, other) => panic!("{one:?} is not {other:?}"),
    }
}

/// Whether a file would be read, or a library loaded, that the fuzzer names:
/// what is on this machine is no part of the question.
fn reads_files(file: &str, environment: &[(String, String)]) -> bool {
    file.contains("plugin")
        || toml::from_str::<toml::Table>(file).is_ok_and(|table| table.contains_key("directory"))
        || environment.iter().any(|(name, _)| {
            let name = name.to_ascii_lowercase();
            name.contains("directory") || name.contains("plugin")
        })
}

fn check_fault(fault: &str) {
    assert!(!fault.trim().is_empty());
    assert!(!fault.contains('\n'), "one line each: {fault:?}");
    assert!(fault.len() <= LONGEST_FAULT, "{} bytes", fault.len());
}

fn check_bounds(config: &Config) {
    let (clients, ingest) = (&config.http.limits, &config.ingest);
    for (name, size) in [
        ("max_clients", clients.max_clients),
        ("client_queue_frames", clients.client_queue_frames),
        ("batch_messages", ingest.batch_messages),
        ("queue_batches", ingest.queue_batches),
        ("refused_outstanding", ingest.refused_outstanding),
    ] {
        assert!((1..=1_000_000).contains(&size), "{name} {size}");
    }
    assert!(!config.engine.silent_after.is_zero());
    assert!(!config.snapshots.interval.is_zero());
    let kafka = &config.kafka;
    for text in [&kafka.bootstrap_servers, &kafka.topic, &kafka.group_id] {
        assert!(!text.trim().is_empty(), "{kafka:?}");
    }
    assert_ne!(kafka.topic, kafka.refused_topic);
}

//! Writes the inputs that the fuzzer starts from, made of what the repository
//! shows elsewhere: the golden files of the contract, the example of the
//! settings, that of the directory's documentation.
//!
//! `cargo run -p vigie-fuzz --example seeds`, whenever one of these, or the
//! format of a saved state, has changed.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use vigie_contract::event::Event;
use vigie_contract::read::{self, Reading};
use vigie_contract::time::Time;
use vigie_contract::view::Clock;
use vigie_model::{Directory, Fold, Input, Settings};
use vigie_server::snapshot::{PartitionState, Snapshot, directories};

/// What is longer is cut by the fuzzer, and is a frame no more.
const LONGEST: usize = 16_384;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let repository = here.join("../..");
    let seeds = Seeds(here.join("corpus"));
    let events = goldens(&repository.join("backend/contract/tests/golden/events"))?;
    write_events(&seeds, &events)?;
    write_frames(
        &seeds,
        &repository.join("backend/contract/tests/golden/frames/vigie.v4"),
    )?;
    write_snapshots(&seeds, &events)?;
    write_directories(&seeds, &repository)?;
    write_settings(&seeds, &repository)
}

/// Where the inputs go, by kind.
struct Seeds(PathBuf);

impl Seeds {
    fn write(&self, kind: &str, name: &str, bytes: &[u8]) -> Result<()> {
        let folder = self.0.join(kind);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(format!("seed-{name}")), bytes)?)
    }
}

/// The JSON files of a folder, with their names, in order.
fn goldens(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if let Some(name) = path.file_name().and_then(|name| name.to_str())
            && let Some(name) = name.strip_suffix(".json")
        {
            found.push((name.to_owned(), fs::read_to_string(&path)?));
        }
    }
    found.sort();
    Ok(found)
}

fn read(json: &str) -> Result<Event<'_>> {
    match read::structured(json.trim_end().as_bytes())? {
        Reading::Event(event) => Ok(event),
        Reading::UnknownType(name) => Err(format!("{name} is not a type of the contract").into()),
    }
}

fn write_events(seeds: &Seeds, events: &[(String, String)]) -> Result<()> {
    let mut topic = Vec::new();
    for (name, json) in events {
        let json = json.trim_end();
        seeds.write("event", name, json.as_bytes())?;
        let event = read(json)?;
        // Each type in both modes: what is left out is told in headers.
        let bytes = if name.ends_with(".minimal") {
            binary_record(&event)?
        } else {
            structured_record(json)
        };
        seeds.write("record", name, &bytes)?;
        topic.extend_from_slice(&bytes);
        topic.extend_from_slice(&[2, 1, 0]); // a second passes
    }
    seeds.write("record", "all-of-them", &topic)?;
    let all: Vec<&str> = events.iter().map(|(_, json)| json.trim_end()).collect();
    seeds.write("event", "all-of-them", all.join("\n").as_bytes())?;
    seeds.write("record", "nothing", &[0, 0b1100, 0, 0, 0])
}

/// A record in the fuzzer's own notation (`src/record.rs`): key and value.
fn structured_record(json: &str) -> Vec<u8> {
    let mut bytes = vec![0b0001_1100, 1, b'A'];
    put_long(&mut bytes, json.as_bytes());
    bytes.extend_from_slice(&[0, 0]); // it arrives now
    bytes
}

fn binary_record(event: &Event<'_>) -> Result<Vec<u8>> {
    let time = serde_json::to_string(&event.time)?;
    let headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", &event.id),
        ("ce_source", &event.source),
        ("ce_type", event.body.type_name()),
        ("ce_subject", &event.subject),
        ("ce_time", time.trim_matches('"')),
    ];
    let mut bytes = vec![0b0000_1000 | (headers.len() as u8) << 5];
    put_long(&mut bytes, serde_json::to_string(&event.body)?.as_bytes());
    for (name, value) in headers {
        bytes.push(name.len() as u8);
        bytes.extend_from_slice(name.as_bytes());
        bytes.push(1);
        put_long(&mut bytes, value.as_bytes());
    }
    Ok(bytes)
}

fn put_long(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u16).to_le_bytes());
    bytes.extend_from_slice(part);
}

fn write_frames(seeds: &Seeds, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path)?;
        match name.strip_suffix(".hex") {
            Some(name) => seeds.write("frame", name, &from_hex(text.trim_end())?)?,
            // White space is nothing that the fuzzer needs to be shown.
            None => {
                let frame: serde_json::Value = serde_json::from_str(&text)?;
                let text = frame.to_string();
                if text.len() <= LONGEST {
                    seeds.write("frame", &name, text.as_bytes())?;
                }
            }
        }
    }
    Ok(())
}

fn from_hex(text: &str) -> Result<Vec<u8>> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let pairs = digits.chunks(2).map(|pair| pair.iter().collect::<String>());
    Ok(pairs
        .map(|pair| u8::from_str_radix(&pair, 16))
        .collect::<std::result::Result<_, _>>()?)
}

fn write_snapshots(seeds: &Seeds, events: &[(String, String)]) -> Result<()> {
    let mut fold = Fold::new(Directory::empty().into(), Settings::live(Clock::Event));
    let mut newest = Time::from_seconds(0);
    for (offset, (_, json)) in events.iter().enumerate() {
        let event = read(json)?;
        newest = newest.max(event.time);
        fold.apply(Input::Event {
            partition: (offset % 2) as i32,
            offset: offset as i64,
            arrived: None,
            event: &event,
        });
    }
    fold.apply(Input::Advance { to: newest });
    let states: Vec<PartitionState> = fold
        .partitions()
        .filter_map(|(partition, progress)| {
            Some(PartitionState {
                partition,
                next_offset: progress.next_offset,
                state: fold.save(partition)?,
            })
        })
        .collect();
    for state in &states {
        let name = format!("state-{}", state.partition);
        seeds.write("snapshot", &name, &state.state)?;
    }
    let snapshot = Snapshot {
        topic: "calls".to_owned(),
        topic_id: Some("x3sN-_sCT1y".to_owned()),
        key_check: fold.key_check(),
        cluster: Some("abc".to_owned()),
        build: "0.1.0".to_owned(),
        as_of: fold.as_of(),
        directories: directories::saved(&fold),
        partitions: states,
        judged: fold.save_judged(),
        refused: Vec::new(),
        lost: Vec::new(),
    };
    seeds.write("snapshot", "file", &snapshot.to_bytes())?;
    seeds.write("snapshot", "body", &postcard::to_allocvec(&snapshot)?)
}

fn write_directories(seeds: &Seeds, repository: &Path) -> Result<()> {
    let documentation = fs::read_to_string(repository.join("docs/directory.md"))?;
    let example = documentation
        .split_once("```toml\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .ok_or("no example in docs/directory.md")?
        .0;
    seeds.write("directory", "documented", example.as_bytes())?;
    let recorded = fs::read(repository.join("deploy/directory/recorded.toml"))?;
    seeds.write("directory", "recorded", &recorded)
}

fn write_settings(seeds: &Seeds, repository: &Path) -> Result<()> {
    let example = fs::read_to_string(repository.join("deploy/vigie.example.toml"))?;
    // Comments are nothing that the fuzzer needs, and a directory is a file.
    let lines: Vec<&str> = example
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line).trim_end())
        .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.contains("directory"))
        .collect();
    let settings = lines.join("\n");
    seeds.write("settings", "example", settings.as_bytes())?;
    let environment = "\n---\nVIGIE_KAFKA_TOPIC=appels\nVIGIE_LIMITS_MAX_CLIENTS=9\n\
        VIGIE_KAFKA_LIBRDKAFKA_FETCH_WAIT_MAX_MS=20\nVIGIE_HTTP_ALLOWED_ORIGINS=https://a, https://b\n";
    let both = format!("{settings}{environment}");
    seeds.write("settings", "with-environment", both.as_bytes())
}

//! Golden files: each reads, writes back byte for byte, and is what the types
//! write today.
//!
//! The frames lie in a folder named after the version of the protocol. A change
//! of their bytes that a console of the build before cannot read needs a new
//! version, not new goldens.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use vigie_contract::event::Event;
use vigie_contract::frame::{ClientFrame, PROTOCOL, ServerFrame};
use vigie_contract::read::{Reading, structured};
use vigie_contract::unknown::OverKind;
use vigie_contract::view::View;

use crate::schema::{Node, validator};
use crate::{event_samples, explanation_samples, help_samples, list_samples, view_samples};

fn folder(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "golden", name]
        .iter()
        .collect()
}

/// Compares what the types write with the files of a folder, one by one, and
/// the folder with the list. `UPDATE_GOLDEN=1` writes the files instead.
fn check_folder(folder_name: &str, written: &[(String, String)]) {
    let folder = folder(folder_name);
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    for (name, text) in written {
        let path = folder.join(name);
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let golden = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("golden file {folder_name}/{name}: {error}"));
        assert_eq!(
            &golden, text,
            "{folder_name}/{name} is not what the types write"
        );
    }
    let expected: BTreeSet<String> = written.iter().map(|(name, _)| name.clone()).collect();
    let found: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, expected, "files of golden/{folder_name}");
}

fn read_event(text: &str) -> Event<'_> {
    match structured(text.as_bytes()) {
        Ok(Reading::Event(event)) => event,
        other => panic!("{text}: {other:?}"),
    }
}

/// The same event with the fields that its schema requires, and no others.
fn minimal(event: &Event<'_>) -> String {
    let mut value: Value = serde_json::from_str(&event.to_json()).unwrap();
    let shape = Node::of("events.schema.json", event.body.type_name()).shape();
    let required = shape.properties["data"].shape().required;
    let data = value["data"].as_object_mut().unwrap();
    data.retain(|name, _| required.contains(name));
    let reduced = value.to_string();
    read_event(&reduced).to_json()
}

fn written_events() -> Vec<(String, String)> {
    let mut written = Vec::new();
    for event in event_samples::full() {
        let name = event.body.type_name();
        written.push((format!("{name}.json"), event.to_json() + "\n"));
        written.push((format!("{name}.minimal.json"), minimal(&event) + "\n"));
    }
    for (name, event) in event_samples::particular() {
        written.push((format!("{name}.json"), event.to_json() + "\n"));
    }
    written
}

#[test]
fn events_are_written_as_the_goldens_say() {
    check_folder("events", &written_events());
}

#[test]
fn golden_events_read_write_back_and_validate() {
    let schema = validator("events.schema.json");
    for (name, text) in written_events() {
        let line = text.trim_end_matches('\n');
        assert_eq!(read_event(&text).to_json(), line, "{name}");
        let value: Value = serde_json::from_str(line).unwrap();
        if let Err(error) = schema.validate(&value) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
    }
    for event in event_samples::full() {
        assert_eq!(read_event(&event.to_json()), event);
    }
    for (_, event) in event_samples::particular() {
        assert_eq!(read_event(&event.to_json()), event);
    }
}

#[test]
fn views_are_written_as_the_goldens_say() {
    let views = [
        ("full", view_samples::full_view()),
        ("empty", view_samples::empty_view()),
    ];
    let schema = validator("view.schema.json");
    let mut written = Vec::new();
    for (name, view) in views {
        let text = serde_json::to_string(&view).unwrap();
        let read: View = serde_json::from_str(&text).unwrap();
        assert_eq!(read, view, "{name}");
        if let Err(error) = schema.validate(&serde_json::from_str(&text).unwrap()) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        written.push((format!("{name}.json"), text + "\n"));
    }
    check_folder("views", &written);
}

/// What an answer writes, which reads back and which its schema takes.
fn written_answer<T>(schema: &str, name: &str, answer: &T) -> (String, String)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = serde_json::to_string(answer).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), answer, "{name}");
    let schema = validator(schema);
    if let Err(error) = schema.validate(&serde_json::from_str(&text).unwrap()) {
        panic!("{name}: {error} at {}", error.instance_path());
    }
    (format!("{name}.json"), text + "\n")
}

#[test]
fn lists_are_written_as_the_goldens_say() {
    const SCHEMA: &str = "lists.schema.json";
    let written = [
        written_answer(SCHEMA, "waiting", &list_samples::waiting_calls()),
        written_answer(SCHEMA, "calls", &list_samples::ended_calls()),
        written_answer(SCHEMA, "promises", &list_samples::open_promises()),
        written_answer(SCHEMA, "levers", &list_samples::lever_changes()),
        written_answer(SCHEMA, "incidents", &list_samples::incidents()),
        written_answer(SCHEMA, "unknown", &list_samples::unknown()),
    ];
    check_folder("lists", &written);
}

#[test]
fn explanations_are_written_as_the_goldens_say() {
    const SCHEMA: &str = "explanation.schema.json";
    let written = [
        written_answer(SCHEMA, "split", &explanation_samples::split()),
        written_answer(
            SCHEMA,
            "nothing_to_split",
            &explanation_samples::nothing_to_split(),
        ),
    ];
    check_folder("explanations", &written);
}

#[test]
fn who_could_help_is_written_as_the_goldens_say() {
    const SCHEMA: &str = "help.schema.json";
    let written = [
        written_answer(SCHEMA, "some", &help_samples::help()),
        written_answer(SCHEMA, "nobody", &help_samples::nobody()),
    ];
    check_folder("help", &written);
}

#[test]
fn kinds_over_limits_are_named_as_json_has_them() {
    let schema = Node::of("lists.schema.json", "OverKind").shape();
    let written = OverKind::ALL.map(|kind| serde_json::to_value(kind).unwrap());
    let named = OverKind::ALL.map(|kind| Value::from(kind.name()));
    assert_eq!(written, named);
    let words = OverKind::ALL.map(|kind| kind.name().to_owned());
    assert_eq!(schema.words, Some(words.into()));
}

fn hexadecimal(bytes: &[u8]) -> String {
    let lines = bytes.chunks(32).map(|line| {
        let digits: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
        digits + "\n"
    });
    lines.collect()
}

#[test]
fn frames_are_written_as_the_goldens_say() {
    let schema = validator("frames.schema.json");
    let mut written = Vec::new();
    let mut keep = |name: &str, text: String, bytes: Vec<u8>| {
        if let Err(error) = schema.validate(&serde_json::from_str(&text).unwrap()) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        written.push((format!("{name}.json"), text + "\n"));
        written.push((format!("{name}.postcard.hex"), hexadecimal(&bytes)));
    };
    for (name, frame) in view_samples::server_frames() {
        let (text, bytes) = (serde_json::to_string(&frame).unwrap(), frame.to_postcard());
        assert_eq!(
            serde_json::from_str::<ServerFrame>(&text).unwrap(),
            frame,
            "{name}"
        );
        assert_eq!(ServerFrame::from_postcard(&bytes).unwrap(), frame, "{name}");
        keep(name, text, bytes);
    }
    for (name, frame) in view_samples::client_frames() {
        let (text, bytes) = (serde_json::to_string(&frame).unwrap(), frame.to_postcard());
        assert_eq!(
            serde_json::from_str::<ClientFrame>(&text).unwrap(),
            frame,
            "{name}"
        );
        assert_eq!(ClientFrame::from_postcard(&bytes).unwrap(), frame, "{name}");
        keep(name, text, bytes);
    }
    check_folder(&format!("frames/{PROTOCOL}"), &written);
}

//! The page for integrators shows what the code does.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vigie_contract::event::Body;
use vigie_contract::read::structured;

use crate::event_samples;
use crate::schema::Node;

const PAGE: &str = include_str!("../../../../docs/events.md");

/// The text under the heading of a type.
fn section(name: &str) -> &'static str {
    let heading = format!("#### `{name}`\n");
    let mut parts = PAGE.split(heading.as_str());
    let after = parts
        .nth(1)
        .unwrap_or_else(|| panic!("no section for {name}"));
    assert_eq!(parts.next(), None, "{name} has two sections");
    after.split("\n#").next().unwrap()
}

#[test]
fn every_type_is_shown_with_its_golden() {
    assert_eq!(PAGE.matches("\n#### `").count(), Body::TYPES.len());
    for event in event_samples::full() {
        let name = event.body.type_name();
        let example = format!("```json\n{}\n```", event.to_json());
        assert!(
            section(name).contains(&example),
            "{name} is not shown as its golden is"
        );
    }
}

#[test]
fn every_field_is_listed_and_marked_as_the_schema_says() {
    for name in Body::TYPES {
        let data = Node::of("events.schema.json", name).shape().properties["data"].shape();
        let mark = |field: &String| {
            if data.required.contains(field) {
                ""
            } else {
                "?"
            }
        };
        let expected: BTreeSet<String> = data
            .properties
            .keys()
            .map(|field| format!("`{field}`{}", mark(field)))
            .collect();
        let rows = section(name).lines().filter(|line| line.starts_with("| `"));
        let listed: BTreeSet<String> = rows
            .map(|row| row.split('|').nth(1).unwrap().trim().to_owned())
            .collect();
        assert_eq!(listed, expected, "{name}");
        for (field, property) in &data.properties {
            for word in property.shape().words.iter().flatten() {
                assert!(
                    section(name).contains(&format!("`{word}`")),
                    "{name}: {field} may be {word}"
                );
            }
        }
    }
}

/// The same event with one thing wrong gives the reason that the page quotes.
#[test]
fn the_reasons_quoted_are_those_given() {
    let sample = event_samples::full();
    let queued = sample
        .iter()
        .find(|event| event.body.type_name() == "call.queued");
    let queued: Value = serde_json::from_str(&queued.unwrap().to_json()).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut changed = queued.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed.to_string().into_bytes()
    };
    let mut without_agency = queued.clone();
    without_agency["data"]
        .as_object_mut()
        .unwrap()
        .remove("agency");
    let ended = sample
        .iter()
        .find(|event| event.body.type_name() == "call.ended");
    let mut ended: Value = serde_json::from_str(&ended.unwrap().to_json()).unwrap();
    ended["data"]["talk_seconds"] = json!(1_589_288_400);
    let agent = sample
        .iter()
        .find(|event| event.body.type_name() == "agent.state_changed");
    let mut agent: Value = serde_json::from_str(&agent.unwrap().to_json()).unwrap();
    agent["data"]["queues"] = json!(vec!["placement"; 100_000]);
    for message in [
        b"\xff{".to_vec(),
        queued.to_string().into_bytes()[..120].to_vec(),
        ended.to_string().into_bytes(),
        agent.to_string().into_bytes(),
        with("/data/queue", json!("a\u{202e}b")),
        with("/specversion", json!("0.3")),
        without_agency.to_string().into_bytes(),
        with("/data/announced_wait_seconds", json!("four")),
        with("/data/reason", json!("bored")),
        with("/time", json!("21/11/2026 09:12:03.120Z")),
        with("/data/agency", json!("NAQ/0331")),
        with("/data/caller", json!("06 12 34 56 78")),
    ] {
        let reason = structured(&message).unwrap_err().to_string();
        assert!(PAGE.contains(&format!("`{reason}")), "not quoted: {reason}");
    }
}

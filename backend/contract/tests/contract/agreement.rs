//! The schemas accept what the types accept and refuse what they refuse: every
//! value of every sample is taken away and replaced by others, and both judge.

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Value, json};
use vigie_contract::event::{Body, MOST_QUEUES_OF_AN_AGENT};
use vigie_contract::explanation::Explanation;
use vigie_contract::frame::{ClientFrame, PROTOCOL, ServerFrame};
use vigie_contract::help::Help;
use vigie_contract::incident::Incidents;
use vigie_contract::lists::{EndedCalls, LeverChanges, OpenPromises, WaitingCalls};
use vigie_contract::read::{LONGEST_CODE, Malformed, Reading, structured};
use vigie_contract::unknown::Unknown;
use vigie_contract::view::{Count, View};

use crate::properties::assert_plain;
use crate::schema::{DOCUMENTS, Node, Place, validator};
use crate::{event_samples, explanation_samples, help_samples, list_samples, view_samples};

const EVENTS: &str = "events.schema.json";
const VIEW: &str = "view.schema.json";
const FRAMES: &str = "frames.schema.json";
const LISTS: &str = "lists.schema.json";
const EXPLANATION: &str = "explanation.schema.json";
const HELP: &str = "help.schema.json";

/// Reads an event; an unknown type counts as a refusal, for it is not an event
/// of the contract.
fn read_event(value: &Value) -> Result<(), Malformed> {
    match structured(value.to_string().as_bytes())? {
        Reading::Event(_) => Ok(()),
        Reading::UnknownType(name) => Err(Malformed {
            field: "type".to_owned(),
            problem: format!("unknown: {name}"),
        }),
    }
}

fn samples() -> Vec<(&'static str, Value)> {
    let full = event_samples::full().into_iter();
    let particular = event_samples::particular()
        .into_iter()
        .map(|(_, event)| event);
    full.chain(particular)
        .map(|event| {
            let value = serde_json::from_str(&event.to_json()).unwrap();
            (event.body.type_name(), value)
        })
        .collect()
}

/// Values of every kind, right somewhere and wrong elsewhere.
fn probes() -> Vec<Value> {
    let mut probes = vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(-0.5),
        json!(0),
        json!(3),
        json!(6),
        json!(2.5),
        json!(86_400),
        json!(86_401),
        json!(86_400.000_000_1),
        json!(1_589_288_400),
        json!(""),
        json!("  "),
        json!("NAQ-0331"),
        json!("NAQ/0331"),
        json!("NAQ\t0331"),
        json!("NAQ\u{7f}"),
        json!("NAQ\u{85}"),
        json!("NAQ\u{61c}"),
        json!("NAQ\u{202e}0331"),
        json!("NAQ\u{2069}"),
        json!("NAQ\u{a0}\u{200b}\u{2070}"),
        json!("c".repeat(LONGEST_CODE)),
        json!("c".repeat(LONGEST_CODE + 1)),
        json!("c".repeat(LONGEST_CODE * 4)),
        json!("c".repeat(LONGEST_CODE * 4 + 1)),
        json!([]),
        json!(["placement"]),
        json!(["NAQ-PF", "placement"]),
        json!([7]),
        json!([null]),
        json!(["", "placement", " "]),
        json!(vec!["placement"; MOST_QUEUES_OF_AN_AGENT]),
        json!(vec!["placement"; MOST_QUEUES_OF_AN_AGENT + 1]),
        json!({}),
        json!({"agency": "NAQ-PF", "queue": "placement"}),
        json!({"agency": "NAQ-PF"}),
    ];
    probes.extend(
        telephone_numbers()
            .into_iter()
            .chain(times())
            .map(Value::from),
    );
    probes.extend(words().into_iter().map(Value::from));
    probes
}

fn telephone_numbers() -> Vec<&'static str> {
    vec![
        "0612345678",
        "+33 6 12 34 56 78",
        "(0033) 6-12.34.56.78",
        "0 0 1234 56789 012345",
        "00123456789012345",
        "001234567890123456",
        "12345678",
        "[1]{2}3456789 ",
        "06\u{2011}12\u{2013}34 56\u{a0}78",
        "06+12345678",
        "0612345678a",
    ]
}

fn times() -> Vec<&'static str> {
    vec![
        "2026-11-21T09:12:03Z",
        "2026-11-21T10:12:03.12+01:00",
        "2026-11-21T09:12:03.123456Z",
        "2026-11-21T09:12:03.1234567Z",
        "2026-11-21T09:12:03.123456789+00:00",
        "2026-11-21T09:12:03.1234567891Z",
        "2026-11-21T09:12:03",
        "2026-11-21",
        "2026-13-21T09:12:03Z",
        "2026-02-29T09:12:03Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T09:12:03+1:00",
        "21/11/2026 09:12:03",
    ]
}

/// Every word of every enumeration of the documents.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::from(["bored".to_owned(), "call.teleported".to_owned()]);
    for (document, content) in DOCUMENTS.iter() {
        for name in content["$defs"].as_object().unwrap().keys() {
            words.extend(Node::of(document, name).shape().words.into_iter().flatten());
        }
    }
    words.extend(Body::TYPES.iter().map(|name| (*name).to_owned()));
    words
}

/// The words a reader says it would have taken instead of one it does not know.
fn words_expected(problem: &str) -> BTreeSet<String> {
    let (_, expected) = problem
        .split_once(", expected ")
        .unwrap_or_else(|| panic!("{problem}"));
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The words that a refusal says would be right instead of one that is not.
fn words_wanted(problem: &str) -> BTreeSet<String> {
    let (_, words) = problem
        .split_once(" is none of ")
        .unwrap_or_else(|| panic!("{problem}"));
    words.split(", ").map(str::to_owned).collect()
}

fn field_name(place: &Place) -> String {
    place.pointer.trim_start_matches('/').replace('/', ".")
}

#[test]
fn every_type_has_a_sample_and_a_schema_and_no_schema_lacks_a_type() {
    let types: BTreeSet<&str> = Body::TYPES.iter().copied().collect();
    assert_eq!(types.len(), Body::TYPES.len(), "a type is listed twice");
    let document = &DOCUMENTS[EVENTS];
    let defined = document["$defs"].as_object().unwrap().keys();
    let defined: BTreeSet<&str> = defined
        .map(String::as_str)
        .filter(|name| name.contains('.'))
        .collect();
    assert_eq!(defined, types, "$defs");
    let listed: Vec<&str> = document["properties"]["type"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(listed, Body::TYPES, "enumeration of the types");
    let branches: Vec<(&str, &str)> = document["allOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|branch| {
            let name = branch["if"]["properties"]["type"]["const"]
                .as_str()
                .unwrap();
            (name, branch["then"]["$ref"].as_str().unwrap())
        })
        .collect();
    let expected: Vec<String> = Body::TYPES
        .iter()
        .map(|name| format!("#/$defs/{name}"))
        .collect();
    let expected: Vec<(&str, &str)> = Body::TYPES
        .iter()
        .copied()
        .zip(expected.iter().map(String::as_str))
        .collect();
    assert_eq!(branches, expected, "branches by type");
    let sampled: Vec<&str> = event_samples::full()
        .iter()
        .map(|event| event.body.type_name())
        .collect();
    assert_eq!(
        sampled.iter().copied().collect::<BTreeSet<_>>(),
        types,
        "samples"
    );
    assert_eq!(sampled.len(), types.len(), "a type has two samples");
}

#[test]
fn the_schema_of_a_type_has_the_properties_that_the_type_writes() {
    for event in event_samples::full() {
        let name = event.body.type_name();
        let value: Value = serde_json::from_str(&event.to_json()).unwrap();
        let data = &Node::of(EVENTS, name).shape().properties["data"];
        let schema: BTreeSet<String> = data.shape().properties.into_keys().collect();
        let written: BTreeSet<String> =
            value["data"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(schema, written, "{name}");
        assert_eq!(
            Node::of(EVENTS, name).shape().properties["type"]
                .shape()
                .constant,
            Some(json!(name))
        );
    }
}

#[test]
fn what_an_event_lacks_is_refused_by_both_or_by_neither() {
    let schema = validator(EVENTS);
    for (name, sample) in samples() {
        for place in Node::of(EVENTS, name)
            .places(&sample)
            .iter()
            .filter(|place| place.property)
        {
            let without = place.removed(&sample);
            let reading = read_event(&without);
            let field = field_name(place);
            if place.required {
                let missing = Malformed {
                    field: field.clone(),
                    problem: "missing".to_owned(),
                };
                assert_eq!(reading, Err(missing), "{name} without {field}");
                assert!(
                    !schema.is_valid(&without),
                    "the schema takes a {name} without {field}"
                );
            } else {
                assert_eq!(reading, Ok(()), "{name} without {field}");
                assert!(
                    schema.is_valid(&without),
                    "the schema refuses a {name} without {field}"
                );
            }
        }
    }
}

#[test]
fn whatever_stands_in_a_field_of_an_event_is_judged_alike() {
    let schema = validator(EVENTS);
    let probes = probes();
    for (name, sample) in samples() {
        for place in Node::of(EVENTS, name).places(&sample) {
            for probe in &probes {
                let changed = place.replaced(&sample, probe.clone());
                let reading = read_event(&changed);
                assert_eq!(
                    reading.is_ok(),
                    schema.is_valid(&changed),
                    "{name}, {} = {probe}: the reader says {reading:?}, the schema the contrary",
                    place.pointer,
                );
                if let Err(refusal) = reading {
                    assert_plain(&refusal);
                }
            }
        }
    }
}

#[test]
fn unknown_fields_of_an_event_are_taken_by_both() {
    let schema = validator(EVENTS);
    for (name, sample) in samples() {
        let objects = Node::of(EVENTS, name).places(&sample);
        let objects = objects.iter().map(|place| place.pointer.as_str());
        for pointer in objects.chain([""]) {
            let mut changed = sample.clone();
            if let Some(fields) = changed.pointer_mut(pointer).unwrap().as_object_mut() {
                fields.insert("later".to_owned(), json!({"x": [1]}));
                assert_eq!(read_event(&changed), Ok(()), "{name} {pointer}");
                assert!(schema.is_valid(&changed), "{name} {pointer}");
            }
        }
    }
}

#[test]
fn the_enumerations_of_events_are_those_of_the_types() {
    let mut seen = BTreeSet::new();
    for (name, sample) in samples() {
        for place in Node::of(EVENTS, name).places(&sample) {
            let Some(words) = place.node.shape().words else {
                continue;
            };
            let refusal = read_event(&place.replaced(&sample, json!("?"))).unwrap_err();
            assert_eq!(
                words_wanted(&refusal.problem),
                words,
                "{name} {}",
                place.pointer
            );
            seen.extend(place.node.leaf());
        }
    }
    let all = DOCUMENTS[EVENTS]["$defs"].as_object().unwrap();
    let all: BTreeSet<String> = all
        .iter()
        .filter(|(_, schema)| !schema["enum"].is_null())
        .map(|(name, _)| name.clone())
        .collect();
    assert_eq!(
        seen, all,
        "an enumeration of the schema stands in no sample"
    );
}

/// Checks a type that the service writes: every property is there, always, and
/// a value of another kind is refused by both.
fn check_written(
    document: &'static str,
    definition: &str,
    sample: &Value,
    read: &dyn Fn(&Value) -> Result<(), String>,
) {
    let schema: Validator = validator(&format!("{document}#/$defs/{definition}"));
    let root = Node::of(document, definition);
    let agree = |place: &Place, probe: Value| {
        let changed = place.replaced(sample, probe.clone());
        let reading = read(&changed);
        let where_ = format!("{definition} {} = {probe}", place.pointer);
        assert_eq!(
            reading.is_ok(),
            schema.is_valid(&changed),
            "{where_}: {reading:?}"
        );
    };
    for place in root.places(sample) {
        let shape = place.node.shape();
        let pointer = &place.pointer;
        if let Some(fields) = sample.pointer(pointer).unwrap().as_object()
            && shape.values.is_none()
            && !shape.tagged
        {
            let written: BTreeSet<String> = fields.keys().cloned().collect();
            assert_eq!(
                shape.properties.keys().cloned().collect::<BTreeSet<_>>(),
                written,
                "{pointer}"
            );
            assert_eq!(
                shape.required, written,
                "every property is written: {pointer}"
            );
        }
        if place.property {
            let without = place.removed(sample);
            assert!(
                !schema.is_valid(&without),
                "the schema takes it without {pointer}"
            );
            let reading = read(&without);
            assert_eq!(
                reading.is_ok(),
                shape.nullable,
                "without {pointer}: {reading:?}"
            );
        }
        for probe in [json!(null), json!(true), json!([])] {
            agree(&place, probe);
        }
        // Where a struct is due, serde takes lists and forgives what may be null; the
        // service writes neither.
        if shape.properties.is_empty() {
            agree(&place, json!({"later": 1}));
            agree(&place, json!([1, 2, 3]));
        }
        if !shape.kinds.contains("integer") {
            agree(&place, json!(7));
        }
        if !shape.kinds.contains("string") && shape.constant.is_none() {
            agree(&place, json!("NAQ-0331"));
        }
        if !shape.kinds.contains("number") {
            agree(&place, json!(2.5));
        }
        if let Some(words) = &shape.words {
            let problem = read(&place.replaced(sample, json!("?"))).unwrap_err();
            assert_eq!(&words_expected(&problem), words, "{pointer}");
        }
        if place.node.leaf().as_deref() == Some("Scope") {
            for path in [
                "",
                "all",
                "a//b",
                "line",
                "line/1",
                "line/1/2/3",
                "a/b/c/d",
                "a/b/c/d/e",
                "lines",
            ] {
                agree(&place, json!(path));
            }
        }
    }
}

fn read_as<T: serde::de::DeserializeOwned>(value: &Value) -> Result<(), String> {
    serde_json::from_str::<T>(&value.to_string())
        .map(|_| ())
        .map_err(|error| error.to_string())
}

#[test]
fn the_schema_of_the_view_is_the_view() {
    let sample = serde_json::to_value(view_samples::full_view()).unwrap();
    check_written(VIEW, "View", &sample, &read_as::<View>);
}

#[test]
fn the_schema_of_the_lists_is_the_lists() {
    let sample = serde_json::to_value(list_samples::waiting_calls()).unwrap();
    check_written(LISTS, "WaitingCalls", &sample, &read_as::<WaitingCalls>);
    let sample = serde_json::to_value(list_samples::ended_calls()).unwrap();
    check_written(LISTS, "EndedCalls", &sample, &read_as::<EndedCalls>);
    let sample = serde_json::to_value(list_samples::open_promises()).unwrap();
    check_written(LISTS, "OpenPromises", &sample, &read_as::<OpenPromises>);
    let sample = serde_json::to_value(list_samples::lever_changes()).unwrap();
    check_written(LISTS, "LeverChanges", &sample, &read_as::<LeverChanges>);
    let sample = serde_json::to_value(list_samples::incidents()).unwrap();
    check_written(LISTS, "Incidents", &sample, &read_as::<Incidents>);
    let sample = serde_json::to_value(list_samples::unknown()).unwrap();
    check_written(LISTS, "Unknown", &sample, &read_as::<Unknown>);
}

#[test]
fn the_schema_of_the_explanation_is_the_explanation() {
    for sample in [
        explanation_samples::split(),
        explanation_samples::nothing_to_split(),
    ] {
        let sample = serde_json::to_value(sample).unwrap();
        check_written(EXPLANATION, "Explanation", &sample, &read_as::<Explanation>);
    }
}

#[test]
fn the_schema_of_who_could_help_is_what_is_told() {
    let sample = serde_json::to_value(help_samples::help()).unwrap();
    check_written(HELP, "Help", &sample, &read_as::<Help>);
}

#[test]
fn the_schema_of_the_frames_is_the_frames() {
    for (_, frame) in view_samples::server_frames() {
        // A delta here has an empty view, in which there is less to take away.
        if !matches!(frame, ServerFrame::Delta(_)) {
            let sample = serde_json::to_value(&frame).unwrap();
            check_written(FRAMES, "ServerFrame", &sample, &read_as::<ServerFrame>);
        }
    }
    for (_, frame) in view_samples::client_frames() {
        let sample = serde_json::to_value(&frame).unwrap();
        check_written(FRAMES, "ClientFrame", &sample, &read_as::<ClientFrame>);
    }
    let protocol = Node::of(FRAMES, "Hello").shape().properties["protocol"]
        .shape()
        .constant;
    assert_eq!(protocol, Some(json!(PROTOCOL)));
}

#[test]
fn the_kinds_of_frame_are_those_of_the_types() {
    for (definition, problem) in [
        (
            "ServerFrame",
            read_as::<ServerFrame>(&json!({"?": {}})).unwrap_err(),
        ),
        (
            "ClientFrame",
            read_as::<ClientFrame>(&json!({"?": {}})).unwrap_err(),
        ),
    ] {
        let kinds: BTreeSet<String> = Node::of(FRAMES, definition)
            .shape()
            .properties
            .into_keys()
            .collect();
        assert_eq!(words_expected(&problem), kinds, "{definition}");
    }
}

#[test]
fn the_counts_of_the_schema_are_those_of_the_type() {
    let schema: BTreeSet<String> = Node::of(VIEW, "Counts")
        .shape()
        .properties
        .into_keys()
        .collect();
    let mut counted: BTreeSet<String> = Count::ALL
        .iter()
        .map(|count| count.name().to_owned())
        .collect();
    assert_eq!(counted.len(), Count::ALL.len());
    counted.extend(["offered", "asked", "left_in_ivr"].map(str::to_owned));
    assert_eq!(schema, counted);
}

#[test]
fn every_definition_is_used() {
    let text: String = DOCUMENTS.values().map(Value::to_string).collect();
    for (document, content) in DOCUMENTS.iter() {
        for name in content["$defs"].as_object().unwrap().keys() {
            assert!(
                text.contains(&format!("#/$defs/{name}\"")),
                "{document}: {name} is used nowhere"
            );
        }
    }
}

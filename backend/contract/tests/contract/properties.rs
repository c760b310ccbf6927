//! What holds for any input: nothing makes the reader panic, and every event
//! that it takes is read back from what it writes.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};
use vigie_contract::event::{Body, Event};
use vigie_contract::frame::{ClientFrame, ServerFrame};
use vigie_contract::read::{
    Malformed, Reading, binary, code_problem, is_telephone_number, structured,
};
use vigie_contract::time::Time;
use vigie_contract::topic::Topic;

use crate::schema::{Node, validator};
use crate::{event_samples, view_samples};

/// The first microsecond of the year 0 and the last of 9999: what RFC 3339 has.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

fn read(text: &str) -> Event<'_> {
    match structured(text.as_bytes()) {
        Ok(Reading::Event(event)) => event,
        other => panic!("{text}: {other:?}"),
    }
}

/// Words of parsers and of Rust, which whoever writes a publisher need not know.
const NOT_PLAIN: [&str; 14] = [
    "u8",
    "u64",
    "i32",
    "i64",
    "f64",
    "struct",
    "variant",
    "enum",
    "sequence",
    "expected",
    "invalid type",
    "invalid value",
    "EOF",
    "`",
];

/// A refusal speaks plainly: the field, the value, what would be right.
pub fn assert_plain(refusal: &Malformed) {
    let Malformed { field, problem } = refusal;
    assert!(!field.is_empty() && !problem.is_empty(), "{refusal}");
    // What is quoted is what was sent, in whatever words.
    let unquoted: String = problem.split('"').step_by(2).collect();
    for word in NOT_PLAIN {
        assert!(!unquoted.contains(word), "{word}: {refusal}");
    }
    assert!(!unquoted.contains(" line "), "{refusal}");
    assert!(problem.chars().count() < 1_000, "{refusal}");
}

/// Any value that a schema of the contract allows.
fn any_value(node: &Node) -> BoxedStrategy<Value> {
    match node.leaf().as_deref() {
        Some("Code") => "(?s).{1,32}"
            .prop_filter("no code", |text| code_problem(text).is_none())
            .prop_map(Value::from)
            .boxed(),
        Some("Pseudonym") => "(?s).{1,64}"
            .prop_filter("a telephone number", |text| !is_telephone_number(text))
            .prop_map(Value::from)
            .boxed(),
        Some("Id") => r"[^\p{Cc}]{1,128}".prop_map(Value::from).boxed(),
        Some("Time") => prop_oneof![
            TIMES.prop_map(|micros| Time(micros).to_string()),
            (TIMES, "[0-9]{1,9}").prop_map(|(micros, digits)| {
                let whole = Time::from_seconds(Time(micros).second()).to_string();
                whole.replace('Z', &format!(".{digits}+00:00"))
            }),
        ]
        .prop_map(Value::from)
        .boxed(),
        Some("Seconds") => prop_oneof![
            (0_u64..=86_400).prop_map(Value::from),
            (0_i64..=86_400_000_000).prop_map(|micros| json!(micros as f64 / 1e6)),
        ]
        .boxed(),
        Some("Score") => (1..=5).prop_map(Value::from).boxed(),
        _ => any_of_shape(node),
    }
}

fn any_of_shape(node: &Node) -> BoxedStrategy<Value> {
    let shape = node.shape();
    if let Some(constant) = shape.constant {
        return Just(constant).boxed();
    }
    if let Some(words) = shape.words {
        return select(words.into_iter().collect::<Vec<_>>())
            .prop_map(Value::from)
            .boxed();
    }
    if let Some(items) = shape.items {
        return vec(any_value(&items), 0..4).prop_map(Value::from).boxed();
    }
    if shape.properties.is_empty() {
        return match shape
            .kinds
            .iter()
            .find(|kind| *kind != "null")
            .map(String::as_str)
        {
            Some("boolean") => any::<bool>().prop_map(Value::from).boxed(),
            Some("integer") => any::<i32>().prop_map(Value::from).boxed(),
            Some("string") => any::<String>().prop_map(Value::from).boxed(),
            other => panic!("no values of kind {other:?}"),
        };
    }
    let fields: Vec<_> = shape
        .properties
        .iter()
        .map(|(name, property)| {
            let value = any_value(property).prop_map(Some);
            let shape_of_value = property.shape();
            let is_text = shape_of_value.kinds.contains("string");
            let nothing = if is_text { json!("") } else { Value::Null };
            let value = match (shape.required.contains(name), shape_of_value.nullable) {
                (true, _) => value.boxed(),
                (false, false) => prop_oneof![2 => value, 1 => Just(None)].boxed(),
                (false, true) => prop_oneof![
                    6 => value,
                    3 => Just(None),
                    1 => Just(Some(Value::Null)),
                    1 => Just(Some(nothing)),
                ]
                .boxed(),
            };
            (Just(name.clone()), value)
        })
        .collect();
    fields
        .prop_map(|fields| {
            let present = fields
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            Value::Object(present.collect::<Map<_, _>>())
        })
        .boxed()
}

fn any_event() -> BoxedStrategy<Value> {
    select(Body::TYPES.to_vec())
        .prop_flat_map(|name| any_value(&Node::of("events.schema.json", name)))
        .boxed()
}

#[test]
fn any_event_of_the_schema_reads_and_reads_back() {
    let schema = validator("events.schema.json");
    proptest!(ProptestConfig::with_cases(2_000), |(value in any_event())| {
        let text = value.to_string();
        let event = read(&text);
        let written = event.to_json();
        prop_assert_eq!(&read(&written), &event);
        prop_assert_eq!(&read(&written).to_json(), &written);
        prop_assert!(!event.key().is_empty());
        for value in [value, serde_json::from_str(&written).unwrap()] {
            prop_assert!(schema.is_valid(&value), "the schema refuses {}", value);
        }
    });
}

#[test]
fn both_modes_read_any_event_alike() {
    proptest!(ProptestConfig::with_cases(500), |(value in any_event())| {
        let text = value.to_string();
        let mut whole = read(&text);
        // The extensions of a dump are of files, not of headers.
        whole.arrival = None;
        let headers: Vec<(String, String)> = ["specversion", "id", "source", "type", "time", "subject"]
            .map(|name| (format!("ce_{name}"), value[name].as_str().unwrap().to_owned()))
            .into();
        let data = value["data"].to_string();
        let headers = headers.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
        prop_assert_eq!(binary(headers, data.as_bytes()), Ok(Reading::Event(whole)));
    });
}

/// Bytes that were an event before something happened to them.
fn damaged_event() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<Vec<u8>> = event_samples::full()
        .iter()
        .map(|event| event.to_json().into_bytes())
        .collect();
    let bytes = vec(any::<u8>(), 0..8);
    (select(lines), any::<Index>(), any::<Index>(), bytes).prop_map(
        |(mut line, at, length, bytes)| {
            let start = at.index(line.len());
            let end = start + length.index(line.len() - start + 1).min(40);
            line.splice(start..end, bytes);
            line
        },
    )
}

/// Headers that a binary event may have, right or wrong.
fn headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let name = prop_oneof![
        "ce_(specversion|id|source|type|time|subject|later)",
        "[a-z_-]{0,12}",
    ];
    let value = prop_oneof![
        vec(any::<u8>(), 0..40),
        select(Body::TYPES.to_vec()).prop_map(|name| name.as_bytes().to_vec()),
        Just(b"1.0".to_vec()),
        Just(b"2026-11-21T09:12:03.120Z".to_vec()),
    ];
    btree_map(name, value, 0..8).prop_map(|headers| headers.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop_oneof![vec(any::<u8>(), 0..400), damaged_event()]) {
        match structured(&bytes) {
            Ok(Reading::Event(event)) => {
                let written = event.to_json();
                prop_assert_eq!(read(&written), event);
            }
            Ok(Reading::UnknownType(_)) => {}
            Err(refusal) => assert_plain(&refusal),
        }
    }

    #[test]
    fn no_headers_make_the_reader_panic(headers in headers(), value in vec(any::<u8>(), 0..100)) {
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
        if let Err(refusal) = binary(headers, &value) {
            assert_plain(&refusal);
        }
    }

    #[test]
    fn no_bytes_make_the_frames_panic(bytes in vec(any::<u8>(), 0..400), at in any::<Index>(), cut in any::<Index>()) {
        let _ = ClientFrame::from_postcard(&bytes);
        let _ = ServerFrame::from_postcard(&bytes);
        for (_, frame) in view_samples::server_frames() {
            let mut damaged = frame.to_postcard();
            damaged.truncate(cut.index(damaged.len()) + 1);
            let at = at.index(damaged.len());
            damaged[at] ^= bytes.first().copied().unwrap_or(0x80);
            let _ = ServerFrame::from_postcard(&damaged);
        }
    }

    #[test]
    fn a_topic_has_one_name(name in "(figures|children|line|[a-z]{0,8})?(/(line|[^/]{0,3})){0,6}") {
        if let Ok(topic) = name.parse::<Topic>() {
            prop_assert_eq!(topic.to_string(), name);
        }
    }

    #[test]
    fn a_refused_telephone_number_stays_out_of_the_reason(number in "(\\+33|0)[1-9]([ .-]?[0-9]{2}){4}") {
        let mut event: Value = serde_json::from_str(&event_samples::full()[0].to_json()).unwrap();
        event["data"]["caller"] = json!(number);
        let refusal = structured(event.to_string().as_bytes()).unwrap_err().to_string();
        prop_assert_eq!(refusal, "data.caller: looks like a telephone number, a pseudonym is needed");
    }
}

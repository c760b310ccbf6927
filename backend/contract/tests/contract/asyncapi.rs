//! The AsyncAPI description against the types and the schemas.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};
use vigie_contract::event::Body;
use vigie_contract::frame::{CloseCode, JSON_SUBPROTOCOL};

use crate::schema::Node;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    serde_saphyr::from_str(include_str!("../../schema/asyncapi.yaml")).expect("asyncapi.yaml")
});

const SCHEMA_FORMAT: &str = "application/schema+json;version=draft-2020-12";

fn at(pointer: &str) -> &'static Value {
    DESCRIPTION
        .pointer(pointer)
        .unwrap_or_else(|| panic!("asyncapi.yaml has no {pointer}"))
}

fn names(pointer: &str) -> Vec<&'static str> {
    at(pointer)
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// Every `$ref` of the description.
fn references(value: &'static Value, found: &mut Vec<&'static str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let mut found = Vec::new();
    references(&DESCRIPTION, &mut found);
    assert!(found.len() > 2 * Body::TYPES.len());
    for reference in found {
        match reference.split_once("#/").unwrap() {
            ("", pointer) => {
                at(&format!("/{pointer}"));
            }
            (document, pointer) => {
                let documents = ["events.schema.json", "frames.schema.json"];
                let document = documents.iter().find(|name| **name == document);
                let definition = pointer.strip_prefix("$defs/").unwrap();
                Node::of(document.expect(reference), definition);
            }
        }
    }
}

#[test]
fn the_channels_are_the_topics_and_the_websocket() {
    assert_eq!(at("/asyncapi"), "3.0.0");
    for (channel, address, action) in [
        ("calls", "calls", "receive"),
        ("refused", "calls.refused", "send"),
        ("live", "/ws", "send"),
        ("live", "/ws", "receive"),
    ] {
        assert_eq!(at(&format!("/channels/{channel}/address")), address);
        let reference = json!({"$ref": format!("#/channels/{channel}")});
        let operations = at("/operations").as_object().unwrap().values();
        let same = operations
            .filter(|operation| operation["channel"] == reference && operation["action"] == action);
        assert_eq!(same.count(), 1, "operations that {action} on {channel}");
    }
    assert_eq!(names("/channels").len(), 3);
    assert_eq!(names("/operations").len(), 4);
    assert_eq!(
        at("/channels/live/bindings/ws/headers/properties/Sec-WebSocket-Protocol/const"),
        JSON_SUBPROTOCOL
    );
}

#[test]
fn every_type_is_a_message_of_the_topic_once() {
    let types: BTreeSet<&str> = Body::TYPES.iter().copied().collect();
    let listed = names("/channels/calls/messages");
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), types);
    assert_eq!(listed.len(), Body::TYPES.len());
    for name in Body::TYPES {
        assert_eq!(
            at(&format!("/channels/calls/messages/{name}")),
            &json!({"$ref": format!("#/components/messages/{name}")})
        );
        let message = at(&format!("/components/messages/{name}"));
        assert_eq!(message["name"], *name);
        assert_eq!(
            message["payload"],
            json!({
                "schemaFormat": SCHEMA_FORMAT,
                "schema": {"$ref": format!("events.schema.json#/$defs/{name}")},
            })
        );
    }
}

#[test]
fn every_message_belongs_to_one_channel() {
    let mut used = Vec::new();
    for channel in names("/channels") {
        for (name, message) in at(&format!("/channels/{channel}/messages"))
            .as_object()
            .unwrap()
        {
            assert_eq!(message["$ref"], format!("#/components/messages/{name}"));
            used.push(name.as_str());
        }
    }
    used.sort_unstable();
    assert_eq!(used, names("/components/messages"));
    for (name, definition) in [("server", "ServerFrame"), ("client", "ClientFrame")] {
        assert_eq!(
            at(&format!("/components/messages/{name}/payload/schema/$ref")),
            &json!(format!("frames.schema.json#/$defs/{definition}"))
        );
    }
}

#[test]
fn a_dead_letter_says_where_from_and_why() {
    let headers = [
        "vigie-headers",
        "vigie-length",
        "vigie-offset",
        "vigie-partition",
        "vigie-reason",
        "vigie-topic",
    ];
    assert_eq!(
        names("/components/messages/refused/headers/properties"),
        headers
    );
    // The length is there only where the message was cut.
    let required = at("/components/messages/refused/headers/required");
    let required: Vec<&str> = required
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        required,
        [
            "vigie-topic",
            "vigie-partition",
            "vigie-offset",
            "vigie-reason"
        ]
    );
}

#[test]
fn every_close_code_of_the_websocket_is_described() {
    let described = at("/channels/live/description").as_str().unwrap();
    for code in CloseCode::ALL {
        let number = (code as u16).to_string();
        assert!(described.contains(&number), "{code:?} is not described");
    }
}

//! The published schemas: their validators, and a walk along them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

/// The files of `backend/contract/schema`.
pub static DOCUMENTS: LazyLock<BTreeMap<&'static str, Value>> = LazyLock::new(|| {
    BTreeMap::from(
        [
            (
                "events.schema.json",
                include_str!("../../schema/events.schema.json"),
            ),
            (
                "view.schema.json",
                include_str!("../../schema/view.schema.json"),
            ),
            (
                "frames.schema.json",
                include_str!("../../schema/frames.schema.json"),
            ),
            (
                "lists.schema.json",
                include_str!("../../schema/lists.schema.json"),
            ),
            (
                "indicators.schema.json",
                include_str!("../../schema/indicators.schema.json"),
            ),
            (
                "explanation.schema.json",
                include_str!("../../schema/explanation.schema.json"),
            ),
            (
                "help.schema.json",
                include_str!("../../schema/help.schema.json"),
            ),
        ]
        .map(|(name, text)| (name, serde_json::from_str(text).expect(name))),
    )
});

/// A validator of a whole document or of a part: `view.schema.json#/$defs/Rate`.
pub fn validator(reference: &str) -> Validator {
    let (name, _) = reference.split_once('#').unwrap_or((reference, ""));
    let id = DOCUMENTS[name]["$id"].as_str().unwrap();
    let absolute = reference.replacen(name, id, 1);
    let mut registry = Registry::new();
    for document in DOCUMENTS.values() {
        registry = registry
            .add(document["$id"].as_str().unwrap(), document.clone())
            .unwrap();
    }
    let registry = registry.prepare().unwrap();
    jsonschema::options()
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(
            &json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": absolute}),
        )
        .unwrap_or_else(|error| panic!("{reference}: {error}"))
}

/// A schema within a document.
#[derive(Clone, Debug)]
pub struct Node {
    document: &'static str,
    schema: &'static Value,
    /// The name under `$defs` it was referred to by.
    pub definition: Option<String>,
}

/// What a schema says of a value, references followed.
#[derive(Debug, Default)]
pub struct Shape {
    pub properties: BTreeMap<String, Node>,
    pub required: BTreeSet<String>,
    pub words: Option<BTreeSet<String>>,
    pub constant: Option<Value>,
    pub nullable: bool,
    pub kinds: BTreeSet<String>,
    /// Schema of the items of a list.
    pub items: Option<Node>,
    /// Schema of the values of a map.
    pub values: Option<Node>,
    /// One property of several, which names the kind.
    pub tagged: bool,
}

impl Node {
    /// A definition of a document.
    pub fn of(document: &'static str, definition: &str) -> Self {
        let schema = &DOCUMENTS[document]["$defs"][definition];
        assert!(!schema.is_null(), "{document} does not define {definition}");
        Self {
            document,
            schema,
            definition: Some(definition.to_owned()),
        }
    }

    fn within(&self, schema: &'static Value) -> Self {
        Self {
            document: self.document,
            schema,
            definition: None,
        }
    }

    fn target(&self, reference: &str) -> Self {
        let (name, definition) = reference.split_once("#/$defs/").expect(reference);
        let found = DOCUMENTS.keys().find(|document| **document == name);
        Node::of(
            if name.is_empty() {
                self.document
            } else {
                found.expect(name)
            },
            definition,
        )
    }

    /// The definition that says what the value is: its own, or the one it refers to.
    pub fn leaf(&self) -> Option<String> {
        if let Some(reference) = self.schema["$ref"].as_str() {
            return self.target(reference).definition;
        }
        let alternatives = self.schema["anyOf"].as_array();
        match alternatives.and_then(|several| several[0]["$ref"].as_str()) {
            Some(reference) => self.target(reference).definition,
            None => self.definition.clone(),
        }
    }

    /// What the schema says of it in words.
    pub fn description(&self) -> &'static str {
        self.schema["description"].as_str().expect("a description")
    }

    /// What the schema says, references followed.
    pub fn shape(&self) -> Shape {
        let mut shape = Shape::default();
        self.gather(&mut shape);
        shape
    }

    fn gather(&self, shape: &mut Shape) {
        let schema = self.schema;
        if let Some(reference) = schema["$ref"].as_str() {
            self.target(reference).gather(shape);
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in schema[key].as_array().into_iter().flatten() {
                shape.tagged |= key == "oneOf";
                self.within(part).gather(shape);
            }
        }
        let names = schema["required"].as_array().into_iter().flatten();
        shape
            .required
            .extend(names.map(|name| name.as_str().unwrap().to_owned()));
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            shape.properties.insert(name.clone(), self.within(property));
        }
        match &schema["type"] {
            Value::String(kind) => shape.kinds.extend([kind.clone()]),
            Value::Array(kinds) => {
                shape
                    .kinds
                    .extend(kinds.iter().map(|kind| kind.as_str().unwrap().to_owned()));
            }
            _ => {}
        }
        shape.nullable = shape.kinds.contains("null");
        if let Some(words) = schema["enum"].as_array() {
            shape.words = Some(
                words
                    .iter()
                    .map(|word| word.as_str().unwrap().to_owned())
                    .collect(),
            );
        }
        if !schema["const"].is_null() {
            shape.constant = Some(schema["const"].clone());
        }
        if !schema["items"].is_null() {
            shape.items = Some(self.within(&schema["items"]));
        } else if !schema["prefixItems"].is_null() {
            shape.items = Some(self.within(&schema["prefixItems"][0]));
        }
        if schema["additionalProperties"].is_object() {
            shape.values = Some(self.within(&schema["additionalProperties"]));
        }
    }

    /// Every value inside `value`, with its schema: the properties of objects,
    /// the items of lists, the values of maps.
    pub fn places(&self, value: &Value) -> Vec<Place> {
        let mut places = Vec::new();
        self.walk(value, "", &mut places);
        places
    }

    fn walk(&self, value: &Value, pointer: &str, places: &mut Vec<Place>) {
        let shape = self.shape();
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    let node = shape.properties.get(name).or(shape.values.as_ref());
                    let node = node.unwrap_or_else(|| panic!("no schema for {pointer}/{name}"));
                    let place = Place {
                        pointer: format!("{pointer}/{name}"),
                        name: name.clone(),
                        node: node.clone(),
                        property: shape.properties.contains_key(name),
                        required: shape.required.contains(name),
                    };
                    node.walk(inner, &place.pointer.clone(), places);
                    places.push(place);
                }
            }
            Value::Array(items) => {
                let node = shape
                    .items
                    .unwrap_or_else(|| panic!("no schema of items at {pointer}"));
                for (index, inner) in items.iter().enumerate() {
                    let pointer = format!("{pointer}/{index}");
                    node.walk(inner, &pointer, places);
                    let name = index.to_string();
                    places.push(Place {
                        pointer,
                        name,
                        node: node.clone(),
                        property: false,
                        required: true,
                    });
                }
            }
            _ => {}
        }
    }
}

/// A value inside another, and its schema.
#[derive(Debug)]
pub struct Place {
    /// JSON pointer.
    pub pointer: String,
    /// Its name in its object, or its number in its list.
    pub name: String,
    /// Its schema.
    pub node: Node,
    /// Whether it is a named property of an object.
    pub property: bool,
    /// Whether its object must have it.
    pub required: bool,
}

impl Place {
    /// `whole` with another value here.
    pub fn replaced(&self, whole: &Value, other: Value) -> Value {
        let mut changed = whole.clone();
        *changed.pointer_mut(&self.pointer).unwrap() = other;
        changed
    }

    /// `whole` without this property.
    pub fn removed(&self, whole: &Value) -> Value {
        let mut changed = whole.clone();
        let parent = &self.pointer[..self.pointer.rfind('/').unwrap()];
        changed
            .pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(&self.name)
            .unwrap();
        changed
    }
}

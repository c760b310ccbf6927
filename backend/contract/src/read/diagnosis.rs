//! What is wrong with a message, in plain words: the field, the value and what
//! would be right.
//!
//! A message that could not be read is read once more here, slowly and whole,
//! into values that are then handed to the same types. The messages of the
//! parsers' own, which speak of `u64` and variants, reach nobody.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, IgnoredAny, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_path_to_error::Track;

use super::malformed::{Malformed, missing, shown};
use crate::event::{Body, MOST_QUEUES_OF_AN_AGENT};
use crate::text::Text;
use crate::time::Time;

/// Whether a message is JSON that was cut off: it ends before what it began.
pub fn ends_in_the_middle(message: &[u8]) -> bool {
    match std::str::from_utf8(message) {
        Ok(text) => serde_json::from_str::<IgnoredAny>(text)
            .is_err_and(|error| error.is_eof() && !text.trim_ascii().is_empty()),
        // In the middle of a character, where nothing before it is at fault.
        Err(error) => error.error_len().is_none(),
    }
}

/// Says what is wrong with a structured event.
pub(super) fn message(text: &str) -> Malformed {
    let value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return not_json("message", text, &error),
    };
    let Json::Object(fields) = value else {
        return Malformed::new("message", "not an object");
    };
    let type_name = fields.iter().rev().find_map(|(name, value)| {
        if let Json::Text(text) = value
            && name == "type"
        {
            Some(text.as_str())
        } else {
            None
        }
    });
    let found = fields.iter().find_map(|(name, value)| match &**name {
        "specversion" | "id" | "source" | "type" | "subject" => problem::<Text<'_>>(name, value),
        "time" | "vigiearrived" => problem::<Time>(name, value),
        "vigiepartition" => problem::<i32>(name, value),
        "vigieoffset" => problem::<i64>(name, value),
        "data" => of_data(type_name?, value),
        _ => None,
    });
    found.unwrap_or_else(|| Malformed::new("message", "not readable"))
}

/// Says what is wrong with the data of an event of a type of the contract.
pub(super) fn data(type_name: &str, text: &str) -> Malformed {
    match serde_json::from_str(text) {
        Ok(value) => {
            of_data(type_name, &value).unwrap_or_else(|| Malformed::new("data", "not readable"))
        }
        Err(error) => not_json("data", text, &error),
    }
}

fn of_data(type_name: &str, value: &Json) -> Option<Malformed> {
    let mut track = Track::new();
    let tracked = serde_path_to_error::Deserializer::new(value, &mut track);
    let fault = Body::deserialize_as(type_name, tracked).ok()?.err()?;
    let path = track.path().to_string();
    let field = [
        "data",
        if path == "." { "" } else { &path },
        fault.field.unwrap_or_default(),
    ];
    let field: Vec<&str> = field.into_iter().filter(|part| !part.is_empty()).collect();
    // What stands where a pseudonym belongs may be a number to call, and the
    // reason travels to logs and topics.
    let problem = match (&*path, fault.field) {
        ("caller" | "agent", None) => "not a text".to_owned(),
        _ => fault.problem,
    };
    Some(Malformed::new(&field.join("."), problem))
}

fn problem<'j, T: Deserialize<'j>>(field: &str, value: &'j Json) -> Option<Malformed> {
    let fault = T::deserialize(value).err()?;
    Some(Malformed::new(field, fault.problem))
}

/// Says where a text stops being JSON. Nothing of it is repeated: where it is no
/// JSON nobody knows what is a caller's number.
fn not_json(field: &str, text: &str, error: &serde_json::Error) -> Malformed {
    let lines = text.split_inclusive('\n').take(error.line() - 1);
    let before: usize = lines.map(str::len).sum();
    let at = before + error.column().saturating_sub(1);
    let problem = if text.trim_ascii().is_empty() {
        "empty".to_owned()
    } else if error.is_eof() {
        format!("it ends in the middle, after {} bytes", text.len())
    } else if error.to_string().starts_with("recursion limit") {
        format!("lists or objects lie too deep in one another at byte {at}")
    } else {
        format!("unreadable from byte {at}")
    };
    Malformed::new(field, format!("not JSON: {problem}"))
}

/// A value of JSON as it is written: the fields of an object in their order,
/// and one that is there twice, twice.
#[derive(Debug)]
enum Json {
    Null,
    Boolean(bool),
    Natural(u64),
    Negative(i64),
    Decimal(f64),
    Text(String),
    /// The first of its values, more than any list of the contract has.
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Boolean(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Natural(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Negative(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Decimal(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while list.len() <= MOST_QUEUES_OF_AN_AGENT
            && let Some(item) = items.next_element()?
        {
            list.push(item);
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::List(list))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Json::Object(fields))
    }
}

impl<'de> IntoDeserializer<'de, Fault> for &'de Json {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> de::Deserializer<'de> for &'de Json {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Json::Null => visitor.visit_unit(),
            Json::Boolean(truth) => visitor.visit_bool(*truth),
            Json::Natural(number) => visitor.visit_u64(*number),
            Json::Negative(number) => visitor.visit_i64(*number),
            Json::Decimal(number) => visitor.visit_f64(*number),
            Json::Text(text) => visitor.visit_borrowed_str(text),
            Json::List(list) => visitor.visit_seq(SeqDeserializer::new(list.iter())),
            Json::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (&**name, value));
                visitor.visit_map(MapDeserializer::new(fields))
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if matches!(self, Json::Null) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Json::Text(word) = self {
            visitor.visit_enum(StrDeserializer::new(word))
        } else {
            Err(Fault::none_of(&self.shown(), words))
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

impl Json {
    fn shown(&self) -> String {
        let unexpected = match self {
            Json::Null => Unexpected::Unit,
            Json::Boolean(truth) => Unexpected::Bool(*truth),
            Json::Natural(number) => Unexpected::Unsigned(*number),
            Json::Negative(number) => Unexpected::Signed(*number),
            Json::Decimal(number) => Unexpected::Float(*number),
            Json::Text(text) => Unexpected::Str(text),
            Json::List(_) => Unexpected::Seq,
            Json::Object(_) => Unexpected::Map,
        };
        found(unexpected)
    }
}

/// What a value is found to be.
fn found(value: Unexpected<'_>) -> String {
    match value {
        Unexpected::Unit => "null".to_owned(),
        Unexpected::Bool(truth) => truth.to_string(),
        Unexpected::Unsigned(number) => number.to_string(),
        Unexpected::Signed(number) => number.to_string(),
        Unexpected::Float(number) => format!("{number:?}"),
        Unexpected::Str(text) => shown(text),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        other => other.to_string(),
    }
}

/// What would be right, in the words of JSON where a type of Rust says it.
fn wanted(expected: &dyn de::Expected) -> String {
    match &*expected.to_string() {
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "i32" => format!("a whole number from {} to {}", i32::MIN, i32::MAX),
        "i64" => format!("a whole number from {} to {}", i64::MIN, i64::MAX),
        other => other.to_owned(),
    }
}

/// What is wrong with a value.
#[derive(Debug)]
struct Fault {
    /// The field of the value that it is about, where not the value itself.
    field: Option<&'static str>,
    problem: String,
}

impl Fault {
    fn of(field: Option<&'static str>, problem: String) -> Self {
        Self { field, problem }
    }

    fn none_of(found: &str, words: &[&str]) -> Self {
        // An empty word stands for a field that is left out.
        let words: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| !word.is_empty())
            .collect();
        Self::of(None, format!("{found} is none of {}", words.join(", ")))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::of(None, problem.to_string())
    }

    fn invalid_type(value: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::of(
            None,
            format!("{} is not {}", found(value), wanted(expected)),
        )
    }

    fn invalid_value(value: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(value, expected)
    }

    fn unknown_variant(word: &str, words: &'static [&'static str]) -> Self {
        Self::none_of(&shown(word), words)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(Some(field), missing(field).problem)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of(Some(field), "there twice".to_owned())
    }
}

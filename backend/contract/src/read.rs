//! From bytes to an event, or to the reason why not.
//!
//! Both modes of the CloudEvents Kafka binding and NDJSON files end in one
//! function. An event is read in a single pass: its type comes before its data
//! in practice, so the data are read straight into their struct. JSON in its
//! plain form is read by [`crate::plain`], any other by serde_json; only a
//! message that is at fault is read once more, slowly, to name the field.
//!
//! # Layout
//! - `checks`: what the types alone do not say: codes, and no telephone numbers.
//! - `diagnosis`: what is wrong with a message, in plain words.
//! - `malformed`: the reason why a message is no event.

mod checks;
mod diagnosis;
mod malformed;

use std::fmt;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::event::{Arrival, Body, Event};
use crate::plain;
use crate::text::Text;
use crate::time::Time;
pub use checks::{LONGEST_CODE, LONGEST_PSEUDONYM, code_problem, is_telephone_number};
pub use diagnosis::ends_in_the_middle;
pub use malformed::Malformed;
use malformed::{missing, shown};

/// What a message turned out to be.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "an event is the rule and is folded at once; boxing it would cost an allocation each"
)]
pub enum Reading<'a> {
    /// An event of the contract.
    Event(Event<'a>),
    /// A well-formed CloudEvent of a type that the contract does not have: the
    /// producer may be newer. Counted and skipped.
    UnknownType(Text<'a>),
}

/// The most bytes of an id, a source, a subject or a type; an event with a longer
/// one is refused.
const LONGEST_ID: usize = 512;

/// Reads a structured event: the whole envelope as JSON.
pub fn structured(message: &[u8]) -> Result<Reading<'_>, Malformed> {
    let text = std::str::from_utf8(message).map_err(|error| {
        Malformed::new(
            "message",
            format!("not UTF-8 from byte {}", error.valid_up_to()),
        )
    })?;
    let mut envelope = Envelope::default();
    match plain::read(text, Fill(&mut envelope)) {
        Some(()) => envelope.finish(),
        None => general(text),
    }
}

/// Reads a structured event in any form that JSON has. A byte order mark before
/// it is no part of it: some producers write one before each message.
fn general(text: &str) -> Result<Reading<'_>, Malformed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Envelope::deserialize(&mut deserializer)
        .and_then(|envelope| deserializer.end().map(|()| envelope));
    match read {
        Ok(envelope) => envelope.finish(),
        Err(_) => Err(diagnosis::message(text)),
    }
}

/// Reads a binary event: attributes in `ce_*` headers, data as the value.
///
/// Headers come as names and values; the ones that are not `ce_*` are passed
/// over.
pub fn binary<'a>(
    headers: impl Iterator<Item = (&'a str, &'a [u8])>,
    value: &'a [u8],
) -> Result<Reading<'a>, Malformed> {
    let mut envelope = Envelope::default();
    for (name, bytes) in headers {
        let Some(attribute) = name.strip_prefix("ce_") else {
            continue;
        };
        let text = || std::str::from_utf8(bytes).map_err(|_| Malformed::new(name, "not UTF-8"));
        match attribute {
            "specversion" => envelope.specversion = Some(text()?.into()),
            "id" => envelope.id = Some(text()?.into()),
            "source" => envelope.source = Some(text()?.into()),
            "type" => envelope.type_name = Some(text()?.into()),
            "subject" => envelope.subject = Some(text()?.into()),
            "time" => envelope.time = Some(parse_time(name, text()?)?),
            // Extensions are ignored, whatever their bytes: a reason never repeats
            // a name that the producer made up.
            _ => {}
        }
    }
    let data = std::str::from_utf8(value).map_err(|error| {
        Malformed::new(
            "data",
            format!("not UTF-8 from byte {}", error.valid_up_to()),
        )
    })?;
    let type_name = envelope.type_name.clone();
    envelope.body = match type_name {
        Some(type_name) => read_data(&type_name, data)?,
        None => Data::Absent,
    };
    envelope.finish()
}

fn parse_time(field: &str, text: &str) -> Result<Time, Malformed> {
    text.parse()
        .map_err(|error| Malformed::new(field, format!("{} is {error}", shown(text))))
}

/// What was found under `data`.
#[derive(Clone, Debug, Default)]
enum Data<'a> {
    #[default]
    Absent,
    /// The data came before the type was known, and are kept as text.
    Raw(&'a RawValue),
    Body(Body<'a>),
    OfUnknownType,
}

/// The envelope as found, before it is known to be complete.
#[derive(Clone, Debug, Default)]
struct Envelope<'a> {
    specversion: Option<Text<'a>>,
    id: Option<Text<'a>>,
    source: Option<Text<'a>>,
    type_name: Option<Text<'a>>,
    subject: Option<Text<'a>>,
    time: Option<Time>,
    partition: Option<i32>,
    offset: Option<i64>,
    arrived: Option<Time>,
    body: Data<'a>,
}

impl<'a> Envelope<'a> {
    /// Makes the event once nothing is missing. What it returns is made in its
    /// place: an event has some four hundred bytes, and each move of them costs.
    fn finish(mut self) -> Result<Reading<'a>, Malformed> {
        match self.specversion.as_deref() {
            Some("1.0") => {}
            Some(other) => {
                return Err(Malformed::new(
                    "specversion",
                    format!("{} is not 1.0", shown(other)),
                ));
            }
            None => return Err(missing("specversion")),
        }
        required("id", &self.id)?;
        required("source", &self.source)?;
        required("type", &self.type_name)?;
        let type_name = self.type_name.unwrap_or_default();
        if let Data::Raw(raw) = self.body {
            self.body = read_data(&type_name, raw.get())?;
        }
        let body = match self.body {
            Data::Body(body) => body,
            Data::Absent if Body::TYPES.contains(&&*type_name) => return Err(missing("data")),
            Data::Absent | Data::Raw(_) | Data::OfUnknownType => {
                return Ok(Reading::UnknownType(type_name));
            }
        };
        let time = self.time.ok_or_else(|| missing("time"))?;
        required("subject", &self.subject)?;
        checks::check(&body)?;
        Ok(Reading::Event(Event {
            id: self.id.unwrap_or_default(),
            source: self.source.unwrap_or_default(),
            time,
            subject: self.subject.unwrap_or_default(),
            body,
            arrival: match (self.partition, self.offset, self.arrived) {
                (Some(partition), Some(offset), Some(arrived)) => Some(Arrival {
                    partition,
                    offset,
                    arrived,
                }),
                _ => None,
            },
        }))
    }
}

fn required(field: &str, text: &Option<Text<'_>>) -> Result<(), Malformed> {
    let text = text.as_ref().ok_or_else(|| missing(field))?;
    if text.is_empty() {
        return Err(Malformed::new(field, "empty"));
    }
    if text.len() > LONGEST_ID {
        return Err(Malformed::new(
            field,
            format!("longer than {LONGEST_ID} bytes"),
        ));
    }
    // CloudEvents leaves them out of its texts; here, they part a text from what
    // is kept beside it.
    match text.chars().find(|character| character.is_control()) {
        Some(character) => Err(Malformed::new(
            field,
            format!("{} holds {}", shown(text), checks::control(character)),
        )),
        None => Ok(()),
    }
}

/// Reads the data of an event whose type is known, naming the field at fault.
fn read_data<'a>(type_name: &str, data: &'a str) -> Result<Data<'a>, Malformed> {
    match plain::read(data, DataOf(type_name)) {
        Some(data) => Ok(data),
        None => general_data(type_name, data),
    }
}

/// Reads data in any form that JSON has.
fn general_data<'a>(type_name: &str, data: &'a str) -> Result<Data<'a>, Malformed> {
    let mut deserializer = serde_json::Deserializer::from_str(data);
    let Ok(read) = Body::deserialize_as(type_name, &mut deserializer) else {
        return Ok(Data::OfUnknownType);
    };
    read.and_then(|body| deserializer.end().map(|()| Data::Body(body)))
        .map_err(|_| diagnosis::data(type_name, data))
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut envelope = Envelope::default();
        Fill(&mut envelope).deserialize(deserializer)?;
        Ok(envelope)
    }
}

/// Reads what is found into an envelope.
struct Fill<'e, 'a>(&'e mut Envelope<'a>);

impl<'de> DeserializeSeed<'de> for Fill<'_, 'de> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> de::Visitor<'de> for Fill<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Fill(envelope) = self;
        while let Some(attribute) = map.next_key()? {
            match attribute {
                Attribute::SpecVersion => envelope.specversion = Some(map.next_value()?),
                Attribute::Id => envelope.id = Some(map.next_value()?),
                Attribute::Source => envelope.source = Some(map.next_value()?),
                Attribute::Type => envelope.type_name = Some(map.next_value()?),
                Attribute::Subject => envelope.subject = Some(map.next_value()?),
                Attribute::Time => envelope.time = Some(map.next_value()?),
                Attribute::VigiePartition => envelope.partition = Some(map.next_value()?),
                Attribute::VigieOffset => envelope.offset = Some(map.next_value()?),
                Attribute::VigieArrived => envelope.arrived = Some(map.next_value()?),
                Attribute::Data => {
                    envelope.body = match &envelope.type_name {
                        Some(type_name) => map.next_value_seed(DataOf(type_name))?,
                        None => Data::Raw(map.next_value()?),
                    }
                }
                Attribute::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Names of what an envelope holds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Attribute {
    SpecVersion,
    Id,
    Source,
    Type,
    Subject,
    Time,
    VigiePartition,
    VigieOffset,
    VigieArrived,
    Data,
    #[serde(other)]
    Other,
}

/// Reads data of a type that is known.
struct DataOf<'t>(&'t str);

impl<'de> DeserializeSeed<'de> for DataOf<'_> {
    type Value = Data<'de>;
    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Data<'de>, D::Error> {
        match Body::deserialize_as(self.0, deserializer) {
            Ok(body) => body.map(Data::Body),
            Err(deserializer) => {
                IgnoredAny::deserialize(deserializer)?;
                Ok(Data::OfUnknownType)
            }
        }
    }
}

impl Event<'_> {
    /// Writes the event as one line of JSON, a structured CloudEvent without the
    /// line feed.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Line<'e> {
            specversion: &'static str,
            id: &'e str,
            source: &'e str,
            r#type: &'static str,
            time: Time,
            subject: &'e str,
            #[serde(skip_serializing_if = "Option::is_none")]
            vigiepartition: Option<i32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            vigieoffset: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            vigiearrived: Option<Time>,
            data: &'e Body<'e>,
        }
        let line = Line {
            specversion: "1.0",
            id: &self.id,
            source: &self.source,
            r#type: self.body.type_name(),
            time: self.time,
            subject: &self.subject,
            vigiepartition: self.arrival.map(|arrival| arrival.partition),
            vigieoffset: self.arrival.map(|arrival| arrival.offset),
            vigiearrived: self.arrival.map(|arrival| arrival.arrived),
            data: &self.body,
        };
        serde_json::to_string(&line).expect("an event has only text, numbers and lists")
    }

    /// The key of the event's Kafka record: the agency where the event names
    /// one, else the line.
    pub fn key(&self) -> &str {
        let mut agency = None;
        let mut line = None;
        self.body
            .visit_text(&mut |field, text| match (field.parent, field.name) {
                ("", "agency") => agency = Some(text),
                ("", "line") => line = Some(text),
                _ => {}
            });
        agency.or(line).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

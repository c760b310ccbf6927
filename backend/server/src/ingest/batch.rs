//! Messages on their way from the consumer to the engine.
//!
//! The bytes of a batch lie one after another in one buffer, copied once out of
//! the client's memory and without an allocation a message: the events read
//! from them borrow from it.

use std::ops::Range;

use rdkafka::message::{BorrowedMessage, Headers, Message};
use vigie_contract::read::{self, Malformed, Reading};
use vigie_contract::time::Time;

/// The start of the content type of a structured event.
const STRUCTURED: &[u8] = b"application/cloudevents";

/// Messages of one topic, in the order in which they came.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    headers: Vec<Header>,
    records: Vec<Record>,
}

/// Where a message lies in its batch.
#[derive(Debug)]
pub struct Record {
    /// Partition of the topic.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// Timestamp of the record.
    pub arrived: Option<Time>,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    headers: Range<usize>,
}

#[derive(Debug)]
struct Header {
    name: Range<usize>,
    value: Option<Range<usize>>,
}

impl Batch {
    /// Copies a message to the end.
    pub fn push(&mut self, message: &BorrowedMessage<'_>) {
        let headers = message.headers();
        let named = headers
            .into_iter()
            .flat_map(|headers| headers.iter().map(|header| (header.key, header.value)));
        self.push_parts(
            (message.partition(), message.offset()),
            message
                .timestamp()
                .to_millis()
                .map(|millis| Time(millis * 1_000)),
            message.key(),
            message.payload(),
            named,
        );
    }

    /// Copies the parts of a message to the end.
    pub fn push_parts<'a>(
        &mut self,
        (partition, offset): (i32, i64),
        arrived: Option<Time>,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        headers: impl Iterator<Item = (&'a str, Option<&'a [u8]>)>,
    ) {
        let first_header = self.headers.len();
        for (name, value) in headers {
            let header = Header {
                name: self.copy(name.as_bytes()),
                value: value.map(|value| self.copy(value)),
            };
            self.headers.push(header);
        }
        let record = Record {
            partition,
            offset,
            arrived,
            key: key.map(|key| self.copy(key)),
            value: value.map(|value| self.copy(value)),
            headers: first_header..self.headers.len(),
        };
        self.records.push(record);
    }

    fn copy(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// Number of messages.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Bytes of all messages.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The messages, in order.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Key of a message.
    pub fn key(&self, record: &Record) -> Option<&[u8]> {
        record.key.clone().map(|range| &self.bytes[range])
    }

    /// Value of a message.
    pub fn value(&self, record: &Record) -> Option<&[u8]> {
        record.value.clone().map(|range| &self.bytes[range])
    }

    /// Headers of a message.
    pub fn headers<'b>(
        &'b self,
        record: &Record,
    ) -> impl Iterator<Item = (&'b str, Option<&'b [u8]>)> + Clone + use<'b> {
        self.headers[record.headers.clone()].iter().map(|header| {
            // Names came as text.
            let name = std::str::from_utf8(&self.bytes[header.name.clone()]).unwrap_or_default();
            let value = header.value.clone().map(|range| &self.bytes[range]);
            (name, value)
        })
    }

    /// Reads a message as an event, in whichever mode of the CloudEvents Kafka
    /// binding it is. Without any header it is taken for a structured one: not
    /// every producer can set headers.
    pub fn read(&self, record: &Record) -> Result<Reading<'_>, Malformed> {
        let value = self.value(record).unwrap_or_default();
        if record.headers.is_empty() {
            return read::structured(value);
        }
        let headers = self.headers(record);
        let structured = headers.clone().any(|(name, value)| {
            name.eq_ignore_ascii_case("content-type")
                && value.is_some_and(|value| {
                    value.len() >= STRUCTURED.len()
                        && value[..STRUCTURED.len()].eq_ignore_ascii_case(STRUCTURED)
                })
        });
        let binary = headers.clone().any(|(name, _)| name.starts_with("ce_"));
        if binary && !structured {
            read::binary(
                headers.filter_map(|(name, value)| Some((name, value?))),
                value,
            )
        } else {
            read::structured(value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = br#"{"specversion":"1.0","id":"a","source":"/s","type":"call.received","time":"2026-11-21T09:12:03Z","subject":"c","data":{"line":"3949"}}"#;
    const DATA: &[u8] = br#"{"line":"3949"}"#;
    const ATTRIBUTES: [(&str, Option<&[u8]>); 7] = [
        ("ce_specversion", Some(b"1.0")),
        ("ce_id", Some(b"a")),
        ("ce_source", Some(b"/s")),
        ("ce_type", Some(b"call.received")),
        ("ce_time", Some(b"2026-11-21T09:12:03Z")),
        ("ce_subject", Some(b"c")),
        ("content-type", Some(b"application/json")),
    ];

    fn batch(headers: &[(&str, Option<&[u8]>)], value: Option<&[u8]>) -> Batch {
        let mut batch = Batch::default();
        // Something before it, so that ranges do not start at 0.
        batch.push_parts(
            (0, 1),
            None,
            Some(b"k"),
            Some(b"v"),
            [("h", None)].into_iter(),
        );
        batch.push_parts((2, 7), None, None, value, headers.iter().copied());
        batch
    }

    fn id(batch: &Batch) -> Result<String, String> {
        match batch.read(&batch.records()[1]) {
            Ok(Reading::Event(event)) => Ok(event.id.to_string()),
            Ok(Reading::UnknownType(name)) => Err(name.to_string()),
            Err(malformed) => Err(malformed.to_string()),
        }
    }

    #[test]
    fn both_modes_are_told_apart_by_their_headers() {
        let structured: [(&str, Option<&[u8]>); 2] = [
            ("Content-Type", Some(b"Application/CloudEvents+json")),
            ("ce_id", Some(b"ignored")),
        ];
        let foreign: [(&str, Option<&[u8]>); 1] = [("traceparent", None)];
        assert_eq!(id(&batch(&[], Some(LINE))), Ok("a".to_owned()));
        assert_eq!(id(&batch(&foreign, Some(LINE))), Ok("a".to_owned()));
        assert_eq!(id(&batch(&structured, Some(LINE))), Ok("a".to_owned()));
        assert_eq!(id(&batch(&ATTRIBUTES, Some(DATA))), Ok("a".to_owned()));
    }

    #[test]
    fn a_message_without_value_is_malformed() {
        assert!(id(&batch(&[], None)).is_err());
        assert!(id(&batch(&ATTRIBUTES, None)).is_err());
    }

    #[test]
    fn the_parts_of_a_message_come_back() {
        let batch = batch(&ATTRIBUTES, Some(DATA));
        let record = &batch.records()[1];
        assert_eq!((record.partition, record.offset), (2, 7));
        assert_eq!(batch.key(record), None);
        assert_eq!(batch.value(record), Some(DATA));
        assert!(batch.headers(record).eq(ATTRIBUTES));
        let first = &batch.records()[0];
        assert_eq!(batch.key(first), Some(&b"k"[..]));
        assert!(batch.headers(first).eq([("h", None)]));
    }
}

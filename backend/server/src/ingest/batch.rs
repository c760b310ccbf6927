//! Messages on their way from the consumer to the engine.
//!
//! The bytes of a batch lie one after another in one buffer, copied once out of
//! the client's memory and without an allocation a message: the events read
//! from them borrow from it.

use std::ops::Range;

pub use rdkafka::Timestamp;
use rdkafka::message::{BorrowedMessage, Message};
use vigie_contract::read::{self, Malformed, Reading};
use vigie_contract::time::Time;

pub use super::headers::NamedHeader;
use super::headers::{KeptHeaders, TooMany};

/// The start of the content type of a structured event.
const STRUCTURED: &[u8] = b"application/cloudevents";

/// The number of bytes that are kept of a message that is too large to be read.
pub const KEPT: usize = 1_024;

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
    /// When the broker received it; `None` where the topic leaves timestamps to
    /// producers, so that nothing tells.
    pub arrived: Option<Time>,
    /// Its timestamp, whoever set it.
    pub stamped: Option<Time>,
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    headers: Range<usize>,
    /// How many headers it had, those included that were not kept.
    header_count: usize,
    unread: Option<Unread>,
}

/// Why a message is not read, whatever is in it.
#[derive(Clone, Copy, Debug)]
enum Unread {
    /// The message is larger than is read.
    TooLarge {
        /// The bytes of key, value and headers.
        length: usize,
        /// The bytes of the value alone.
        value_length: usize,
        /// The most bytes of a message that is read.
        largest: usize,
    },
    /// The message has more headers than are looked at.
    Headers(TooMany),
}

#[derive(Debug)]
struct Header {
    name: Range<usize>,
    value: Option<Range<usize>>,
}

/// Key and value of a message.
type KeyAndValue<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

impl Batch {
    /// Copies a message to the end. Of one with more than `largest` bytes the
    /// beginning is kept, and it is not read.
    pub fn push(&mut self, message: &BorrowedMessage<'_>, largest: usize) {
        let place = (message.partition(), message.offset());
        let contents = (message.key(), message.payload());
        let headers = message
            .headers()
            .map_or_else(KeptHeaders::default, KeptHeaders::of);
        self.push_kept(place, message.timestamp(), contents, &headers, largest);
    }

    /// Copies the parts of a message to the end.
    pub fn push_parts(
        &mut self,
        place: (i32, i64),
        timestamp: Timestamp,
        contents: KeyAndValue<'_>,
        headers: &[NamedHeader<'_>],
        largest: usize,
    ) {
        let headers = KeptHeaders::of_named(headers);
        self.push_kept(place, timestamp, contents, &headers, largest);
    }

    fn push_kept(
        &mut self,
        (partition, offset): (i32, i64),
        timestamp: Timestamp,
        (key, value): KeyAndValue<'_>,
        headers: &KeptHeaders<'_>,
        largest: usize,
    ) {
        let of = |bytes: Option<&[u8]>| bytes.map_or(0, <[u8]>::len);
        let named = headers.named.iter();
        let of_headers = named.map(|(name, value)| name.len() + of(*value));
        let length = of(key) + of(value) + of_headers.sum::<usize>();
        let is_too_large = length > largest;
        let kept = |bytes: &[u8]| {
            if is_too_large {
                bytes.len().min(KEPT)
            } else {
                bytes.len()
            }
        };
        let first_header = self.headers.len();
        for (name, value) in headers.named.iter().filter(|_| !is_too_large) {
            let header = Header {
                name: self.copy(name.as_bytes()),
                value: value.map(|value| self.copy(value)),
            };
            self.headers.push(header);
        }
        let time = |millis: i64| Time(millis.saturating_mul(1_000));
        let record = Record {
            partition,
            offset,
            arrived: match timestamp {
                Timestamp::LogAppendTime(millis) => Some(time(millis)),
                Timestamp::CreateTime(_) | Timestamp::NotAvailable => None,
            },
            stamped: timestamp.to_millis().map(time),
            key: key.map(|key| self.copy(&key[..kept(key)])),
            value: value.map(|value| self.copy(&value[..kept(value)])),
            headers: first_header..self.headers.len(),
            header_count: headers.count,
            unread: match is_too_large {
                true => Some(Unread::TooLarge {
                    length,
                    value_length: of(value),
                    largest,
                }),
                false => headers.too_many.map(Unread::Headers),
            },
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

    /// Bytes that are held for all messages: those that were kept of them, and
    /// what says where they lie.
    pub fn size(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.headers) + size_of_val(&*self.records)
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

    /// Headers of a message: those that were kept.
    pub fn headers<'b>(
        &'b self,
        record: &Record,
    ) -> impl Iterator<Item = NamedHeader<'b>> + Clone + use<'b> {
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
        if let Some(unread) = record.unread {
            return Err(Malformed {
                field: "message".to_owned(),
                problem: unread.problem(),
            });
        }
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

impl Record {
    /// The length of the value of a message that is too large to be read.
    pub fn cut_from(&self) -> Option<usize> {
        match self.unread {
            Some(Unread::TooLarge { value_length, .. }) => Some(value_length),
            Some(Unread::Headers(_)) | None => None,
        }
    }

    /// How many headers the message had; fewer may have been kept.
    pub fn header_count(&self) -> usize {
        self.header_count
    }
}

impl Unread {
    fn problem(self) -> String {
        match self {
            Self::TooLarge {
                length, largest, ..
            } => format!("{length} bytes, more than the {largest} that are read"),
            Self::Headers(too_many) => too_many.problem(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = br#"{"specversion":"1.0","id":"a","source":"/s","type":"call.received","time":"2026-11-21T09:12:03Z","subject":"c","data":{"line":"3949"}}"#;
    const DATA: &[u8] = br#"{"line":"3949"}"#;
    const ATTRIBUTES: [NamedHeader<'_>; 7] = [
        ("ce_specversion", Some(b"1.0")),
        ("ce_id", Some(b"a")),
        ("ce_source", Some(b"/s")),
        ("ce_type", Some(b"call.received")),
        ("ce_time", Some(b"2026-11-21T09:12:03Z")),
        ("ce_subject", Some(b"c")),
        ("content-type", Some(b"application/json")),
    ];

    fn batch(headers: &[NamedHeader<'_>], value: Option<&[u8]>) -> Batch {
        let mut batch = Batch::default();
        // Something before it, so that ranges do not start at 0.
        let before = (Some(&b"k"[..]), Some(&b"v"[..]));
        batch.push_parts((0, 1), Timestamp::NotAvailable, before, &[("h", None)], 100);
        let stamp = Timestamp::CreateTime(5);
        batch.push_parts((2, 7), stamp, (None, value), headers, 1_000);
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
        let structured: [NamedHeader<'_>; 2] = [
            ("Content-Type", Some(b"Application/CloudEvents+json")),
            ("ce_id", Some(b"ignored")),
        ];
        let foreign: [NamedHeader<'_>; 1] = [("traceparent", None)];
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

    #[test]
    fn only_the_broker_tells_when_a_message_arrived() {
        for (timestamp, arrived, stamped) in [
            (Timestamp::NotAvailable, None, None),
            (Timestamp::CreateTime(5), None, Some(Time(5_000))),
            (
                Timestamp::LogAppendTime(5),
                Some(Time(5_000)),
                Some(Time(5_000)),
            ),
            (Timestamp::CreateTime(i64::MAX), None, Some(Time(i64::MAX))),
        ] {
            let mut batch = Batch::default();
            batch.push_parts((0, 0), timestamp, (None, None), &[], 0);
            let record = &batch.records()[0];
            assert_eq!((record.arrived, record.stamped), (arrived, stamped));
        }
    }

    #[test]
    fn a_message_over_the_limit_is_not_read_and_its_beginning_kept() {
        for (key, value, headers, cut_from) in [
            (4, 2_000, 0, None),
            (4, 2_001, 0, Some(2_001)),
            (2_005, 0, 0, Some(0)),
            (0, 0, 2_005, Some(0)),
        ] {
            let bytes = vec![b'x'; 3_000];
            let mut batch = Batch::default();
            let contents = (Some(&bytes[..key]), Some(&bytes[..value]));
            let header: [NamedHeader<'_>; 1] = [("", Some(&bytes[..headers]))];
            batch.push_parts((0, 0), Timestamp::NotAvailable, contents, &header, 2_004);
            let record = &batch.records()[0];
            assert_eq!(record.cut_from(), cut_from);
            if cut_from.is_some() {
                assert!(batch.size() <= 2 * KEPT);
                let problem = "message: 2005 bytes, more than the 2004 that are read";
                assert_eq!(batch.read(record).unwrap_err().to_string(), problem);
            }
        }
    }

    #[test]
    fn a_message_with_too_many_headers_is_not_read_and_its_first_are_kept() {
        for (count, kept) in [(128, 128), (129, 8), (99_000, 8)] {
            let headers = vec![("", None); count];
            let mut batch = Batch::default();
            let contents = (None, Some(LINE));
            batch.push_parts((0, 0), Timestamp::NotAvailable, contents, &headers, 1_000);
            let record = &batch.records()[0];
            assert_eq!(batch.headers(record).count(), kept);
            assert_eq!(record.header_count(), count);
            assert_eq!(batch.value(record), Some(LINE));
            match batch.read(record) {
                Ok(_) => assert_eq!(count, kept),
                Err(malformed) => assert_eq!(
                    malformed.to_string(),
                    format!("message: {count} headers, more than the 128 that are looked at")
                ),
            }
        }
    }

    #[test]
    fn what_says_where_the_parts_lie_counts_as_held() {
        let mut batch = Batch::default();
        let headers = [("", None); 100];
        for _ in 0..100 {
            let nothing = (None, None);
            batch.push_parts((0, 0), Timestamp::NotAvailable, nothing, &headers, 1_000);
        }
        assert!(batch.size() >= 100 * 100 * size_of::<Header>());
    }
}

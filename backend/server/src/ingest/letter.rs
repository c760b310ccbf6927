//! A refused message as it is sent: with its original bytes, where it was and why
//! it was refused.

use rdkafka::message::{Header, OwnedHeaders};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, KEPT, Record};

/// A message larger than this does not fit a client's and a broker's defaults,
/// which count headers too.
const LARGEST: usize = 1_000_000;

/// What a header costs beside its name and its value. In memory both have an
/// allocation of their own, here and in the client; on the wire it is less.
const HEADER_PRICE: usize = 128;

/// What a letter costs beside its parts, in memory and on the wire.
const LETTER_PRICE: usize = 512;

/// The first of the headers that are the service's. They are the last ones, and
/// whoever sent the message may have used their names before.
const FIRST_OWN: &str = "vigie-topic";

/// How much of its message a letter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Everything that was kept of the message.
    Whole,
    /// The first kilobyte of the message, and the headers that fit beside it.
    Short,
    /// Where the message was, why it was refused, and how it begins. This is smaller
    /// than anything that a topic could be limited to on purpose.
    Least,
}

impl Form {
    /// The next form, which holds less.
    pub fn less(self) -> Option<Self> {
        match self {
            Self::Whole => Some(Self::Short),
            Self::Short => Some(Self::Least),
            Self::Least => None,
        }
    }

    fn room(self) -> Option<Room> {
        match self {
            Self::Whole => None,
            Self::Short => Some(Room {
                value: KEPT,
                key: KEPT,
                headers: 16 * KEPT,
                reason: KEPT,
            }),
            Self::Least => Some(Room {
                value: 100,
                key: 0,
                headers: 0,
                reason: 200,
            }),
        }
    }
}

/// The most bytes of each part of a letter.
struct Room {
    value: usize,
    /// A longer key is left out: part of one is another key.
    key: usize,
    /// The bytes of the headers of the message itself, each with its price.
    headers: usize,
    reason: usize,
}

type OwnedHeader = (String, Option<Vec<u8>>);

/// A message for the topic of refused messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// Key of the message.
    pub key: Option<Vec<u8>>,
    /// Value of the message.
    pub value: Option<Vec<u8>>,
    /// The message's own that were kept, then the service's.
    headers: Vec<OwnedHeader>,
}

impl Letter {
    /// The original message, with where it was and why it was refused.
    pub fn new(topic: &str, batch: &Batch, record: &Record, reason: &str) -> Self {
        let own = |bytes: Option<&[u8]>| bytes.map(<[u8]>::to_vec);
        let headers = batch.headers(record);
        let mut letter = Self {
            key: own(batch.key(record)),
            value: own(batch.value(record)),
            headers: headers
                .map(|(name, value)| (name.to_owned(), own(value)))
                .collect(),
        };
        let kept = letter.headers.len();
        letter.add(FIRST_OWN, topic);
        letter.say("vigie-partition", &record.partition.to_string());
        letter.say("vigie-offset", &record.offset.to_string());
        letter.say("vigie-reason", reason);
        if let Some(length) = record.cut_from() {
            letter.say("vigie-length", &length.to_string());
        }
        if record.header_count() != kept {
            letter.say("vigie-headers", &record.header_count().to_string());
        }
        letter.fit();
        letter
    }

    /// Cuts the letter if no broker with its own settings would take it as it is.
    pub fn fit(&mut self) {
        if self.size() > LARGEST {
            self.cut(Form::Short);
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = Some(value.as_bytes().to_vec());
        self.headers.push((name.to_owned(), value));
    }

    /// Says something in a header of the service, unless it was said before.
    fn say(&mut self, name: &str, value: &str) {
        if self.said(name).is_none() {
            self.add(name, value);
        }
    }

    /// What a header of the service's says.
    fn said(&self, name: &str) -> Option<&[u8]> {
        let mut own = self.headers[self.first_own()..].iter();
        let (_, value) = own.find(|(found, _)| found == name)?;
        value.as_deref()
    }

    /// Where the service's headers begin.
    fn first_own(&self) -> usize {
        let names = &mut self.headers.iter();
        let first = names.rposition(|(name, _)| name == FIRST_OWN);
        first.unwrap_or(self.headers.len())
    }

    /// Partition and offset of its message, as text: for a log.
    pub fn place(&self) -> (String, String) {
        let text = |name| String::from_utf8_lossy(self.said(name).unwrap_or_default()).into_owned();
        (text("vigie-partition"), text("vigie-offset"))
    }

    /// Its bytes, and what it costs to hold and to send it.
    pub fn size(&self) -> usize {
        let headers: usize = self.headers.iter().map(cost).sum();
        LETTER_PRICE + length(&self.key) + length(&self.value) + headers
    }

    /// Leaves no more of the message than `form` holds, and says how long its value
    /// was and how many headers it had.
    pub fn cut(&mut self, form: Form) {
        let Some(room) = form.room() else {
            return;
        };
        self.say("vigie-length", &length(&self.value).to_string());
        if let Some(value) = &mut self.value {
            value.truncate(room.value);
        }
        if length(&self.key) > room.key {
            self.key = None;
        }
        self.cut_headers(room.headers);
        let reason = |(name, _): &&mut OwnedHeader| name == "vigie-reason";
        let own = self.first_own();
        if let Some((_, Some(reason))) = self.headers[own..].iter_mut().find(reason) {
            reason.truncate(room.reason);
            // Not in the middle of a character.
            let chunk = reason.utf8_chunks().next();
            reason.truncate(chunk.map_or(0, |chunk| chunk.valid().len()));
        }
    }

    /// Keeps those of the message's own headers that fit, in their order: one that
    /// is large must not take the place of all after it.
    fn cut_headers(&mut self, room: usize) {
        let own = self.headers.split_off(self.first_own());
        let had = self.headers.len();
        let mut left = room;
        self.headers.retain(|header| {
            let rest = left.checked_sub(cost(header));
            left = rest.unwrap_or(left);
            rest.is_some()
        });
        let kept = self.headers.len();
        self.headers.extend(own);
        if kept != had {
            self.say("vigie-headers", &had.to_string());
        }
    }

    /// Its headers, as the client wants them.
    pub fn owned_headers(&self) -> OwnedHeaders {
        let begun = OwnedHeaders::new_with_capacity(self.headers.len());
        let headers = self.headers.iter();
        headers.fold(begun, |headers, (name, value)| {
            headers.insert(Header {
                key: name,
                value: value.as_deref(),
            })
        })
    }
}

fn length(bytes: &Option<Vec<u8>>) -> usize {
    bytes.as_ref().map_or(0, Vec::len)
}

fn cost((name, value): &OwnedHeader) -> usize {
    HEADER_PRICE + name.len() + length(value)
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;

    use super::*;
    use crate::ingest::batch::NamedHeader;

    fn letter_of(key: &[u8], value: &[u8], headers: &[NamedHeader<'_>], reason: &str) -> Letter {
        let mut batch = Batch::default();
        let contents = (Some(key), Some(value));
        let never = Timestamp::NotAvailable;
        batch.push_parts((3, 41), never, contents, headers, usize::MAX);
        Letter::new("calls", &batch, &batch.records()[0], reason)
    }

    fn letter(value: &[u8]) -> Letter {
        let headers: [NamedHeader<'_>; 2] = [("ce_id", Some(b"\xff")), ("empty", None)];
        letter_of(b"NAQ-0331", value, &headers, "data.queue: missing")
    }

    fn header<'l>(letter: &'l Letter, name: &str) -> Option<&'l [u8]> {
        let (_, value) = letter.headers.iter().find(|(found, _)| found == name)?;
        value.as_deref()
    }

    #[test]
    fn the_original_stays_and_where_and_why_are_added() {
        let letter = letter(b"\xff{");
        assert_eq!(letter.key.as_deref(), Some(&b"NAQ-0331"[..]));
        assert_eq!(letter.value.as_deref(), Some(&b"\xff{"[..]));
        for (name, value) in [
            ("ce_id", Some(&b"\xff"[..])),
            ("empty", None),
            ("vigie-topic", Some(b"calls")),
            ("vigie-partition", Some(b"3")),
            ("vigie-offset", Some(b"41")),
            ("vigie-reason", Some(b"data.queue: missing")),
            ("vigie-length", None),
            ("vigie-headers", None),
        ] {
            assert_eq!(header(&letter, name), value, "{name}");
        }
    }

    #[test]
    fn of_a_large_message_the_first_kilobyte_and_the_length_stay() {
        let letter = letter(&vec![b'x'; 5_000_000]);
        assert_eq!(letter.value.as_ref().map(Vec::len), Some(1_024));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"5000000"[..]));
        assert_eq!(header(&letter, "ce_id"), Some(&b"\xff"[..]));
        assert_eq!(header(&letter, "vigie-headers"), None);
        assert!(letter.size() < LARGEST);
    }

    #[test]
    fn headers_and_key_may_be_what_is_too_large() {
        let large = vec![b'x'; 2_000_000];
        let headers: [NamedHeader<'_>; 2] = [("large", Some(&large[..])), ("small", Some(b"s"))];
        let letter = letter_of(&large, b"v", &headers, "message: not JSON");
        assert_eq!(letter.key, None);
        assert_eq!(letter.value.as_deref(), Some(&b"v"[..]));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"1"[..]));
        assert_eq!(header(&letter, "vigie-headers"), Some(&b"2"[..]));
        assert_eq!(header(&letter, "small"), Some(&b"s"[..]));
        assert!(letter.size() < 4 * KEPT);
    }

    #[test]
    fn many_headers_may_be_too_large_together() {
        let kilobyte = vec![b'x'; 10_000];
        let headers = vec![("large", Some(&kilobyte[..])); 120];
        let letter = letter_of(b"k", b"v", &headers, "message: not JSON");
        assert_eq!(header(&letter, "large").map(<[u8]>::len), Some(10_000));
        assert!(letter.size() < LARGEST, "{} bytes", letter.size());
        assert_eq!(header(&letter, "vigie-headers"), Some(&b"120"[..]));
    }

    #[test]
    fn what_a_header_costs_is_counted_where_it_is_empty() {
        let empty = letter_of(b"", b"", &[], "");
        let with_headers = letter_of(b"", b"", &[("", None); 100], "");
        assert_eq!(with_headers.size() - empty.size(), 100 * HEADER_PRICE);
    }

    #[test]
    fn the_least_of_a_letter_fits_any_broker_and_says_where_and_why() {
        let bytes = vec![b'x'; 900];
        let headers = vec![("large", Some(&bytes[..])); 100];
        let mut letter = letter_of(&bytes, &bytes, &headers, &"\u{e9}".repeat(2_000));
        letter.cut(Form::Short);
        assert!(letter.headers.len() > 10, "the first that fit");
        letter.cut(Form::Least);
        assert_eq!(letter.key, None);
        assert_eq!(letter.value.as_ref().map(Vec::len), Some(100));
        for (name, value) in [
            ("large", None),
            ("vigie-topic", Some(&b"calls"[..])),
            ("vigie-offset", Some(b"41")),
            ("vigie-length", Some(b"900")),
            ("vigie-headers", Some(b"100")),
            ("vigie-reason", Some("\u{e9}".repeat(100).as_bytes())),
        ] {
            assert_eq!(header(&letter, name), value, "{name}");
        }
        assert!(letter.size() < 2 * KEPT, "{} bytes", letter.size());
    }

    #[test]
    fn headers_with_the_names_of_the_services_own_change_nothing() {
        let names = [
            "vigie-topic",
            "vigie-partition",
            "vigie-length",
            "vigie-headers",
            "vigie-reason",
        ];
        let names = names.map(|name| (name, Some(&b"forged"[..])));
        let mut letter = letter_of(b"k", &vec![b'x'; 2_000_000], &names, "message: not JSON");
        assert!(letter.size() < LARGEST);
        assert_eq!(letter.place(), ("3".to_owned(), "41".to_owned()));
        assert_eq!(letter.said("vigie-length"), Some(&b"2000000"[..]));
        letter.cut(Form::Least);
        assert_eq!(letter.headers.len(), 6, "{:?}", letter.headers);
        assert_eq!(letter.said("vigie-topic"), Some(&b"calls"[..]));
        assert_eq!(letter.said("vigie-headers"), Some(&b"5"[..]));
    }
}

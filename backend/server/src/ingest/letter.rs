//! A refused message as it is sent: with its original bytes, where it was and why
//! it was refused.

use rdkafka::message::{Header, OwnedHeaders};
use serde::{Deserialize, Serialize};

use super::batch::{Batch, KEPT, Record};

/// A message larger than this does not fit a broker's default, which counts
/// headers too.
const LARGEST: usize = 1_000_000;

/// A message for the topic of refused messages.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// Key of the message.
    pub key: Option<Vec<u8>>,
    /// Value of the message.
    pub value: Option<Vec<u8>>,
    /// The message's own, where their names can be read, and the service's.
    headers: Vec<(String, Option<Vec<u8>>)>,
    /// The message's own, where the name of one cannot be read: only the client
    /// can copy those. A snapshot cannot hold them.
    #[serde(skip)]
    original: Option<OwnedHeaders>,
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
            original: batch.original(record).cloned(),
        };
        letter.say(topic, record.partition, record.offset, reason);
        if let Some(length) = record.cut_from() {
            letter.add("vigie-length", &length.to_string());
        } else if letter.size() > LARGEST {
            letter.cut();
        }
        letter
    }

    fn say(&mut self, topic: &str, partition: i32, offset: i64, reason: &str) {
        self.add("vigie-topic", topic);
        self.add("vigie-partition", &partition.to_string());
        self.add("vigie-offset", &offset.to_string());
        self.add("vigie-reason", reason);
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = Some(value.as_bytes().to_vec());
        self.headers.push((name.to_owned(), value));
    }

    /// Its bytes.
    pub fn size(&self) -> usize {
        let of = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + of(value))
            .sum();
        of(&self.key) + of(&self.value) + headers
    }

    /// Keeps the first kilobyte, and says how long the message was. Headers and
    /// key may be what made it too large: of those, what is small stays.
    pub fn cut(&mut self) {
        if self.headers.iter().any(|(name, _)| name == "vigie-length") {
            return;
        }
        self.original = None;
        let length = self.value.as_ref().map_or(0, Vec::len);
        self.add("vigie-length", &length.to_string());
        if let Some(value) = &mut self.value {
            value.truncate(KEPT);
        }
        if self.key.as_ref().is_some_and(|key| key.len() > KEPT) {
            self.key = None;
        }
        self.headers.retain(|(name, value)| {
            name.starts_with("vigie-") || name.len() + value.as_ref().map_or(0, Vec::len) <= KEPT
        });
        self.headers
            .iter_mut()
            .filter(|(name, _)| name == "vigie-reason")
            .for_each(|(_, reason)| {
                if let Some(reason) = reason {
                    reason.truncate(KEPT);
                }
            });
    }

    /// Its headers, as the client wants them.
    pub fn owned_headers(&self) -> OwnedHeaders {
        let added = |(name, _): &&(String, Option<Vec<u8>>)| {
            self.original.is_none() || name.starts_with("vigie-")
        };
        let original = self.original.clone();
        let begun = original.unwrap_or_else(|| OwnedHeaders::new_with_capacity(self.headers.len()));
        let headers = self.headers.iter().filter(added);
        headers.fold(begun, |headers, (name, value)| {
            headers.insert(Header {
                key: name,
                value: value.as_deref(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::Timestamp;

    use super::*;
    use crate::ingest::batch::Named;

    fn batch(value: &[u8]) -> Batch {
        let mut batch = Batch::default();
        let headers: [Named<'_>; 2] = [("ce_id", Some(b"\xff")), ("empty", None)];
        let contents = (Some(&b"NAQ-0331"[..]), Some(value));
        batch.push_parts(
            (3, 41),
            Timestamp::NotAvailable,
            contents,
            &headers,
            usize::MAX,
        );
        batch
    }

    fn letter(value: &[u8]) -> Letter {
        let batch = batch(value);
        Letter::new("calls", &batch, &batch.records()[0], "data.queue: missing")
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
        ] {
            assert_eq!(header(&letter, name), value, "{name}");
        }
    }

    #[test]
    fn of_a_large_message_the_first_kilobyte_and_the_length_stay() {
        let letter = letter(&vec![b'x'; 5_000_000]);
        assert_eq!(letter.value.as_ref().map(Vec::len), Some(1_024));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"5000000"[..]));
        assert!(letter.size() < LARGEST);
    }

    #[test]
    fn headers_and_key_may_be_what_is_too_large() {
        let mut batch = Batch::default();
        let large = vec![b'x'; 2_000_000];
        let headers: [Named<'_>; 1] = [("large", Some(&large[..]))];
        let contents = (Some(&large[..]), Some(&b"v"[..]));
        batch.push_parts(
            (0, 0),
            Timestamp::NotAvailable,
            contents,
            &headers,
            usize::MAX,
        );
        let letter = Letter::new("calls", &batch, &batch.records()[0], "message: not JSON");
        assert_eq!(letter.value.as_deref(), Some(&b"v"[..]));
        assert_eq!(header(&letter, "vigie-length"), Some(&b"1"[..]));
        assert!(letter.size() < 2 * KEPT);
    }
}

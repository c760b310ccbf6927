//! The headers of a message: how many are looked at, and which are kept.

use rdkafka::message::{BorrowedHeaders, Headers};
use smallvec::SmallVec;

use crate::panics::caught;

/// The most headers of a message; one with more is refused. An event in the binary
/// mode has eight, and each costs memory and time whatever is in it.
const MOST_HEADERS: usize = 128;

/// How many headers of a message with too many are kept for the letter.
const FIRST_HEADERS: usize = 8;

/// The most headers of a message whose name is no text; one with more is refused.
/// Finding each of them costs a panic of the client.
const MOST_UNREADABLE: usize = 4;

/// A header: its name, and its value where it has one.
pub type NamedHeader<'a> = (&'a str, Option<&'a [u8]>);

/// What a message has too many of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// The message has this many headers.
    Headers(usize),
    /// The message has too many headers whose name is no text.
    Unreadable,
}

impl TooMany {
    /// Why the message is refused.
    pub fn problem(self) -> String {
        match self {
            Self::Headers(count) => {
                format!("{count} headers, more than the {MOST_HEADERS} that are looked at")
            }
            Self::Unreadable => {
                format!("more than {MOST_UNREADABLE} headers whose name is not UTF-8")
            }
        }
    }
}

/// What is kept of a message's headers.
#[derive(Default)]
pub struct KeptHeaders<'m> {
    /// The headers that are kept, in order.
    pub named: SmallVec<[NamedHeader<'m>; 8]>,
    /// The number of headers that the message has.
    pub count: usize,
    /// Why the message is not read.
    pub too_many: Option<TooMany>,
}

impl<'m> KeptHeaders<'m> {
    /// What is kept of headers whose names can be read.
    pub fn of_named(headers: &[NamedHeader<'m>]) -> Self {
        let count = headers.len();
        let (looked_at, too_many) = looked_at(count);
        Self {
            named: SmallVec::from_slice(&headers[..looked_at]),
            count,
            too_many,
        }
    }

    /// What is kept of headers as the client has them.
    ///
    /// It panics at the name of a header that is not UTF-8, where
    /// CloudEvents has none: such a header is passed over, as all foreign ones are,
    /// unless there are many. How many headers there are is known without looking
    /// at any.
    pub fn of(headers: &'m BorrowedHeaders) -> Self {
        let at = |place| {
            let header = headers.get(place);
            (header.key, header.value)
        };
        let count = headers.count();
        let (looked_at, too_many) = looked_at(count);
        let named = caught(|| (0..looked_at).map(at).collect());
        let mut kept = Self {
            named: named.unwrap_or_default(),
            count,
            too_many,
        };
        if kept.named.len() < looked_at {
            kept.take_readable(looked_at, at);
        }
        kept
    }

    /// Takes headers one by one, past some whose name cannot be read.
    fn take_readable(&mut self, looked_at: usize, at: impl Fn(usize) -> NamedHeader<'m>) {
        let mut unreadable = 0;
        for place in 0..looked_at {
            match caught(|| at(place)) {
                Some(header) => self.named.push(header),
                None => unreadable += 1,
            }
            if unreadable > MOST_UNREADABLE {
                self.too_many = self.too_many.or(Some(TooMany::Unreadable));
                return;
            }
        }
    }
}

/// How many of so many headers are looked at, and why the message is not read
/// where that is not all.
fn looked_at(count: usize) -> (usize, Option<TooMany>) {
    if count > MOST_HEADERS {
        (FIRST_HEADERS, Some(TooMany::Headers(count)))
    } else {
        (count, None)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use rdkafka::message::OwnedHeaders;

    use super::*;

    #[test]
    fn headers_of_the_client_are_looked_at_up_to_the_limit() {
        for (count, kept) in [(0, 0), (3, 3), (128, 128), (129, 8)] {
            let headers = (0..count).fold(OwnedHeaders::new(), |headers, _| {
                headers.insert(rdkafka::message::Header {
                    key: "h",
                    value: Some("v"),
                })
            });
            let found = KeptHeaders::of(headers.as_borrowed());
            assert_eq!((found.named.len(), found.count), (kept, count));
            assert_eq!(found.too_many.is_some(), count != kept);
        }
    }

    #[test]
    fn names_that_cannot_be_read_are_passed_over_unless_there_are_many() {
        for (unreadable, panics, is_read) in [(4, 4, true), (5, 5, false), (100, 5, false)] {
            let panicked = Cell::new(0);
            let mut kept = KeptHeaders::default();
            kept.take_readable(120, |place| {
                if place < unreadable {
                    panicked.set(panicked.get() + 1);
                    panic!("as the client does at such a name");
                }
                ("h", None)
            });
            assert_eq!(panicked.get(), panics);
            assert_eq!(kept.too_many.is_none(), is_read);
            assert_eq!(kept.named.len(), if is_read { 116 } else { 0 });
        }
    }
}

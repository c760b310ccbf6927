//! What identifies an event, as far as it decides an order.

use std::cmp::Ordering;

use crate::limits::OTHER;
use crate::names::{NameId, Names};

/// Between an id and its source, where that counts under [`OTHER`]: no id holds a
/// control character.
const TOLD_BY: char = '\u{1}';

/// An id that keeps its source, which counts under [`OTHER`]: all of those are one
/// to whoever looks, and their events have an order still.
pub(crate) fn with_source(id: &str, source: &str) -> String {
    format!("{id}{TOLD_BY}{source}")
}

/// Id and source of an event.
///
/// Ids that begin with the call's own id are common: they are kept as what
/// follows it, which saves most of their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EventId<'a> {
    /// The call's id where the event's id begins with it; empty where it does
    /// not, or where the call's id is not at hand.
    head: &'a str,
    tail: &'a str,
    has_head: bool,
    pub source: NameId,
}

impl<'a> EventId<'a> {
    /// The identity of an event of a call or of an agent.
    pub(crate) fn new(id: &'a str, subject: &'a str, source: NameId) -> Self {
        match id.strip_prefix(subject) {
            Some(tail) => Self::kept(true, subject, tail, source),
            None => Self::kept(false, subject, id, source),
        }
    }

    /// Makes the identity from what was kept: whether the id begins with that of the
    /// call, and the rest.
    pub(crate) fn kept(has_head: bool, subject: &'a str, tail: &'a str, source: NameId) -> Self {
        Self {
            head: if has_head { subject } else { "" },
            tail,
            has_head,
            source,
        }
    }

    /// What has to be kept of the id.
    pub(crate) fn keep(&self) -> (bool, &'a str) {
        (self.has_head, self.tail)
    }

    /// Compares by id, then by source.
    pub(crate) fn cmp(&self, other: &EventId<'_>, names: &Names) -> Ordering {
        let (tail, source) = self.parts(names);
        let (other_tail, other_source) = other.parts(names);
        let bytes = self.head.bytes().chain(tail.bytes());
        bytes
            .cmp(other.head.bytes().chain(other_tail.bytes()))
            .then_with(|| source.cmp(other_source))
    }

    /// Id and source in one text that sorts like the two.
    pub(crate) fn text(&self, names: &Names) -> Box<str> {
        let (tail, source) = self.parts(names);
        format!("{}{tail}\u{0}{source}", self.head).into()
    }

    /// The tail of the id as it was told, and its source, whether or not that has a
    /// place of its own.
    fn parts<'n>(&self, names: &'n Names) -> (&'n str, &'n str)
    where
        'a: 'n,
    {
        match names.name(self.source) {
            OTHER => self.tail.rsplit_once(TOLD_BY).unwrap_or((self.tail, OTHER)),
            source => (self.tail, source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_their_sources_with_a_place_or_without() {
        let mut names = Names::default();
        let other = names.id(OTHER);
        // By id, then by source, on both sides of the name that stands for them.
        let sorted = [
            ("call", "/a"),
            ("call", "/b"),
            ("call", "z"),
            // Written as if it were the id of another's event.
            ("call\u{1}/a", "/a"),
            ("call-1", "/a"),
            ("cat", "/a"),
        ];
        let kept = sorted.map(|(id, source)| (with_source(id, source), id, names.id(source)));
        let of = |at: usize, has_place: bool| match &kept[at] {
            (_, id, source) if has_place => EventId::new(id, "call", *source),
            (with_source, ..) => EventId::new(with_source, "call", other),
        };
        for one in 0..sorted.len() {
            for another in 0..sorted.len() {
                for places in [(true, true), (true, false), (false, true), (false, false)] {
                    let (left, right) = (of(one, places.0), of(another, places.1));
                    let expected = one.cmp(&another);
                    let path = format!("{:?} and {:?}, {places:?}", sorted[one], sorted[another]);
                    assert_eq!(left.cmp(&right, &names), expected, "{path}");
                    assert_eq!(
                        left.text(&names).cmp(&right.text(&names)),
                        expected,
                        "{path}"
                    );
                }
            }
        }
    }
}

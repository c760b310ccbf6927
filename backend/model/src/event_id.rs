//! What identifies an event, as far as it decides an order.

use std::cmp::Ordering;

use crate::partition::names::{NameId, Names};

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
    /// Of an event of a call, or of an agent.
    pub(crate) fn new(id: &'a str, subject: &'a str, source: NameId) -> Self {
        match id.strip_prefix(subject) {
            Some(tail) => Self::kept(true, subject, tail, source),
            None => Self::kept(false, subject, id, source),
        }
    }

    /// As it was kept: whether the id begins with the call's, and the rest.
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

    /// By id, then by source.
    pub(crate) fn cmp(&self, other: &EventId<'_>, names: &Names) -> Ordering {
        let bytes = self.head.bytes().chain(self.tail.bytes());
        bytes
            .cmp(other.head.bytes().chain(other.tail.bytes()))
            .then_with(|| names.name(self.source).cmp(names.name(other.source)))
    }

    /// Id and source in one text that sorts like the two.
    pub(crate) fn text(&self, names: &Names) -> Box<str> {
        format!("{}{}\u{0}{}", self.head, self.tail, names.name(self.source)).into()
    }
}

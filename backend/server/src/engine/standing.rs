//! What is known, from one second to the next, of whether the figures are current
//! and whole.

use std::collections::BTreeSet;

use vigie_contract::time::{Span, Time};
use vigie_model::{Fold, Heard};

/// How long reading may wait before it counts as blocked.
const BLOCKED_AFTER: Span = Span::from_seconds(2);

/// How long refused messages may wait before this is told.
const WAITED_LONG: Span = Span::from_seconds(5);

/// How long it holds who was heard in troubled partitions: finding it out looks
/// through all cells.
const HEARD_ANEW_AFTER: Span = Span::from_seconds(10);

/// What is known of the standing of the figures from one second to the next.
#[derive(Debug, Default)]
pub(super) struct FeedStanding {
    /// Since when reading waits for refused messages to be taken.
    blocked_since: Option<Time>,
    /// Since when some refused message waits for the broker.
    waiting_since: Option<Time>,
    /// In which troubled partitions, and when, it was found out who was heard.
    heard: Option<(BTreeSet<i32>, Time, Heard)>,
    /// Whether timestamps of the topic are the broker's, where that matters and is
    /// known.
    pub(super) stamps: Option<bool>,
    /// The partitions of which metrics tell.
    pub(super) told: BTreeSet<i32>,
}

impl FeedStanding {
    /// Takes note of whether some refused message waits for the broker, and whether
    /// there is room for more.
    pub(super) fn note_refused(&mut self, waits: bool, has_room: bool, now: Time) {
        let since = |since: Option<Time>, holds: bool| holds.then(|| since.unwrap_or(now));
        self.waiting_since = since(self.waiting_since, waits);
        self.blocked_since = since(self.blocked_since, !has_room);
    }

    /// Whether reading has waited for long for refused messages to be taken.
    pub(super) fn is_blocked(&self, now: Time) -> bool {
        let since = self.blocked_since;
        since.is_some_and(|since| now - since >= BLOCKED_AFTER)
    }

    /// Since when some refused message waits for the broker, where that is long ago.
    pub(super) fn refused_wait_since(&self, now: Time) -> Option<Time> {
        let since = self.waiting_since;
        since.filter(|since| now - *since >= WAITED_LONG)
    }

    /// Who was heard in troubled partitions, as was found out not long ago.
    pub(super) fn heard_in(&mut self, fold: &Fold, troubled: BTreeSet<i32>, now: Time) -> &Heard {
        let known = self.heard.take();
        let known = known
            .filter(|(partitions, at, _)| *partitions == troubled && now - *at < HEARD_ANEW_AFTER);
        let (_, _, heard) = self.heard.insert(known.unwrap_or_else(|| {
            let heard = fold.heard_in(&troubled, now);
            (troubled, now, heard)
        }));
        heard
    }
}

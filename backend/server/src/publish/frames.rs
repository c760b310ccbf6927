//! The frames of one topic in one second, each encoded once, when first asked
//! for.

use std::collections::HashMap;

use vigie_contract::frame::{Content, ServerFrame, Update};
use vigie_contract::topic::Topic;

use super::frame::{Encoding, Frame};
use super::shown::Shown;

/// What a topic shows now, and what it showed before.
pub(super) struct Frames<'s> {
    topic: &'s Topic,
    seq: u64,
    now: &'s Shown,
    before: Option<&'s Shown>,
    encoded: HashMap<(FrameKind, Encoding), Frame>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum FrameKind {
    Snapshot,
    Delta,
}

impl<'s> Frames<'s> {
    pub(super) fn new(
        topic: &'s Topic,
        seq: u64,
        now: &'s Shown,
        before: Option<&'s Shown>,
    ) -> Self {
        Self {
            topic,
            seq,
            now,
            before,
            encoded: HashMap::new(),
        }
    }

    /// The frame of a snapshot: everything that the topic shows.
    pub(super) fn snapshot(&mut self, encoding: Encoding) -> Frame {
        let now = self.now;
        self.encode(FrameKind::Snapshot, encoding, || now.whole())
    }

    /// The frame of a delta: what changed; `None` if nothing was shown before.
    pub(super) fn delta(&mut self, encoding: Encoding) -> Option<Frame> {
        let (before, now) = (self.before?, self.now);
        Some(self.encode(FrameKind::Delta, encoding, || now.since(before)))
    }

    fn encode(
        &mut self,
        kind: FrameKind,
        encoding: Encoding,
        content: impl FnOnce() -> Content,
    ) -> Frame {
        let (topic, seq, now) = (self.topic, self.seq, self.now);
        self.encoded
            .entry((kind, encoding))
            .or_insert_with(|| {
                let update = Update {
                    topic: topic.clone(),
                    seq,
                    as_of: now.as_of,
                    feed: now.feed.clone(),
                    content: content(),
                };
                encoding.encode(&match kind {
                    FrameKind::Snapshot => ServerFrame::Snapshot(update),
                    FrameKind::Delta => ServerFrame::Delta(update),
                })
            })
            .clone()
    }
}

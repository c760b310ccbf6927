//! The frames of one scope in one second, each encoded once, when first asked
//! for.

use std::collections::HashMap;

use vigie_contract::frame::{Detail, ServerFrame, Update};
use vigie_contract::scope::Scope;
use vigie_contract::view::Card;

use super::{Encoding, Frame, Shown};

/// What a scope shows now, and what it showed before.
pub(super) struct Frames<'s> {
    seq: u64,
    now: &'s Shown,
    before: Option<&'s Shown>,
    encoded: HashMap<(Kind, Detail, Encoding), Frame>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Snapshot,
    Delta,
}

impl<'s> Frames<'s> {
    pub(super) fn new(seq: u64, now: &'s Shown, before: Option<&'s Shown>) -> Self {
        Self {
            seq,
            now,
            before,
            encoded: HashMap::new(),
        }
    }

    /// Everything.
    pub(super) fn snapshot(&mut self, detail: Detail, encoding: Encoding) -> Frame {
        let now = self.now;
        self.encode(Kind::Snapshot, detail, encoding, |mut update| {
            if let (Detail::Children, Some(children)) = (detail, &now.children) {
                update.children = children.values().cloned().collect();
            }
            ServerFrame::Snapshot(update)
        })
    }

    /// What changed; `None` where nothing was shown before.
    pub(super) fn delta(&mut self, detail: Detail, encoding: Encoding) -> Option<Frame> {
        let (before, now) = (self.before?, self.now);
        Some(self.encode(Kind::Delta, detail, encoding, |mut update| {
            if detail == Detail::Children {
                (update.children, update.gone) = changes(before, now);
            }
            ServerFrame::Delta(update)
        }))
    }

    fn encode(
        &mut self,
        kind: Kind,
        detail: Detail,
        encoding: Encoding,
        fill: impl FnOnce(Update) -> ServerFrame,
    ) -> Frame {
        let (seq, now) = (self.seq, self.now);
        self.encoded
            .entry((kind, detail, encoding))
            .or_insert_with(|| {
                encoding.encode(&fill(Update {
                    seq,
                    feed: now.feed.clone(),
                    path: now.path.clone(),
                    rules: now.rules,
                    view: now.view.clone(),
                    children: Vec::new(),
                    gone: Vec::new(),
                }))
            })
            .clone()
    }
}

/// The cards that changed, and the children that are no longer there.
fn changes(before: &Shown, now: &Shown) -> (Vec<Card>, Vec<Scope>) {
    let nothing = std::collections::BTreeMap::new();
    let old = before.children.as_ref().unwrap_or(&nothing);
    let new = now.children.as_ref().unwrap_or(&nothing);
    let changed = new
        .iter()
        .filter(|(scope, card)| old.get(*scope) != Some(card))
        .map(|(_, card)| card.clone())
        .collect();
    let gone = old
        .keys()
        .filter(|scope| !new.contains_key(*scope))
        .cloned()
        .collect();
    (changed, gone)
}

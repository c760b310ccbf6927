//! A topic that is watched, and those who watch it.

use vigie_contract::frame::{Feed, RefusedReason};
use vigie_contract::scope::Scope;
use vigie_contract::topic::Topic;

use super::figures::Figures;
use super::frame::{Encoding, Frame, LARGEST_FRAME};
use super::frames::Frames;
use super::queue::{Handed, Outlet};
use super::refusals::{count_refused, too_large, unknown_scope};
use super::shown::Shown;
use crate::access::Permitted;

/// A client, for as long as its connection lasts.
pub type ClientId = u64;

/// A client's subscription to a topic.
#[derive(Debug)]
pub struct Subscription {
    /// The client that subscribes.
    pub client: ClientId,
    /// What is watched.
    pub topic: Permitted<Topic>,
    /// How frames are written.
    pub encoding: Encoding,
    /// The queue that frames go into.
    pub outlet: Outlet,
}

/// A topic that is watched.
pub(super) struct Watched {
    seq: u64,
    /// What was shown last, or the scope for want of which nothing can be.
    shown: Option<Result<Shown, Scope>>,
    /// When it was last looked at; before that, when it was first watched.
    turn: u64,
    watchers: Vec<Watcher>,
}

struct Watcher {
    client: ClientId,
    encoding: Encoding,
    outlet: Outlet,
    /// The round since which it waits for a snapshot: new, or too slow for a delta.
    waits_since: Option<u64>,
}

/// What came of sending a topic's frames.
#[derive(Default)]
pub(super) struct Sent {
    /// Clients that watch it no more: refused, or gone.
    pub(super) left: Vec<ClientId>,
    /// Clients that were too slow for a delta.
    pub(super) too_slow: u64,
}

impl Watched {
    /// A topic that nobody watches yet.
    pub(super) fn new(turn: u64) -> Self {
        Self {
            seq: 0,
            shown: None,
            turn,
            watchers: Vec::new(),
        }
    }

    /// Adds a client, who waits for a snapshot from now on.
    pub(super) fn join(
        &mut self,
        client: ClientId,
        encoding: Encoding,
        outlet: Outlet,
        round: u64,
    ) {
        self.watchers.push(Watcher {
            client,
            encoding,
            outlet,
            waits_since: Some(round),
        });
    }

    pub(super) fn leave(&mut self, client: ClientId) {
        self.watchers.retain(|watcher| watcher.client != client);
    }

    pub(super) fn is_watched(&self) -> bool {
        !self.watchers.is_empty()
    }

    /// The round since which somebody waits for a snapshot, the longest.
    pub(super) fn waits_since(&self) -> Option<u64> {
        let waiting = self.watchers.iter().filter_map(|one| one.waits_since);
        waiting.min()
    }

    pub(super) fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()?.as_ref().ok()
    }

    /// Where it stands among those that cannot all be looked at in one round: the least
    /// comes first.
    pub(super) fn turn(&self) -> u64 {
        self.turn
    }

    /// Computes what the topic shows now; answers what it showed before.
    pub(super) fn look(
        &mut self,
        topic: &Topic,
        figures: &impl Figures,
        feed: &Feed,
        turn: u64,
    ) -> Option<Shown> {
        let shown = Shown::of(topic, figures, feed);
        self.seq += 1;
        self.turn = turn;
        std::mem::replace(&mut self.shown, shown)?.ok()
    }

    /// Sends each watcher its snapshot, or the delta to `before`.
    pub(super) fn send(&mut self, topic: &Topic, before: Option<&Shown>, round: u64) -> Sent {
        let shown = match &self.shown {
            Some(Ok(shown)) => shown,
            Some(Err(unnamed)) => {
                let refusal = unknown_scope(topic, unnamed);
                return self.refuse_all(round, |encoding| encoding.encode(&refusal));
            }
            // It has yet to be looked at.
            None => return Sent::default(),
        };
        let mut sent = Sent::default();
        let mut frames = Frames::new(topic, self.seq, shown, before);
        for watcher in &mut self.watchers {
            let frame = match watcher.waits_since {
                Some(_) => frames.snapshot(watcher.encoding),
                None => match frames.delta(watcher.encoding) {
                    Some(frame) => frame,
                    None => continue,
                },
            };
            let bytes = frame.bytes();
            let is_refused = bytes > LARGEST_FRAME;
            let handed = watcher.outlet.hand(if is_refused {
                watcher.encoding.encode(&too_large(topic, bytes))
            } else {
                frame
            });
            match handed {
                Handed::Taken if is_refused => {
                    count_refused(RefusedReason::TooLarge);
                    sent.left.push(watcher.client);
                }
                Handed::Taken => watcher.waits_since = None,
                Handed::Gone => sent.left.push(watcher.client),
                Handed::Full => {
                    sent.too_slow += u64::from(watcher.waits_since.is_none());
                    watcher.waits_since.get_or_insert(round);
                }
            }
        }
        sent
    }

    /// Tells all that the topic is not there; who has no room for that is told
    /// once it has, or gets a snapshot if the topic is there again by then.
    fn refuse_all(&mut self, round: u64, refusal: impl Fn(Encoding) -> Frame) -> Sent {
        let mut sent = Sent::default();
        for watcher in &mut self.watchers {
            match watcher.outlet.hand(refusal(watcher.encoding)) {
                Handed::Taken => {
                    count_refused(RefusedReason::UnknownScope);
                    sent.left.push(watcher.client);
                }
                Handed::Gone => sent.left.push(watcher.client),
                Handed::Full => {
                    watcher.waits_since.get_or_insert(round);
                }
            }
        }
        sent
    }
}

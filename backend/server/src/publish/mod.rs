//! Views to those who watch: a snapshot, then deltas.
//!
//! Each second, what a scope shows is computed once and compared with what it
//! showed before; a frame is encoded once per scope, detail and encoding, and
//! shared by all who watch. A client's queue is bounded: one that is full is
//! left alone until there is room, and then gets a fresh snapshot. It never
//! makes another wait. A frame that is larger than any client's buffer is not
//! sent: the client is told, and stays.

mod frames;

use std::collections::{BTreeMap, HashMap};

use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use vigie_contract::frame::{Crumb, Detail, Feed, Refused, RefusedReason, Rules, ServerFrame};
use vigie_contract::scope::Scope;
use vigie_contract::time::Time;
use vigie_contract::view::{Card, View};
use vigie_model::Fold;

use crate::telemetry::metrics as names;

use frames::Frames;

/// The largest frame that is sent, in bytes: five thousand children with long
/// names. What a connection may hold for a client that does not read is bounded
/// by it.
pub const LARGEST_FRAME: usize = 4 * 1024 * 1024;

/// A frame as sent; copies share the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// JSON.
    Text(Utf8Bytes),
    /// Postcard.
    Binary(Bytes),
}

impl Frame {
    fn bytes(&self) -> usize {
        match self {
            Frame::Text(text) => text.len(),
            Frame::Binary(bytes) => bytes.len(),
        }
    }
}

/// How a client wants its frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// JSON in text messages.
    Json,
    /// Postcard in binary messages.
    Postcard,
}

impl Encoding {
    /// Encodes a frame.
    pub fn encode(self, frame: &ServerFrame) -> Frame {
        match self {
            Encoding::Json => {
                let text = serde_json::to_string(frame).expect("a frame has only text keys");
                Frame::Text(text.into())
            }
            Encoding::Postcard => Frame::Binary(frame.to_postcard().into()),
        }
    }
}

/// A client, for as long as its connection lasts.
pub type ClientId = u64;

/// Where figures come from: the fold, or a stand-in in a test.
pub trait Figures {
    /// The scope's view; `None` where nobody ever named the scope.
    fn view(&self, scope: &Scope) -> Option<View>;
    /// A card for each child of the scope.
    fn children(&self, scope: &Scope) -> Vec<Card>;
    /// From the top down to the scope.
    fn path(&self, scope: &Scope) -> Vec<Crumb>;
    /// What its rates go by.
    fn rules(&self, scope: &Scope) -> Rules;
}

impl Figures for Fold {
    fn view(&self, scope: &Scope) -> Option<View> {
        Fold::view(self, scope)
    }

    fn children(&self, scope: &Scope) -> Vec<Card> {
        Fold::children(self, scope).unwrap_or_default()
    }

    fn path(&self, scope: &Scope) -> Vec<Crumb> {
        Fold::path(self, scope)
    }

    fn rules(&self, scope: &Scope) -> Rules {
        Rules {
            short_abandons_count: self.short_abandons_count(scope),
        }
    }
}

/// A client's subscription.
#[derive(Debug)]
pub struct Subscription {
    /// Whose.
    pub client: ClientId,
    /// The scope watched.
    pub scope: Scope,
    /// How much of it.
    pub detail: Detail,
    /// How frames are written.
    pub encoding: Encoding,
    /// Where they go.
    pub queue: Sender<Frame>,
}

/// All scopes that are watched.
#[derive(Default)]
pub struct Publisher {
    scopes: HashMap<Scope, Watched>,
    /// The scope that a client watches.
    clients: HashMap<ClientId, Scope>,
}

/// A scope that is watched.
#[derive(Default)]
struct Watched {
    seq: u64,
    /// What was shown last.
    shown: Option<Shown>,
    watchers: Vec<Watcher>,
}

/// What a scope shows.
#[derive(Clone, Debug)]
struct Shown {
    feed: Feed,
    path: Vec<Crumb>,
    rules: Rules,
    view: View,
    /// `None` while nobody watches them.
    children: Option<BTreeMap<Scope, Card>>,
}

struct Watcher {
    client: ClientId,
    detail: Detail,
    encoding: Encoding,
    queue: Sender<Frame>,
    /// Needs a snapshot: new, or too slow for the last delta.
    needs_snapshot: bool,
}

/// What came of handing a frame to a client.
#[derive(PartialEq, Eq)]
enum Handed {
    Taken,
    Full,
    Gone,
}

impl Watcher {
    fn hand(&self, frame: Frame) -> Handed {
        match self.queue.try_send(frame) {
            Ok(()) => Handed::Taken,
            Err(TrySendError::Full(_)) => Handed::Full,
            Err(TrySendError::Closed(_)) => Handed::Gone,
        }
    }
}

impl Publisher {
    /// Watches a scope instead of the one before. The snapshot comes at once
    /// where the scope is watched already or `figures` are there to compute it
    /// from, else with the first figures.
    pub fn subscribe(
        &mut self,
        subscription: Subscription,
        figures: Option<&impl Figures>,
        feed: &Feed,
    ) {
        let Subscription {
            client,
            scope,
            detail,
            encoding,
            queue,
        } = subscription;
        self.leave(client);
        let watched = self.scopes.entry(scope.clone()).or_default();
        watched.watchers.push(Watcher {
            client,
            detail,
            encoding,
            queue,
            needs_snapshot: true,
        });
        self.clients.insert(client, scope.clone());
        let Some(figures) = figures else {
            return;
        };
        let lacks_children = detail == Detail::Children
            && watched
                .shown
                .as_ref()
                .is_none_or(|shown| shown.children.is_none());
        if watched.shown.is_none() {
            watched.look(&scope, figures, feed);
        } else if lacks_children && let Some(shown) = &mut watched.shown {
            shown.children = Some(cards(&scope, figures));
        }
        self.send(&scope, None);
    }

    /// A client is gone.
    pub fn leave(&mut self, client: ClientId) {
        let Some(scope) = self.clients.remove(&client) else {
            return;
        };
        if let Some(watched) = self.scopes.get_mut(&scope) {
            watched.watchers.retain(|watcher| watcher.client != client);
            if watched.watchers.is_empty() {
                self.scopes.remove(&scope);
            }
        }
    }

    /// Sends what changed of every scope. Answers how many clients were too
    /// slow for it.
    pub fn publish(&mut self, figures: &impl Figures, feed: &Feed) -> u64 {
        let scopes: Vec<Scope> = self.scopes.keys().cloned().collect();
        let mut too_slow = 0;
        for scope in scopes {
            let before = match self.scopes.get_mut(&scope) {
                Some(watched) => watched.look(&scope, figures, feed),
                None => None,
            };
            too_slow += self.send(&scope, before);
        }
        too_slow
    }

    /// What a scope shows, if that is as of an instant.
    pub fn view(&self, scope: &Scope, as_of: Option<Time>) -> Option<&View> {
        self.shown(scope, as_of).map(|shown| &shown.view)
    }

    /// The children that a scope shows, if they are as of an instant, by scope.
    pub fn children(
        &self,
        scope: &Scope,
        as_of: Option<Time>,
    ) -> Option<impl Iterator<Item = &Card>> {
        let children = self.shown(scope, as_of)?.children.as_ref()?;
        Some(children.values())
    }

    fn shown(&self, scope: &Scope, as_of: Option<Time>) -> Option<&Shown> {
        let shown = self.scopes.get(scope)?.shown.as_ref()?;
        (Some(shown.view.as_of) == as_of).then_some(shown)
    }

    /// Number of scopes watched.
    pub fn scopes(&self) -> usize {
        self.scopes.len()
    }

    /// Ends every subscription: the queues close.
    pub fn close(&mut self) {
        self.scopes.clear();
        self.clients.clear();
    }

    /// Sends each watcher of a scope its snapshot, or the delta to `before`.
    fn send(&mut self, scope: &Scope, before: Option<Shown>) -> u64 {
        let Some(watched) = self.scopes.get_mut(scope) else {
            return 0;
        };
        let mut too_slow = 0;
        let mut left = Vec::new();
        match &watched.shown {
            None => {
                // Neither the directory nor an event has named it.
                for watcher in &watched.watchers {
                    let refusal = unknown(scope);
                    watcher.hand(watcher.encoding.encode(&refusal));
                    count_refused(RefusedReason::UnknownScope);
                    left.push(watcher.client);
                }
            }
            Some(shown) => {
                let mut frames = Frames::new(watched.seq, shown, before.as_ref());
                for watcher in &mut watched.watchers {
                    let frame = if watcher.needs_snapshot {
                        frames.snapshot(watcher.detail, watcher.encoding)
                    } else {
                        match frames.delta(watcher.detail, watcher.encoding) {
                            Some(frame) => frame,
                            None => continue,
                        }
                    };
                    let bytes = frame.bytes();
                    let is_refused = bytes > LARGEST_FRAME;
                    let handed = watcher.hand(if is_refused {
                        watcher.encoding.encode(&too_large(scope, bytes))
                    } else {
                        frame
                    });
                    match handed {
                        Handed::Taken if is_refused => {
                            count_refused(RefusedReason::TooLarge);
                            left.push(watcher.client);
                        }
                        Handed::Taken => watcher.needs_snapshot = false,
                        Handed::Gone => left.push(watcher.client),
                        Handed::Full => {
                            too_slow += u64::from(!watcher.needs_snapshot);
                            watcher.needs_snapshot = true;
                        }
                    }
                }
            }
        }
        for client in left {
            self.leave(client);
        }
        too_slow
    }
}

impl Watched {
    /// Computes what the scope shows now; answers what it showed before.
    fn look(&mut self, scope: &Scope, figures: &impl Figures, feed: &Feed) -> Option<Shown> {
        let children = self
            .watchers
            .iter()
            .any(|watcher| watcher.detail == Detail::Children);
        let shown = figures.view(scope).map(|view| Shown {
            feed: feed.clone(),
            path: figures.path(scope),
            rules: figures.rules(scope),
            view,
            children: children.then(|| cards(scope, figures)),
        });
        self.seq += 1;
        std::mem::replace(&mut self.shown, shown)
    }
}

fn cards(scope: &Scope, figures: &impl Figures) -> BTreeMap<Scope, Card> {
    figures
        .children(scope)
        .into_iter()
        .map(|card| (card.scope.clone(), card))
        .collect()
}

/// The refusal of a scope that nobody has named.
pub fn unknown(scope: &Scope) -> ServerFrame {
    ServerFrame::Refused(Refused {
        scope: scope.to_string(),
        reason: RefusedReason::UnknownScope,
        message: format!("neither the directory nor an event has named {scope}"),
    })
}

/// The refusal of a scope whose frame no client's buffer may hold.
fn too_large(scope: &Scope, bytes: usize) -> ServerFrame {
    ServerFrame::Refused(Refused {
        scope: scope.to_string(),
        reason: RefusedReason::TooLarge,
        message: format!(
            "a frame of {scope} has {bytes} bytes, more than the {LARGEST_FRAME} that are \
             sent: watch a narrower scope, or this one without its children"
        ),
    })
}

/// Counts a subscription that is refused.
pub fn count_refused(reason: RefusedReason) {
    metrics::counter!(names::SUBSCRIPTIONS_REFUSED, "reason" => reason.name()).increment(1);
}

#[cfg(test)]
mod tests;
